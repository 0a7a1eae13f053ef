"""Dates and times of day in figures alone, which are numbers to a program: 240422 1648, 22.04, 1648."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from brewpi.importers.sheet import is_absent
from brewpi.importers.times.dates import Kind, Times, hours_of_moments, length, moment, unrolled
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head
from brewpi.records import Array

_CLOCK = r"(?:[T_ -]\s?(\d\d)[:.h]?(\d\d)(?:[:.]?(\d\d))?Z?)"
_COMPACT = re.compile(
    r"^(?!19\d{8}$)((?:19|20)\d\d)(\d\d)(\d\d)(?:[T_ -]?(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9}|\d{3}|\d{6})?)?)?)?"
    r"(?:\.0)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$"
)
# 2404221648 and 240422164800; as seconds or parts of them since 1970 that would be 2039 and later.
_IN_FIGURES = re.compile(r"^(2[2-9]|3\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$")
_ORDINAL = re.compile(rf"^((?:19|20)\d\d)-?(\d{{3}}){_CLOCK}?$")
_SIX = re.compile(rf"^(\d\d)(\d\d)((?:19|20)?\d\d){_CLOCK}$")
_SIX_ALONE = re.compile(rf"^(\d\d)(\d\d)((?:19|20)?\d\d){_CLOCK}?$")
_DAY_MONTH = re.compile(r"^(?:[^\W\d]{2,4}\.?,? )?(\d{1,2})([.-])(\d{1,2})$")
_FOUR = re.compile(r"^(?:(?:[01]?\d|2[0-3])[.,]?[0-5]\d|24[.,]?00)$")
_SIX_FIGURES = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
_TIME_OF_DAY = re.compile(r"\b(?:time|hour|clock) of (?:the )?day\b")
SECONDS_OF_A_DAY = 86_400
_HOURS_AND_MINUTES = re.compile(
    r"^([01]?\d|2[0-3])(?:\s?[-–.:h]\s?|(?<=\d\d))([0-5]\d)\s?(?:['’′m]|min|hs?|hrs?|hours|uhr|z|lt)?\.?$"
)
_ORDERS = ((1, 2, 3), (3, 2, 1), (3, 1, 2))  # which group is year, month and day: Asia and programs, Europe, America
LONGEST_H = 120 * 24.0  # a log without years that is longer is a column of something else
# Days as MATLAB counts them, from the year 0: 719,529 on 1 January 1970; here those of 1957 to 2053.
_MATLAB, _MATLAB_ZERO = (715_000.0, 750_000.0), 719_529.0
LONGEST_DAYS = 1_100.0  # no fermentation takes three years


def compact(texts: list[str]) -> Times | None:
    """20240422, 2024042216, 202404221648, 20240422164800123, 20240422 16:48 and 20240422T164800+0200; 2404221648."""
    if (short := _six(texts, _IN_FIGURES, "moment", _ORDERS[:1])) is not None:
        return short
    if not _COMPACT.match(next(filter(None, texts))):
        return None

    def read(text: str) -> datetime | None:
        found = _COMPACT.match(text)
        return found and moment(int(found[1]), int(found[2]), int(found[3]), found.groups()[3:6], found[7] or "")

    bare = all(len(text) <= 8 for text in texts)
    return hours_of_moments(texts, read, "date" if bare else "moment")


def six_and_clock(texts: list[str]) -> Times | None:
    """240422 1648, 220424 16:48, 22042024 16:48 and 240422T164800: the order in which the log is shortest."""
    return _six(texts, _SIX, "moment")


def by_head(cells: Sequence[str], h: Head, times: Times | None) -> Times | None:
    """Numbers that are dates or times of day by their head: 240422, 22042024, 2024-113 (a day of the year) and 22.04
    below Date, 1648 and 16.48 below Time.

    times: what the cells are without their head; the same if they are no mere numbers, nor hours of more than one day.
    """
    if (times is None or times.kind == "elapsed") and (clock := _of_the_day(cells, h)) is not None:
        return clock
    if times is not None and times.kind != "number":
        return times
    return _called(cells, h) or times


def matlab(values: Array, whole: bool = False) -> Times | None:
    """739000.5, days since the year 0; whole: also those that are all whole, which other numbers are as well."""
    known_days = values[np.isfinite(values)]
    low, high = float(known_days.min()), float(known_days.max())
    parts = bool(np.any(known_days % 1.0 != 0.0))
    if not (_MATLAB[0] <= low <= high <= _MATLAB[1] and high - low < LONGEST_DAYS and (parts or whole)):
        return None
    return Times((values - _MATLAB_ZERO) * 24.0, "moment" if parts else "date")


def _called(cells: Sequence[str], h: Head) -> Times | None:
    texts = ["" if is_absent(cell) else cell.strip() for cell in cells]
    filled = [text for text in texts if text]
    if not filled or not (h.says(known.MOMENT) or h.only(known.HOUR)):
        return None
    if (ordinal := _of_the_year(texts)) is not None:
        return ordinal
    if _says_date(h):
        figures = max(map(len, filled)) + max(map(len, filled)) % 2  # a spreadsheet drops the first 0
        if all(text.isdigit() and figures - 1 <= len(text) for text in filled) and figures in (6, 8):
            return _six([text and text.zfill(figures) for text in texts], _SIX_ALONE, "date") or _whole_days(texts)
        return _days_and_months(texts)
    if (to_the_second := _to_the_second(texts)) is not None:
        return to_the_second
    padded = h.says(known.MOMENT) and all(len(text) == 4 and text.isdigit() for text in filled)
    if not all(_FOUR.match(text) for text in filled) or not (padded or _runs_round(filled)):
        return None
    plain = [re.sub(r"\D", "", text) for text in texts]
    return Times(np.array([int(t[:-2]) + int(t[-2:]) / 60.0 if t else np.nan for t in plain]), "clock")


def _says_date(h: Head) -> bool:
    """Whether a head is of a day, and not of the time of day."""
    return h.says(known.DATE) and not _TIME_OF_DAY.search(h.plain)


def _to_the_second(texts: list[str]) -> Times | None:
    """142000 and 82000, which go to more than the seconds of a day and are a time of day each."""
    figures = [text and text.zfill(6) for text in texts]
    filled = [text for text in figures if text]
    if not all(map(_SIX_FIGURES.fullmatch, filled)) or int(max(filled)) < SECONDS_OF_A_DAY:
        return None
    hours = [int(t[:2]) + int(t[2:4]) / 60.0 + int(t[4:]) / 3600.0 if t else np.nan for t in figures]
    return Times(np.array(hours), "clock")


def _of_the_day(cells: Sequence[str], h: Head) -> Times | None:
    """14-20, 14h20', 14.20h, 1420h and 1420 hrs below a head of times that go round the day; hours go on."""
    texts = ["" if is_absent(cell) else cell.strip().lower() for cell in cells]
    first = next(filter(None, texts), "")
    if not h.says(known.MOMENT) or _says_date(h) or _HOURS_AND_MINUTES.match(first) is None:
        return None
    found = [_HOURS_AND_MINUTES.match(text) for text in texts]
    if not all(f for f, text in zip(found, texts, strict=True) if text):
        return None
    hours = np.array([np.nan if f is None else int(f[1]) + int(f[2]) / 60.0 for f in found])
    steps = np.diff(hours[np.isfinite(hours)])
    return Times(hours, "clock") if np.any(steps > 0.0) and np.any(steps < 0.0) else None


