"""A temperature beside the beer's that is of something else."""

import numpy as np
import pytest

from tests.importers.made_up import ISO, SG, C, assert_is_the_batch, logs_of, sg4, table

WARM = [23.5 + i % 2 for i in range(10)]


@pytest.mark.parametrize(("place", "own", "gravity"), [
    ("Kitchen Temp C", "Tilt Red Temp C", "Tilt Red SG"), ("Garage Temp C", "Temp C", "SG"),
    ("Upstairs Temp C", "FV1 Temp C", "FV1 SG"), ("Upstairs Temp C", "Temp C", "SG"),
    ("sensor.flat_temperature", "sensor.tilt_red_temperature", "sensor.tilt_red_gravity"),
])  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_the_gravitys_own_counts(tmp_path, place, own, gravity, first):
    heads, cells = ((place, own), (WARM, C)) if first else ((own, place), (C, WARM))
    (log,) = logs_of(tmp_path, table(",".join(["Date", *heads, gravity]), ISO, *cells, sg4()))
    assert_is_the_batch(log)


def test_a_kitchens_alone_is_not_the_beers(tmp_path):
    (log,) = logs_of(tmp_path, table("Date,Kitchen Temp C,SG", ISO, WARM, sg4()))
    assert np.isnan(log.series.temp_c).all()
    assert any("is not the temperature of the beer" in note for note in log.notes)


@pytest.mark.parametrize("cell", ["20.00", "20.01", "15.56", "68.00"])
def test_nor_is_that_at_which_a_density_meter_measures(tmp_path, cell):
    density = [f"{sg * 0.99823:.5f}" for sg in SG]
    text = table("Date,Density [g/cm3],Temperature [°C],Specific Gravity", ISO, density, [cell] * 10, sg4())
    (log,) = logs_of(tmp_path, text)
    assert np.isnan(log.series.temp_c).all()
    assert log.series.sg == pytest.approx(np.array(SG), abs=0.0001)


@pytest.mark.parametrize("cell", ["20", "20.0", "19.50"])
def test_a_beer_that_is_held_at_one_is(tmp_path, cell):
    (log,) = logs_of(tmp_path, table("Date,Density,Temperature [°C]", ISO, sg4(), [cell] * 10))
    assert log.series.temp_c == pytest.approx(float(cell))
