"""Readings in the middle of a batch that are of water: the hydrometer was taken out, rinsed or laid into sanitiser, and
put back. No beer falls to water within an hour and rises from it again. Pure."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from brewpi.estimation.beginning import fastest_sg
from brewpi.estimation.gravity import WATER_SG, level_history
from brewpi.records import TankState

FELL_SG, WITHIN_S = 0.008, 3600.0  # the fastest kveik makes six points in an hour
BACK = 3  # readings in the beer again before it is believed
HIGHER_SG = 0.004  # than before by more: new wort came in, and the rinse water before it is the end of the old

Points = tuple[tuple[float, float, float], ...]


def without_rinses(state: TankState) -> TankState:
    """The state whose history has no water between beer and the same beer."""
    if state.batch is None or all(sg >= WATER_SG for _, sg, _ in state.history[BACK:-BACK]):
        return state
    history, leveled = state.history, level_history(state)
    wet = [i for i in range(BACK, len(history)) if history[i - 1][1] >= WATER_SG > history[i][1]]
    out: set[int] = set()
    for first in wet:
        back = next((i for i in range(first, len(history)) if history[i][1] >= WATER_SG), len(history))
        if _is_rinse(history, leveled, first, back):
            out.update(range(first, back))
    if not out:
        return state
    return replace(state, history=tuple(point for i, point in enumerate(history) if i not in out))


def _is_rinse(history: Points, leveled: Points, first: int, back: int) -> bool:
    """Whether the readings from `first` up to `back` are of water, and those around them of one beer."""
    if back + BACK > len(history) or history[first][0] - history[first - 1][0] > WITHIN_S:
        return False
    wettest_sg = max(sg for _, sg, _ in history[first:back])
    if min(sg for _, sg, _ in (history[first - 1], *history[back : back + BACK])) - wettest_sg < FELL_SG:
        return False
    before_sg = median(sg for _, sg, _ in leveled[first - BACK : first])
    after_sg = median(sg for _, sg, _ in leveled[back : back + BACK])
    away_h = (history[back][0] - history[first - 1][0]) / 3600.0
    return -HIGHER_SG <= before_sg - after_sg <= fastest_sg(away_h)
