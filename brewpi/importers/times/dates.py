"""Dates and moments as people and programs write them, in words and in figures, as hours since 1970.

Day and month are told apart by what is possible, then by the order that makes the log shorter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np

from brewpi.importers.sheet import LogError
from brewpi.importers.times import date_slips
from brewpi.importers.words.heads import without_accents
from brewpi.importers.words.vocabulary import EVENING, MONTHS, MORNING, NOON
from brewpi.records import Array

Kind = Literal["moment", "date", "clock", "elapsed", "number"]

_CLOCK = (
    r"(\d{1,2})(?:[:h]|\.(?=\d\d(?:\.\d\d)?(?:\s|$|[ap]\.?m)))(\d{2})(?:[:.m](\d{2})(?:[.,]\d+)?)?(?:\s*s\b)?"
    r"(?:\s*([ap])(?:\.?\s?m)?\b\.?)?"
)
_DATE = re.compile(
    r"^\D{0,12}?(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?![\d:h])[\s.,T|]*(?:\D{0,6}?" + _CLOCK + r")?(.*)$",
    re.I,
)
_SHORT_DATE = re.compile(
    r"^(?:\D{0,5}?|[^\W\d]{3,12},? )(\d{1,2})(?:[./-](\d{1,2})\.?[\s,]+"
    + _CLOCK
    + r"(.*)|[/](\d{1,2})|\.(\d{1,2})\.)$",
    re.I,
)
_TIME_FIRST = re.compile(r"^" + _CLOCK + r"[\s,]+(\d.*)$", re.I)
# What people write around a time of day: "kl. 08:00", "um 8:00 Uhr", "ca. 08:00", "08:00 uur".
AT = r"(?:(?:kl|klo|um|om|at|godz|às|ore|alle|a las|[àao]|ca|circa|about|around|approx|vers|gegen|[@~≈])\.?\s*)"
_OCLOCK = r"uhr|uur|u|hrs?|hs?|hod|hodin|godz|o['’]?clock|horas?|heures?|ore"
CLOCK_ONLY = re.compile(rf"^{AT}{{0,2}}{_CLOCK}(?:\s*(?:{_OCLOCK})\.?)?$", re.I)
_GOOGLE = re.compile(r"^Date\((\d{4}),(\d+),(\d+)(?:,(\d+),(\d+),(\d+))?(?:,\d+)?\)$")
_YEAR = r"(\d{4}|'?\d{2}(?![\d:.h]))"
_LAST_YEAR = re.compile(r"\b((?:19|20)\d\d)$")
_WEEK_AND_DAY = re.compile(r"^[Ww](\d\d)-?([1-7])(?!\d),?")  # W17-1
WEEKS_H = 52 * 168.0  # until W01 comes again
_IN_WORDS = re.compile(
    r"^(?:\D*?\b)?(?:(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[\s./-]+(?:de\s+|of\s+)?)?([a-z]{3,12})(?:\.?[\s./-]+|\.?$)"
    r"(?:(?:de|del)\s+)?(?:(\d{1,2})(?:st|nd|rd|th)?(?:,|\s|-|$)[\s,/-]*)?"
    + _YEAR
    + r"?[\s,T-]*(?:\D{0,6}?"
    + _CLOCK
    + r")?(.*)$",
    re.I,
)
# What may stand behind a time: hours by name, a zone by its letters, offset or city. A word that nobody here knows may
# say which half of the day it is, and is not passed over, nor is one that does.
_OF_DAY = "|".join(words.pattern for words in (MORNING, NOON, EVENING))
_BEHIND = re.compile(
    r"(?:[\s.,;()\[\]]|(?i:\b(?:"
    + _OCLOCK
    + r"|s|gmt|utc|z)\b)|:?\d+"
    rf"|\b(?!(?i:{_OF_DAY})\b)[A-Z]{{1,5}}\b"
    r"|(?i:\b(?:gmt|utc)[+-]\d\d:?\d\d\s*\([^)]*\))"  # the zone's name in any language, behind its offset
    r"|\b[A-Z][a-z]+/[\w/+-]+|(?i:\b[a-z]+(?: [a-z]+){0,3} time\b)|(?i:gmt|utc)?[+-]\d\d?(?::?\d\d)?)*"
)
# 2024-4-22 9:05, and 2024-04-22 14.20, which would be a fraction of an hour by the standard.
_UNPADDED = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)(?:([ T]+)(\d{1,2})[:.](\d\d)(?!\d))?")
_OFFSET = re.compile(r"(?:gmt|utc|z)?\s*([+-])(\d\d):?(\d\d)\b", re.I)
_IN_2000_H = 10_957 * 24.0  # on 1 January 2000
_SOLAR = range(1300, 1500)  # years of Persian and Islamic calendars, whose months have other lengths
_MONTH_OF = {name: number for number, names in enumerate(MONTHS, 1) for name in names}


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times in hours, NaN where unreadable: since 1970 for `moment` and `date` (without a time of day),
    since midnight for `clock`, since the start for `elapsed`; a `number` has no unit yet.

    halves: whether AM or PM was said.
    """

    hours: Array
    kind: Kind
    halves: bool = False


