"""A beer or mead that takes longer than most that the network learnt from takes longer than it believes."""

import numpy as np
import pytest

from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import BatchSeries


@pytest.fixture(scope="module")
def forecaster():
    return TankForecaster(Pool(Model.load(CHECKOUT)))


def ale_at(og, half_h, every_h, power=2.8):
    """Half gone after `half_h`; and the hour at which two points are left."""
    hours = np.arange(0.0, 10.0 * half_h, every_h)
    fall = 0.77 * (og - 1.0)
    noise = 0.0003 * np.random.default_rng(7).standard_normal(hours.size)
    sg = og - fall + fall / (1.0 + (hours / half_h) ** power) + noise
    done_h = half_h * (fall / 0.002 - 1.0) ** (1.0 / power)
    return BatchSeries(hours, sg, np.full(hours.size, 15.0), medium="beer"), done_h


@pytest.mark.parametrize("every_h", [0.5, 12.0], ids=["logged", "twice a day"])
def test_from_the_third_day_on_its_intervals_hold_it(forecaster, every_h):
    held = []
    for og in (1.045, 1.050, 1.060, 1.070):
        for half_h in (65.0, 80.0, 100.0):
            ale, done_h = ale_at(og, half_h, every_h)
            for at_h in (72.0, 96.0, 120.0):
                said = forecaster.at(ale, at_h).remaining_h
                held.append(said.p10 <= done_h - at_h <= said.p90)
    assert np.mean(held) >= 0.7


def test_of_a_beer_at_the_usual_pace_the_interval_is_no_wider(forecaster):
    ale, done_h = ale_at(1.050, 30.0, 0.5, power=4.0)
    for at_h in (24.0, 36.0, 48.0):
        said = forecaster.at(ale, at_h).remaining_h
        assert said.p90 - said.p50 < 1.2 * (done_h - at_h)
