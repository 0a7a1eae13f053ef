"""Sugar or fruit in a beer that is read by hand: from its first reading on, or from the word of it, it is not done."""

from dataclasses import replace

import numpy as np
import pytest

from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import BatchSeries

TAKES_H = 84.0  # a day of lag, and two and a half that it ferments


@pytest.fixture(scope="module", params=["network and curves", "curves"])
def forecaster(request):
    return TankForecaster(Pool(Model.load(CHECKOUT)) if request.param == "network and curves" else None)


def sweetened(fed_h, points, every_h, told, wakes=True):
    """An ale that was done by 80 h. Told: its sugar counts as there from the start, as a tank has it."""
    hours = np.arange(0.0, 400.0, every_h)
    sg = 1.055 - 0.045 / (1.0 + np.exp(-(hours - 40.0) / 9.0))
    left = 1.0 / (1.0 + np.exp((hours - fed_h - 45.0) / 10.0)) if wakes else 1.0
    sg += 0.001 * points * np.where(hours > fed_h, left, 1.0 if told else 0.0)
    sg += 0.0003 * np.random.default_rng(2).standard_normal(hours.size)
    temp_c = np.full(hours.size, 19.0)
    return BatchSeries(hours, np.round(sg, 4), temp_c, medium="beer", added_h=fed_h if told else None)


@pytest.mark.parametrize("every_h", [24.0, 12.0, 6.0])
@pytest.mark.parametrize(("fed_h", "points"), [(98.0, 12.0), (98.0, 25.0), (146.0, 12.0), (200.0, 25.0)])
@pytest.mark.parametrize("told", [True, False])
def test_it_is_not_done_within_hours(forecaster, fed_h, points, every_h, told):
    fruit = sweetened(fed_h, points, every_h, told)
    first_h = float(fruit.hours[fruit.hours > fed_h][0])
    for at_h in (*((fed_h + 0.5,) if told else ()), first_h, first_h + every_h):
        said, to_come_h = forecaster.at(fruit, at_h), fed_h + TAKES_H - at_h
        assert said.remaining_h.p90 > 0.75 * to_come_h
        assert said.remaining_h.p50 > 10.0
        assert said.remaining_h.p10 < to_come_h
        assert "stands still" not in (said.why or "")


@pytest.mark.parametrize("every_h", [24.0, 12.0])
def test_what_was_told_and_does_not_ferment_stands_still_since_then(forecaster, every_h):
    fruit = sweetened(200.0, 25.0, every_h, told=True, wakes=False)
    assert "stands still" not in (forecaster.at(fruit, 230.0).why or "")
    said = forecaster.at(fruit, 296.0)
    assert "stands still at 1.03" in said.why
    assert " for " not in said.why  # four days since, and not the twelve of the beer


def test_one_reading_a_little_higher_is_no_fruit(forecaster):
    beer = sweetened(1e9, 0.0, 24.0, told=False)
    sg = beer.sg.copy()
    sg[6] += 0.003
    for at_h in (144.0, 168.0):
        assert forecaster.at(replace(beer, sg=sg), at_h).remaining_h.p90 <= 14.0


def test_a_hydrometer_that_a_crash_lifts_shows_no_fruit(forecaster):
    beer = sweetened(1e9, 0.0, 24.0, told=False)
    sg = beer.sg + np.where(beer.hours > 140.0, 0.006, 0.0)
    crashed = replace(beer, sg=sg, temp_c=np.where(beer.hours > 140.0, 2.0, 19.0))
    assert forecaster.at(crashed, 144.0).remaining_h.p90 <= 14.0


def test_what_fell_within_months_is_not_said_to_take_years(forecaster):
    hours = np.array([0.0, 240.0, 900.0, 1800.0, 2700.0, 3000.0, 3080.0])
    sg = np.array([1.005, 1.0045, 1.0040, 1.0020, 0.9950, 0.9920, 0.9990])
    said = forecaster.at(BatchSeries(hours, sg, np.full(hours.size, 12.0), og=1.005), 3088.0).remaining_h
    assert said.p50 < said.p90 < 3000.0
