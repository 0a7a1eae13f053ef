"""Densities that were measured at another temperature than 20 °C, and ratios of two at one temperature."""

import pytest

from tests.importers.made_up import ISO, SG, C, assert_is_the_batch, logs_of, sg4, table

WATER = {4: 0.99997, 15: 0.99910, 15.6: 0.99901, 20: 0.99821, 25: 0.99704}
HEADS = [
    ("Density @15°C (kg/m3)", 15), ("Dichte bei 15 °C [kg/m³]", 15), ("density_15c_kg_m3", 15), ("ρ15 (kg/m³)", 15),
    ("Masse volumique à 15 °C (kg/m3)", 15), ("Density (15 °C) kg/m3", 15), ("Density @60 (kg/m3)", 15.6),
    ("Density 60F kg/m3", 15.6), ("Dichte 25°C kg/m3", 25), ("Density 20°C (kg/m3)", 20), ("rho 20 (kg/m3)", 20),
    ("FV15 Density (kg/m3)", 20), ("Tank 15 density (kg/m3)", 20), ("Density @ 4°C (kg/m3)", 4),
]  # fmt: skip


def densities(celsius, thousand=1000.0):
    return [f"{sg * WATER[celsius] * thousand:.{2 if thousand > 1 else 5}f}" for sg in SG]


@pytest.mark.parametrize(("head", "celsius"), HEADS)
def test_they_are_compared_with_water_of_that_temperature(tmp_path, head, celsius):
    (log,) = logs_of(tmp_path, table(f"Date;{head};Temp C", ISO, densities(celsius), C, sep=";"))
    assert_is_the_batch(log)
    assert log.series.sg == pytest.approx(SG, abs=0.00005)


@pytest.mark.parametrize("head", ["Density 15/15", "SG 60/60F", "SG 20/20 (g/cm3)", "SG @ 15°C"])
def test_a_ratio_at_one_temperature_is_a_gravity(tmp_path, head):
    (log,) = logs_of(tmp_path, table(f"Date;{head};Temp C", ISO, sg4(), C, sep=";"))
    assert log.series.sg == pytest.approx(SG, abs=0.00005)


def test_water_of_4_degrees_is_a_gram_per_cm3(tmp_path):
    (log,) = logs_of(tmp_path, table("Date;d15/4;Temp C", ISO, densities(15, 1.0), C, sep=";"))
    assert log.series.sg == pytest.approx(SG, abs=0.00005)


def test_what_stands_above_the_table_says_it_too(tmp_path):
    text = table("Date;Density (kg/m3);Temp C", ISO, densities(15), C, sep=";")
    (log,) = logs_of(tmp_path, "Reference temperature;15 °C\n\n" + text)
    assert log.series.sg == pytest.approx(SG, abs=0.00005)


@pytest.mark.parametrize("fact", ["Refrigerator temp;4 °C", "Standard fermentation temp;12 °C", "Pitching temp;15 °C"])
def test_the_temperature_of_something_else_above_it_does_not(tmp_path, fact):
    text = table("Date;Density (kg/m3);Temp C", ISO, densities(20), C, sep=";")
    (log,) = logs_of(tmp_path, f"{fact}\n\n" + text)
    assert log.series.sg == pytest.approx(SG, abs=0.00005)
