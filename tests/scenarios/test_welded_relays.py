"""A relay that stays on while the other side outruns it: the beer is where it should be, and two machines work."""

from dataclasses import replace

import pytest
from scenario_harness import Harness

from brewpi.plant.simulated_tank import ALE

RESTED = replace(ALE, og=1.012)  # no warmth of its own
RUNS = {"compressor": False, "max_run_s": 48 * 3600.0}


def watched(brew):
    return Harness(volume_l=500.0, cool=RUNS, heat={"max_run_s": 48 * 3600.0}, brew=brew)


@pytest.mark.parametrize(
    ("welded", "stuck_at", "start_c", "room_c"), [("heat", 2.0, 19.0, 18.0), ("cool", 0.3, 19.0, 20.0)]
)
def test_a_welded_relay_is_said_while_the_other_side_outruns_it(welded, stuck_at, start_c, room_c):
    brew = replace(RESTED, start_c=start_c, room_c=room_c)
    tank = watched(brew)
    tank.run(hours=2)
    tank.vessel.break_output(welded, stuck_at=stuck_at)
    tank.run(hours=9)
    assert 18.0 < tank.vessel.beer_c < 20.0  # held, by the other one
    assert f"while {welded} is off" in tank.alarms[f"{welded}: stuck on"]
    other = {"heat": "cool", "cool": "heat"}[welded]
    assert f"{other}: stuck on" not in tank.alarms


def test_a_vigorous_fermentation_in_a_warm_room_is_no_welded_heater():
    tank, seen = watched(replace(ALE, room_c=28.0)), set()
    for _ in range(30):
        tank.run(hours=1)
        seen |= tank.alarms.keys()
    assert not {"heat: stuck on", "cool: stuck on"} & seen
