"""Heat that goes in and does not show: drifting probes are found, and no room, fermentation or weak output is one.
Numbers: docs/effect-check.md."""

import json
from math import pi, sin

import pytest
from scenario_harness import Harness

from brewpi.control.effect_check import effect
from brewpi.control.interlocks import InterlocksSnapshot
from brewpi.control.probe_checks.heat_balance import STOPS_C, BalanceSnapshot, HeatBalance, Seen

TICK_S = 120.0


class Bench:
    """A tank with one output, held by what its probe says; hours and °C, all that is known of it can be chosen."""

    def __init__(self, direction, volume_l, *, room_c, swing_c=1.5, wall=1.0, full_c_per_h=0.9, setpoint_c=19.0,
                 power=False, ferments=0.0):  # fmt: skip
        self.wall_per_h = effect.wall_per_h(volume_l)
        stated = full_c_per_h if power else None
        self.balance = HeatBalance(direction, self.wall_per_h, stated)
        self.direction, self.wall, self.full_c_per_h, self.ferments = direction, wall, full_c_per_h, ferments
        self.room_c, self.swing_c, self.setpoint_c = room_c, swing_c, setpoint_c
        self.beer_c, self.reads_more_c, self.now, self.on, self.felt, self.most_c = (
            setpoint_c,
            0.0,
            0.0,
            False,
            0.0,
            0.0,
        )
        self.tells_gravity = True

    def run(self, hours, drift_c_per_h=0.0):
        tick_h = TICK_S / 3600.0
        for _ in range(round(hours / tick_h)):
            self.now += TICK_S
            room_c = self.room_c + self.swing_c * sin(2.0 * pi * self.now / 86_400.0)
            self.felt += (self.on - self.felt) * TICK_S / 360.0
            self.reads_more_c += drift_c_per_h * tick_h
            moved = self.direction * self.felt * self.full_c_per_h + self.ferments
            self.beer_c += tick_h * (moved + self.wall * self.wall_per_h * (room_c - self.beer_c))
            reads_c = round(16.0 * (self.beer_c + self.reads_more_c)) / 16.0
            short_c = self.direction * (self.setpoint_c - reads_c)
            self.on = not self.balance.is_stopped and (short_c > 0.0 if self.on else short_c > 0.3)
            self.balance.note(self.on, False, Seen(reads_c, room_c, self.setpoint_c, self.warmth), self.now)
            self.most_c = max(self.most_c, self.balance.missing_c)

    def warmth(self):
        return self.ferments if self.tells_gravity else None


@pytest.mark.parametrize("volume_l", [20.0, 500.0, 2000.0])
@pytest.mark.parametrize(("drift_c_per_h", "within_c"), [(-1.0, 4.0), (-0.3, 9.0), (-0.1, 8.0)])
def test_a_heater_that_follows_a_drifting_probe_is_stopped(volume_l, drift_c_per_h, within_c):
    tank = Bench(1, volume_l, room_c=14.0)
    tank.run(36.0)
    assert tank.most_c < 0.3
    tank.run(96.0, drift_c_per_h)
    assert tank.balance.is_stopped
    tank.run(24.0, drift_c_per_h)
    assert tank.balance.missing_c >= STOPS_C
    assert tank.beer_c < 19.0 + within_c


@pytest.mark.parametrize("volume_l", [20.0, 500.0])
@pytest.mark.parametrize(("drift_c_per_h", "within_c"), [(0.3, 8.0), (0.1, 9.0)])
def test_a_cooler_that_follows_a_drifting_probe_is_stopped(volume_l, drift_c_per_h, within_c):
    tank = Bench(-1, volume_l, room_c=24.0, full_c_per_h=2.7)
    tank.run(36.0)
    coldest_c = tank.beer_c
    while not tank.balance.is_stopped and tank.now < 200 * 3600.0:
        tank.run(1.0, drift_c_per_h)
        coldest_c = min(coldest_c, tank.beer_c)
    assert tank.balance.is_stopped
    assert coldest_c > 19.0 - within_c


