"""Where the beer shall be: ramps from where the setpoint is, through restarts and new batches, without a jump."""

from __future__ import annotations

import json

import pytest
from stored import stored
from thoughts import HOUR, START, a_state

from brewpi.control.setpoint import Setpoint, SetpointSnapshot
from brewpi.control.temperature import Temperature
from brewpi.records import TankState

TOLD = Temperature(target_c=19.0, ramp_c_per_h=2.0)


def at(setpoint: Setpoint, hours: float, beer_c: float | None = 19.0) -> float | None:
    """The setpoint at this hour, as the tank is told."""
    now = START + hours * HOUR
    return setpoint.decide(a_state(now, beer_c=beer_c), now).target_c


@pytest.fixture
def setpoint() -> Setpoint:
    held = Setpoint(TOLD)
    at(held, 0.0)
    return held


def test_a_new_target_is_reached_at_the_ramp_of_the_tank_or_of_whoever_asked(setpoint):
    setpoint.move(21.0, START, "anna")
    assert [at(setpoint, h) for h in (0.0, 0.5, 1.0, 2.0)] == [19.0, 20.0, 21.0, 21.0]
    setpoint.move(3.0, START + 2.0 * HOUR, "crash", 4.0)
    assert [at(setpoint, h) for h in (2.0, 3.0, 6.5, 9.0)] == [21.0, 17.0, 3.0, 3.0]
    assert setpoint.target_c == 3.0


def test_another_target_on_the_way_leaves_from_where_the_setpoint_is(setpoint):
    setpoint.move(21.0, START, "anna")
    setpoint.move(18.0, START + 0.5 * HOUR, "ben")
    assert at(setpoint, 0.5) == 20.0
    assert at(setpoint, 1.0) == 19.0


def test_without_a_beer_temperature_nothing_runs_and_the_target_is_kept(setpoint):
    setpoint.move(21.0, START, "anna")
    now = START + HOUR
    demand = setpoint.decide(TankState(), now)
    assert (demand.duty("heat"), demand.duty("cool"), demand.target_c) == (0.0, 0.0, 21.0)
    assert demand.why == "hold: waits for a beer temperature"


def test_a_tank_that_is_not_controlled_says_so():
    watched = Setpoint(None)
    assert at(watched, 1.0) is None
    assert watched.move(21.0, START, "anna").startswith("the temperature of this tank is not controlled")
    assert watched.target_c is None
    watched.begin(a_state(START, beer_c=19.0), START)
    assert at(watched, 1.0) is None


def test_fresh_wort_is_not_sent_back_to_where_the_last_batch_ended(setpoint):
    setpoint.move(3.0, START, "crash")
    assert at(setpoint, 9.0, beer_c=3.0) == 3.0
    pitched = START + 10.0 * HOUR
    setpoint.begin(a_state(pitched, beer_c=22.0), pitched)
    setpoint.move(19.0, pitched, "primary")
    assert [at(setpoint, h, beer_c=21.0) for h in (10.0, 11.0, 12.0)] == [22.0, 20.0, 19.0]


def test_fresh_wort_that_nobody_measures_leaves_the_setpoint_where_it_is(setpoint):
    setpoint.begin(TankState(), START + HOUR)
    assert at(setpoint, 1.0) == 19.0


# --- restart


def restarted(setpoint: Setpoint, options: Temperature = TOLD) -> Setpoint:
    again = Setpoint(options)
    again.restore(stored(setpoint.snapshot()), START)
    return again


def test_a_ramp_goes_on_after_a_restart_as_if_nothing_had_been(setpoint):
    setpoint.move(3.0, START, "crash", 1.0)
    assert at(setpoint, 4.0) == 15.0
    assert at(restarted(setpoint), 4.1, beer_c=15.2) == pytest.approx(14.9)


def test_an_older_store_without_the_speed_of_the_ramp_uses_the_tank_s(setpoint):
    setpoint.move(3.0, START, "crash", 1.0)
    held = json.loads(setpoint.snapshot().model_dump_json())
    del held["ramp"]["c_per_h"]
    again = Setpoint(TOLD)
    again.restore(SetpointSnapshot.model_validate(held), START)
    assert at(again, 4.0) == 11.0


def test_a_target_of_a_step_outlives_an_edit_of_the_config_one_of_the_config_does_not(setpoint):
    edited = Temperature(target_c=17.0, ramp_c_per_h=2.0)
    assert restarted(setpoint, edited).target_c == 17.0
    setpoint.move(21.0, START, "rise")
    assert restarted(setpoint, edited).target_c == 21.0


def test_a_tank_that_is_no_longer_controlled_forgets_its_target(setpoint):
    again = Setpoint(None)
    again.restore(setpoint.snapshot(), START)
    assert at(again, 1.0) is None
