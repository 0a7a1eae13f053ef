"""A batch that stands still short of its end is not done, says so, and what it still had to do is still to come."""

from dataclasses import replace

import numpy as np
import pytest

from brewpi.estimation.life_cycle import LifeCycle
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.standstill import standstill
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import Batch, BatchSeries, TankState

STOPPED_H = 55.0  # half attenuated
COLD = "paused by the cold, not complete"
UNKNOWN = "stuck, or complete? Measure and taste"


@pytest.fixture(scope="module", params=["network and curves", "curves"])
def forecaster(request):
    return TankForecaster(Pool(Model.load(CHECKOUT)) if request.param == "network and curves" else None)


def ale(hours, final=1.011):
    fallen = 1.0 / (1.0 + np.exp(-4.0 * (hours / 50.0 - 1.0)))
    return 1.055 - (1.055 - final) * (fallen - 0.018) / 0.982


def stopped(every_h=0.5, chilled=True, known_c=True, noise=0.0004, **told):
    """It is chilled to 2 °C, or sulphited, at `STOPPED_H`, and stays as it was."""
    hours = np.arange(0.0, 264.0, every_h)
    sg = ale(np.minimum(hours, STOPPED_H)) + noise * np.random.default_rng(1).standard_normal(hours.size)
    temp_c = np.interp(hours, [STOPPED_H, STOPPED_H + 10.0], [19.0, 2.0 if chilled else 19.0])
    return BatchSeries(hours, np.round(sg, 4), temp_c if known_c else np.full(hours.size, np.nan), **told)


@pytest.mark.parametrize(
    ("batch", "says"),
    [
        (stopped(), COLD),
        (stopped(every_h=24.0, noise=0.0), COLD),
        (stopped(known_c=False), UNKNOWN),
        (stopped(chilled=False, medium="beer"), UNKNOWN),
        (stopped(chilled=False, every_h=12.0, medium="wine"), UNKNOWN),
        (stopped(noise=0.001), COLD),
    ],
    ids=["logged", "by day", "no thermometer", "told beer", "must", "floating"],
)
@pytest.mark.parametrize("later_h", [48.0, 96.0, 200.0])
def test_it_says_that_it_stopped_short_and_nobody_is_told_that_it_will_be_done_within_the_day(
    forecaster, batch, says, later_h
):
    said = forecaster.at(batch, STOPPED_H + later_h)
    assert said.remaining_h.p10 > 10.0
    assert said.remaining_h.p50 > later_h
    assert said.remaining_h.p90 > 3.0 * said.remaining_h.p50 or said.remaining_h.p90 > 1000.0
    assert said.final_sg.p10 < 1.015 < 1.028 < said.final_sg.p90
    assert said.why.endswith(says)
    assert said.p_stuck is None or said.p_stuck > 0.3


def test_a_chilled_beer_says_so_within_hours(forecaster):
    assert forecaster.at(stopped(), STOPPED_H + 12.0).why.endswith(COLD)


def test_the_daemon_says_the_same(forecaster):
    batch, at_h = stopped(medium="beer"), STOPPED_H + 96.0
    said, past = forecaster.at(batch, at_h), batch.until(at_h)
    history = tuple(zip((3600.0 * past.hours).tolist(), past.sg.tolist(), past.temp_c.tolist(), strict=True))
    state = TankState(batch=Batch(0.0, "b", medium="beer"), history=history)
    assert LifeCycle().believed(said, state) is said


@pytest.mark.parametrize(
    "moves",
    [
        stopped().until(STOPPED_H),
        stopped().until(STOPPED_H + 3.0),
        stopped(expected_attenuation=0.5),
        replace(stopped(), sg=np.full(stopped().hours.size, 1.055)).until(144.0),
        replace(stopped(), sg=1.055 - 0.00008 * stopped().hours),
        replace(stopped(), sg=ale(stopped().hours)),
    ],
    ids=["ferments", "a bubble", "as expected", "lag", "slow", "finished"],
)
def test_what_moves_has_not_begun_or_is_at_its_end_does_not_stand_short_of_it(moves):
    assert standstill(moves) is None


