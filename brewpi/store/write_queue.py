"""What waits to be written, bounded: while the disk fails the newest is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from brewpi.store.database import Database, Statement

LATER_KEPT = 2000  # reports and the like, while the disk fails: some hours, about a megabyte
SOON_KEPT = 2000


class WriteQueue:
    """Of a database. pushed_out: too much waited, so that something urgent was lost."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waits_later: deque[Statement] = deque(maxlen=LATER_KEPT)
        self.waits_soon: deque[Statement] = deque(maxlen=SOON_KEPT)
        self.pushed_out = False
        self._durable = False

    def later(self, statement: Statement) -> None:
        """With the next reports."""
        self.waits_later.append(statement)

    def soon(self, statement: Statement) -> None:
        """At the end of this tick."""
        self.pushed_out = self.pushed_out or len(self.waits_soon) == SOON_KEPT
        self.waits_soon.append(statement)

    def soon_to_disk(self, statement: Statement) -> None:
        """At the end of this tick, and on the disk itself, so that it survives a power cut."""
        self.soon(statement)
        self._durable = True

    def first_of_all(self, statements: Iterable[Statement]) -> None:
        """Before whatever waits, and on the disk itself."""
        self.waits_soon.extendleft(reversed(list(statements)))
        self._durable = True

    def write(self, now: float) -> bool:
        """All that waits. False, and it goes on waiting, where the disk does not take it."""
        if not self.database.write([*self.waits_soon, *self.waits_later], now, self._durable):
            return False
        self.waits_soon.clear()
        self.waits_later.clear()
        self._durable = False
        return True
