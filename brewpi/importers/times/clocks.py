"""Moments that are spread over columns: a date and a time of day, or year, month, day, hour and minute."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from brewpi.importers.sheet import Sheet, is_absent, numbers
from brewpi.importers.times.dates import Times
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head
from brewpi.records import Array

_OF_THE_WORLD = re.compile(
    r"^1\d{9}(?:\d{3}){0,3}(?:[.,]\d*)?$|^[16]\d{17}$|^\d(?:[.,]\d+)?e\+?\d+$|\dz$|(?<![a-z])(?:utc|gmt|zulu)\b"
    r"|:\d\d(?:[.,]\d+)?\s?[+-]\d\d(?::?\d\d)?$",
    re.I,
)
_UNPOINTED = re.compile(r"([01]?\d|2[0-3])([.hH]|)([0-5]\d)")
LEAST_RUNS = 3  # in which times of day run on, and begin anew
PARTS = {
    "year": re.compile("year|jahr|annee|ano|anno|jaar|rok|yyyy"),
    "month": re.compile("month|monat|mois|mes|mese|maand|miesiac|mesic|mm"),
    "day": re.compile("day|tag|jour|dia|giorno|dag|dzien|den|dd"),
    "hour": known.HOUR,
    "minute": re.compile("minute|min|minuto|minuut|minuta"),
}


def whole_days(times: Times) -> Times:
    """Moments that are all at midnight are dates: the time of day is elsewhere, or lost."""
    hours = times.hours[np.isfinite(times.hours)]
    if times.kind == "moment" and len(hours) and bool(np.all(hours % 24.0 == 0.0)):
        return Times(times.hours, "date")
    return times


def as_clock(times: Times, h: Head) -> Times | None:
    """What a spreadsheet makes of a time of day: a part of a day, or a moment of 1899; and the hour as a number."""
    hours = times.hours[np.isfinite(times.hours)]
    if len(hours) == 0:
        return None
    if times.kind == "moment" and float(hours.max()) < -606_000.0:
        return Times(times.hours % 24.0, "clock")
    low, high = float(hours.min()), float(hours.max())
    runs_round = low >= 0.0 and high < 24.0 and bool(np.any(np.diff(hours) < 0.0))
    if times.kind == "elapsed" and h.says(known.MOMENT) and runs_round and bool(np.all(hours % 1.0 == 0.0)):
        return Times(times.hours, "clock")  # 8h, 20h
    if times.kind != "number":
        return None
    if h.says(known.MOMENT) and low >= 0.0 and high < 1.0:
        return Times(times.hours * 24.0, "clock")
    if _is(h, "hour") and runs_round:
        return Times(times.hours, "clock")
    return None


def joined(date: Array, written: list[str], clock: Array) -> Array:
    """Hours since 1970 from both, since the start where days are counted; a day that is written once counts until the
    next."""
    days, last = date.copy(), np.nan
    for i, text in enumerate(written):
        if np.isnan(days[i]) and is_absent(text):
            days[i] = last
        last = days[i]
    return days + clock


def oldest_first(hours: Array, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """These rows in the order of the file, or from its end where the file begins with the newest."""
    steps = np.diff(hours[rows])
    return rows[::-1] if np.count_nonzero(steps < 0.0) > np.count_nonzero(steps > 0.0) else rows


def names_its_zone(text: str) -> bool:
    """Whether a time, or the head above it, is of no local clock: seconds since 1970, UTC, or with an offset."""
    return _OF_THE_WORLD.search(text.strip()) is not None


def over_a_month(days: Array) -> Array:
    """Days of the month, 29, 30, 1, 2, counted on from the first: in a row, from one that is no first day to a 1.

    days: (n,) in the order of the file, NaN where unreadable; as they are if they are anything else.
    """
    at = np.flatnonzero(np.isfinite(days))
    steps = np.diff(days[at])
    back = np.flatnonzero(steps < 0.0)
    if len(back) != 1 or days[at[0]] <= 1.0 or np.any(days[at] % 1.0 != 0.0):
        return days
    last, first = days[at[back[0]]], days[at[back[0] + 1]]
    if not 28.0 <= last <= 31.0 or first != 1.0 or np.any(steps > 1.0):
        return days
    out = days - days[at[0]]
    out[at[back[0] + 1 :]] += last
    return np.asarray(out)


def composed(sheet: Sheet) -> tuple[str, Times] | None:
    """The moments in columns called Year, Month, Day and perhaps Hour and Minute, and how they are called together."""
    found = {part: i for part in PARTS for i in range(len(sheet.heads)) if _is(sheet.head(i), part)}
    if not {"year", "month", "day"} <= found.keys():
        return None
    empty = np.zeros(len(sheet.rows))
    columns = [numbers(sheet.cells(found[part]), strict=False)[0] if part in found else empty for part in PARTS]
    hours = np.array([_moment(*row) for row in zip(*columns, strict=True)])
    if not np.isfinite(hours).any():
        return None
    return ", ".join(sheet.heads[i] for i in found.values()), Times(hours, "moment" if "hour" in found else "date")


def of_day(sheet: Sheet) -> tuple[int, Times] | None:
    """The time of day in columns called Hour and Minute, and which is the first of them."""
    hour = [i for i in range(len(sheet.heads)) if _is(sheet.head(i), "hour")]
    minute = [i for i in range(len(sheet.heads)) if _is(sheet.head(i), "minute") or sheet.head(i).words == ("mm",)]
    if len(hour) != 1 or len(minute) != 1:
        return None
    hours, minutes = (numbers(sheet.cells(i), strict=False)[0] for i in (hour[0], minute[0]))
    known_rows = np.isfinite(hours) & np.isfinite(minutes)
    if not known_rows.any() or np.any((hours < 0) | (hours > 23) | (minutes < 0) | (minutes > 59)):
        return None
    return hour[0], Times(hours + minutes / 60.0, "clock")


def by_look(sheet: Sheet, seen: set[int], days: Array) -> tuple[int, Times] | None:
    """The one column of times of day under a name that nobody here knows. seen: columns that are something else."""
    found = []
    for i in range(len(sheet.heads)):
        cells = sheet.cells(i)
        if i in seen or sheet.head(i).names_something:
            continue
        of_day = all(is_absent(cell) or re.match(r"\d{1,2}:\d\d(?!\d)", cell) for cell in cells)
        times = parse(cells) if of_day else _of_these_days(cells, days)
        if times is not None and times.kind == "clock":
            found.append((i, times))
    return found[0] if len(found) == 1 else None


def _of_these_days(cells: list[str], days: Array) -> Times | None:
    """Times of day without a colon, 16.40, 16h40 or 1640, where nothing else is possible: they run on within each day
    of several readings, and begin anew with the next."""
    written = [_UNPOINTED.fullmatch(cell.strip()) for cell in cells]
    if not all(written) or len({found[2] for found in written if found}) > 1:
        return None
    hours = np.array([int(found[1]) + int(found[3]) / 60.0 for found in written if found])
    same_day, steps = np.diff(days) == 0.0, np.diff(hours)
    if days[-1] < days[0]:  # the newest first
        steps = -steps
    on, anew = np.count_nonzero(same_day & (steps > 0.0)), np.count_nonzero(~same_day & (steps < 0.0))
    runs = not np.any(same_day & (steps <= 0.0)) and on >= LEAST_RUNS and anew >= LEAST_RUNS
    return Times(hours, "clock") if runs and float(hours.max()) < 24.0 else None


def _moment(year: float, month: float, day: float, hour: float, minute: float) -> float:
    try:
        year += 2000.0 if year < 100.0 else 0.0
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=UTC)
    except (ValueError, OverflowError):
        return float("nan")
    return at.timestamp() / 3600.0


def is_hour(h: Head) -> bool:
    """Whether a head is called after the hour and nothing else."""
    return _is(h, "hour")


def _is(h: Head, part: str) -> bool:
    return len(h.words) == 1 and h.says(PARTS[part])