def hours_of_moments(
    texts: list[str], read: Callable[[str], datetime | None], kind: Kind = "moment", halves: bool = False
) -> Times | None:
    """Most must be readable, or the format is another one."""
    found = [read(text) if text else None for text in texts]
    known = sum(moment is not None for moment in found)
    if known == 0 or 2 * known < sum(map(bool, texts)):
        return None
    hours = np.array([np.nan if moment is None else moment.timestamp() / 3600.0 for moment in found])
    return Times(hours, kind, halves)


def moment(year: int, month: int, day: int, clock: Sequence[str | None] = (), rest: str = "") -> datetime | None:
    """A moment from its parts; `clock` is hour, minute, second and the a or p of am and pm."""
    hour, minute, second, half = (*clock, None, None, None, None)[:4]
    hours = int(hour or 0)
    if not _BEHIND.fullmatch(rest) or (hour is None and re.search(r"\d", _OFFSET.sub("", rest))):
        return None  # figures behind a date that are no time of day may be the hour
    if year in _SOLAR:
        return None
    if half:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    try:
        year += (2000 if year < 80 else 1900) if year < 100 else 0
        if hours == 24 and int(minute or 0) == 0:
            return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)
        return datetime(year, month, day, hours, int(minute or 0), min(int(second or 0), 59), tzinfo=_zone(rest))
    except (ValueError, OverflowError):
        return None


def _zone(rest: str) -> timezone:
    found = _OFFSET.search(rest) if rest else None
    if not found:
        return UTC
    minutes = min(int(found[2]) * 60 + int(found[3]), 1439)
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


