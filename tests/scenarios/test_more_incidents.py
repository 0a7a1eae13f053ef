"""More of what happens in cellars, by the name that an operator would give it."""

from dataclasses import replace
from random import Random

import pytest
from scenario_harness import TICK_S, Harness

from brewpi.control.output_timers import TRIP_REST_S
from brewpi.plant.simulated_tank import ALE

HOUR = 3600.0


@pytest.mark.parametrize("volume_l", [5.0, 10_000.0])
def test_the_probe_falls_out_at_the_rise_and_the_belt_heats_on(volume_l):
    """From a jug to a big tank, with nothing but a heater, in a cold cellar."""
    tank = Harness(volume_l=volume_l, without="cool", brew=replace(ALE, room_c=10.0, room_swing_c=0.0))
    tank.plug("beer")
    tank.run(hours=1)
    noise = Random(2)
    tank.run(target_c=21.0, minutes=5)
    before_c = tank.vessel.beer_c
    for _ in range(round(8 * HOUR / TICK_S)):
        tank.plug("beer", round(16.0 * (10.0 + noise.gauss(0.0, 0.03))) / 16.0)
        tank.tick()
    assert tank.alarms.keys() & {"heat: dead", "heat: guilty"}
    assert not tank.heating
    assert tank.vessel.beer_c < before_c + 3.0


def test_the_power_flickers_while_the_cooler_rests_from_its_longest_run():
    tank = Harness(cool={"compressor": True, "max_run_s": 900.0})
    tank.run(beer_c=24.0, minutes=25)
    ended_at = tank.now
    while not tank.cooling:
        tank.restart(away_s=30.0)
        tank.run(minutes=4)
        assert tank.now < ended_at + 2.0 * TRIP_REST_S
        tank.run(minutes=3)
    runs = [at for at, _, cools in tank.track if cools]
    last_of_first = max(at for at in runs if at <= ended_at)
    assert min(at for at in runs if at > ended_at) - last_of_first >= TRIP_REST_S


def test_the_power_flickers_between_heating_and_cooling():
    tank = Harness(limits={"changeover_s": 1800.0})
    tank.run(beer_c=17.0, minutes=10)
    assert tank.heating
    tank.restart(away_s=20.0)
    tank.run(beer_c=22.0, minutes=20)
    assert not tank.cooling
    assert tank.why == "cool: waits after heat, 10 min left"
    tank.run(minutes=11)
    assert tank.cooling
