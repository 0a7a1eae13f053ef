"""Times of the week, as people write them: "22:00-07:00", "mon-fri 06:00-14:00", "sat,sun". On the clock of the wall
where it runs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN = 24 * 60
SPAN = re.compile(r"(?:(?P<days>[a-z,-]+)\s*)?(?:(?P<from>\d{1,2}:\d\d)-(?P<to>\d{1,2}:\d\d))?")
SAYS = '"22:00-07:00", "mon-fri 06:00-14:00" or "sat,sun"'


@dataclass(frozen=True, slots=True)
class Span:
    """days: 0 is Monday, those on which it begins; begin, end: minutes of the day. One that ends at or before its begin
    ends on the next day."""

    days: frozenset[int]
    begin: int = 0
    end: int = DAY_MIN

    @classmethod
    def of(cls, text: str) -> Span:
        """Raises ValueError with a sentence."""
        found = SPAN.fullmatch(text.strip().lower())
        if found is None or not text.strip():
            raise ValueError(f'"{text}" is no time of the week; write {SAYS}')
        days = _days(found["days"], text) if found["days"] else frozenset(range(7))
        if found["from"] is None:
            return cls(days)
        return cls(days, _minutes(found["from"], text), _minutes(found["to"], text))

    def holds(self, at: datetime) -> bool:
        """Whether a time on the wall's clock lies in it."""
        minute, today = at.hour * 60 + at.minute, at.weekday()
        if self.begin < self.end:
            return today in self.days and self.begin <= minute < self.end
        evening = today in self.days and minute >= self.begin
        return evening or ((today - 1) % 7 in self.days and minute < self.end)


def are_times(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The same. Raises ValueError with a sentence for the first that is none."""
    for text in texts:
        Span.of(text)
    return texts


def within(texts: Iterable[str], at: datetime) -> bool:
    """Whether one of them holds."""
    return any(Span.of(text).holds(at) for text in texts)


def _days(text: str, whole: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f'"{whole}": days are {", ".join(DAYS)}, such as mon-fri or sat,sun')
        begin = DAYS.index(first)
        count = (DAYS.index(last) - begin) % 7 if last else 0
        found |= {(begin + number) % 7 for number in range(count + 1)}
    return frozenset(found)


def _minutes(text: str, whole: str) -> int:
    hour, _, minute = text.partition(":")
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > DAY_MIN:
        raise ValueError(f'"{whole}": {text} is no time of the day')
    return found
