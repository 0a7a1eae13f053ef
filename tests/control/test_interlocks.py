"""What no recipe and no operator gets past, as seen on the bench: every refusal comes with its reason."""

import pytest
from scenario_harness import Harness

# --- rests


def test_compressor_rests_five_minutes_even_when_the_probe_drops_out(tank):
    tank.run(beer_c=22.0, target_c=19.0, minutes=10)
    assert tank.cooling
    tank.run(beer_c=18.9, minutes=1)
    assert not tank.cooling

    tank.unplug("beer")
    tank.run(minutes=2)
    tank.plug("beer", 25.0)
    tank.run(minutes=1)

    assert not tank.cooling
    assert tank.last.command.why == "cool: compressor rests, 1 min left"


def test_compressor_rests_on_start_because_nobody_knows_how_long_the_power_was_away(tank):
    tank.run(beer_c=22.0, minutes=5)
    assert not tank.cooling
    assert tank.why == "cool: compressor rests, 5 s left"
    tank.run(minutes=1)
    assert tank.cooling


def test_compressor_rests_through_a_restart(tank):
    tank.run(beer_c=22.0, minutes=10)
    assert tank.cooling

    tank.restart()
    assert not tank.cooling
    tank.run(minutes=4.9)

    assert not tank.cooling
    assert tank.why.startswith("cool: compressor rests")
    tank.run(minutes=0.5)
    assert tank.cooling


def test_compressor_rests_after_a_wire_came_off_for_a_moment(tank):
    tank.run(beer_c=22.0, minutes=10)
    tank.tear("cool")

    tank.run(minutes=1)

    assert not tank.cooling
    assert tank.why == "cool: compressor rests, 4 min left"


def test_an_output_that_does_not_obey_is_reported_as_off_and_named(tank):
    tank.run(beer_c=22.0, minutes=10)
    tank.tear("cool")
    tank.tick()
    assert tank.last.command.duty("cool") == 0.0
    assert tank.alarms["cool: output"] == (
        "cool: output does not obey (the wire is off); switched off, check its wiring"
    )
    tank.tick()
    assert "cool: output" not in tank.alarms


def test_a_heater_rests_as_long_as_its_options_say():
    tank = Harness(heat={"min_off_s": 120.0})
    tank.run(beer_c=17.0, target_c=19.0, minutes=2)
    assert tank.why == "heat: rests, 5 s left"
    tank.run(minutes=0.2)
    assert tank.heating


def test_an_output_once_started_runs_its_shortest_run(tank):
    tank.run(beer_c=17.0, target_c=19.0, minutes=3.2)
    assert tank.heating
    tank.run(beer_c=19.2, minutes=0.5)
    assert tank.heating
    assert tank.why == "heat: runs at least 60 s, 25 s left"
    tank.run(minutes=0.5)
    assert not tank.heating


def test_a_fault_ends_even_the_shortest_run():
    tank = Harness(heat={"min_on_s": 3600.0})
    tank.run(beer_c=17.0, minutes=3.2)
    assert tank.heating
    tank.stop()
    tank.tick()
    assert not tank.heating


# --- heating and cooling


def test_heat_waits_after_cooling_has_ended():
    tank = Harness(limits={"changeover_s": 900.0})
    tank.run(beer_c=20.0, minutes=10)
    assert tank.cooling

    tank.run(beer_c=18.0, minutes=5)
    assert not tank.cooling
    assert not tank.heating
    assert tank.why == "heat: waits after cool, 10 min left"
    tank.run(minutes=11)
    assert tank.heating


def test_cooling_waits_after_heating_has_ended(tank):
    tank.run(beer_c=18.0, minutes=6)
    assert tank.heating
    tank.run(beer_c=20.0, minutes=5)
    assert not tank.heating
    assert not tank.cooling
    assert tank.why == "cool: waits after heat, 5 min left"
    tank.run(minutes=6)
    assert tank.cooling


