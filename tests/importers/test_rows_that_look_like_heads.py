"""Readings in which no cell is a number alone, and heads that do not say in which unit their cells are."""

import pytest

from tests.importers.made_up import AT, ISO, PLATO, C, assert_is_the_batch, comma, logs_of, sg4, table


@pytest.mark.parametrize("form", ["%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M", "%d. %B %Y %H:%M", "%b %d, %Y %H:%M"])
@pytest.mark.parametrize("cells", [[f"{sg} SG" for sg in sg4()], [f"{comma(p, 2)} °P" for p in PLATO]])
def test_dates_in_words_beside_numbers_with_a_unit_are_readings(tmp_path, form, cells):
    temps = [f"{c} °C" for c in C]
    (log,) = logs_of(tmp_path, table("Date|Gravity|Temp", [at.strftime(form) for at in AT], cells, temps, sep="|"))
    assert_is_the_batch(log)


@pytest.mark.parametrize("name", ["SG", "Gravity (SG)", "Densité SG", "S.G."])
def test_cells_in_degrees_plato_below_a_head_that_says_sg(tmp_path, name):
    (log,) = logs_of(tmp_path, table(f"Date,{name},Temp C", ISO, [f"{p} °P" for p in PLATO], C))
    assert_is_the_batch(log)


@pytest.mark.parametrize("names", ["S.G. raw,S.G. corrected", "Sp.G. uncorrected,Sp.G. (corr.)"])
def test_gravities_by_their_letters_with_points(tmp_path, names):
    raw = [f"{float(sg) + 0.002:.4f}" for sg in sg4()]
    (log,) = logs_of(tmp_path, table(f"Date,{names},Temp C", ISO, raw, sg4(), C))
    assert_is_the_batch(log)


def test_two_samples_beside_one_temperature_in_two_units(tmp_path):
    again, fahrenheit = [f"{float(sg) + 0.0005:.4f}" for sg in sg4()], [f"{c * 1.8 + 32:.1f}" for c in C]
    text = table("Date,SG 1,SG 2,Temp (°F),Temp (°C)", ISO, sg4(), again, fahrenheit, C)
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)
