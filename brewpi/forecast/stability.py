"""Whether gravity has stopped falling, beyond the noise and the drift of this sensor in this batch. Pure.

A slope with its uncertainty, not a spread: a floating hydrometer that flickers by a point for a week is flat, and one
that falls by a point a day is not, however quiet it is.
"""

from __future__ import annotations

import numpy as np

from brewpi.estimation.gravity import largest_of_first_day
from brewpi.estimation.stability import slope
from brewpi.records import BatchSeries

WINDOWS_H = (48.0, 96.0, 144.0)  # the noisier a sensor, the longer it takes to be sure
STAMPED_H = 72.0  # at least, where only the day is kept: a stamp is up to half a day off at both ends
FALLS_SG = 0.0011  # in two days; more is not flat
SURE = 1.28  # standard errors: nine in ten
WILDEST_SG = 0.0025  # scatter about the slope of what measures no gravity
ATTENUATION = 0.6  # less is a stall, not an end
SILENT_H = 24.0
FALLS_AGAIN_SG = 0.002  # by more since it was flat: it ferments again
STEP_H, STEPS = 24.0, 14  # how far back it is looked for


def at_rest(past: BatchSeries, at_h: float) -> bool:
    """Whether gravity is flat at `at_h`, or was and has not fallen since: a cold crash moves a hydrometer, no sugar."""
    if past.hours.size < 3 or not _attenuated(past):
        return False
    if is_flat(past, at_h):
        return True
    for before_h in STEP_H * np.arange(1, STEPS + 1):
        earlier = past.until(at_h - before_h)
        if earlier.hours.size < 3:
            return False
        if _attenuated(earlier) and is_flat(earlier, at_h - before_h):
            return float(np.median(earlier.sg[-3:])) - float(np.median(past.sg[-3:])) <= FALLS_AGAIN_SG
    return False


def is_flat(past: BatchSeries, at_h: float) -> bool:
    """Whether it falls by less than FALLS_SG in two days, surely, over one of the windows that end at `at_h`."""
    hours, sg = past.hours, past.sg
    if at_h - hours[-1] > SILENT_H:
        return False
    days = hours / 24.0
    shortest_h = STAMPED_H if float(np.abs(days - np.rint(days)).max()) < 0.002 else 0.0
    for window_h in WINDOWS_H:
        first = int(np.searchsorted(hours, at_h - max(window_h, shortest_h), side="right")) - 1
        if first < 0 or hours.size - first < 3:
            return False
        fall, error, scatter = slope(hours[first:], sg[first:])
        if scatter <= WILDEST_SG and 48.0 * (fall + SURE * error) <= FALLS_SG:
            return True
    return False


def _attenuated(past: BatchSeries) -> bool:
    og = largest_of_first_day(past.hours, past.sg)
    return og - float(np.mean(past.sg[-3:])) > ATTENUATION * (og - 1.0)