def test_heat_waits_until_the_shortest_run_of_the_cooler_is_over():
    tank = Harness(cool={"min_on_s": 1200.0})
    tank.run(beer_c=20.0, minutes=10)
    tank.run(beer_c=18.0, minutes=2)
    assert tank.cooling
    assert not tank.heating
    assert "heat: waits until cool is off" in tank.why


def test_asked_to_heat_and_cool_at_once_it_does_neither(tank, both_at_once):
    tank.run(beer_c=19.0, minutes=20)
    both_at_once(tank)
    tank.run(minutes=5)
    assert not tank.heating
    assert not tank.cooling
    assert tank.why == (
        "cool: heating and cooling are asked for at once, neither runs; "
        "heat: heating and cooling are asked for at once, neither runs"
    )


@pytest.fixture
def both_at_once():
    """A recipe gone mad: it wishes for both, always."""
    from brewpi.control.recipe import Recipe
    from brewpi.records import ControlRequest, Forecast, TankState

    class Mad(Recipe):
        def decide(self, state: TankState, forecast: Forecast, now: float) -> ControlRequest:
            return ControlRequest("mad", 19.0, {"heat": 1.0, "cool": 1.0}, "both")

    def drive_mad(tank: Harness) -> None:
        tank.tank.recipe = Mad(tank.temperature)

    return drive_mad


# --- what the probe says


def test_everything_is_off_once_the_beer_temperature_is_stale(tank):
    tank.run(beer_c=22.0, minutes=10)
    assert tank.cooling
    tank.unplug("beer")
    tank.run(minutes=4.9)
    assert tank.cooling
    tank.run(minutes=0.1)

    assert not tank.cooling
    assert tank.why == "cool: no beer temperature to go by (beer: no beer temperature for over 5 min)"
    assert tank.alarms["beer: unknown"].startswith("no beer temperature")
    assert "heating and cooling are off, check the probe" in tank.alarms["beer: unknown"]


def test_nothing_runs_before_the_first_beer_temperature(tank):
    tank.unplug("beer")
    tank.run(minutes=4)
    assert (tank.heating, tank.cooling) == (False, False)
    assert tank.alarms["beer: unknown"].startswith("no beer temperature (none so far)")


@pytest.mark.parametrize("nonsense", [85.0, -127.0, 0.0, float("nan")])
def test_a_probe_that_talks_nonsense_switches_everything_off(tank, nonsense):
    tank.run(beer_c=22.0, minutes=10)
    assert tank.cooling
    tank.run(beer_c=nonsense, minutes=1)
    assert not tank.cooling
    assert tank.why.startswith("cool: no beer temperature to go by (beer: ")
    assert "beer: implausible" in tank.alarms


def test_a_moment_of_nonsense_stops_nothing(tank):
    tank.run(beer_c=22.0, minutes=10)
    tank.run(beer_c=85.0, minutes=0.1)
    tank.run(beer_c=22.0, minutes=1)
    assert tank.cooling
    assert tank.longest("cooling") > 300.0


def test_control_goes_on_by_itself_when_the_probe_is_back(tank):
    tank.run(beer_c=22.0, minutes=10)
    tank.unplug("beer")
    tank.run(minutes=10)
    assert not tank.cooling
    tank.plug("beer", 22.0)
    tank.run(minutes=6)
    assert tank.cooling
    assert tank.alarms == {}


def test_beer_is_never_cooled_to_freezing():
    tank = Harness(temperature={"target_c": -1.8}, limits={"beer_low_c": -1.0})
    tank.run(beer_c=2.0, minutes=15)
    assert tank.cooling
    tank.run(beer_c=-0.9, minutes=3)
    tank.run(beer_c=-1.1, minutes=3)
    assert not tank.cooling
    assert tank.why == "cool: beer at -1.1 °C, never cooled below -1"


