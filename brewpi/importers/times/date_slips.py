"""What the slip of a hand leaves in the dates of a log: one out of place, last year's in January, day and month changed
in some rows. Pure.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array

CLOCKLESS_H = 30 * 8766.0  # hours since 1970: no hydrometer logged before the year 2000
FAR_H, FAR_SHARE = 24.0, 0.25  # beyond the span of all others, in hours and in spans
YEAR_H, NEW_YEAR_H = 8766.0, 240.0  # so far a step may be from a year; so long a pause over New Year
MONTHS_ALIKE = 4  # in which nothing was read but on one day, and that twice
TWICE_H = 3.0  # between two readings of one day
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
    if not one_year or of_month[0] > 11 or np.any(steps != 1) or float(np.median(within)) < TWICE_H:
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
