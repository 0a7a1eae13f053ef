"""A beer probe that goes to and fro: what is said is the probe, and neither the relay nor the deadband."""

from collections.abc import Callable
from dataclasses import replace
from math import exp
from random import Random

import pytest
from scenario_harness import Harness

from brewpi.plant.simulated_tank import ALE

TICK_S = 60.0
RESTED = replace(ALE, og=1.012)  # no warmth of its own
MISLEADING = {"heat: stuck on", "cool: stuck on", "beer: fighting", "beer: moved"}


class Read(Harness):
    """`reads`: what the probe reads; `seen`: every alarm so far."""

    def __init__(self, room_c: float, volume_l: float = 200.0, brew=RESTED, **options) -> None:
        self.reads: Callable[[], float] = lambda: self.vessel.beer_c
        self.dice, self.seen = Random(5), set()
        super().__init__(volume_l=volume_l, brew=replace(brew, room_c=room_c), tick_s=TICK_S, **options)

    def tick(self) -> None:
        self.plug("beer", round(16.0 * (self.reads() + self.dice.gauss(0.0, 0.03))) / 16.0)
        super().tick()
        self.seen |= self.alarms.keys()


@pytest.mark.parametrize("noise_c", [0.25, 0.5, 1.0])
@pytest.mark.parametrize(("brew", "room_c"), [(ALE, 17.0), (RESTED, 12.0), (RESTED, 26.0)])
def test_water_in_the_plug_is_said_within_the_hour_and_nothing_else_is_blamed(noise_c, brew, room_c):
    """Ninety starts of the compressor in 36 h; what was said was two welded relays, and a deadband of 9 °C to try."""
    tank = Read(room_c, brew=brew)
    tank.run(hours=12)
    assert not tank.seen
    tank.reads = lambda: tank.vessel.beer_c + tank.dice.gauss(0.0, noise_c)
    tank.run(hours=1.2)
    assert "beer: restless" in tank.alarms
    tank.run(hours=20)
    assert "beer: restless" in tank.alarms
    assert not tank.seen & MISLEADING
    tank.reads = lambda: tank.vessel.beer_c  # dried
    tank.run(hours=4)
    assert "beer: restless" not in tank.alarms


class Touches:
    """A probe that feels what an output does to its wall, three minutes later."""

    def __init__(self, tank: Read, role: str, by_c: float) -> None:
        self.tank, self.role, self.by_c, self.felt_c = tank, role, by_c, 0.0

    def __call__(self) -> float:
        wall_c = self.by_c * self.tank.vessel.duties[self.role]
        self.felt_c += (wall_c - self.felt_c) * (1.0 - exp(-TICK_S / 180.0))
        return self.tank.vessel.beer_c + self.felt_c


@pytest.mark.parametrize(("role", "room_c", "by_c"), [("heat", 12.0, 4.0), ("cool", 28.0, -4.0)])
def test_a_probe_that_touches_heater_or_jacket_is_said_and_no_relay(role, room_c, by_c):
    """It started every five minutes, all day long."""
    tank = Read(room_c, volume_l=20.0)
    tank.run(hours=6)
    tank.reads = Touches(tank, role, by_c)
    tank.run(hours=3)
    assert "beer: restless" in tank.alarms
    tank.run(hours=20)
    assert not tank.seen & MISLEADING


@pytest.mark.parametrize(("room_c", "target_c"), [(8.0, 26.0), (28.0, 12.0)])
def test_a_small_bucket_with_a_strong_heater_and_cooler_is_not_restless(room_c, target_c):
    tank = Read(room_c, volume_l=5.0, limits={"beer_high_c": 40.0})
    tank.vessel.supply.update(heat=8.0, cool=3.0)
    tank.run(hours=4)
    tank.run(target_c=target_c, hours=10)
    assert "beer: restless" not in tank.seen