def test_beer_is_never_heated_past_its_limit():
    tank = Harness(limits={"beer_high_c": 20.0}, temperature={"target_c": 19.9, "deadband_c": 0.1})
    tank.run(beer_c=19.0, minutes=5)
    assert tank.heating
    tank.tank.recipe.set_target(30.0, tank.now - 36_000.0, "a bug")
    tank.run(beer_c=20.5, minutes=2)
    assert not tank.heating
    assert tank.why == "heat: beer at 20.5 °C, never heated above 20"


# --- longest run


def test_nothing_runs_longer_than_its_longest_run():
    tank = Harness(cool={"max_run_s": 3600.0})
    tank.run(beer_c=22.0, minutes=64)
    assert tank.cooling
    tank.run(minutes=2)

    assert not tank.cooling
    assert tank.longest("cooling") < 3600.0
    assert tank.why == "cool: rests after its longest run, 29 min left"
    assert tank.alarms["cool: longest run"] == (
        "cool ran for 60 min, its longest run, and rests; is it strong enough?"
    )


def test_after_the_rest_it_is_tried_again():
    tank = Harness(cool={"max_run_s": 600.0})
    tank.run(beer_c=22.0, minutes=16)
    assert not tank.cooling
    tank.run(minutes=30)
    assert tank.cooling
    assert "cool: longest run" not in tank.alarms


# --- the wrong way


def test_a_heater_in_the_coolers_socket_is_found_out(tank):
    tank.plug("beer")  # the beer lives by itself
    tank.run(minutes=1)
    tank.vessel.beer_c = 20.5
    tank.cross_the_sockets()

    tank.run(hours=4)

    assert tank.vessel.beer_c < 25.0
    assert (tank.heating, tank.cooling) == (False, False)
    assert tank.why == "cool: moves the beer the wrong way, waits for resume"
    assert tank.alarms["cool: guilty"] == (
        "cool moves the beer the wrong way and is off: is it wired to the right socket? Resume when it is"
    )


def test_what_is_wired_the_wrong_way_round_stays_off_through_a_restart_until_somebody_resumes(tank):
    tank.vessel.beer_c = 20.5
    tank.cross_the_sockets()
    tank.run(hours=4)
    assert "cool: guilty" in tank.alarms

    tank.restart()  # the sockets are right again, but nobody has said so
    tank.restart()
    tank.run(minutes=30)
    assert not tank.cooling
    assert tank.why == "cool: moves the beer the wrong way, waits for resume"

    tank.resume()
    tank.restart()
    tank.run(minutes=10)
    assert tank.cooling
    assert "cool: guilty" not in tank.alarms


# --- stop


def test_stop_switches_off_at_the_next_tick_and_says_by_whom(tank):
    tank.run(beer_c=22.0, minutes=10)
    tank.stop("anna")
    tank.tick()
    assert not tank.cooling
    assert tank.why == "cool: stopped by anna, waits for resume"
    assert tank.alarms["stop"] == "stopped by anna: everything is off until somebody resumes"


def test_stop_is_latched_through_restarts(tank):
    tank.run(beer_c=22.0, minutes=10)
    tank.stop("anna")
    for _ in range(3):
        tank.restart()
        tank.run(minutes=10)
        assert not tank.cooling
        assert tank.why == "cool: stopped by anna, waits for resume"


def test_resume_lets_control_go_on_after_the_rest(tank):
    tank.run(beer_c=22.0, minutes=10)
    tank.stop()
    tank.run(minutes=1)
    tank.resume()
    tank.run(minutes=1)
    assert not tank.cooling
    assert tank.why == "cool: compressor rests, 3 min left"
    tank.run(minutes=4)
    assert tank.cooling
    assert tank.alarms == {}


def test_a_tank_without_a_heater_cools_all_the_same():
    tank = Harness(without="heat")
    tank.run(beer_c=22.0, minutes=10)
    assert tank.cooling
    tank.run(beer_c=17.0, minutes=20)
    assert (tank.heating, tank.cooling) == (False, False)
