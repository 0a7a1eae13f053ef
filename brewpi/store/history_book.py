"""Gravities of the tanks over time: full for a year, then one an hour."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import takewhile
from math import inf, isnan

from brewpi.snapshot import LATEST
from brewpi.store.database import Statement
from brewpi.store.rows import FORGET_POINT, HISTORY, HISTORY_ANEW, MOVE_POINTS, THIN_HISTORY, Rows, point_of

FULL_DAYS, THINNED_AT_ONCE_DAYS = 365.0, 30.0  # older gravities keep one point an hour; a tick has little time
DAY_S = 86_400.0
NEWEST = "SELECT tank, max(at) FROM history WHERE typeof(at) = 'real' AND at < ? GROUP BY tank"

Point = tuple[float, float, float]


class HistoryBook:
    """later: has a statement written with the next reports; soon: on the disk at the end of this tick; read: what of a
    table can be true. newest: by tank, time of the latest point that is written or waits."""

    def __init__(self, later: Callable[[Statement], None], soon: Callable[[Statement], None], read: Rows) -> None:
        self.later, self.soon, self.read = later, soon, read
        self.newest: dict[str, float] = {}

    def keep(self, tank: str, history: tuple[Point, ...]) -> None:
        """What of a tank's history is not kept yet."""
        known = self.newest.get(tank, -inf)
        if not history or history[-1][0] <= known:
            return
        for point in takewhile(lambda one: one[0] > known, reversed(history)):
            self.later((HISTORY, _row(tank, point)))
        self.newest[tank] = history[-1][0]

    def keep_point(self, tank: str, point: Point) -> None:
        """A gravity that a person measured, whatever its time is."""
        self.soon((HISTORY, _row(tank, point)))

    def keep_anew(self, tank: str, history: tuple[Point, ...]) -> None:
        """Points that are kept already, with other gravities."""
        self.soon((HISTORY_ANEW, (tank, json.dumps([_row(tank, point)[1:] for point in history]))))

    def drop_point(self, tank: str, at: float) -> None:
        """A gravity that was never true."""
        self.soon((FORGET_POINT, (tank, at)))

    def move(self, tank: str, to: str, since: float) -> None:
        """Gravities of a tank from `since` on are those of another one, and the reverse: what that measured meanwhile,
        empty or of the beer before, is none of this batch."""
        aside = f"{to} "  # no tank is called so; points of both may be of one moment
        for before, after in ((to, aside), (tank, to), (aside, tank)):
            self.soon((MOVE_POINTS, (after, before, since)))
        newest = {name: self.newest.pop(name) for name in (tank, to) if name in self.newest}
        self.newest |= {to if name == tank else tank: at for name, at in newest.items()}

    def put_right(self, since: float, by_s: float) -> None:
        """What was dated from `since` on was really `by_s` later: of those at hand."""
        self.newest |= {tank: at + by_s for tank, at in self.newest.items() if at >= since}

    def thin(self, now: float) -> None:
        """Of the oldest, one point an hour."""
        full = now - FULL_DAYS * DAY_S
        self.later((THIN_HISTORY, (full - THINNED_AT_ONCE_DAYS * DAY_S, full)))

    def between(self, tank: str, since: float = 0.0, until: float = LATEST) -> tuple[Point, ...]:
        """(at, sg, beer_c) of a tank, oldest first; beer_c NaN where unknown."""
        sql = "SELECT at, sg, beer_c FROM history WHERE tank = ? AND at >= ? AND at <= ? ORDER BY at"
        return tuple(self.read("history", point_of, sql, tank, since, until))


def _row(tank: str, point: Point) -> tuple[str, float, float, float | None]:
    at, sg, beer_c = point
    return tank, at, sg, None if isnan(beer_c) else beer_c
