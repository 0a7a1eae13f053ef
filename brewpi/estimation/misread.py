"""Single readings by hand that the next one contradicts: a slip of the pen, of the eye, or a warm sample.

Gravity does not rise in a beer to which nothing was added, and a forecast must not go by the lowest point of a curve
that never was there. One judgement for files and tanks; the record keeps them. Pure.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array, BatchSeries

APART_H = 3.0  # closer readings are a device's, whose filter knows a spike
BACK_SG = 0.003  # the next reading is higher by so much, and no higher than the one before
OFF_COURSE_SG = 0.006  # it fell by so much more than in any of the last steps: one that was fed falls in its course
STEPS = 3


def without_misread(past: BatchSeries) -> BatchSeries:
    """The same batch without them."""
    if not _is_by_hand(past.hours) or not (found := misread(past.hours, past.sg)).any():
        return past
    return replace(past, hours=past.hours[~found], sg=past.sg[~found], temp_c=past.temp_c[~found])


def misread(hours: Array, sg: Array) -> NDArray[np.bool_]:
    """Which readings lie alone under their neighbours and under the course of the batch. hours, sg: (n,) in time order.

    Never the newest: only the next one can contradict it.
    """
    found = np.zeros(sg.size, bool)
    if not _is_by_hand(hours):
        return found
    gaps_h, falls_sg = np.maximum(np.diff(hours), 1e-9), -np.diff(sg)
    is_dip = (falls_sg[1:] <= -BACK_SG) & (sg[2:] <= sg[:-2]) & (np.minimum(gaps_h[1:], gaps_h[:-1]) >= APART_H)
    pace_sg_per_h = np.maximum(falls_sg, 0.0) / np.maximum(gaps_h, APART_H)
    for i in (np.flatnonzero(is_dip) + 1).tolist():
        lately = pace_sg_per_h[max(i - 1 - STEPS, 0) : i - 1]
        found[i] = lately.size > 0 and falls_sg[i - 1] >= lately.max() * gaps_h[i - 1] + OFF_COURSE_SG
    return found


def _is_by_hand(hours: Array) -> bool:
    """Enough readings to know a course, as far apart as no device's."""
    return hours.size >= 4 and hours.item(-1) - hours.item(0) >= APART_H * (hours.size - 1)
