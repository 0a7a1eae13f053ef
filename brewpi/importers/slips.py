"""What the slip of a hand leaves in a log: a date out of place, a gravity by itself, day and month changed in some
rows. Pure.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from brewpi.importers.sheet import LogError
from brewpi.records import Array

CLOCKLESS_H = 30 * 8766.0  # hours since 1970: no hydrometer logged before the year 2000
ALONE_SG = 0.012  # as far from both neighbours on the same side no beer goes
APART_H, UNSEEN_H = 3.0, 50.0  # beer that nobody looked at for longer may have fermented out, and been fed
WATER_OFF_SG = 0.003  # by as much a hydrometer may be wrong in water
NO_RISE_SG = 0.004  # a beer that is read by hand and stands may rise by so much; one that was fed rises by more
MOST_IN_WATER, SAME_SG = 3, 0.001  # readings; a beer that does not rise
CLEAR_SG = 0.006  # below the course of a beer, and above water, by as much
BACK_SG, BACK_SHARE = 0.020, 0.6  # a last reading that is so far back at the wort's is of another batch, or a slip
FAR_H, FAR_SHARE = 24.0, 0.25  # beyond the span of all others, in hours and in spans
YEAR_H, NEW_YEAR_H = 8766.0, 240.0  # so far a step may be from a year; so long a pause over New Year
MONTHS_ALIKE = 4  # in which nothing was read but on one day, and that twice
FEW = 8  # of so many readings one may be a slip
LEAST = 5  # readings, to see an order


def old_year(hours: Array) -> tuple[Array, list[str]]:
    """Moments of which those in January have the year before, as people write it on after New Year; and a remark.

    hours: (n,) since 1970 in the order of the file; as they are unless one step is of a year, and no other of days.
    """
    at = np.flatnonzero(np.isfinite(hours))
    steps = np.diff(hours[at])
    far = np.flatnonzero(np.abs(np.abs(steps) - YEAR_H) <= NEW_YEAR_H)
    others = np.delete(steps, far)
    if len(at) < LEAST or len(far) != 1 or others.min() < 0.0 or others.max() > NEW_YEAR_H:
        return hours, []
    i = int(far[0])
    wrong = at[i + 1 :] if steps[i] < 0.0 else at[: i + 1]
    months = hours[wrong].astype("datetime64[h]").astype("datetime64[M]")
    if np.any(months.astype(int) % 12 != 0):
        return hours, []
    year = months[0].astype("datetime64[Y]")
    out = hours.copy()
    out[wrong] += float(((year + 1).astype("datetime64[h]") - year.astype("datetime64[h]")).astype(int))
    several = f"{len(wrong)} readings" if len(wrong) > 1 else "1 reading"
    return out, [f"{several} of January {year} taken as of {year + 1}: the year was written on after New Year"]


def day_for_month(hours: Array) -> tuple[Array, list[str]]:
    """Moments of which a spreadsheet of another country took the day for the month, and a remark: several readings on
    the third of one month after another, and none between, are of one day after another in March.

    hours: (n,) since 1970 in the order of the file; as they are unless that is so of every day.
    """
    at = np.flatnonzero(np.isfinite(hours))
    dates = np.floor(hours[at]).astype("datetime64[h]").astype("datetime64[D]")
    days = np.unique(dates)
    months = days.astype("datetime64[M]")
    of_month = (days - months).astype(int)
    steps = np.diff(months).astype(int)
    one_year = len(np.unique(months.astype("datetime64[Y]"))) == 1
    if len(days) < MONTHS_ALIKE or len(at) < 2 * len(days) - 1 or np.any(of_month != of_month[0]):
        return hours, []
    within = np.abs(np.diff(hours[at]))[np.diff(dates).astype(int) == 0]  # not two readings at once
    if not one_year or of_month[0] > 11 or np.any(steps != 1) or float(np.median(within)) < APART_H:
        return hours, []
    year = months[0].astype("datetime64[Y]").astype("datetime64[M]")
    right = (year + of_month[0]).astype("datetime64[D]") + (dates.astype("datetime64[M]") - year).astype(int)
    out = hours.copy()
    out[at] += (right - dates).astype(int) * 24.0
    return out, [f"{days[1]} taken as {np.unique(right)[1]}: a spreadsheet took the days for months"]


def by_the_month(dates: Array) -> tuple[str, ...]:
    """A remark on one reading on the third of each month, and none between, which may be of days that a spreadsheet of
    another country took for months. dates: (n,) since 1970, NaN where unreadable."""
    days = np.unique(np.floor(dates[np.isfinite(dates)])).astype("datetime64[h]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    of_month = (days - months).astype(int)
    one_year = len(np.unique(months.astype("datetime64[Y]"))) == 1
    alike = len(days) >= MONTHS_ALIKE and bool(np.all(of_month == of_month[0])) and of_month[0] <= 11
    if not (alike and one_year and np.all(np.diff(months).astype(int) == 1)):
        return ()
    return (
        f"readings are a month apart, {days[0]}, {days[1]}, ...; if a spreadsheet took their days for months, export "
        "them again as 2026-04-25",
    )


def dated(hours: Array) -> tuple[Array, list[str]]:
    """Moments, NaN for those that cannot be true: of 1970 to 1999 among later ones, of a device that did not know the
    date yet, and of another day than those around them. And remarks. hours: (n,) in the order of the file.
    """
    notes = []
    early = hours < CLOCKLESS_H
    if 0 < (n := int(np.count_nonzero(early))) * 2 < np.count_nonzero(np.isfinite(hours)):
        notes = [f"{n} reading{'s' if n > 1 else ''} of a device that did not know the date left out"]
        hours = np.where(early, np.nan, hours)
    wrong = misdated(hours)
    if n := int(np.count_nonzero(wrong)):
        shown = str(np.datetime64(int(hours[wrong][0]), "h"))[:10]
        several = f"{n} readings, the first" if n > 1 else "1 reading"
        notes.append(f"{several} of {shown} among those of other days left out: its date cannot be true")
        hours = np.where(wrong, np.nan, hours)
    return hours, notes


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


def misdated(hours: Array) -> NDArray[np.bool_]:
    """Which moments are far outside the time of all others, though they stand among them in the file.

    hours: (n,) in the order of the file, NaN where unreadable. None where the file has no order, or where more than
    one in eight would be wrong; the first and the last row have nothing on one side that speaks against them.
    """
    wrong = np.zeros(len(hours), bool)
    known = np.flatnonzero(np.isfinite(hours))
    if len(known) < LEAST:
        return wrong
    x = hours[known]
    x = -x if np.count_nonzero(np.diff(x) < 0.0) > np.count_nonzero(np.diff(x) > 0.0) else x
    ordered = _longest_rise(x)
    if len(x) - len(ordered) > max(1, len(x) // FEW):
        return wrong
    low, high = float(x[ordered[0]]), float(x[ordered[-1]])
    far = max(FAR_H, FAR_SHARE * (high - low))
    among = np.arange(len(x))
    out = ((x < low - far) | (x > high + far)) & (among > ordered[0]) & (among < ordered[-1])
    wrong[known[out]] = True
    return wrong


def _longest_rise(x: Array) -> list[int]:
    """The places of the longest series in x, (n,), that never falls (patience sorting)."""
    tops: list[float] = []
    at: list[int] = []
    before: list[int] = []
    for i, value in enumerate(x.tolist()):
        pile = bisect_right(tops, value)
        before.append(at[pile - 1] if pile else -1)
        tops[pile : pile + 1], at[pile : pile + 1] = [value], [i]
    out, i = [], at[-1]
    while i >= 0:
        out.append(i)
        i = before[i]
    return out[::-1]


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
    back = sg[-1] - sg[-2] >= max(BACK_SG, BACK_SHARE * fallen) and fallen >= ALONE_SG
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


def is_mixed(one: Array, other: Array) -> bool:
    """Whether rows are in order only if day and month are changed in some of them, as a spreadsheet of another
    country leaves dates.

    one, other: (n,) hours since 1970 with the day first and with the month first, NaN where that cannot be.
    """
    steps = np.flatnonzero(np.concatenate([[True], (np.diff(one) != 0.0) | (np.diff(other) != 0.0)]))
    choices = np.stack([one[steps], other[steps]])
    choices = choices[:, np.isfinite(choices).any(axis=0)]
    if choices.shape[1] < LEAST:
        return False
    shortest = np.inf
    for consistent in choices:
        if np.isfinite(consistent).all():
            shortest = min(shortest, float(np.abs(np.diff(consistent)).sum()))
    ways = [(float(at), 0.0) for at in choices[:, 0] if np.isfinite(at)]  # the last moment of each, and how far it went
    for pair in choices.T[1:].tolist():
        ways = [(at, min(far + abs(at - before) for before, far in ways)) for at in pair if at == at]
    return min(far for _, far in ways) * 3.0 < shortest
