"""The times that devices, gateways and webhooks write into their messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

UTC_WORDS = ("z", "utc", "gmt")
DAY_AND_CLOCK = re.compile(r"[0-9][Tt _][0-9]")  # of ISO 8601: a day alone is no time, its messages would be all one
NOON = {"a": 0, "p": 12}
# 11/28/2026 1:05:00 PM, 28.11.2026 13:05, 2026/11/28 13:05:00 +0100; the blank before PM may be a narrow one (ICU)
IN_FIGURES = re.compile(
    r"([0-9]{4}|[0-9]{1,2})([./-])\s?([0-9]{1,2})\2\s?([0-9]{4}|[0-9]{1,2})\.?[\s,T]+"
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?\s*(?:([ap])\.?\s?m\.?)?\s*"
    r"(z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
ZONE = "gmt|utc|[ecmp][sd]t|[+-][0-9]{4}"  # the names of RFC 5322; of no other is it known how late it is there
IN_WORDS = re.compile(
    rf"(?:[a-z]{{3}}, ?)?[0-9]{{1,2}}[ -][a-z]{{3}}[ -][0-9]{{4}} [0-9:]{{5,8}}(?: (?:{ZONE}))?", re.IGNORECASE
)
# as JavaScript and C write it: Sat Nov 28 2026 13:05:00 GMT+0100 (Central European Standard Time)
WEEKDAY_FIRST = re.compile(
    r"[a-z]{3} +([a-z]{3}) +([0-9]{1,2}) (?:([0-9]{4}) )?([0-9:]{5,8})(?: GMT([+-][0-9]{4}).*)?(?: ([0-9]{4}))?",
    re.IGNORECASE,
)


DIGITS_ALONE = re.compile(r"20[0-9]{12}")  # 20261128130500, as PLCs and file names have it: no number of seconds
ZONE_NAMED = re.compile(r"(?<=[0-9Zz])\[[A-Za-z_/+-]+\]")  # Java and Temporal, behind an offset that says it all


def possible_times(text: str) -> tuple[float, ...]:
    """Unix seconds of a number (seconds, or thousandths, millionths or billionths of them), of ISO 8601, of a date in
    figures, or of one as mail and HTTP write it; without a zone it is UTC.

    Two where day and month can change places, as in 5/6/2026: Americans write the month first, others the day; none of
    what is no time.
    """
    if DIGITS_ALONE.fullmatch(text):
        text = f"{text[:8]}T{text[8:]}"
    try:
        seconds = float(text)
    except ValueError:
        return tuple(_of_text(ZONE_NAMED.sub("", text)))
    if not isfinite(seconds):
        return ()
    return (seconds / next((parts for parts in (1e9, 1e6, 1e3) if seconds > 1e8 * parts), 1.0),)


def _of_text(text: str) -> Iterator[float]:
    word = next((word for word in UTC_WORDS if text.lower().endswith(word)), "")
    with suppress(ValueError, OverflowError):
        if DAY_AND_CLOCK.search(text) is None:
            raise ValueError(text)
        at = datetime.fromisoformat(text[: len(text) - len(word)].rstrip() + "+00:00" if word else text)
        yield _utc(at)
        return
    turned = WEEKDAY_FIRST.fullmatch(text)
    if turned:
        month, day, year, clock, zone, last = turned.groups()
        text = f"{day} {month} {year or last} {clock} {zone or ''}".rstrip()
    if IN_WORDS.fullmatch(text):
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            yield _utc(parsedate_to_datetime(text))
        return
    yield from sorted(_of_figures(text))


def _utc(at: datetime) -> float:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _of_figures(text: str) -> set[float]:
    found = IN_FIGURES.fullmatch(text.strip())
    if found is None:
        return set()
    first, mark, second, third, hour, minute, second_of, half, zone = found.groups()
    year, *rest = (first, second, third) if len(first) == 4 else (third, second, first)
    orders = [(rest[0], rest[1])]  # month, day
    if len(first) != 4 and mark != ".":
        orders.append((rest[1], rest[0]))
    if half and not 1 <= int(hour) <= 12:
        return set()
    hours = int(hour) % 12 + NOON[half.lower()] if half else int(hour)
    zone = "+00:00" if zone is None or zone.lower() in UTC_WORDS else zone
    times = set()
    for month, day in orders:
        with suppress(ValueError, OverflowError):
            date = f"{'20' * (len(year) == 2)}{year:0>2}-{month:0>2}-{day:0>2}"
            times.add(_utc(datetime.fromisoformat(f"{date}T{hours:02}:{minute}:{second_of or '00'}{zone}")))
    return times
