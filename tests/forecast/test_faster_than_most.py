"""A beer that is faster than most that the network learnt from ends sooner than it believes: kveik, small vessels."""

import numpy as np
import pytest

from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import BatchSeries


@pytest.fixture(scope="module")
def forecaster():
    return TankForecaster(Pool(Model.load(CHECKOUT)))


def ale_at(og, half_h, every_h, power, temp_c):
    """Half gone after `half_h`, with a sharp end; and the hour at which two points are left."""
    hours = np.arange(0.0, 10.0 * half_h, every_h)
    fall = 0.77 * (og - 1.0)
    noise = 0.0003 * np.random.default_rng(7).standard_normal(hours.size)
    sg = og - fall + fall / (1.0 + (hours / half_h) ** power) + noise
    done_h = half_h * (fall / 0.002 - 1.0) ** (1.0 / power)
    return BatchSeries(hours, sg, np.full(hours.size, temp_c), medium="beer"), done_h


@pytest.mark.parametrize("temp_c", [20.0, 30.0, np.nan])
@pytest.mark.parametrize("every_h", [0.5, 6.0], ids=["logged", "four times a day"])
def test_its_intervals_hold_it(forecaster, every_h, temp_c):
    held = []
    for og in (1.040, 1.050, 1.060, 1.070):
        for half_h in (10.0, 13.0, 17.0, 20.0):
            for power in (4.0, 5.0):
                ale, done_h = ale_at(og, half_h, every_h, power, temp_c)
                asked_h = [at_h for at_h in (12.0, 18.0, 24.0, 36.0) if at_h < 0.9 * done_h]
                said = [forecaster.at(ale, at_h).remaining_h for at_h in asked_h]
                held += [one.p10 <= done_h - at_h <= one.p90 for one, at_h in zip(said, asked_h, strict=True)]
    assert np.mean(held) >= 0.75


def test_of_a_beer_at_the_usual_pace_the_interval_is_no_wider(forecaster):
    ale, done_h = ale_at(1.050, 40.0, 0.5, 4.0, 19.0)
    for at_h in (24.0, 36.0, 48.0):
        said = forecaster.at(ale, at_h).remaining_h
        assert said.p50 - said.p10 < 0.35 * (done_h - at_h)
