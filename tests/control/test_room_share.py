"""A beer probe that reads the room is found, all out of its well or half of it, and no beer is taken for one."""

import json
from dataclasses import replace
from math import exp, pi, sin
from random import Random

import pytest

from brewpi.control.effect_check.effect import wall_per_h
from brewpi.control.probe_checks.room_share import STOPS, RoomShare, RoomShareSnapshot

TICK_S = 120.0


class Bench:
    """A beer that is held by what its probe reads, in a room with a day, weather and a door; `reads`: the share of the
    room that the probe reads; hours and °C."""

    def __init__(self, volume_l, *, apart_c=0.0, setpoint_c=19.0, wall=1.0, seed=1, moves_c_per_h=0.9):
        self.room_share, self.dice, self.wall_per_h = RoomShare(), Random(seed), wall * wall_per_h(volume_l)
        self.setpoint_c, self.away_c, self.moves_c_per_h = setpoint_c, setpoint_c + apart_c, moves_c_per_h
        self.beer_c = self.reads_c = setpoint_c
        self.reads, self.now, self.door_c, self.weather_c = 0.0, 0.0, 0.0, 0.0
        self.drive, self.felt = 0, 0.0
        self.most = 0.0

    def run(self, hours):
        tick_h = TICK_S / 3600.0
        for _ in range(round(hours / tick_h)):
            self.now += TICK_S
            self.door_c *= exp(-TICK_S / 1200.0)
            if self.dice.random() < tick_h / 4.0:
                self.door_c = self.dice.uniform(-2.0, 2.0)
            self.weather_c += self.dice.gauss(0.0, 0.12 * tick_h**0.5)
            room_c = self.away_c + 1.5 * sin(2.0 * pi * self.now / 86_400.0) + self.door_c + self.weather_c
            self.felt += (self.drive - self.felt) * TICK_S / 360.0
            self.beer_c += tick_h * (self.moves_c_per_h * self.felt + self.wall_per_h * (room_c - self.beer_c))
            seen_c = self.reads * room_c + (1.0 - self.reads) * self.beer_c
            self.reads_c += (seen_c - self.reads_c) * (1.0 - exp(-TICK_S / 200.0))
            reads_c = round(16.0 * (self.reads_c + self.dice.gauss(0.0, 0.03))) / 16.0
            off_c = self.setpoint_c - reads_c
            if abs(off_c) > 0.3:
                self.drive = 1 if off_c > 0.0 else -1
            elif off_c * self.drive <= 0.0:
                self.drive = 0
            room_reads_c = round(10.0 * (room_c + self.dice.gauss(0.0, 0.15))) / 10.0
            heats, cools = self.drive > 0, self.drive < 0
            self.room_share.note(reads_c, room_reads_c, heats=heats, cools=cools, now=self.now)
            self.most = max(self.most, self.room_share.share or 0.0)


@pytest.mark.parametrize("volume_l", [20.0, 500.0])
@pytest.mark.parametrize("apart_c", [-2.0, 0.0, 2.0])
def test_a_probe_in_a_room_as_warm_as_its_setpoint_stops_both_sides_within_a_day(volume_l, apart_c):
    tank = Bench(volume_l, apart_c=apart_c)
    tank.run(24.0)
    assert tank.room_share.since is None
    tank.reads = 1.0
    tank.run(24.0)
    assert tank.room_share.is_stopped
    assert tank.most > 0.8


def test_a_probe_that_hangs_half_in_its_well_is_said_and_stops_nothing():
    tank = Bench(500.0, apart_c=-8.0)
    tank.run(24.0)
    tank.reads = 0.45
    tank.run(24.0)
    assert tank.room_share.since is not None
    assert 0.3 < tank.most < STOPS
    tank.reads = 0.0
    tank.run(48.0)
    assert tank.room_share.since is None


@pytest.mark.parametrize("volume_l", [5.0, 50.0, 2000.0])
@pytest.mark.parametrize("wall", [1.0, 3.0])
@pytest.mark.parametrize("apart_c", [-10.0, 0.0, 6.0])
def test_beer_does_not_do_what_the_room_does(volume_l, wall, apart_c):
    tank = Bench(volume_l, apart_c=apart_c, wall=wall, seed=round(volume_l + apart_c))
    tank.run(30.0)
    tank.setpoint_c -= 6.0
    tank.run(30.0)
    assert tank.room_share.since is None


def test_a_silent_room_begins_anew_and_a_restart_knows_of_a_stop():
    tank = Bench(200.0)
    tank.reads = 1.0
    tank.run(24.0)
    kept = json.loads(tank.room_share.snapshot().model_dump_json())
    again = RoomShare()
    again.restore(RoomShareSnapshot.read(kept)[0], tank.now)
    assert again.is_stopped
    assert again.since == tank.now
    again.note(19.0, None, heats=False, cools=False, now=tank.now + 60.0)
    assert again.is_stopped
    again.forget()
    assert again == replace(RoomShare(), _last_at=tank.now + 60.0)
