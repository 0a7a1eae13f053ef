"""What the slip of a hand leaves in the gravities of a log: one that stands alone, water's, another batch's. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brewpi.estimation.misread import RISEN_SG, RISEN_SHARE
from brewpi.importers.sheet import LogError
from brewpi.records import Array

ALONE_SG = 0.012  # as far from both neighbours on the same side no beer goes
APART_H, UNSEEN_H = 3.0, 50.0  # beer that nobody looked at for longer may have fermented out, and been fed
WATER_OFF_SG = 0.003  # by as much a hydrometer may be wrong in water
NO_RISE_SG = 0.004  # a beer that is read by hand and stands may rise by so much; one that was fed rises by more
MOST_IN_WATER, SAME_SG = 3, 0.001  # readings; a beer that does not rise
CLEAR_SG = 0.006  # below the course of a beer, and above water, by as much
LEAST = 5  # readings, to see a course


def checked(hours: Array, sg: Array) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which gravities stand alone, and a remark. hours, sg: (n,) in time order, no NaN.

    Raises LogError for a gravity that rises throughout.
    """
    wrong = alone(hours, sg)
    if only_rises(sg[~wrong]):
        raise LogError(
            f"its gravity only rises, from {sg[0]:.3f} to {sg[-1]:.3f}, as in a calibration; check which column it is "
            "and the order of its times."
        )
    if not wrong.any():
        return wrong, ()
    n = int(np.count_nonzero(wrong))
    shown = f"{sg[wrong][0]:.3f} at {hours[wrong][0]:.0f} h"
    several = f"{n} gravities such as" if n > 1 else "gravity"
    return wrong, (f"{several} {shown} left out: no beer goes there between its neighbours",)


def alone(hours: Array, sg: Array) -> NDArray[np.bool_]:
    """Which gravities no beer had: far above or far below both neighbours, which follow each other without it; water's;
    or a last one that is back at a wort's. Only where readings are hours apart; closer ones go through a filter, which
    knows a spike. hours, sg: (n,) in time order, no NaN.
    """
    wrong = np.zeros(len(sg), bool)
    if len(sg) < LEAST - 1:
        return wrong
    before, here, after = sg[:-2], sg[1:-1], sg[2:]
    off = np.minimum(np.abs(here - before), np.abs(here - after))
    same_side = (here > before) == (here > after)
    neighbours = np.abs(after - before) <= np.where(here > before, off, off / 2.0)
    apart = np.minimum(np.diff(hours)[:-1], np.diff(hours)[1:]) >= APART_H
    falls_off = _falls_off(hours, sg)
    off_course = (here > before) | falls_off[1:-1]
    wrong[1:-1] = apart & same_side & (off >= ALONE_SG) & neighbours & (after < before + NO_RISE_SG) & off_course
    wrong[2:-1] &= ~wrong[1:-2]
    wrong |= _in_water(hours, sg, falls_off)
    fallen = float(sg[0] - np.min(sg[:-1]))
    back = sg[-1] - sg[-2] >= max(RISEN_SG, RISEN_SHARE * fallen) and fallen >= ALONE_SG
    wrong[-1] = back and hours[-1] - hours[-2] >= APART_H
    return wrong


def _in_water(hours: Array, sg: Array, falls_off: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which gravities are water's though the beer goes on above it for good: sugar that was added ferments away again.

    One to three readings in a row, hours after the one before, with two after them; a cider that comes there in its
    course and is sweetened stays.
    """
    out = np.zeros(len(sg), bool)
    is_water = np.concatenate([[False], np.abs(sg - 1.0) <= WATER_OFF_SG, [False]])
    edges = np.flatnonzero(is_water[1:] != is_water[:-1])
    lowest_on = np.minimum.accumulate(sg[::-1])[::-1]
    for first, back in edges.reshape(-1, 2).tolist():
        known = first > 0 and back - first <= MOST_IN_WATER and back + 2 <= len(sg)
        if not known or hours[first] - hours[first - 1] < APART_H:
            continue
        least = float(np.max(sg[first:back])) + CLEAR_SG
        out[first:back] = falls_off[first] and sg[first - 1] >= sg[back] - SAME_SG and lowest_on[back] >= least
    return out


def _falls_off(hours: Array, sg: Array) -> NDArray[np.bool_]:
    """Which gravities are clearly below where the beer was going, by its fall before; none after a long time unseen.

    A mead that is fed whenever it is nearly dry falls far and rises again, and is on its course all the while.
    """
    gaps, falls = np.diff(hours), -np.diff(sg)
    course = np.zeros(len(gaps))
    course[1:] = np.maximum(falls[:-1], 0.0) / np.maximum(gaps[:-1], APART_H) * gaps[1:]
    return np.concatenate([[False], (falls >= course + CLEAR_SG) & (gaps <= UNSEEN_H)])


def only_rises(sg: Array) -> bool:
    """Whether a gravity goes up throughout, as hydrometers do that are being calibrated. sg: (n,) in time order."""
    if len(sg) < LEAST - 2:
        return False
    fall = float(np.max(np.maximum.accumulate(sg) - sg))
    return bool(sg[-1] - sg[0] >= ALONE_SG and 2.0 * fall < ALONE_SG)