@pytest.mark.parametrize(("room_c", "swing_c", "wall", "full_c_per_h"), [
    (14.0, 4.0, 1.0, 0.9), (9.0, 2.0, 2.0, 2.7), (17.0, 6.0, 0.5, 0.5), (12.0, 3.0, 3.0, 2.7),
])  # fmt: skip
@pytest.mark.parametrize("volume_l", [20.0, 500.0, 5000.0])
def test_a_tank_that_is_held_through_days_and_nights_has_nothing_missing(volume_l, room_c, swing_c, wall, full_c_per_h):
    tank = Bench(1, volume_l, room_c=room_c, swing_c=swing_c, wall=wall, full_c_per_h=full_c_per_h)
    tank.run(72.0)
    tank.room_c -= 6.0  # a cold front
    tank.run(72.0)
    assert tank.most_c < 0.5


@pytest.mark.parametrize("direction", [1, -1])
def test_a_fermentation_that_ends_or_begins_is_no_drift(direction):
    tank = Bench(direction, 500.0, room_c=19.0 - direction * 5.0, ferments=0.02)
    tank.run(24.0)
    for ferments in (0.1, 0.4, 0.2, 0.0):
        tank.ferments = ferments
        tank.run(24.0)
    assert tank.most_c < 0.5


def test_a_heater_that_has_lost_half_of_its_power_is_no_drift():
    tank = Bench(1, 50.0, room_c=14.0, full_c_per_h=1.8)
    tank.run(48.0)
    tank.full_c_per_h = 0.9
    tank.run(96.0)
    assert tank.most_c < 1.0


def test_with_power_and_room_a_drift_is_found_although_nobody_measures_gravity():
    tank = Bench(1, 500.0, room_c=14.0, power=True)
    tank.tells_gravity = False
    tank.run(12.0)
    tank.run(30.0, -0.3)
    assert tank.balance.wall_per_h is None
    assert tank.balance.since is not None


def test_a_leap_of_the_probe_and_wort_that_is_poured_in_are_no_drift():
    tank = Bench(1, 500.0, room_c=14.0)
    tank.run(36.0)
    for leap_c in (-3.0, 3.0, -2.0):
        tank.reads_more_c += leap_c
        tank.run(12.0)
    tank.beer_c -= 4.0
    tank.run(12.0)
    assert tank.most_c < 1.0


def test_a_restart_goes_on_with_what_was_seen_and_a_resume_begins_anew():
    tank = Bench(1, 500.0, room_c=14.0)
    tank.run(36.0)
    tank.run(10.0, -0.3)
    before, kept = tank.balance, BalanceSnapshot.read(json.loads(tank.balance.snapshot().model_dump_json()))[0]
    tank.balance = HeatBalance(1, tank.wall_per_h)
    tank.balance.restore(kept, tank.now)
    assert tank.balance.missing_c == pytest.approx(before.missing_c, abs=0.13)
    tank.run(40.0, -0.3)
    assert tank.balance.is_stopped
    assert tank.balance.since is not None
    tank.balance.forget()
    assert not tank.balance.is_stopped
    assert tank.balance.since is None


def test_a_wall_is_learnt_through_a_restart_every_few_hours():
    tank = Bench(1, 500.0, room_c=14.0)
    for _ in range(6):
        tank.run(8.0)
        kept = BalanceSnapshot.read(json.loads(tank.balance.snapshot().model_dump_json()))[0]
        tank.balance = HeatBalance(1, tank.wall_per_h)
        tank.balance.restore(kept, tank.now)
    assert tank.balance.wall_per_h == pytest.approx(tank.wall_per_h, rel=0.3)


def test_what_is_stopped_says_so_through_a_restart_until_somebody_resumes():
    tank = Harness(volume_l=500.0, without="cool")
    tank.run(minutes=5)
    kept = BalanceSnapshot(missing_c=3.0, is_stopped=True)
    tank.tank.interlocks.restore(InterlocksSnapshot(balances={"heat": kept}), tank.now)
    tank.restart()
    tank.run(beer_c=15.0, minutes=10)
    assert not tank.heating
    assert tank.why == "heat: what it gives does not show in the beer, waits for resume"
    assert "the beer may be 3.0 °C warmer than its probe reads, heating is off" in tank.alarms["beer: balance"]
    tank.resume()
    tank.run(minutes=10)
    assert tank.heating
    assert "beer: balance" not in tank.alarms
