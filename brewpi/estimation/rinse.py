"""Readings in the middle of a batch that are of water: the hydrometer was taken out, rinsed or laid into sanitiser, and
put back. No beer falls to water at once and rises from it again. One judgement for files and tanks. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from brewpi.estimation.beginning import fastest_sg
from brewpi.estimation.gravity import level_history, points_of
from brewpi.media import WATER_SG
from brewpi.records import TankState

FELL_SG, WITHIN_H = 0.008, 1.01  # the fastest kveik makes six points in an hour
BACK = 3  # readings in the beer again before it is believed
LIFTED_SG = 0.012  # up at once by so much: fruit does that too, but does not go away again
HIGHER_SG = 0.004  # than before by more: new wort came in, and the rinse water before it is the end of the old


def without_rinses(state: TankState) -> TankState:
    """The state whose history has no water between beer and the same beer."""
    points = points_of(state.history)
    water = (points[BACK:-BACK, 1] < WATER_SG).nonzero()[0]
    if state.batch is None or not water.size or points[BACK + water[0] :, 1].max() < WATER_SG:
        return state  # at a glance: none, or an end as dry as water
    hours, sg = (points[:, 0] / 3600.0).tolist(), points[:, 1].tolist()
    spans = rinses(hours, sg, points_of(level_history(state))[:, 1].tolist())
    out = {i for first, back in spans for i in range(first, back)}
    if not out:
        return state
    return replace(state, history=tuple(point for i, point in enumerate(state.history) if i not in out))


def rinses(hours: Sequence[float], sg: Sequence[float], level_sg: Sequence[float]) -> Iterator[tuple[int, int]]:
    """The first reading of each stay in water, and the first in the beer again.

    hours, sg, level_sg: (n,) in time order; level_sg: as if all that was added had been there from the start.
    """
    back = BACK
    while first := next((i for i in range(back, len(sg)) if sg[i] < WATER_SG <= sg[i - 1]), 0):
        back = next((i for i in range(first, len(sg)) if sg[i] >= WATER_SG), len(sg))
        if _is_rinse(hours, sg, level_sg, first, back):
            yield first, back


def lifted(hours: Sequence[float], sg: Sequence[float]) -> Iterator[tuple[int, int]]:
    """The first reading of each stay in the air or in another liquid above the beer's gravity, and the first in the
    same beer again: up at once, and down at once as no yeast makes it. hours, sg: (n,) in time order."""
    back, plunges = BACK, [i for i in range(1, len(sg)) if sg[i - 1] - sg[i] > fastest_sg(hours[i] - hours[i - 1])]
    while first := next((i for i in range(back, len(sg)) if sg[i] - sg[i - 1] >= LIFTED_SG), 0):
        later = bisect_left(plunges, first + 2)  # one reading alone is a spike
        back = plunges[later] if later < len(plunges) else len(sg)
        if back + BACK <= len(sg) and _is_same_beer(hours, sg, first, back):
            yield first, back
        else:
            back = first + 1


def _is_rinse(hours: Sequence[float], sg: Sequence[float], level_sg: Sequence[float], first: int, back: int) -> bool:
    """Whether the readings from `first` up to `back` are of water, and those around them of one beer."""
    if back + BACK > len(sg):
        return False
    gap_h = hours[first] - hours[first - 1]
    fell_sg = FELL_SG if gap_h <= WITHIN_H else fastest_sg(gap_h)
    if min(sg[first - 1], *sg[back : back + BACK]) - max(sg[first:back]) < fell_sg:
        return False
    return _is_same_beer(hours, level_sg, first, back)


def _is_same_beer(hours: Sequence[float], level_sg: Sequence[float], first: int, back: int) -> bool:
    """Whether the beer of the readings from `back` on may be that of those before `first`."""
    before_sg, after_sg = median(level_sg[first - BACK : first]), median(level_sg[back : back + BACK])
    away_h = hours[back] - hours[first - 1]
    return -HIGHER_SG <= before_sg - after_sg <= fastest_sg(away_h)
