"""Times as people and programs write them, as hours since the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from brewpi.importers.sheet import LogError
from brewpi.records import Array

_DATE = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?)?", re.I)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_WORDS = re.compile(
    r"(?:(\d{1,2})[ -])?(" + "|".join(_MONTHS) + r")[a-z]*[ -](\d{1,2}(?!\d),? +)?(\d{4})"
    r"(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.I)
# Numbers since 1970 in ns, µs, ms and s, and a spreadsheet's days since 1900, told apart by their size.
_EPOCHS = ((1e17, 3.6e12), (1e14, 3.6e9), (1e11, 3.6e6), (1e8, 3600.0), (2e4, 1 / 24.0))


def hours_of(column: list[str]) -> Array:
    """Hours since the earliest, NaN where unreadable; same length. Raises LogError if none can be read."""
    texts = [text.strip() for text in column]
    for read in (_numbers, _iso, _in_words, _dates):
        hours = read(texts)
        if hours is not None:
            return hours - np.nanmin(hours)
    raise LogError(f'times such as "{next(filter(None, texts), "")[:30]}" cannot be read; write 2026-04-25 10:22.')


def _numbers(texts: list[str]) -> Array | None:
    try:
        values = np.array([float(text) if text else np.nan for text in texts])
    except ValueError:
        return None
    values[~np.isfinite(values)] = np.nan
    if np.isnan(values).all():
        return None
    size = float(np.nanmedian(np.abs(values)))
    unit = next((per_hour for least, per_hour in _EPOCHS if size >= least), None)
    if unit is None:
        raise LogError(f"time of {size:g} has no unit; name the column hours, days or give dates.")
    return values / unit


def _hours(texts: list[str], read: Callable[[str], datetime | None]) -> Array | None:
    """Most must be readable, or the format is another one."""
    found = [read(text) for text in texts]
    known = sum(moment is not None for moment in found)
    if known == 0 or 2 * known < sum(map(bool, texts)):
        return None
    return np.array([np.nan if moment is None else moment.timestamp() / 3600.0 for moment in found])


def _moment(year: int, month: int, day: int, hour: str | None, minute: str | None, second: str | None,
            half: str | None = None) -> datetime | None:
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    try:
        year += 2000 if year < 100 else 0
        return datetime(year, month, day, hours, int(minute or 0), int(second or 0), tzinfo=UTC)
    except ValueError:
        return None


def _iso(texts: list[str]) -> Array | None:
    def read(text: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    return _hours(texts, read)


def _in_words(texts: list[str]) -> Array | None:
    def read(text: str) -> datetime | None:
        found = _IN_WORDS.search(text)
        if found is None or not (found[1] or found[3]):
            return None
        day = int((found[1] or found[3]).strip(" ,"))
        return _moment(int(found[4]), _MONTHS.index(found[2][:3].lower()) + 1, day, *found.groups()[4:7])

    return _hours(texts, read)


def _dates(texts: list[str]) -> Array | None:
    """Day and month are told apart by what is possible, then by the order that makes the log shorter."""
    found = [_DATE.search(text) for text in texts]
    by_text = dict(zip(texts, found, strict=True))
    first = max((int(f[1]) for f in found if f), default=0)
    second = max((int(f[2]) for f in found if f), default=0)

    def reader(year: int, month: int, day: int) -> Callable[[str], datetime | None]:
        def read(text: str) -> datetime | None:
            f = by_text[text]
            return None if f is None else _moment(int(f[year]), int(f[month]), int(f[day]), f[4], f[5], f[6], f[7])

        return read

    if first > 31:
        return _hours(texts, reader(1, 2, 3))
    orders = [order for order, fits in (((3, 2, 1), second <= 12), ((3, 1, 2), first <= 12)) if fits]
    readable = [hours for order in orders if (hours := _hours(texts, reader(*order))) is not None]
    return min(readable, key=_length, default=None)


def _length(hours: Array) -> float:
    """The total way from reading to reading: right dates do not jump about."""
    known = hours[np.isfinite(hours)].tolist()
    return float(sum(abs(b - a) for a, b in pairwise(known)))
