"""A batch without the hours in which it paused (a chill, a stuck spell, yeast that was dead and pitched anew) and after
which it went on: a pause is no progress, and no slowness of the yeast. Pure.

A fermentation that slows down takes ever longer for the next points; after a pause it takes less. Gravity as a clock:
how long each two points took. A lag is a pause like any other once it is longer than living yeast needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from brewpi.estimation.gravity import largest_of_first_day
from brewpi.estimation.stability import day_stamped
from brewpi.forecast.fitted_curve import looked_at
from brewpi.forecast.prefix import median_of_three
from brewpi.forecast.sampling import thinned
from brewpi.records import Array, BatchSeries

STEP_SG = 0.002
LEAST_H = 12.0
SLOWER_THAN_BEFORE, SLOWER_THAN_AFTER = 4.0, 2.5  # so many times as long for as much
GOES_ON_SG = 0.0012  # it has to fall by so much again, or nobody knows how fast it goes on
BEGUN = 0.1  # of the extract gone; before that it is a lag
RISES_SG = 0.003  # in it: foam, or sugar that came in
CAUGHT_UP = 0.4  # of the time that as much took before: the hydrometer hung, and the beer had gone on
BEFORE_STEPS, AFTER_STEPS = 4, 3
LONG_LAG_H, LAG_KEPT_H = 120.0, 48.0  # of a longer one so much is left
AT_FIRST = 1.5  # times as long as later for as much
SPANS = 24
SLOW_SG, LEAST_SG = 0.001, 0.0004  # in a span


Pause = tuple[float, float, float]  # from, to, and how much of that it would not have taken; hours


def pauses(past: BatchSeries) -> list[Pause]:
    """Those that are over."""
    if past.hours.size < 5 or (_is_steady(past.hours, past.sg) and not _begins_late(past.hours, past.sg)):
        return []
    return _pauses(past.hours, past.sg)


def without_pauses(past: BatchSeries, at_h: float, found: Sequence[Pause] | None = None) -> tuple[BatchSeries, float]:
    """The same batch and moment as if it had gone on at its own pace; unchanged where it never paused. found: its
    `pauses`, where they are at hand; else those among the readings that curves look at."""
    for from_h, to_h, cut_h in reversed(pauses(past.first(looked_at(past.hours))) if found is None else found):
        kept = (past.hours <= from_h) | (past.hours >= to_h)
        later = past.hours >= to_h
        hours = past.hours - cut_h * later
        past = replace(past, hours=hours[kept], sg=past.sg[kept], temp_c=past.temp_c[kept])
        at_h -= cut_h
        if past.added_h is not None and past.added_h >= to_h:
            past = replace(past, added_h=past.added_h - cut_h)
    return past, at_h


def _is_steady(hours: Array, sg: Array) -> bool:
    """At a glance: it is asked of every batch at every forecast. Nowhere did gravity hardly fall, and faster later."""
    hours, sg = thinned(hours, sg, SPANS)
    at_h: list[float] = hours.tolist()
    levels: list[float] = sg.tolist()
    span_h = (at_h[-1] - at_h[0]) / SPANS + 1e-9
    begun_sg, most_sg = levels[0] - BEGUN * (levels[0] - 1.0), 0.0
    for k in range(len(levels) - 1, 0, -1):
        falls_sg = (levels[k - 1] - levels[k]) * span_h / max(at_h[k] - at_h[k - 1], 1e-9)
        if falls_sg < SLOW_SG and most_sg > SLOWER_THAN_AFTER * max(falls_sg, LEAST_SG) and levels[k - 1] <= begun_sg:
            return False
        most_sg = max(most_sg, falls_sg)
    return True


def _begins_late(hours: Array, sg: Array) -> bool:
    """At a glance: whether it had hardly fallen when the longest lag that counts was over, and has since."""
    late = int(hours.searchsorted(hours.item(0) + LONG_LAG_H))
    if late == hours.size:
        return False
    begun_sg = sg.item(0) - BEGUN * (sg.item(0) - 1.0)
    return sg.item(late) > begun_sg - STEP_SG and sg.item(-1) < begun_sg + STEP_SG


def _pauses(hours: Array, sg: Array) -> list[Pause]:
    og = largest_of_first_day(hours, sg)
    smooth = median_of_three(sg)
    fallen = og - np.minimum.accumulate(smooth)
    marks = np.arange(BEGUN * (og - 1.0), float(fallen[-1]), STEP_SG)
    if marks.size < 4:
        return []
    at: list[float] = np.interp(marks, fallen + 1e-9 * np.arange(hours.size), hours).tolist()
    took = [later - earlier for earlier, later in pairwise(at)]
    found = _lag(hours, smooth, at[0], took, og)
    first = 1
    while first < len(took):
        end, slow_h = first, max(SLOWER_THAN_BEFORE * _before(took, first), 0.5 * LEAST_H)
        while end < len(took) and took[end] >= slow_h:
            end += 1
        pause = _pause(hours, smooth, at, took, first, end) if at[end] - at[first] >= LEAST_H else None
        if pause is not None:
            found.append(pause)
        first = max(end, first) + 1
    if found and day_stamped(hours):
        found = [(from_h, to_h, 24.0 * (cut_h // 24.0)) for from_h, to_h, cut_h in found if cut_h >= 24.0]
    return found


def _lag(hours: Array, smooth: Array, begun_h: float, took: list[float], og: float) -> list[Pause]:
    """The part of the lag that is longer than any yeast's, where there is one. begun_h: when BEGUN of the extract was
    gone; took: how long each step took since."""
    own_h = AT_FIRST * median(took[:AFTER_STEPS]) * BEGUN * (og - 1.0) / STEP_SG
    began_h, first_h = begun_h - own_h, float(hours[0])
    rises_sg = float(smooth[: int(hours.searchsorted(begun_h))].max(initial=og)) - og
    if began_h - first_h < LONG_LAG_H or rises_sg > RISES_SG:
        return []
    from_h, to_h = first_h + 0.5 * LAG_KEPT_H, began_h - 0.5 * LAG_KEPT_H
    return [(from_h, to_h, to_h - from_h)]


def _pause(
    hours: Array, smooth: Array, at: list[float], took: list[float], first: int, end: int
) -> Pause | None:
    """The steps from `first` to before `end`, if they are one that is over."""
    from_h, to_h, steps = at[first], at[end], end - first
    within, beyond = hours.searchsorted((from_h, to_h))
    inside = smooth[within : beyond + 1]
    after_sg = float(np.interp(to_h, hours, smooth)) - float(smooth[-1])
    if after_sg < GOES_ON_SG or (inside.size and float(inside.max() - inside[0]) > RISES_SG):
        return None
    next_h = took[end : end + AFTER_STEPS]
    after_h = median(next_h) if next_h else (float(hours[-1]) - to_h) * STEP_SG / after_sg
    before_h = _before(took, first)
    if to_h - from_h < SLOWER_THAN_AFTER * steps * after_h or after_h < CAUGHT_UP * before_h:
        return None
    return from_h, to_h, to_h - from_h - steps * 0.5 * (before_h + after_h)


def _before(took: list[float], first: int) -> float:
    """How long a step took lately, in hours."""
    return median(took[max(first - BEFORE_STEPS, 0) : first])
