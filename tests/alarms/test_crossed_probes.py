"""Probes of two tanks that are swapped are named, and nothing else is."""

import math
from random import Random

import pytest

from brewpi.alarms.rules.crossed_probes import CrossedProbes, Minute
from brewpi.alarms.rules.view import Step

NAMES = ("fv1", "fv2", "fv3")


class Cellar:
    """Beers of 500 l, each with heater and cooler of 2 °C/h that turn at its setpoint by what its probe reads."""

    def __init__(self, reads=None, targets=(19.0, 18.0, 12.0), works=1.0, turns_at_c=0.3):
        self.reads, self.targets, self.works, self.turns_at_c = reads or {}, targets, works, turns_at_c
        self.beers, self.felt, self.drives = list(targets), [0.0] * 3, [0.0] * 3
        self.looks, self.now, self.noise, self.crossed = 0, 0.0, Random(1), CrossedProbes()

    def run(self, hours):
        for _ in range(round(hours * 60)):
            self.now += 60.0
            probes = [self.beers[self.reads.get(n, n)] + self.noise.gauss(0.0, 0.03) for n in range(3)]
            for n, probe_c in enumerate(probes):
                off_c = probe_c - self.targets[n]
                if abs(off_c) > self.turns_at_c:
                    self.drives[n] = -math.copysign(1.0, off_c)
                elif off_c * self.drives[n] >= 0.0:
                    self.drives[n] = 0.0
                self.felt[n] += (self.drives[n] - self.felt[n]) / 6.0
                warmth_c_per_h = 0.4 * math.sin(self.now / 10_000.0 + n)
                self.beers[n] += (2.0 * self.works * self.felt[n] + warmth_c_per_h) / 60.0
            self.crossed.note(
                {name: Minute(probes[n], self.drives[n], None, self.looks) for n, name in enumerate(NAMES)}, self.now
            )
        return {name: [alarm.text for alarm in self.crossed.alarms(name)] for name in NAMES}


def test_what_cools_one_tank_and_moves_the_probe_of_the_other_is_named_on_both():
    cellar = Cellar()
    assert not any(cellar.run(8.0).values())
    cellar.reads = {0: 1, 1: 0}
    said = cellar.run(4.0)
    assert said["fv1"] == [
        "what heats and cools fv1 moves the beer probe of fv2 and not its own, and the reverse: are the two probes"
        " swapped?"
    ]
    assert "heats and cools fv2 moves the beer probe of fv1" in said["fv2"][0]
    assert not said["fv3"]


def test_somebody_crosses_them_back_and_resumes():
    cellar = Cellar(reads={0: 1, 1: 0})
    assert cellar.run(6.0)["fv1"]
    cellar.reads, cellar.looks = {}, 1
    assert not any(cellar.run(12.0).values())


@pytest.mark.parametrize("works", [1.0, 0.0], ids=["fine", "no power"])
@pytest.mark.parametrize("targets", [(19.0, 19.0, 19.0), (19.0, 18.0, 10.0)])
def test_what_is_not_swapped_is_not_called_so(works, targets):
    cellar = Cellar(targets=targets)
    cellar.run(6.0)
    cellar.works, cellar.targets = works, tuple(c + by_c for c, by_c in zip(targets, (4.0, -4.0, -6.0), strict=True))
    for _ in range(10):
        assert not any(cellar.run(2.0).values())


@pytest.mark.parametrize(
    ("second", "is_said"),
    [
        (Step(at=1200.0, before_c=2.0, after_c=19.6, moved_c=17.6), True),
        (Step(at=1200.0, before_c=2.0, after_c=12.0, moved_c=10.0), False),  # to where no other one was
        (Step(at=9000.0, before_c=2.0, after_c=20.0, moved_c=18.0), False),  # hours later
    ],
)
def test_two_probes_that_leap_each_to_where_the_other_was_are_named_at_once(second, is_said):
    crossed, first = CrossedProbes(), Step(at=600.0, before_c=20.0, after_c=2.2, moved_c=-17.8)
    crossed.note({"fv1": Minute(2.2, 0.0, first), "fv2": Minute(19.6, 0.0, second)}, 9600.0)
    said = [alarm.text for alarm in crossed.alarms("fv1")]
    assert said == is_said * [
        "the beer probe of fv1 went from 20.0 to 2.2 °C, where that of fv2 was, and that one came here: are the two"
        " swapped?"
    ]
