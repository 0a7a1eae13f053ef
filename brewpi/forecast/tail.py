"""A slow end that goes on: how long gravity may still fall by what it did in the last days. Pure.

A network that learnt quick ends takes a fall of a point a day near the usual attenuation for the last one; but hops
that creep, a wild yeast, or a strong ale go on like that for a week. Two falls over as long each show how it slows
down, and where that leads if it goes on (Aitken 1926). Two days each; of what is read often one day each is enough.
"""

from __future__ import annotations

from math import log

from brewpi.estimation.stability import FALLS_SG, SURE, WINDOW_H, slope
from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.records import BatchSeries

LONGEST_H = 6.0 * WINDOW_H  # thrice the time over which it was seen
SHORT_H, SHORT_LONGEST_H = 24.0, 72.0  # a day tells less: as many sharp ends look like that for one
END_SG = 0.006  # in two days; what falls by more is not at its end
GLANCE_SG = (0.0003, 0.010)  # the same with the noise of three readings, and of a quicker first half
LEAST_READINGS, LEAST_WINDOWS = 3, 1.6
OFTEN = 6  # readings in a day
STEADY = 0.95  # of the fall before: it does not slow down
QUICKENS, CREEPS_SG = 1.1, 0.003  # what falls faster than before, and by more in two days, is no end


def tail_h(past: BatchSeries) -> float:
    """Hours within which it would come to completion; 0 where gravity does not surely fall by more than a finished
    beer's, or has not for long enough."""
    usual_h = _leads_h(past, WINDOW_H, LEAST_READINGS, LONGEST_H)
    return max(usual_h, _leads_h(past, SHORT_H, OFTEN, SHORT_LONGEST_H))


def _leads_h(past: BatchSeries, window_h: float, least: int, longest_h: float) -> float:
    """By the falls of the last window and of the one before, of so many readings each at least."""
    hours, sg = past.hours, past.sg
    now_h = float(hours[-1])
    middle, first = (int(hours.searchsorted(now_h - ago_h - 1e-6)) for ago_h in (window_h, 2.0 * window_h))
    if min(hours.size - middle, middle + 1 - first) < least or now_h - hours[first] < LEAST_WINDOWS * window_h:
        return 0.0
    low_sg, high_sg = (bound_sg * window_h / WINDOW_H for bound_sg in GLANCE_SG)
    if not low_sg < (sum(sg[middle : middle + 3].tolist()) - sum(sg[-3:].tolist())) / 3.0 < high_sg:
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
    left_sg = window_h * falls * slowing / (1.0 - slowing)
    if left_sg <= COMPLETE_ABOVE_TERMINAL:
        return 0.0
    return min(window_h * log(COMPLETE_ABOVE_TERMINAL / left_sg) / log(slowing), longest_h)