def _of_the_year(texts: list[str]) -> Times | None:
    """2024-113 and 2024113, the day of the year (ISO 8601), with or without a time of day."""
    found = {text: _ORDINAL.match(text) for text in texts if text}
    if not all(found.values()):
        return None

    def read(text: str) -> datetime | None:
        f = found[text]
        first = f and moment(int(f[1]), 1, 1, f.groups()[2:5])
        return first + timedelta(days=int(f[2]) - 1) if f and first and 1 <= int(f[2]) <= 366 else None

    return hours_of_moments(texts, read, "moment" if any(f and f[3] for f in found.values()) else "date")


def _whole_days(texts: list[str]) -> Times | None:
    return matlab(np.array([float(text or "nan") for text in texts]), whole=True)


def _runs_round(filled: list[str]) -> bool:
    """Times of more than one day."""
    return any(b < a for a, b in pairwise(float(text.replace(",", ".")) for text in filled))


def _six(
    texts: list[str], pattern: re.Pattern[str], kind: Kind, orders: Sequence[tuple[int, int, int]] = _ORDERS
) -> Times | None:
    found = [pattern.match(text) if text else None for text in texts]
    if not all(f for f, text in zip(found, texts, strict=True) if text):
        return None
    by_text = dict(zip(texts, found, strict=True))

    def reader(year: int, month: int, day: int) -> Callable[[str], datetime | None]:
        def read(text: str) -> datetime | None:
            f = by_text[text]
            return f and moment(int(f[year]), int(f[month]), int(f[day]), f.groups()[3:6])

        return read

    choices = [hours_of_moments(texts, reader(*order), kind) for order in orders]
    whole = [times for times in choices if times and np.isfinite(times.hours).sum() == sum(map(bool, texts))]
    return min(whole, key=lambda times: length(times.hours), default=None)


def _days_and_months(texts: list[str]) -> Times | None:
    """22.04, the day first as everywhere with dots; 22-04 and 04-22, in the order that is shorter. None unless they go
    on, a few months at most."""
    found = {text: _DAY_MONTH.match(text) for text in texts if text}
    if not all(found.values()):
        return None
    dotted = any(f and f[2] == "." for f in found.values())

    def reader(day: int, month: int) -> Callable[[str], datetime | None]:
        def read(text: str) -> datetime | None:
            f = found.get(text)
            return f and moment(2000, int(f[month]), int(f[day]))

        return read

    choices = [hours_of_moments(texts, reader(*order), "date") for order in ((1, 3), (3, 1))[: 1 if dotted else 2]]
    whole = [unrolled(t.hours) for t in choices if t and np.isfinite(t.hours).sum() == sum(map(bool, texts))]
    fits = [hours for hours in whole if _goes_one_way(hours) and float(np.ptp(hours[np.isfinite(hours)])) <= LONGEST_H]
    return Times(min(fits, key=length), "date") if fits else None


def _goes_one_way(hours: Array) -> bool:
    steps = np.diff(hours[np.isfinite(hours)])
    return bool(np.all(steps >= 0.0) or np.all(steps <= 0.0))
