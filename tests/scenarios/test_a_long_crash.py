"""A crash at full power: near the glycol's temperature a jacket that works moves the beer by 0.3 °C/h."""

from dataclasses import replace
from random import Random

import pytest
from scenario_harness import Harness

from brewpi.plant.simulated_tank import ALE

TICK_S = 60.0


class Crashed(Harness):
    """A beer that is done, read by a DS18B20 in a room of 20 °C; `seen`: every alarm so far."""

    def __init__(self, seed: int, volume_l: float) -> None:
        self.dice, self.seen = Random(seed), set()
        super().__init__(volume_l=volume_l, brew=replace(ALE, og=1.012, room_c=20.0), tick_s=TICK_S)

    def tick(self) -> None:
        self.plug("beer", round((self.vessel.beer_c + self.dice.gauss(0.0, 0.08)) * 16.0) / 16.0)
        super().tick()
        self.seen |= self.alarms.keys()


@pytest.mark.parametrize("away_s", [0.0, 300.0])
@pytest.mark.parametrize("volume_l", [200.0, 1000.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_cooler_that_brings_the_beer_down_is_not_called_weak(seed, volume_l, away_s):
    """It was, two degrees before the end, on its way and by a trial that it had passed."""
    tank = Crashed(seed, volume_l)
    tank.run(hours=12)
    tank.run(target_c=2.0, hours=4)
    if away_s:
        tank.restart(away_s=away_s)
    tank.run(hours=20)
    assert "cool: weak" not in tank.seen
    assert tank.vessel.beer_c < 2.7


def test_one_that_brings_it_no_further_is_called_weak():
    tank = Crashed(1, 200.0)
    tank.vessel.supply["cool"] = 0.25
    tank.run(hours=12)
    tank.run(target_c=2.0, hours=72)
    assert "cool: weak" in tank.seen
