"""A slow end that goes on: how long gravity may still fall by what it did in the last four days. Pure.

A network that learnt quick ends takes a fall of a point a day near the usual attenuation for the last one; but hops
that creep, a wild yeast, or a strong ale go on like that for a week. Two falls over two days each show how it slows
down, and where that leads if it goes on (Aitken 1926).
"""

from __future__ import annotations

from math import log

from brewpi.estimation.stability import FALLS_SG, SURE, WINDOW_H, slope
from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.records import BatchSeries

LONGEST_H = 6.0 * WINDOW_H  # thrice the time over which it was seen
END_SG = 0.006  # in two days; what falls by more is not at its end
GLANCE_SG = (0.0003, 0.010)  # the same with the noise of three readings, and of a quicker first half
LEAST_READINGS, LEAST_WINDOWS = 3, 1.6
STEADY = 0.95  # of the fall before: it does not slow down
QUICKENS, CREEPS_SG = 1.1, 0.003  # what falls faster than before, and by more in two days, is no end


def tail_h(past: BatchSeries) -> float:
    """Hours until it would be within completion of its end; 0 where gravity does not surely fall by more than a
    finished beer's, or has not for long enough."""
    hours, sg = past.hours, past.sg
    now_h = float(hours[-1])
    middle, first = (int(hours.searchsorted(now_h - ago_h - 1e-6)) for ago_h in (WINDOW_H, 2.0 * WINDOW_H))
    if min(hours.size - middle, middle + 1 - first) < LEAST_READINGS or now_h - hours[first] < LEAST_WINDOWS * WINDOW_H:
        return 0.0
    if not GLANCE_SG[0] < (sum(sg[middle : middle + 3].tolist()) - sum(sg[-3:].tolist())) / 3.0 < GLANCE_SG[1]:
        return 0.0  # at a glance
    falls, _, _ = slope(hours[middle:], sg[middle:])
    if not FALLS_SG < WINDOW_H * falls < END_SG:
        return 0.0
    over_all, error, _ = slope(hours[first:], sg[first:])
    if WINDOW_H * (over_all - SURE * error) <= FALLS_SG:
        return 0.0
    before, _, _ = slope(hours[first : middle + 1], sg[first : middle + 1])
    if falls > QUICKENS * before and WINDOW_H * falls > CREEPS_SG:
        return 0.0  # it has just begun
    slowing = min(falls / before, STEADY) if before > 0.0 else STEADY
    left_sg = WINDOW_H * falls * slowing / (1.0 - slowing)
    if left_sg <= COMPLETE_ABOVE_TERMINAL:
        return 0.0
    return min(WINDOW_H * log(COMPLETE_ABOVE_TERMINAL / left_sg) / log(slowing), LONGEST_H)
