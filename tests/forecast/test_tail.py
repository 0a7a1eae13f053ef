"""What ends slowly is not promised within hours, and a strong beer not within the days of a usual one."""

import numpy as np
import pytest
from test_standstill import ale

from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tail import LONGEST_H, tail_h
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import BatchSeries

HOURS = np.arange(0.0, 400.0, 1.0)


@pytest.fixture(scope="module")
def forecaster():
    return TankForecaster(Pool(Model.load(CHECKOUT)))


def beer(sg, hours=HOURS, noise=0.0003, **told):
    noisy = sg + noise * np.random.default_rng(5).standard_normal(hours.size)
    return BatchSeries(hours, noisy, np.full(hours.size, 19.0), **told)


def creeping(points_per_day, every_h=1.0):
    hours = np.arange(0.0, 400.0, every_h)
    return beer(ale(hours) - 1e-3 / 24.0 * points_per_day * np.maximum(hours - 120.0, 0.0), hours, medium="beer")


@pytest.mark.parametrize("every_h", [0.25, 1.0, 6.0])
def test_a_beer_that_creeps_by_most_of_a_point_a_day_is_not_said_to_be_complete_within_hours(forecaster, every_h):
    """Hop creep, a wild yeast: for a week it was "2 h (0-2)"."""
    for at_h in (216.0, 240.0, 288.0):
        said = forecaster.at(creeping(0.8, every_h), at_h).remaining_h
        assert said.p90 > 40.0
        assert said.p50 > 0.0


def ale_with_a_tail(og, tail_h):
    """Three quarters of it fall as usual, the last quarter takes its time; read every half hour by what floats."""
    hours, fall = np.arange(0.0, 400.0, 0.5), 0.75 * (og - 1.0)
    usual = fall * 0.75 * (1.0 - 1.0 / (1.0 + (hours / 30.0) ** 3.5))
    slow = fall * 0.25 * (1.0 - np.exp(-np.maximum(hours - 15.0, 0.0) / tail_h))
    return beer(og - usual - slow, hours, noise=0.0006, medium="beer")


@pytest.mark.parametrize("og", [1.065, 1.080, 1.095])
@pytest.mark.parametrize("slow_h", [168.0, 240.0])
def test_an_ale_that_loses_a_point_a_day_for_another_week_is_not_said_to_be_complete_within_hours(
    forecaster, og, slow_h
):
    """On the sixth day it was "2 h (0-2)"."""
    for at_h in (144.0, 168.0, 192.0):
        assert forecaster.at(ale_with_a_tail(og, slow_h), at_h).remaining_h.p90 > 24.0


def test_a_tail_that_slows_down_leads_to_its_end():
    sg = 1.012 + 0.038 * np.exp(-HOURS / 60.0)
    done_h = 60.0 * np.log(0.038 / 0.002)
    for at_h in (132.0, 156.0):
        assert tail_h(beer(sg, noise=0.0).until(at_h)) == pytest.approx(done_h - at_h, abs=6.0)
    assert tail_h(beer(sg, noise=0.0).until(250.0)) == 0.0


@pytest.mark.parametrize(
    "batch",
    [
        beer(ale(HOURS)).until(200.0),
        beer(ale(np.maximum(HOURS - 60.0, 0.0))).until(100.0),
        beer(ale(HOURS)).until(60.0),
        beer(ale(HOURS), noise=0.002).until(140.0),
        BatchSeries(np.array([0.0, 24.0, 48.0]), np.array([1.05, 1.03, 1.02]), np.full(3, 19.0)),
        BatchSeries(HOURS[:1], np.array([1.05]), np.full(1, 19.0)),
    ],
    ids=["finished", "has just begun", "too early", "noise", "few readings", "one"],
)
def test_what_is_flat_quickens_or_is_too_short_has_no_tail(batch):
    assert tail_h(batch) == 0.0


def test_a_creep_is_given_no_longer_than_it_was_seen_for():
    assert tail_h(creeping(0.9).until(360.0)) <= LONGEST_H


def slowing_beer(og, done_h, every_h=0.5, **told):
    """Half gone after two days; completion, and a slow end until then, as strong ales have it."""
    hours = np.arange(0.0, 400.0, every_h)
    left = np.where(hours < 48.0, 1.0 - 0.5 * (hours / 48.0) ** 1.7, 0.0)
    pace = np.log(0.5 * 0.78 * (og - 1.0) / 0.002) / (done_h - 48.0)
    left = np.where(hours < 48.0, left, 0.5 * np.exp(-pace * np.maximum(hours - 48.0, 0.0)))
    return beer(og - 0.78 * (og - 1.0) * (1.0 - left), hours, noise=0.0003, medium="beer", **told)


@pytest.mark.parametrize("every_h", [0.5, 12.0])
@pytest.mark.parametrize("told", [{}, {"expected_attenuation": 0.78}], ids=["told beer", "and its attenuation"])
def test_a_strong_ale_may_take_nine_days_and_its_interval_says_so_from_the_first(forecaster, every_h, told):
    for at_h in (12.0, 24.0, 36.0):
        said = forecaster.at(slowing_beer(1.105, 215.0, every_h, **told), at_h).remaining_h
        assert said.p10 < 215.0 - at_h < said.p90
        assert said.p90 < 500.0


def test_of_a_usual_beer_it_says_what_it_said(forecaster):
    """1.050: nothing of that is for it."""
    said = forecaster.at(slowing_beer(1.050, 90.0), 24.0).remaining_h
    assert said.p90 < 1.5 * said.p50
