"""A beer that the cold stopped before its end: it still fell when it was chilled, and hardly since. Pure.

That it stands still in the cold proves nothing about its sugar. Who cools a beer by a few degrees and lets it go on is
not meant: it goes on, and its end is where it comes to rest. Nor is a crash once gravity is flat, nor a beer that was
let rise and cools by itself as its own heat ends: no yeast is stopped by what it has worked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log

import numpy as np

from brewpi.estimation.gravity import largest_of_first_day, usual_attenuation
from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.records import Array, BatchSeries

CHILLED_C = 4.0  # a crash, not the beer's own cooling
CRASHED_C = 8.0  # a yeast's pace halves (Q10 of 2 to 3): what goes on more slowly after less comes to its end
LEFT_C = 1.5  # below the warmest of three days: it has begun to be chilled
WARM_H, LEAST_H = 72.0, 6.0
RATE_H, LATELY_H, LONGEST_RATE_H = 24.0, 12.0, 36.0  # over which its fall is taken, before that and of late
FALLS_SG_PER_DAY = 0.0025  # some two points are still to come then, at the pace of any tail: it was not complete
AROUND_H = 3.0
HARDLY, HARDLY_SHORT = 0.25, 0.5  # of what that pace makes in a day; the second where it is short of what is expected
CREEPS_SG_PER_DAY = 0.0008  # less may be an end that it came to in the cold
BEGUN = 0.1  # of the extract gone; before that it is a lag
LAG = 0.04  # of the extract gone: until then it is about as cool as it was pitched
COOLEST = 0.1  # share of its readings since then that may have been cooler: a probe was out for a while
COLDER_C = 2.0  # than it worked at
FLAT_H = 48.0  # over which gravity has to be flat: what was, in the cold, proves nothing for as long


@dataclass(frozen=True, slots=True)
class Chill:
    """Since when, in hours since the first reading, from and to how many °C, where gravity was then, by how many points
    a day it fell, and how many hours what is missing takes from its pace of now on; without end where it stands."""

    since_h: float
    before_c: float
    now_c: float
    sg: float
    points_per_day: float
    at_this_pace_h: float


def paused_by_cold(past: BatchSeries, *, creeping: bool = False) -> Chill | None:
    """The chill that stopped it short of its end; None where it is not cold, stood before, or goes on since. creeping:
    also a crash in which it goes on by half of its pace at most."""
    if past.hours.size < 3 or cooled_c(past.temp_c) < CHILLED_C:
        return None  # at a glance: it is asked of every batch at every forecast
    began = _began(past)
    if began is None:
        return None
    first, before_c, now_c = began
    if not is_colder_than_it_worked(past, first, now_c):
        return None
    creeping = creeping and before_c - now_c >= CRASHED_C
    seen = float(past.hours[first + 1] - past.hours[first]) <= AROUND_H
    found = _stopped_at(past, first, HARDLY if seen else 0.0, creeping)
    if found is None and not seen:  # nobody knows when between the two: by then it has been
        found = _stopped_at(past, first + 1, HARDLY, creeping)
    if found is None:
        return None
    since_h, sg, points_per_day, at_this_pace_h = found
    return Chill(since_h, before_c, now_c, sg, points_per_day, at_this_pace_h)


def cooled_c(temp_c: Array) -> float:
    """By how many °C the last of (n,), one at least, is below the warmest; NaN where it is not known."""
    warmest_c = temp_c.item(temp_c.argmax())  # which is NaN where any is; to look for those first takes thrice as long
    return (warmest_c if warmest_c == warmest_c else float(np.fmax.reduce(temp_c))) - temp_c.item(-1)


def is_colder_than_it_worked(past: BatchSeries, first: int, now_c: float) -> bool:
    """Whether it is now colder than while it fermented, from its first fall until this reading."""
    seen = largest_of_first_day(past.hours, past.sg)
    lag = np.flatnonzero(seen - past.sg[: first + 1] < LAG * (seen - 1.0))
    temp_c = past.temp_c[int(lag[-1]) if lag.size else 0 : first + 1]
    known_c = np.sort(temp_c[np.isfinite(temp_c)])
    return known_c.size == 0 or now_c < known_c[int(COOLEST * (known_c.size - 1))] - COLDER_C


def _stopped_at(
    past: BatchSeries, first: int, hardly: float, creeping: bool
) -> tuple[float, float, float, float] | None:
    """Hours, gravity and points a day of a reading, if it fell until then and hardly since, and the hours that what is
    missing takes from its pace of now on. hardly: how little that is where it is not short of what is expected."""
    hours, sg, at_h = past.hours, past.sg, float(past.hours[first])
    cold_h = float(hours[-1]) - at_h
    ago = int(hours.searchsorted(at_h - RATE_H + AROUND_H, side="right")) - 1
    over_h = at_h - float(hours[max(ago, 0)])
    if ago < 0 or over_h > LONGEST_RATE_H:
        return None
    then_sg, now_sg = _level(hours, sg, at_h, before=True), _level(hours, sg, float(hours[-1]), before=True)
    fell_sg = _level(hours, sg, float(hours[ago]), before=False) - then_sg
    falls_sg = fell_sg * 24.0 / over_h  # a day
    if min(fell_sg, falls_sg) < FALLS_SG_PER_DAY or (over_h < RATE_H and cold_h < LEAST_H):
        return None
    missing_sg = _missing_sg(past, now_sg)
    if missing_sg is None or (missing_sg <= 0.0 and hardly == 0.0):
        return None
    if missing_sg <= 0.0:
        return (at_h, then_sg, 1e3 * falls_sg, inf) if _hardly(then_sg - now_sg, hardly * falls_sg, cold_h) else None
    lately_sg = _fell_lately(past, at_h)
    creeps = creeping and CREEPS_SG_PER_DAY <= lately_sg <= HARDLY_SHORT * falls_sg
    if not creeps and not _hardly(then_sg - now_sg, HARDLY_SHORT * falls_sg, cold_h):
        return None
    if not 0.0 < lately_sg < inf:
        return at_h, then_sg, 1e3 * falls_sg, inf
    left_sg = missing_sg + COMPLETE_ABOVE_TERMINAL  # an end decays: its pace is what is left over a time of its own
    return at_h, then_sg, 1e3 * falls_sg, 24.0 * left_sg / lately_sg * log(left_sg / COMPLETE_ABOVE_TERMINAL)


def _hardly(fell_sg: float, most_sg_per_day: float, cold_h: float) -> bool:
    return fell_sg <= most_sg_per_day * min(cold_h / 24.0, 1.0)


def _fell_lately(past: BatchSeries, since_h: float) -> float:
    """How far by least squares over the last half day, a day: what fell while it cooled down is no progress of now.
    Without end where it has been cold for less, or nobody read it then."""
    last_h = float(past.hours[-1])
    ago = max(int(past.hours.searchsorted(last_h - LATELY_H, side="right")) - 1, 0)
    hours, sg = past.hours[ago:], past.sg[ago:]
    if hours[0] < since_h or last_h - hours[0] > LONGEST_RATE_H:
        return inf
    apart_h = hours - np.mean(hours)
    return -24.0 * float(apart_h @ sg) / float(apart_h @ apart_h)


def lately_paused_by_cold(past: BatchSeries) -> Chill | None:
    """The same, also while it is warm again for less than gravity has to be flat."""
    lately = int(past.hours.searchsorted(past.hours[-1] - FLAT_H)) if past.hours.size else 0
    temp_c = past.temp_c[lately:]
    coldest_c = float(np.fmin.reduce(temp_c)) if temp_c.size else 0.0
    if temp_c.size and float(np.fmax.reduce(temp_c)) - coldest_c >= CHILLED_C:
        last = lately + int(np.flatnonzero(temp_c <= coldest_c + LEFT_C)[-1])
        chill = paused_by_cold(past.first(last + 1))
        if chill is not None:
            return chill
    return paused_by_cold(past)


def _began(past: BatchSeries) -> tuple[int, float, float] | None:
    """The last reading before it was chilled to what it is now, and from and to how many °C."""
    known = np.flatnonzero(np.isfinite(past.temp_c))
    if not known.size:
        return None
    hours, temp_c = past.hours[known], past.temp_c[known]
    now_c = float(np.median(temp_c[hours.searchsorted(float(hours[-1]) - AROUND_H) :]))
    warm = np.flatnonzero(temp_c >= now_c + CHILLED_C)
    if not warm.size or warm[-1] == temp_c.size - 1:
        return None
    last = int(warm[-1])
    lately = int(hours.searchsorted(float(hours[last]) - WARM_H))
    before_c = float(temp_c[lately : last + 1].max())
    left = np.flatnonzero(temp_c[lately : last + 1] >= before_c - LEFT_C)
    return int(known[lately + int(left[-1])]), before_c, now_c


def _level(hours: Array, sg: Array, at_h: float, *, before: bool) -> float:
    """Median of what was read within AROUND_H before or after."""
    low, high = (at_h - AROUND_H, at_h) if before else (at_h, at_h + AROUND_H)
    first, end = int(hours.searchsorted(low)), int(hours.searchsorted(high, side="right"))
    return float(np.median(sg[first:end]))


def _missing_sg(past: BatchSeries, now_sg: float) -> float | None:
    """How far it is from being complete by what is expected, 0 or less where it is not; None of a lag, or where it has
    come to what was told."""
    seen = largest_of_first_day(past.hours, past.sg)
    og = seen if past.og is None else max(past.og, seen)
    told = past.expected_attenuation
    if seen - now_sg < BEGUN * (seen - 1.0):
        return None
    expected_sg = og - (usual_attenuation(past.medium) if told is None else told) * (og - 1.0)
    missing_sg = now_sg - expected_sg - COMPLETE_ABOVE_TERMINAL
    return missing_sg if missing_sg > 0.0 or told is None else None
