"""Wishing: when heating and cooling start and stop, and how the setpoint gets to a new target."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_harness import Harness

from brewpi.control.setpoint import Setpoint
from brewpi.control.temperature import Temperature, duty, ramped
from brewpi.records import Measured, TankState


@pytest.mark.parametrize(
    ("beer_c", "was", "runs"),
    [
        (19.0, None, None),
        (19.3, None, None),  # within the band: nothing starts
        (19.31, None, "cool"),
        (18.69, None, "heat"),
        (19.1, "cool", "cool"),  # once started it goes on to the setpoint
        (19.0, "cool", None),
        (18.9, "heat", "heat"),
        (19.0, "heat", None),
        (18.6, "cool", "heat"),  # thrown past the other end of the band
    ],
)
def test_it_starts_outside_the_band_and_stops_at_the_setpoint(beer_c, was, runs):
    assert duty(beer_c, 19.0, 0.3, was) == runs


@given(st.floats(-5, 50), st.floats(-2, 45), st.floats(0.1, 3), st.sampled_from([None, "heat", "cool"]))
def test_never_the_wrong_side(beer_c, setpoint_c, deadband_c, was):
    side = duty(beer_c, setpoint_c, deadband_c, was)
    assert side != "heat" or beer_c < setpoint_c
    assert side != "cool" or beer_c > setpoint_c
    assert side is not None or abs(beer_c - setpoint_c) <= deadband_c * (1 + 1e-9)


def test_a_relay_turns_once_per_swing_however_the_probe_flickers(tank):
    tank.run(beer_c=19.0, minutes=20)
    for n in range(240):
        tank.run(beer_c=19.0 + 0.28 * (-1) ** n, minutes=0.25)
    assert tank.longest("cooling") == tank.longest("heating") == 0.0


@pytest.mark.parametrize(
    ("hours", "setpoint_c"), [(-1.0, 19.0), (0.0, 19.0), (1.0, 17.0), (2.5, 14.0), (8.5, 2.0), (99.0, 2.0)]
)
def test_a_ramp_is_a_straight_line_that_ends_at_the_target(hours, setpoint_c):
    assert ramped(19.0, 2.0, 2.0, hours) == pytest.approx(setpoint_c)


@given(st.floats(-2, 45), st.floats(-2, 45), st.floats(0.1, 20), st.floats(0, 1000))
def test_a_ramp_never_overshoots(from_c, target_c, ramp_c_per_h, hours):
    low_c, high_c = sorted((from_c, target_c))
    assert low_c <= ramped(from_c, target_c, ramp_c_per_h, hours) <= high_c


def test_a_new_target_is_reached_along_a_ramp_and_said_on_the_way():
    tank = Harness(temperature={"ramp_c_per_h": 2.0})
    tank.run(beer_c=19.0, minutes=10)
    tank.run(target_c=21.0, minutes=30)
    assert tank.last.demand.target_c == pytest.approx(20.0)
    assert tank.last.demand.why == "heat: beer 19.0, setpoint 20.0 °C on its way to 21.0"
    tank.run(minutes=40)
    assert tank.last.demand.target_c == 21.0
    assert tank.last.demand.why == "heat: beer 19.0, setpoint 21.0 °C"


def test_a_target_changed_on_the_way_ramps_from_where_the_setpoint_is():
    tank = Harness(temperature={"ramp_c_per_h": 2.0})
    tank.run(beer_c=19.0, minutes=10)
    tank.run(target_c=25.0, hours=1)
    tank.run(target_c=19.0, minutes=30)
    assert tank.last.demand.target_c == pytest.approx(20.0)


def test_warm_wort_is_brought_to_its_target_along_a_ramp_from_where_it_is():
    tank = Harness(temperature={"ramp_c_per_h": 2.0})
    tank.run(beer_c=23.0, hours=1)
    assert tank.last.demand.target_c == pytest.approx(21.0, abs=0.01)


def test_a_ramp_goes_on_through_a_restart():
    tank = Harness(temperature={"ramp_c_per_h": 2.0})
    tank.run(beer_c=19.0, minutes=10)
    tank.run(target_c=25.0, hours=1)
    tank.restart(away_s=3600.0)
    tank.run(minutes=0.1)
    assert tank.last.demand.target_c == pytest.approx(23.0, abs=0.01)


def test_a_target_edited_in_the_config_counts_after_a_restart_unless_an_operator_has_set_one():
    tank = Harness()
    tank.run(beer_c=19.0, minutes=1)
    tank.temperature = tank.temperature.model_copy(update={"target_c": 21.0})
    tank.restart()
    tank.run(hours=1)
    assert tank.last.demand.target_c == 21.0

    tank.run(target_c=18.0, hours=1)
    tank.temperature = tank.temperature.model_copy(update={"target_c": 25.0})
    tank.restart()
    tank.run(minutes=1)
    assert tank.last.demand.target_c == 18.0


def test_beer_in_a_simulated_tank_is_held_within_half_a_degree_for_three_days():
    tank = Harness()
    tank.vessel.beer_c = 20.0
    tank.run(hours=6)
    warmest, coldest = -99.0, 99.0
    for _ in range(66):
        tank.run(hours=1)
        warmest, coldest = max(warmest, tank.vessel.beer_c), min(coldest, tank.vessel.beer_c)
    assert 18.5 < coldest < warmest < 19.5
    assert tank.longest("cooling") > 0.0


def test_a_tank_without_a_target_is_only_watched():
    from brewpi.control.recipe import Recipe
    from brewpi.records import Forecast

    recipe = Recipe(None)
    demand = recipe.decide(TankState(), Forecast(0.0, None, "none"), 0.0)
    assert (demand.duty("heat"), demand.duty("cool"), demand.target_c) == (0.0, 0.0, None)
    assert recipe.set_target(19.0, 0.0, "anna") == (
        "the temperature of this tank is not controlled; add [tanks.<name>.temperature] to the config"
    )


def test_without_a_beer_temperature_nothing_is_wished_for(tank):
    tank.run(beer_c=22.0, minutes=10)
    tank.unplug("beer")
    tank.run(minutes=6)
    assert tank.last.demand.duty("cool") == 0.0
    assert tank.last.demand.why == "hold: waits for a beer temperature"


def test_what_ran_before_the_probe_was_lost_is_forgotten(tank):
    tank.run(beer_c=19.5, target_c=19.0, minutes=10)
    tank.run(beer_c=19.2, minutes=2)
    assert tank.cooling  # on its way to the setpoint
    tank.unplug("beer")
    tank.run(minutes=15)
    tank.plug("beer", 19.2)
    tank.run(minutes=10)
    assert not tank.cooling  # within the band nothing starts


def test_a_tank_that_only_cools_does_not_say_that_it_heats():
    setpoint = Setpoint(Temperature(target_c=10.0), roles={"cool"})
    state = TankState(measured={"beer_c": Measured(10.0, 0.0, 10.0)})
    assert setpoint.decide(state, 0.0).why == "hold: beer 10.0, setpoint 10.0 °C"
    demand = setpoint.decide(TankState(measured={"beer_c": Measured(9.6, 60.0, 9.6)}), 60.0)
    assert (demand.duty("heat"), demand.why) == (0.0, "hold: beer 9.6, setpoint 10.0 °C, nothing here can heat")
