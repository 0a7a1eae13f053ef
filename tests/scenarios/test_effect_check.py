"""The effect check from the bucket to the big tank: a cooler at its limit is weak and goes on, a probe that hangs in
the room stops the cooler. Numbers: docs/effect-check.md."""

from dataclasses import replace
from math import pi, sin
from pathlib import Path
from random import Random

import pytest
from scenario_harness import TICK_S, Harness

from brewpi.control.effect_check.effect import c_per_h
from brewpi.control.effect_check.effect_table import renewed
from brewpi.plant.simulated_tank import ALE

WARM_SUMMER = replace(ALE, start_c=20.0, room_c=24.0)


def at_its_limit(volume_l, share, power_w, hours):
    """A cooler of `share` of the usual 3 W/L, in a summer, against the warmth of a fermentation."""
    cool = {"compressor": False, "max_run_s": 48 * 3600.0, **({"power_w": power_w} if power_w else {})}
    tank = Harness(volume_l=volume_l, cool=cool, brew=WARM_SUMMER)
    tank.vessel.supply["cool"] = share
    seen = set()
    for _ in range(hours):
        tank.run(hours=1)
        seen |= tank.alarms.keys()
    return tank, seen


@pytest.mark.parametrize(
    ("volume_l", "share", "power_w"),
    [(20.0, 0.1, None), (500.0, 0.04, None), (5000.0, 0.04, None), (500.0, 0.02, 33.0), (5000.0, 0.012, 200.0)],
)
def test_a_cooler_at_its_limit_is_weak_and_never_latched(volume_l, share, power_w):
    tank, seen = at_its_limit(volume_l, share, power_w, hours=40)
    assert not {"cool: dead", "cool: guilty"} & seen
    assert "cool: weak" in seen
    on = sum(cools for _, _, cools in tank.track) / len(tank.track)
    assert on > 0.7  # trials cost it little


@pytest.mark.parametrize("power_w", [None, 3.0])
@pytest.mark.parametrize("volume_l", [20.0, 500.0, 5000.0])
def test_a_probe_that_hangs_in_the_room_stops_the_cooler(volume_l, power_w):
    """power_w: per litre, as the simulated cooler has it."""
    stated = {"power_w": power_w * volume_l} if power_w else {}
    tank, noise = Harness(volume_l=volume_l, cool={"compressor": False, **stated}), Random(1)
    tank.run(minutes=30)
    for n in range(round(7 * 3600.0 / TICK_S)):
        room_c = 24.0 + 1.5 * sin(2.0 * pi * n * TICK_S / 86_400.0) + noise.gauss(0.0, 0.03)
        tank.plug("beer", round(16.0 * room_c) / 16.0)
        tank.tick()
    assert "cool: dead" in tank.alarms
    assert not tank.cooling
    cooled_h = sum(cools for _, _, cools in tank.track) * TICK_S / 3600.0
    assert cooled_h <= 1.5
    if power_w:
        assert cooled_h * c_per_h(power_w * volume_l, volume_l) <= 2.0  # °C


@pytest.mark.parametrize(("w_per_l", "room_c", "stated", "hours"), [
    (1.0, 10.0, False, 7), (0.6, 10.0, True, 4), (2.0, 15.0, True, 3),
])  # fmt: skip
def test_a_probe_that_is_half_an_hour_behind_does_not_make_its_heater_a_dead_one(w_per_l, room_c, stated, hours):
    """It is taped to the wall of a plastic bucket: in the first half hour of a trial the run still shows, and in the
    first half hour after it the trial."""
    heat = {"max_run_s": 24 * 3600.0, **({"power_w": 25.0 * w_per_l} if stated else {})}
    brew = replace(ALE, start_c=18.0, room_c=room_c)
    tank = Harness(volume_l=25.0, without="cool", heat=heat, brew=brew, temperature={"target_c": 20.0}, tick_s=30.0)
    tank.vessel.supply["heat"] = w_per_l
    noise, wall_c = Random(1), 18.0
    for _ in range(hours * 120):
        tank.vessel.advance(tank.now)
        wall_c += (tank.vessel.beer_c - wall_c) / 60.0
        tank.plug("beer", round(16.0 * (wall_c + noise.gauss(0.0, 0.03))) / 16.0)
        tank.tick()
        assert "heat: dead" not in tank.alarms


def test_the_page_has_its_table_from_the_code():
    page = (Path(__file__).parents[2] / "docs" / "effect-check.md").read_text(encoding="utf-8")
    assert page == renewed(page), "type: make docs"