def test_once_it_goes_on_it_is_forecast_as_it_goes(forecaster):
    hours = np.arange(0.0, 240.0, 0.5)
    went_on = np.where(hours < 40.0, hours, np.maximum(hours - 24.0, 40.0))
    batch = BatchSeries(hours, np.round(ale(went_on), 4), np.full(hours.size, 19.0), medium="beer")
    assert "stands still" not in str(forecaster.at(batch, 80.0).why)
    assert forecaster.at(batch, 230.0).is_complete


def sweetened(at_h, told=False, points=10.0):
    """Fruit of so many points, whose sugar lags for a day and then goes within two."""
    hours = np.arange(0.0, 330.0, 0.5)
    left = 0.001 * points * (1.0 - 1.0 / (1.0 + np.exp((at_h + 40.0 - hours) / 10.0)))
    sg = ale(hours) + np.where(hours > at_h, left, 0.001 * points if told else 0.0)
    sg += 0.0004 * np.random.default_rng(3).standard_normal(hours.size)
    return BatchSeries(hours, np.round(sg, 4), np.full(hours.size, 19.0), added_h=at_h + 0.1 if told else None)


@pytest.mark.parametrize("told", [True, False])
def test_fruit_in_a_finished_beer_is_to_ferment_out_told_or_not(forecaster, told):
    fruit = sweetened(150.0, told)
    assert forecaster.at(fruit, 149.0).is_complete
    for at_h, takes_h in ((156.0, 59.0), (170.0, 45.0), (190.0, 25.0)):
        said = forecaster.at(fruit, at_h)
        assert takes_h / 3.0 < said.remaining_h.p50 < 3.0 * takes_h
        assert said.remaining_h.p10 - 10.0 < takes_h < said.remaining_h.p90 + 5.0
        assert said.final_sg.p10 <= 1.011 <= said.final_sg.p90 + 0.001
    assert forecaster.at(fruit, 320.0).is_complete


def test_a_cold_crash_that_lifts_the_hydrometer_is_no_fruit(forecaster):
    hours = np.arange(0.0, 200.0, 0.5)
    crash = BatchSeries(hours, np.where(hours > 140.0, 0.006, 0.0) + ale(hours), np.where(hours > 140.0, 2.0, 19.0))
    assert forecaster.at(crash, 160.0).remaining_h.p50 < 3.0


def test_what_is_done_ends_where_it_stands(forecaster):
    """A maltose-negative yeast, whose brewer told that it eats a fifth: nobody has seen such a beer end."""
    hours = np.arange(0.0, 160.0, 0.5)
    sg = 1.024 + 0.006 * np.exp(-hours / 12.0)
    beer = BatchSeries(hours, sg, np.full(hours.size, 19.0), expected_attenuation=0.2)
    said = forecaster.at(beer, 150.0)
    assert said.is_complete
    assert said.final_sg.p50 == pytest.approx(1.024, abs=0.0021)


def crashed(at_h, every_h=1.0, creeps=0.0, to_c=3.0, **told):
    """Chilled at `at_h`; in the cold it ferments at `creeps` of its pace."""
    hours = np.arange(0.0, 330.0, every_h)
    sg = ale(np.where(hours < at_h, hours, at_h + creeps * (hours - at_h)))
    sg += 0.0002 * np.random.default_rng(4).standard_normal(hours.size)
    temp_c = np.interp(hours, [at_h, at_h + 8.0], [20.0, to_c])
    return BatchSeries(hours, np.round(sg, 4), temp_c, **told)


