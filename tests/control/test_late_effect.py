"""A probe that is up to an hour behind its beer: what works is not called dead, what does not still is."""

from math import pi, sin
from random import Random

import pytest

from brewpi.control.effect_check.output_response import OutputResponseCheck

TICK_S = 60.0


class Slow:
    """Beer held at 18 °C by one output of `full_c_per_h`, as a probe reads it that is `lag_s` behind. gives: how much
    of that arrives."""

    def __init__(self, direction, lag_s, full_c_per_h, *, loss_c_per_h, power=True, gives=1.0, probe_in="beer"):
        stated = full_c_per_h if power else None
        self.response = OutputResponseCheck(direction, stated_c_per_h=stated, volume_l=50.0)
        self.direction, self.lag_s, self.full_c_per_h, self.gives = direction, lag_s, full_c_per_h, gives
        self.loss_c_per_h, self.probe_in = loss_c_per_h, probe_in
        self.beer_c = self.probe_c = 18.0
        self.now, self.wants, self.felt, self.seen, self.noise = 0.0, False, 0.0, set(), Random(1)

    def run(self, hours, target_c=18.0):
        for _ in range(round(hours * 3600.0 / TICK_S)):
            self.now += TICK_S
            self.felt += (self.on - self.felt) * TICK_S / 360.0
            moved = self.direction * (self.felt * self.full_c_per_h * self.gives - self.loss_c_per_h)
            self.beer_c += moved * TICK_S / 3600.0
            room_c = 18.0 - self.direction * 3.0 + 3.0 * sin(2.0 * pi * self.now / 86_400.0)
            self.probe_c += ((self.beer_c if self.probe_in == "beer" else room_c) - self.probe_c) * TICK_S / self.lag_s
            reads_c = round(16.0 * (self.probe_c + self.noise.gauss(0.0, 0.02))) / 16.0
            short_c = self.direction * (target_c - reads_c)
            self.wants = short_c > (0.0 if self.wants else 0.3)
            self.response.watch(self.on, reads_c, self.now, self.on, max(short_c, 0.0))
            self.seen.add(self.response.standing)

    @property
    def on(self):
        return self.wants and self.response.standing in ("fine", "weak", "trying")


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize(("lag_s", "full_c_per_h", "power"), [
    (1800.0, 1.8, True), (3600.0, 1.8, True), (3600.0, 0.9, True), (3600.0, 2.7, True), (2700.0, 1.2, False),
])  # fmt: skip
def test_what_works_is_not_called_dead_by_a_probe_that_is_an_hour_behind(direction, lag_s, full_c_per_h, power):
    tank = Slow(direction, lag_s, full_c_per_h, loss_c_per_h=0.2, power=power)
    tank.run(24.0)
    tank.run(12.0, 18.0 + 6.0 * direction)
    assert not {"dead", "reversed"} & tank.seen
    assert tank.direction * (tank.beer_c - 18.0) > 3.0


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("lag_s", [300.0, 3600.0])
@pytest.mark.parametrize("full_c_per_h", [0.9, 2.7])
@pytest.mark.parametrize(("gives", "probe_in"), [(0.0, "beer"), (1.0, "room"), (-1.0, "beer")])
def test_what_does_nothing_or_the_wrong_way_is_found_by_any_probe(direction, lag_s, full_c_per_h, gives, probe_in):
    tank = Slow(direction, lag_s, full_c_per_h, loss_c_per_h=0.1, gives=gives, probe_in=probe_in)
    tank.run(15.0)
    assert {"dead", "reversed"} & tank.seen
    assert tank.direction * (tank.beer_c - 18.0) < 4.0
