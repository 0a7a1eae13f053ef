"""Who looks at a page: a session that somebody signed in to, and the units in which they read. Pure."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from brewpi.dashboard.auth.users import User, Users
from brewpi.dashboard.views.formatting import Units

KEPT = 1000
UNITS = "brewpi_units"  # the cookie that holds words such as plato.fahrenheit
# Those who act: a shift, and an hour without opening a page or giving an order. A board on the wall only looks.
LONGEST_S = {"configure": 12 * 3600.0, "operate": 12 * 3600.0, "view": 30 * 86_400.0}
IDLE_S = {"configure": 3600.0, "operate": 3600.0, "view": 30 * 86_400.0}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody for whom a page is made; `session` is what their browser shows at the door; `units` and the language are
    those of their browser."""

    session: str
    units: Units


def units_of(words: str, language: str = "en") -> Units:
    """The units that a cookie names."""
    chosen = words.split(".")
    return Units(plato="plato" in chosen, fahrenheit="fahrenheit" in chosen, language=language)


def words_of(units: Units) -> str:
    """Units as the cookie keeps them."""
    return ".".join(word for word in ("plato", "fahrenheit") if getattr(units, word)) or "sg"


@dataclass(slots=True)
class Session:
    """Somebody signed in; `user` is what the file of users said then."""

    name: str
    user: User
    begun_at: float
    used_at: float


class Sessions:
    """Who signed in, by a token that only their browser knows. In memory: a restart signs out."""

    def __init__(self, users: Users) -> None:
        self.users = users
        self._open: dict[str, Session] = {}

    def begin(self, name: str, user: User, now: float) -> str:
        """A new token, never one that a browser brought along."""
        token = secrets.token_urlsafe(32)
        self._open[token] = Session(name, user, now, now)
        while len(self._open) > KEPT:
            del self._open[next(iter(self._open))]
        return token

    def get(self, token: str, now: float) -> Session | None:
        """The session, if it has not expired and its user is still the same in the file."""
        session = self._open.get(token)
        if session is None:
            return None
        role = session.user.role
        if now - session.begun_at >= LONGEST_S[role] or now - session.used_at >= IDLE_S[role]:
            self.end(token)
            return None
        return session if self.users.get(session.name) == session.user else None

    def used(self, token: str, now: float) -> Session | None:
        """The same, when a person does something: the idle time begins anew."""
        session = self.get(token, now)
        if session:
            session.used_at = now
        return session

    def changed(self, before: User, now: User) -> None:
        """The same person in another entry of the file: who is signed in stays so."""
        for session in self._open.values():
            if session.user == before:
                session.user = now

    def end(self, token: str) -> None:
        self._open.pop(token, None)