def iso(texts: list[str]) -> Times | None:
    """2024-04-22 16:48, with or without seconds and zone; 2024-W17-1, also without the year."""
    first = next(filter(None, texts))
    if _WEEK_AND_DAY.match(first):
        times = iso([_WEEK_AND_DAY.sub(r"2000-W\1-\2", text) for text in texts])
        if times is not None:
            known = np.isfinite(times.hours)
            times.hours[known] = np.unwrap(times.hours[known], period=WEEKS_H)
        return times
    if not re.match(r"\d{4}-\d\d?-\d\d?|\d{4}-?W\d\d", first):
        return None

    def read(text: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(_UNPADDED.sub(_padded, text))
        except ValueError:
            return None
        if moment.year in _SOLAR:
            return None
        try:
            return moment if moment.tzinfo and moment.timestamp() else moment.replace(tzinfo=UTC)
        except (OverflowError, ValueError):
            return None

    times = hours_of_moments(texts, read)
    bare = times is not None and all(len(text) <= 10 for text in texts)
    return Times(times.hours, "date") if times and bare else times


def _padded(found: re.Match[str]) -> str:
    year, month, day, between, hour, minute = found.groups()
    clock = "" if hour is None else f"{between}{int(hour):02d}:{minute}"
    return f"{year}-{int(month):02d}-{int(day):02d}{clock}"


def in_words(texts: list[str]) -> Times | None:
    """22-Apr-24 16:48, Apr 22, 2024 04:48 PM, 22. April 2024, 22 de abril de 2024, Mon Apr 22 2024 ... GMT+0200."""
    clocks = years = 0

    def read(text: str) -> datetime | None:
        nonlocal clocks, years
        found = _IN_WORDS.match(_without_weekday(without_accents(text)))
        if found is None or not (found[1] or found[3]):
            return None
        month = month_of(found[2].lower())
        last = _LAST_YEAR.search(found[9] or "") if found[5] else None  # Mon Apr 22 16:48:00 CEST 2024
        written = found[4] or (found[3] if found[1] else None) or (last and last[1])  # 22-Apr-24
        year = int(written.strip("'")) if written else 2000
        clocks += found[5] is not None
        years += written is not None
        clock = found.groups()[4:8]
        return None if month is None else moment(year, month, int(found[1] or found[3]), clock, found[9] or "")

    times = hours_of_moments(texts, read)
    if times is None:
        return None
    hours = times.hours if years else unrolled(times.hours)
    return Times(hours, "moment" if clocks else "date", _halves(texts))


def _without_weekday(text: str) -> str:
    """Programs put the weekday first: "Mon, 22 Apr 2024", "Wed Sep 20 2023"."""
    first, _, rest = text.partition(" ")
    word = first.strip(".,")
    if not rest or not word.isalpha():
        return text
    another = any(month_of(other) for other in re.findall(r"[a-z]{3,}", rest.lower()))  # mardi 11 mars
    return rest if another or month_of(word.lower()) is None else text


def month_of(word: str) -> int | None:
    """Of a month's name in any of these languages, in small letters without accents, or its beginning."""
    for size in range(len(word), 2, -1):
        if word[:size] in _MONTH_OF:
            return _MONTH_OF[word[:size]]
    return None


def unrolled(hours: Array) -> Array:
    """Without years, December is followed by January of the next, or the other way about; and 28 February by 1 March,
    unless a reading is of the 29th. hours: (n,) of the year 2000."""
    of_year = hours - _IN_2000_H
    is_leap = bool(np.any((of_year >= 59 * 24.0) & (of_year < 60 * 24.0)))
    hours = hours if is_leap else np.where(of_year >= 60 * 24.0, hours - 24.0, hours)
    out = hours.copy()
    year_h, add = (366 if is_leap else 365) * 24.0, 0.0
    known = np.flatnonzero(np.isfinite(hours))
    for i, j in pairwise(known):
        if abs(hours[j] - hours[i]) > 0.5 * year_h:
            add -= year_h * np.sign(hours[j] - hours[i])
        out[j] = hours[j] + add
    return out


def _halves(texts: list[str]) -> bool:
    return any(re.search(r"\d\s*[ap](\.?\s?m)?\b", text, re.I) for text in texts[:50])


def short_dates(texts: list[str]) -> Times | None:
    """22.04. 16:48, 22.04. and 4/22, the year left out."""
    found = [_SHORT_DATE.match(text) if text else None for text in texts]
    by_text = dict(zip(texts, found, strict=True))
    kind: Kind = "moment" if any(f and f[3] for f in found) else "date"
    dotted = any(f and f[9] for f in found)
    choices = []
    for day_first in (True, False)[: 1 if dotted else 2]:

        def read(text: str, day_first: bool = day_first) -> datetime | None:
            if (f := by_text[text]) is None:
                return None
            first, second = int(f[1]), int(f[2] or f[8] or f[9])
            return moment(2000, *((second, first) if day_first else (first, second)), f.groups()[2:6])

        if (times := hours_of_moments(texts, read, halves=_halves(texts))) is not None:
            choices.append(Times(unrolled(times.hours), kind, times.halves))
    return min(choices, key=lambda times: (np.count_nonzero(np.isnan(times.hours)), length(times.hours)), default=None)


def in_figures(texts: list[str]) -> Times | None:
    """Dates in figures, with or without a time of day, before or after it."""
    google = [_GOOGLE.match(text) for text in texts]
    if any(google):
        by_date = dict(zip(texts, google, strict=True))

        def chart(text: str) -> datetime | None:
            f = by_date[text]
            return f and moment(int(f[1]), int(f[2]) + 1, int(f[3]), f.groups()[3:6])

        return hours_of_moments(texts, chart)
    turned = [_turned(text) for text in texts]
    found = [_DATE.match(text) if text else None for text in turned]
    by_text = dict(zip(texts, found, strict=True))
    known = [f for f in found if f]
    if not known or 2 * len(known) < sum(map(bool, texts)):
        return None
    kind: Kind = "moment" if any(f[5] for f in known) else "date"

    @lru_cache
    def read(order: tuple[int, int, int]) -> Mapping[str, datetime | None]:
        year, month, day = order
        return {
            text: f and moment(int(f[year]), int(f[month]), int(f[day]), f.groups()[4:8], f[9] or "")
            for text, f in by_text.items()
        }

    halves = any(f[8] for f in known)
    orders = _orders(_alike(known))
    readable = [
        times for order in orders if (times := hours_of_moments(texts, read(order).get, kind, halves)) is not None
    ]
    if all(f[1] and int(f[1]) <= 31 for f in known):
        _check_one_order(texts, read)
    return min(
        readable,
        key=lambda times: (np.count_nonzero(np.isnan(times.hours)), length(date_slips.old_year(times.hours)[0])),
        default=None,
    )


def _alike(known: list[re.Match[str]]) -> list[re.Match[str]]:
    """Those that are written as most are: a date of another form among them says nothing of the order of theirs."""
    forms = [(f[2], len(f[1]) == 4) for f in known]
    usual, often = Counter(forms).most_common(1)[0]
    return [f for f, form in zip(known, forms, strict=True) if form == usual] if 8 * often >= 7 * len(forms) else known


def _check_one_order(
    texts: list[str], read: Callable[[tuple[int, int, int]], Mapping[str, datetime | None]]
) -> None:
    """Raises LogError where the day comes first in some rows and the month in others."""
    day_first, month_first = (
        np.array([np.nan if at is None else at.timestamp() / 3600.0 for at in map(read(order).get, texts)])
        for order in ((4, 3, 1), (4, 1, 3))
    )
    if date_slips.is_mixed(day_first, month_first):
        raise LogError(
            "dates have the day first in some rows and the month first in others, as a spreadsheet of another country "
            "leaves them; export them again as 2026-04-25."
        )


def _orders(known: list[re.Match[str]]) -> list[tuple[int, int, int]]:
    """Which group may be year, month and day. With dots the day comes first everywhere."""
    first, second, third = (max(int(f[i]) for f in known) for i in (1, 3, 4))
    if first > 31:
        return [(1, 3, 4)]
    orders = [(4, 3, 1)] if second <= 12 else []
    if first <= 12 and known[0][2] != ".":
        orders.append((4, 1, 3))
    if third <= 31 and second <= 12 and len(known[0][4]) <= 2 and len(known[0][1]) == 2:
        orders.append((1, 3, 4))
    return orders


def _turned(text: str) -> str:
    """16:48 22.04.2024 as 22.04.2024 16:48."""
    found = _TIME_FIRST.match(text)
    if not found or not re.match(r"\d{1,4}[./-]\s?\d{1,2}\s?[./-]", found[5]):
        return text
    return f"{found[5]} {text[: found.start(5)].strip(' ,')}"


def length(hours: Array) -> float:
    """The total way from reading to reading: right dates do not jump about."""
    known = hours[np.isfinite(hours)]
    return float(np.abs(np.diff(known)).sum())
