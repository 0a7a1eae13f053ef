"""Who looks at a page: a session that somebody signed in to, and the units in which they read. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brewpi.dashboard.words import Units

SESSIONS_KEPT, SESSION_S = 500, 12 * 3600.0
UNITS = "brewpi_units"  # the cookie that holds words such as plato.fahrenheit


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody for whom a page is made; `session` is what their browser shows at the door."""

    session: str
    units: Units


def units_of(words: str) -> Units:
    """From the cookie."""
    said = words.split(".")
    return Units(plato="plato" in said, fahrenheit="fahrenheit" in said)


def words_of(units: Units) -> str:
    """For the cookie."""
    return ".".join(word for word in ("plato", "fahrenheit") if getattr(units, word)) or "sg"


class Sessions:
    """Who signed in until when. In memory: a restart signs out."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[str, float]] = {}

    def name(self, session: str, now: float) -> str | None:
        """Who is signed in."""
        name, until = self.people.get(session, ("", 0.0))
        return name if now < until else None

    def remember(self, kept: dict[str, Any], session: str, value: object) -> None:
        """The oldest go when there are too many."""
        kept.pop(session, None)
        kept[session] = value
        while len(kept) > SESSIONS_KEPT:
            del kept[next(iter(kept))]