@pytest.mark.parametrize(
    "beer",
    [crashed(68.0), crashed(68.0, every_h=24.0), crashed(74.0, every_h=24.0),
     crashed(68.0, every_h=12.0, medium="beer"), crashed(62.0, creeps=0.05), crashed(60.0, expected_attenuation=0.85)],
    ids=["logged", "by day", "by day, just after a reading", "two a day", "creeps", "told"],
)  # fmt: skip
def test_a_beer_crashed_while_it_fell_is_paused_and_not_done_also_near_its_end(forecaster, beer):
    """Past 60 % attenuated whatever was flat was an end: two days in the cold made it done."""
    for later_h in (48.0, 96.0, 200.0):
        said = forecaster.at(beer, 68.0 + later_h)
        assert said.why.endswith(COLD)
        assert said.remaining_h.p50 > 20.0
        assert said.remaining_h.p10 > 0.0
    past = beer.until(260.0)
    history = tuple(zip((3600.0 * past.hours).tolist(), past.sg.tolist(), past.temp_c.tolist(), strict=True))
    batch = Batch(0.0, "b", medium="beer", expected_attenuation=beer.expected_attenuation)
    state = TankState(batch=batch, history=history)
    assert LifeCycle().phase(state) in ("stuck", "fermenting")
    said = forecaster.at(beer, 260.0)
    assert LifeCycle().believed(said, state) is said


@pytest.mark.parametrize("creeps", [0.2, 0.3, 0.4])
def test_what_creeps_in_the_cold_is_complete_when_it_comes_there_at_that_pace(forecaster, creeps):
    """From one reading to the next "50 h" became "1.5 h" where what fell since the chill passed half a day's pace."""
    beer = crashed(60.0, creeps=creeps)
    complete_h = float(beer.hours[beer.sg <= ale(330.0) + 0.002][0])
    for at_h in np.arange(60.0 + 20.0, complete_h - 30.0, 4.0):
        said = forecaster.at(beer.until(at_h), at_h)
        assert said.remaining_h.p10 <= complete_h - at_h <= said.remaining_h.p90, at_h
        assert said.remaining_h.p50 > 0.25 * (complete_h - at_h), at_h


@pytest.mark.parametrize(
    "beer",
    [crashed(110.0), crashed(110.0, every_h=24.0), crashed(60.0, creeps=0.6, to_c=15.0),
     crashed(68.0, expected_attenuation=0.65), crashed(68.0, to_c=17.0)],
    ids=["flat before", "flat before, by day", "goes on in a cooler cellar", "told that it ends there", "3 °C"],
)  # fmt: skip
def test_a_crash_once_it_is_flat_or_a_cooler_cellar_keeps_no_beer_from_being_done(forecaster, beer):
    assert forecaster.at(beer, 300.0).is_complete


def let_rise(room_c=18.0, every_h=0.5, final=1.011, crash_h=None, **told):
    """Nobody cools it: its own heat makes it 7 °C warmer than its room, and is lost in a day; or crashed at last."""
    hours = np.arange(0.0, 330.0, 0.5)
    heat = -np.gradient(ale(hours, final))
    over_c = np.convolve(heat, np.exp(-hours / 18.0))[: hours.size]
    temp_c = room_c + 7.0 * over_c / over_c.max()
    sg = ale(hours if crash_h is None else np.minimum(hours, crash_h), final)
    if crash_h is not None:
        temp_c = np.where(hours < crash_h, temp_c, np.maximum(temp_c - 2.0 * (hours - crash_h), 3.0))
    sg = np.round(sg + 0.0002 * np.random.default_rng(5).standard_normal(hours.size), 4)
    step = int(2.0 * every_h)
    return BatchSeries(hours[::step], sg[::step], np.round(temp_c[::step], 1), **told)


