"""What is drawn once and shown to everybody: two people who read in the same units see the same words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views import cards
from brewpi.dashboard.views.formatting import ENGLISH, View
from brewpi.dashboard.views.sparkline import sparkline

KEPT = 8000  # card and curve of 1,000 tanks, read in four ways
HELD_S = 30.0  # cards change places no more often, but for one that needs somebody: who looks at one finds it again
Piece = TypeVar("Piece")


class Card(NamedTuple):
    """A tank's place on the whiteboard."""

    classes: str
    heading: str
    body: str
    spark: str


@dataclass(slots=True)
class RenderCache:
    """Keeps what was drawn until what it was drawn from has changed, or a minute of the site's has gone by."""

    board: Board
    _kept: dict[Hashable, tuple[Hashable, object]] = field(default_factory=dict)

    def card(self, tank: Tank, now: float, view: View) -> Card:
        def draw() -> Card:
            return Card(
                cards.classes(self.board, tank, now),
                cards.heading(self.board, tank),
                cards.body(self.board, tank, now, view),
                self.once(("spark", tank.site, tank.name, view), tank.curve_json, lambda: sparkline(tank.curve, view)),
            )

        return self.once(("card", tank.site, tank.name, view), self.stamp(tank, now), draw)

    def order(self, now: float) -> list[Tank]:
        """All tanks, those who need someone first; held for a while as long as none needs more or less than before."""
        needs = self.once("needs", self.moment(now), lambda: self._needs(now))
        return self.once("order", (needs, now // HELD_S), lambda: self.board.ordered(now))

    def _needs(self, now: float) -> dict[int, int]:
        return {id(tank): self.board.need(tank, now) for tank in self.board.tanks.values()}

    def moment(self, now: float) -> Hashable:
        """Changes with anything heard, with the broker, and with each second."""
        return self.board.version, self.board.connected, int(now)

    def stamp(self, tank: Tank, now: float) -> Hashable:
        """Changes with what is heard of one tank, with its age in words, and with each minute of its site."""
        minute = int(self.board.time_at(tank.site, now) // 60)
        return id(tank), tank.version, cards.staleness(self.board, tank, now, ENGLISH), minute, self.board.several

    def once(self, key: Hashable, stamp: Hashable, draw: Callable[[], Piece]) -> Piece:
        """What `draw` gave for the same key and stamp."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] == stamp:
            return kept[1]  # type: ignore[return-value]
        drawn = draw()
        self._kept.pop(key, None)
        self._kept[key] = (stamp, drawn)
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return drawn
