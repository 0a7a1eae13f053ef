"""What is in a series beside one batch: the bench before pitching, rinse water after it, the next batch. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brewpi.estimation.beginning import LEAD_H, STEP_SG, STEP_SG_PER_H, UNFERMENTED_SG, WORT_SG, lead_in_of
from brewpi.estimation.rinse import lifted, rinses
from brewpi.importers.gravity_slips import WATER_OFF_SG
from brewpi.records import Array

TAIL_H = 12.0  # how long a hydrometer may lie about after racking
FULL_RISE_SG, FALL_SG = 0.020, 0.012  # back to wort; had fermented at all
RINSE_SG, RINSE_GAP_H = 0.006, 3.0  # a still beer that is so far above water does not fall to it at once
RINSE_STEP_H = 12.0  # nor within this, where more than one reading says water
EXACT_SG, LEAST_FILLED = 5e-5, 3  # so near to 1.000 no sensor stays, in so many readings
STILL_SG, LONGEST_STEP_H = 0.001, 48.0  # or in a single one, where the beer had come to rest until two days before
PAUSE_H = 48.0  # a device that was silent for so long may lie in another beer
FINISHED_SG = 1.016  # or was over already, when the series began


@dataclass(frozen=True, slots=True)
class Part:
    """Readings first to last - 1 are one batch, of those from begin to end - 1; notes say what was cut off."""

    begin: int
    first: int
    last: int
    end: int
    notes: tuple[str, ...] = ()


def outside(hours: Array, sg: Array) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which readings between beer and the same beer are of something else, and remarks. hours, sg: (n,) in time order,
    no NaN."""
    h, g = hours.tolist(), sg.tolist()
    wet, wet_said = _left_out(hours, sg, rinses(h, g, g), "of water", "rinsed and put back")
    h, g = hours[~wet].tolist(), sg[~wet].tolist()
    dry, dry_said = _left_out(hours[~wet], sg[~wet], lifted(h, g), "above any beer's course", "out of it and put back")
    wet[np.flatnonzero(~wet)[dry]] = True
    return wet, (*wet_said, *dry_said)


def _left_out(
    hours: Array, sg: Array, stays: Iterator[tuple[int, int]], what: str, why: str
) -> tuple[NDArray[np.bool_], list[str]]:
    """The readings of these stays elsewhere, and a remark."""
    out, began = np.zeros(len(sg), bool), []
    for first, back in stays:
        if float(np.max(sg[:first]) - np.median(sg[first - 3 : first])) < UNFERMENTED_SG:
            continue  # the bench before pitching is judged by itself
        out[first:back] = True
        began.append(f"{hours[first]:.0f} h")
    if not began:
        return out, []
    n, shown = int(np.count_nonzero(out)), float(np.median(sg[out]))
    several = f"{n} readings" if n > 1 else "1 reading"
    at = ", ".join(began[:4]) + (", ..." if len(began) > 4 else "")
    return out, [f"{several} {what} ({shown:.3f}, from {at}) left out: the hydrometer was {why}"]


def parts(hours: Array, sg: Array) -> Iterator[Part]:
    """The batches in one series in time order, each without what is no beer. hours, sg: (n,), no NaN.

    What never fermented before a batch, such as a calibration, is left out with its bench.
    """
    cuts = [0, *_new_batches(hours, sg), len(hours)]
    idle: Part | None = None
    for first, last in pairwise(cuts):
        begin, why_begin = _begin(hours[first:last], sg[first:last])
        end, why_end = _end(hours[first + begin : last], sg[first + begin : last])
        part = Part(first, first + begin, first + begin + end, last, (*why_begin, *why_end))
        if idle is not None:
            lasted = _spoken(float(hours[part.first] - hours[idle.begin]))
            why = f"the first {lasted} are of nothing that ferments: left out, hours count from there"
            part = Part(idle.begin, part.first, part.last, part.end, (why, *why_end))
        idle = part if last < len(hours) and _is_idle(hours, sg, part) else None
        if idle is None:
            yield part


def _is_idle(hours: Array, sg: Array, part: Part) -> bool:
    """A wort that nobody kept for two days, and that did not ferment."""
    mine = slice(part.first, part.last)
    return bool(np.ptp(sg[mine]) < UNFERMENTED_SG and hours[mine][-1] - hours[mine][0] < LEAD_H)