@pytest.mark.parametrize("every_h", [0.5, 12.0, 24.0])
@pytest.mark.parametrize("room_c", [16.0, 21.0])
def test_a_beer_that_cools_by_itself_once_it_is_done_is_done_as_early_as_one_that_is_held(forecaster, room_c, every_h):
    """It was "paused by the cold" at what it had been pitched at, and never done."""
    beer = let_rise(room_c, every_h)
    held = replace(beer, temp_c=np.full(beer.hours.size, room_c))
    for at_h in np.arange(72.0, 330.0, 12.0):
        said = forecaster.at(beer, at_h)
        assert COLD not in (said.why or ""), at_h
        assert said.is_complete == forecaster.at(held, at_h).is_complete, at_h
    assert said.is_complete


def test_one_that_ends_short_while_it_cools_by_itself_is_not_said_to_be_paused(forecaster):
    said = forecaster.at(let_rise(final=1.022, medium="beer"), 200.0)
    assert said.why.endswith(UNKNOWN)


@pytest.mark.parametrize("every_h", [0.5, 24.0])
def test_one_that_was_let_rise_and_is_crashed_while_it_falls_is_paused(forecaster, every_h):
    beer = let_rise(every_h=every_h, crash_h=66.0)
    for at_h in (120.0, 200.0, 320.0):
        assert forecaster.at(beer, at_h).why.endswith(COLD), at_h


def test_what_was_flat_in_the_cold_alone_is_not_done_once_it_is_warm_again(forecaster):
    hours = np.arange(0.0, 300.0, 1.0)
    worked = np.interp(hours, [0.0, 64.0, 200.0, 300.0], [0.0, 64.0, 64.0, 164.0])
    temp_c = np.interp(hours, [64.0, 70.0, 194.0, 200.0], [20.0, 4.0, 4.0, 20.0])
    beer = BatchSeries(hours, np.round(ale(worked), 4), temp_c, medium="beer")
    for at_h in (190.0, 202.0, 206.0):
        assert not forecaster.at(beer, at_h).is_complete
    assert forecaster.at(beer, 299.0).is_complete


def idle(every_h, noise, begins_h=1e9, **told):
    """A wort in which nothing happens, until it does."""
    hours = np.arange(0.0, 721.0, every_h)
    sg = ale(np.maximum(hours - begins_h, 0.0)) + noise * np.random.default_rng(3).standard_normal(hours.size)
    return BatchSeries(hours, np.round(sg, 4), np.full(hours.size, 19.0), **told)


IDLE = {
    "by day": (24.0, 0.0005),
    "by day, roughly": (24.0, 0.001),
    "twice a day": (12.0, 0.0),
    "logged": (0.5, 0.0004),
    "floating": (1.0, 0.0008),
}


@pytest.mark.parametrize("told", [{}, {"medium": "beer"}, {"medium": "wine"}], ids=["nothing", "beer", "wine"])
@pytest.mark.parametrize("how", IDLE)
def test_what_has_not_begun_for_a_week_says_so_and_is_as_far_from_its_end_as_on_its_first_day(forecaster, how, told):
    batch = idle(*IDLE[how], **told)
    for day in (8.0, 14.0, 30.0):
        said = forecaster.at(batch, 24.0 * day)
        assert said.why.split("; ")[-1].startswith(f"has not begun to ferment in {day:.0f} days, ")
        assert said.remaining_h.p10 > 36.0
        assert 24.0 * day + 48.0 < said.remaining_h.p50 < 24.0 * day + 600.0
        assert said.final_sg.p50 < 1.02
        assert said.p_stuck is None or said.p_stuck > 0.75


@pytest.mark.parametrize("how", IDLE)
def test_one_that_begins_after_all_is_forecast_as_it_goes(forecaster, how):
    late_h = 240.0
    batch = idle(*IDLE[how], begins_h=late_h, medium="beer")
    assert standstill(batch.until(late_h)) is not None
    for hour in (48.0, 72.0):
        assert standstill(batch.until(late_h + hour)) is None
        assert forecaster.at(batch, late_h + hour).remaining_h.p50 < 100.0


@pytest.mark.parametrize("how", IDLE)
def test_a_lag_is_no_standstill(how):
    assert standstill(idle(*IDLE[how]).until(144.0)) is None
