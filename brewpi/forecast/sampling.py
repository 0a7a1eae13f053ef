"""How the readings of a batch come, and what the curves take from them: pure, and asked at every forecast."""

from __future__ import annotations

import numpy as np

from brewpi.estimation.asked_once import asked_once
from brewpi.estimation.gravity import largest_of_first_day
from brewpi.estimation.stability import day_stamped
from brewpi.records import Array, BatchSeries

LOGGED, STAMPED, BY_HAND, FLOATING = range(4)
TYPED_WRONG_SG = 0.02  # a declared original gravity this far over the first readings is of another beer
WHOLE_POINTS = 0.95  # share of readings that are; what floats shows no more than that, everything else is finer
IRREGULAR_FROM = 6
KEPT = 4  # batches at hand: features, curves and verdict ask for the same gaps
NOW_AND_THEN = 2.5  # the longest tenth of the gaps, in usual ones: a hydrometer that is heard when it is heard


def sampling(past: BatchSeries, gaps_h: Array | None = None) -> int:
    """FLOATING (whole points, or now and then: a hydrometer in the beer), LOGGED, STAMPED (only the day was kept) or
    BY_HAND. gaps_h: its `sorted_gaps`, where they are at hand."""
    if day_stamped(past.hours):
        return STAMPED
    points = (past.sg - 1.0) * 1e3
    if np.count_nonzero(np.abs(points - np.rint(points)) < 0.011) >= WHOLE_POINTS * points.size:
        return FLOATING
    gaps_h = sorted_gaps(past.hours) if gaps_h is None else gaps_h
    usual_h, long_h = quantile_of(gaps_h, 0.5), quantile_of(gaps_h, 0.9)
    if usual_h < 3.0:
        return LOGGED
    return FLOATING if past.hours.size > IRREGULAR_FROM and long_h > NOW_AND_THEN * usual_h else BY_HAND


@asked_once(KEPT)
def sorted_gaps(hours: Array) -> Array:
    """Hours between readings, shortest first: (n,) -> (n - 1,), which nobody may write to."""
    gaps_h = hours[1:] - hours[:-1]
    gaps_h.sort()
    gaps_h.flags.writeable = False
    return gaps_h


def lowest(numbers: Array) -> float:
    """The least of (n,), one at least; numpy's `min` takes thrice as long."""
    return float(numbers.item(numbers.argmin()))


def quantile_of(ordered: Array, quantile: float) -> float:
    """As numpy's `quantile` gives it of what is in order, one at least, and ten times as fast."""
    at = quantile * (ordered.size - 1)
    k = int(at)
    low = float(ordered[k])
    return low if k == at else low + (at - k) * (float(ordered[k + 1]) - low)


def gap_h(hours: Array, quantile: float) -> float:
    """A quantile of the hours between readings."""
    return quantile_of(sorted_gaps(hours), quantile)


def original_gravity(past: BatchSeries) -> float:
    """The declared one if the readings can have come from it, else what the first day shows."""
    first = past.sg[: int(past.hours.searchsorted(past.hours[0] + 24.0, side="right"))]
    if first.size > 10:  # not the largest, as elsewhere: the families were measured by labels' rule 2, without foam
        seen = float(np.sort(first)[int(0.9 * (first.size - 1))])
    else:
        seen = largest_of_first_day(past.hours, past.sg)
    declared = past.og if past.og is not None and past.og - seen < TYPED_WRONG_SG else seen
    return max(declared, seen, 1.004)


def thinned(hours: Array, sg: Array, slots: int) -> tuple[Array, Array]:
    """Means over equal spans of time where there are more readings than `slots`."""
    if hours.size <= slots or hours[-1] <= 0.0:
        return hours, sg
    bounds = np.empty(slots + 1, dtype=np.intp)
    bounds[:-1], bounds[-1] = hours.searchsorted(np.arange(slots) * (hours[-1] / slots)), hours.size
    starts, count = bounds[:-1], bounds[1:] - bounds[:-1]
    if not count.all():
        starts, count = starts[count > 0], count[count > 0]
    return np.add.reduceat(hours, starts) / count, np.add.reduceat(sg, starts) / count