def _new_batches(hours: Array, sg: Array) -> Iterator[int]:
    """Where gravity is back at a wort's, for good, after it had fallen."""
    start, low = 0, np.inf
    calm = _without_spikes(sg)
    usual_h = float(np.median(np.diff(hours))) if len(hours) > 1 else 0.0
    for i in range(1, len(sg)):
        low = min(low, float(calm[i - 1]))
        if hours[i] - hours[0] <= LEAD_H and sg[0] - low < FALL_SG:
            continue  # the bench or rinse water
        if sg[i] - sg[i - 1] < STEP_SG or sg[i] < low + FULL_RISE_SG or sg[i] < WORT_SG:
            continue
        og = float(np.median(np.sort(sg[start:i])[-3:]))
        after = sg[i:][hours[i:] <= hours[i] + 24.0]
        lasts = len(after) >= 3 or (len(after) >= 2 and hours[i] - hours[i - 1] > 3.0) or len(sg) - i >= 3
        pause = hours[i] - hours[i - 1] >= max(PAUSE_H, 10.0 * usual_h)
        share = 0.0 if pause else 0.6  # nobody adds as much fruit while nothing is read
        back = float(np.median(after[:7])) >= low + max(FULL_RISE_SG, share * (og - low))
        stays = float(np.quantile(after, 0.2)) >= low + 0.7 * FULL_RISE_SG
        if (og - low >= FALL_SG or low < FINISHED_SG) and lasts and back and stays:
            yield i
            start, low = i, float(calm[i])


def _without_spikes(sg: Array) -> Array:
    """The median of each three neighbours."""
    if len(sg) < 3:
        return sg
    padded = np.concatenate([sg[:1], sg, sg[-1:]])
    return np.asarray(np.median(np.stack([padded[:-2], sg, padded[2:]]), axis=0))


def _begin(hours: Array, sg: Array) -> tuple[int, list[str]]:
    """The first reading in the wort, unless that is most of the file."""
    lead_in = lead_in_of(hours, sg)
    if lead_in is None or 2 * lead_in.readings > len(sg) + 2:
        return 0, []
    readings = f"{lead_in.readings} reading{'s' if lead_in.readings > 1 else ''} about {lead_in.level_sg:.3f}"
    return lead_in.readings, [
        f"the first {_spoken(lead_in.lasted_h)} ({readings}) are {lead_in.what}: left out, hours count from there"
    ]


def _end(hours: Array, sg: Array) -> tuple[int, list[str]]:
    """Up to the last reading in the beer: a step that no yeast makes, and nothing comes back."""
    n = len(sg)
    if (i := _filled_before(hours, sg)) < n:
        last = f"the last {n - i} readings are" if n - i > 1 else "the last reading is"
        return i, [f"{last} 1.000 to the last digit, after {sg[i - 1]:.3f}: no beer's, left out"]
    if n < 8:
        return n, []
    for i in _steps(hours, sg):
        count = f"the last {n - i} reading{'s' if n - i > 1 else ''}"
        return i, [f"{count} ({sg[i]:.3f} after {sg[i - 1]:.3f}) are no longer in the beer: left out"]
    return n, []


def _filled_before(hours: Array, sg: Array) -> int:
    """From which reading on a sheet holds only the 0 with which somebody filled it: water's gravity to the last digit,
    to the end, and the fall to it is twice as fast as the one before, where a beer that ends grows slower."""
    beer = np.flatnonzero(np.abs(sg - 1.0) > EXACT_SG)
    i = int(beer[-1]) + 1 if len(beer) else 0
    if i < 2 or i == len(sg) or sg[i - 1] - sg[i] < RINSE_SG:
        return len(sg)
    still = i >= 3 and float(np.ptp(sg[i - 3 : i])) <= STILL_SG and hours[i] - hours[i - 1] <= LONGEST_STEP_H
    if len(sg) - i < LEAST_FILLED and not still:
        return len(sg)
    before, last = (float((sg[j - 1] - sg[j]) / max(hours[j] - hours[j - 1], 1e-3)) for j in (i - 1, i))
    return i if last > 2.0 * before else len(sg)


def _steps(hours: Array, sg: Array) -> Iterator[int]:
    """The readings before which the beer may have ended: by a large step in the last hours, or one to steady water."""
    n = len(sg)
    window, is_logged = int(np.searchsorted(hours, hours[-1] - TAIL_H)), float(np.median(np.diff(hours))) <= RINSE_GAP_H
    for i in (np.flatnonzero(np.abs(np.diff(sg[4:])) >= RINSE_SG) + 5).tolist():
        before, after = sg[i - 5 : i], sg[i:]
        step, jump = float(np.median(after) - np.median(before)), abs(float(sg[i] - sg[i - 1]))
        gap = float(hours[i] - hours[i - 1])
        sudden = abs(step) >= max(STEP_SG, STEP_SG_PER_H * gap) and jump >= STEP_SG
        racked = is_logged and i >= window and sudden and float(np.ptp(before)) < abs(step) and 4 * (n - i) <= n
        at_once = gap <= RINSE_GAP_H or (gap <= RINSE_STEP_H and len(after) > 1)
        still = step <= -RINSE_SG and at_once and float(np.ptp(before)) < 0.3 * -step
        if racked or (still and _is_water(after)):
            yield i


def _is_water(sg: Array) -> bool:
    """Nine in ten readings of water's gravity."""
    return bool(np.quantile(np.abs(sg - 1.0), 0.9) <= WATER_OFF_SG)


def _spoken(hours: float) -> str:
    return f"{hours * 60:.0f} min" if hours < 2.0 else f"{hours:.1f} h"
