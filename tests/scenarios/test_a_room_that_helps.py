"""A probe that hangs beside the tank while the room goes the output's way by itself: night beside a cooler, a sunny
morning beside a heater. What the room does is not the output's doing."""

from dataclasses import replace
from math import exp, pi, sin
from random import Random

import pytest
from scenario_harness import Harness

from brewpi.plant.simulated_tank import ALE
from brewpi.records import Batch

RESTED = replace(ALE, og=1.012)  # no warmth of its own
DAY_S = 86_400.0
TICK_S = 30.0


def in_the_air(tank, mean_c, swing_c, hours, day_at, until=lambda: False):
    """The probe reads a room with its day; `day_at`: 0 as it is warmest, 0.5 as it is coldest."""
    noise, began = Random(1), tank.now
    for _ in range(round(hours * 3600.0 / TICK_S)):
        day = day_at + (tank.now - began) / DAY_S
        room_c = mean_c + swing_c * sin(2.0 * pi * (day + 0.25)) + noise.gauss(0.0, 0.03)
        tank.plug("beer", round(16.0 * room_c) / 16.0)
        tank.tick()
        if until():
            return


@pytest.mark.parametrize("share", [1.0, 0.3])
@pytest.mark.parametrize("day_at", [0.0, 0.125, 0.25, 0.375, 0.5])
@pytest.mark.parametrize("volume_l", [23.0, 500.0, 2000.0])
def test_a_room_that_cools_by_night_is_not_the_coolers_effect(volume_l, day_at, share):
    tank = Harness(volume_l=volume_l, brew=replace(RESTED, room_c=26.0), tick_s=TICK_S)
    tank.vessel.supply["cool"] = share
    in_the_air(tank, 26.0, 3.0, 24.0, day_at)
    assert "cool: dead" in tank.alarms
    assert tank.vessel.beer_c > 14.0


@pytest.mark.parametrize("day_at", [0.5, 0.625, 0.75])
@pytest.mark.parametrize("volume_l", [23.0, 500.0, 2000.0])
def test_a_room_that_the_sun_warms_is_not_the_heaters_effect(volume_l, day_at):
    brew = replace(RESTED, start_c=22.0, room_c=15.0)
    tank = Harness(volume_l=volume_l, brew=brew, temperature={"target_c": 22.0}, tick_s=TICK_S)
    in_the_air(tank, 15.0, 3.0, 24.0, day_at)
    assert "heat: dead" in tank.alarms
    assert tank.vessel.beer_c < 25.0


@pytest.mark.parametrize("learnt_h", [1.0, 30.0])
def test_a_probe_that_slips_out_at_dusk_after_the_cooler_has_worked_for_long(learnt_h):
    tank = Harness(volume_l=23.0, brew=replace(RESTED, start_c=26.0, room_c=26.0), tick_s=TICK_S)
    tank.vessel.supply["cool"] = 0.4  # 1.1 °C/h of warm beer
    tank.run(hours=learnt_h)
    began_c = tank.vessel.beer_c
    in_the_air(tank, 26.0, 3.0, 12.0, 0.1)
    assert "cool: dead" in tank.alarms
    assert tank.vessel.beer_c > min(began_c, 19.0) - 5.0


@pytest.mark.parametrize(("share", "volume_l"), [(0.2, 23.0), (0.15, 500.0), (1.0, 23.0)])
def test_a_cooler_that_pulls_down_slowly_in_a_hot_room_is_quiet_and_hardly_slower_for_it(share, volume_l):
    """It is compared with itself, which takes half an hour now and then, and nobody is told anything."""
    brew = replace(RESTED, start_c=26.0, room_c=26.0, room_swing_c=3.0)
    tank, seen = Harness(volume_l=volume_l, brew=brew, cool={"max_run_s": 48 * 3600.0}, tick_s=TICK_S), set()
    tank.vessel.supply["cool"] = share
    while tank.vessel.beer_c > 19.4:
        tank.run(minutes=10)
        seen |= tank.alarms.keys()
    on = sum(cools for _, _, cools in tank.track) / len(tank.track)
    assert not seen
    assert on > 0.8


@pytest.mark.parametrize("room_c", [17.0, 28.0])
def test_an_ale_from_pitching_on_by_day_and_night_is_quiet(room_c):
    brew = replace(ALE, room_c=room_c, room_swing_c=3.0)
    tank, seen = Harness(volume_l=23.0, brew=brew, tick_s=TICK_S), set()
    tank.vessel.supply["cool"] = 0.3
    for _ in range(96):
        tank.run(hours=1)
        seen |= tank.alarms.keys()
    assert not {"cool: dead", "heat: dead", "cool: guilty", "heat: guilty"} & seen
    assert abs(tank.vessel.beer_c - 19.0) < 1.0


@pytest.mark.parametrize("seed", [3, 8, 10])
def test_doors_and_draughts_are_not_the_outputs_effect(seed):
    """A room about as warm as the setpoint, with a day and a door: its turns pass for effects, hour after hour."""
    tank = Harness(volume_l=200.0, brew=replace(RESTED, room_c=20.0), tick_s=60.0)
    tank.tank.begin(Batch(tank.now, id="b1", og=1.050, medium="beer"))
    tank.run(hours=14.0)
    dice, door_c, given_c = Random(seed), 0.0, 0.0
    for minute in range(48 * 60):
        door_c = dice.uniform(-2.0, 2.0) if dice.random() < 1.0 / 360.0 else door_c * exp(-1.0 / 20.0)
        room_c = 20.0 + 2.0 * sin(2.0 * pi * (minute / 1440.0 + 0.3 * seed)) + door_c + dice.gauss(0.0, 0.03)
        tank.plug("beer", round(16.0 * room_c) / 16.0)
        tank.tick()
        given_c += (0.9 * tank.heating + 2.7 * tank.cooling) / 60.0
    assert given_c < 7.0
