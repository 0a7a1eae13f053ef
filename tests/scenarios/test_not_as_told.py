"""An output that does not do what it is told: what is said of it names the right cause, once, as long as it lasts."""

from dataclasses import replace
from math import exp
from random import Random

import pytest
from scenario_harness import Harness

from brewpi.plant.simulated_tank import ALE

RESTED = replace(ALE, og=1.012)  # no warmth of its own
TICK_S = 60.0


def rested(volume_l, target_c, room_c, **more):
    brew = replace(RESTED, start_c=target_c, room_c=room_c)
    return Harness(volume_l=volume_l, brew=brew, temperature={"target_c": target_c}, tick_s=TICK_S, **more)


# --- heater and cooler in each other's socket


@pytest.mark.parametrize(("volume_l", "target_c", "room_c", "share", "asked"), [
    (200.0, 10.0, 22.0, 1.0, "cool"), (2000.0, 10.0, 22.0, 1.0, "cool"), (20.0, 19.0, 32.0, 0.4, "cool"),
    (200.0, 10.0, 5.0, 1.0, "heat"),
])  # fmt: skip
def test_crossed_sockets_are_named_also_where_the_beer_goes_the_wrong_way_slowly(
    volume_l, target_c, room_c, share, asked
):
    """A check of fuse and wire finds nothing there, and what is only dead is tried again on the next batch."""
    tank = rested(volume_l, target_c, room_c)
    tank.vessel.supply.update(heat=share, cool=share)
    tank.run(hours=24)
    tank.cross_the_sockets()
    tank.run(hours=8)
    assert f"{asked}: guilty" in tank.alarms
    assert f"{asked}: dead" not in tank.alarms
    assert not tank.heating
    assert not tank.cooling
    tank.cross_the_sockets()
    tank.resume()
    tank.run(hours=24)
    assert abs(tank.vessel.beer_c - target_c) < 0.6
    assert not tank.alarms


@pytest.mark.parametrize("room_c", [15.0, 22.0])
def test_a_probe_that_slipped_out_does_not_make_it_a_matter_of_sockets(room_c):
    tank = rested(200.0, 10.0, room_c)
    tank.run(hours=24)
    for _ in range(6 * 60):
        tank.plug("beer", round(16.0 * tank.vessel.room_c(tank.now)) / 16.0)
        tank.tick()
    assert "cool: dead" in tank.alarms
    assert "cool: guilty" not in tank.alarms


# --- a relay that is welded on, while the other side works against it


class Noted(Harness):
    """`began`: when each alarm was raised, each time."""

    def __init__(self, **options):
        self.began, self.before = {}, set()
        super().__init__(**options)

    def tick(self):
        super().tick()
        for key in self.alarms.keys() - self.before:
            self.began.setdefault(key, []).append(self.now)
        self.before = set(self.alarms)


@pytest.mark.parametrize(("volume_l", "target_c", "room_c", "welded", "stuck_at"), [
    (200.0, 19.0, 5.0, "cool", 1.0), (2000.0, 10.0, 22.0, "cool", 1.0), (200.0, 19.0, 22.0, "heat", 3.0),
])  # fmt: skip
def test_a_welded_relay_stays_said_as_long_as_the_other_side_works_against_it(
    volume_l, target_c, room_c, welded, stuck_at
):
    """While that runs for hours the beer does not move, which says nothing: it is one alarm, and not one for each
    pause. Once the relay is replaced it goes by itself."""
    brew = replace(RESTED, start_c=target_c, room_c=room_c)
    tank = Noted(volume_l=volume_l, brew=brew, temperature={"target_c": target_c}, tick_s=TICK_S)
    tank.run(hours=12)
    tank.vessel.break_output(welded, stuck_at=stuck_at)
    tank.run(hours=36)
    assert len(tank.began[f"{welded}: stuck on"]) == 1
    assert f"{welded}: stuck on" in tank.alarms
    tank.vessel.mend_output(welded)
    tank.run(hours=14)
    assert f"{welded}: stuck on" not in tank.alarms


# --- a cooler that is too weak for the summer


def too_weak(**more):
    """150 W on 200 l of finished beer at 10 °C, in a shed at 32 °C."""
    brew = replace(RESTED, start_c=10.0, room_c=32.0)
    tank = Noted(volume_l=200.0, brew=brew, temperature={"target_c": 10.0}, tick_s=TICK_S, **more)
    tank.vessel.supply["cool"] = 0.2
    return tank


def test_an_output_at_its_limit_for_days_calls_once_and_again_and_not_after_each_run():
    """Who acknowledged it is not called anew by each rest of half an hour, in the night too."""
    tank = too_weak()
    tank.run(hours=72)
    assert len(tank.began["cool: longest run"]) == 2
    text = tank.alarms["cool: longest run"]
    assert text.startswith("cool ran for 6 h, its longest run, ")
    assert text.endswith("times in a row and is still asked for; is it strong enough?")
    tank.restart()
    tank.run(minutes=10)
    assert "times in a row" in tank.alarms["cool: longest run"]
    tank.vessel.supply["cool"] = 1.0
    tank.run(hours=10)
    assert abs(tank.vessel.beer_c - 10.0) < 0.6
    assert "cool: longest run" not in tank.alarms


def test_a_crash_that_takes_one_longest_run_and_some_is_said_as_before():
    tank = rested(2000.0, 19.0, 22.0)
    tank.vessel.supply["cool"] = 0.7
    tank.run(target_c=2.0, hours=24)
    assert "cool: longest run" not in tank.alarms
    assert tank.vessel.beer_c < 3.0


def test_a_probe_that_drops_out_is_no_setpoint_that_was_reached_and_resume_is_a_look():
    tank = too_weak()
    tank.run(hours=30)
    assert "times in a row" in tank.alarms["cool: longest run"]
    tank.unplug("beer")
    tank.run(minutes=10)
    tank.plug("beer")
    tank.run(minutes=10)
    assert "times in a row" in tank.alarms["cool: longest run"]
    tank.resume()
    tank.run(minutes=5)
    assert "cool: longest run" not in tank.alarms


# --- a probe that is three quarters of an hour behind its beer


@pytest.mark.parametrize(("target_c", "room_c", "og", "hours"), [(10.0, 32.0, 1.012, 66), (19.0, 22.0, 1.050, 30)])
def test_a_strong_output_beside_a_very_slow_probe_is_not_called_dead(target_c, room_c, og, hours):
    """Its runs are shorter than what the probe takes to show them: the half hour before a trial shows the pause
    before, and only the hours before show the output."""
    brew = replace(ALE, og=og, start_c=target_c, room_c=room_c)
    tank = Noted(volume_l=20.0, brew=brew, temperature={"target_c": target_c}, tick_s=TICK_S)
    noise, seen_c = Random(1), target_c
    for _ in range(hours * 60):
        tank.vessel.advance(tank.now + TICK_S)
        seen_c += (tank.vessel.beer_c - seen_c) * (1.0 - exp(-TICK_S / 2700.0))
        tank.plug("beer", round(16.0 * (seen_c + noise.gauss(0.0, 0.03))) / 16.0)
        tank.tick()
    assert not {"cool: dead", "heat: dead"} & tank.began.keys()
    assert abs(tank.vessel.beer_c - target_c) < 1.5
