"""Single readings by hand that no beer had: a slip of the pen, of the eye, or a warm sample.

Gravity neither rises in a beer to which nothing was added, nor falls faster than its yeast ever did; a forecast must
not go by a point of a curve that never was there. One judgement for files and tanks; the record keeps them. Pure.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from brewpi.media import WATER_SG
from brewpi.records import Array, BatchSeries

APART_H = 3.0  # closer readings are a device's, whose filter knows a spike
COURSE = 4  # readings, to know a course
BACK_SG = 0.003  # the next reading is higher by so much, and no higher than the one before
OFF_COURSE_SG = 0.006  # it fell by so much more than in any of the last steps: one that was fed falls in its course
STEPS = 3
LEAPT_SG = 0.012  # fruit does that, too, but ferments away no faster than the wort did
FELL_OFF_SG, UNSEEN_H = 0.010, 50.0  # what nobody looked at for longer may have fermented out
TAKEN_OFF_SG = 0.012  # until it has fallen by so much, a wort may fall faster than ever before
RISEN_SG, RISEN_SHARE = 0.020, 0.6  # so far back at the wort's is another batch, or a slip
FIRST_SG = 1.030  # a first reading under it may be the slip
AT_ONCE_SG, AT_ONCE_H = 0.030, 30.0  # as the quickest kveik falls, but not to water
TO_WATER_SG = 0.024  # a table beer or a cider that takes off falls as far within a day, and its end is there


def without_misread(past: BatchSeries) -> BatchSeries:
    """The same batch without them."""
    found = misread(past.hours, past.sg)
    found[-1:] = doubtful_sg(past.hours, past.sg) != 0.0
    if not found.any():
        return past
    return replace(past, hours=past.hours[~found], sg=past.sg[~found], temp_c=past.temp_c[~found])


def misread(hours: Array, sg: Array) -> NDArray[np.bool_]:
    """Which readings the next one contradicts: they lie alone under their neighbours and under the course of the batch,
    or alone above both. hours, sg: (n,) in time order.

    Never the newest: of that, see `doubtful_sg`.
    """
    found = np.zeros(sg.size, bool)
    if hours.size < 3 or not _is_by_hand(hours):
        return found
    gaps_h, falls_sg = np.maximum(np.diff(hours), 1e-9), -np.diff(sg)
    is_dip = (falls_sg[1:] <= -BACK_SG) & (sg[2:] <= sg[:-2]) & (gaps_h[:-1] >= APART_H)
    is_peak = (falls_sg[:-1] <= -LEAPT_SG) & (sg[2:] <= sg[:-2] + BACK_SG)
    pace_sg_per_h = np.maximum(falls_sg, 0.0) / np.maximum(gaps_h, APART_H)
    for i in (np.flatnonzero(is_dip) + 1).tolist():
        lately = pace_sg_per_h[max(i - 1 - STEPS, 0) : i - 1]
        off_course = falls_sg[i - 1] >= _fastest(lately) * gaps_h[i - 1] + OFF_COURSE_SG
        found[i] = off_course and (lately.size > 0 or sg[i] < WATER_SG)
    for i in (np.flatnonzero(is_peak) + 1).tolist():
        others = _fastest(np.delete(pace_sg_per_h, [i - 1, i]))
        found[i] = falls_sg[i] >= others * max(gaps_h[i], APART_H) + OFF_COURSE_SG
    return found


def doubtful_sg(hours: Array, sg: Array) -> float:
    """How far the newest reading by hand is from where the beer can be, by those before; negative under it, 0.0 where
    it may be true. hours, sg: (n,) in time order.

    Under: it fell by more than at the batch's fastest pace, which was before (a wort that takes off falls ever faster),
    or to water. Above: it is back at the wort's. Whoever measures the same again is believed.
    """
    kept = ~misread(hours, sg)
    hours, sg = hours[kept], sg[kept]
    if hours.size < 2 or not _is_by_hand(hours):
        return 0.0
    return _above_sg(sg) or -_under_sg(np.maximum(np.diff(hours), APART_H), sg)


def _above_sg(sg: Array) -> float:
    """How far the last one is back at the wort's; 0.0 where it is not."""
    risen_sg, fallen_sg = float(sg[-1] - sg[-2]), float(sg[0] - sg[:-1].min())
    is_back = risen_sg >= max(RISEN_SG, RISEN_SHARE * fallen_sg)
    return risen_sg if is_back and (sg.size >= COURSE or sg[-2] >= FIRST_SG) else 0.0


def _under_sg(gaps_h: Array, sg: Array) -> float:
    """How far the last one lies under the course of the batch, or in water; 0.0 where it may have come there."""
    fell_sg, gap_h, is_water = float(sg[-2] - sg[-1]), float(gaps_h[-1]), bool(sg[-1] < WATER_SG)
    if sg.size < COURSE:
        return fell_sg if is_water and fell_sg >= AT_ONCE_SG and gap_h <= AT_ONCE_H else 0.0
    paces_sg_per_h = np.maximum(-np.diff(sg)[:-1], 0.0) / gaps_h[:-1]
    under_sg = fell_sg - _fastest(paces_sg_per_h) * gap_h
    slows = paces_sg_per_h[-1] < paces_sg_per_h.max() and sg[0] - sg[:-1].min() >= TAKEN_OFF_SG
    may_be_slip = gap_h <= UNSEEN_H if slows else is_water and fell_sg >= TO_WATER_SG and gap_h <= AT_ONCE_H
    return under_sg if under_sg >= FELL_OFF_SG and may_be_slip else 0.0


def _fastest(paces_sg_per_h: Array) -> float:
    """Of the paces that are known; where none is, the quickest there is."""
    return float(paces_sg_per_h.max()) if paces_sg_per_h.size else AT_ONCE_SG / AT_ONCE_H


def _is_by_hand(hours: Array) -> bool:
    """As far apart as no device's."""
    return bool(hours[-1] - hours[0] >= APART_H * (hours.size - 1))
