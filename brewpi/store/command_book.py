"""Commands that were obeyed: for an hour, one that comes again is known by its id, also after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile

from brewpi.store.database import Statement
from brewpi.store.rows import COMMAND, Rows, command_of

COMMANDS_KEPT_S = 3600.0


class CommandBook:
    """seen: their ids, oldest first, with the time. soon: has a statement written at the end of this tick; later: with
    the reports; read: what of a table can be true."""

    def __init__(self, soon: Callable[[Statement], None], later: Callable[[Statement], None], read: Rows) -> None:
        self.soon, self.later, self.read = soon, later, read
        self.seen: dict[str, float] = {}

    def reload(self) -> None:
        """Those of the file."""
        found = self.read("command", command_of, "SELECT id, at FROM command")
        self.seen = dict(sorted(found, key=lambda command: command[1]))

    def keep(self, command_id: str, now: float) -> None:
        """It was obeyed: its id is refused from now on."""
        self.seen[command_id] = now
        self.soon((COMMAND, (command_id, now)))
        for old in list(takewhile(lambda known: now - self.seen[known] > COMMANDS_KEPT_S, self.seen)):
            del self.seen[old]

    def thin(self, now: float) -> None:
        """Of the file: what is older than that."""
        self.later(("DELETE FROM command WHERE at < ?", (now - COMMANDS_KEPT_S,)))

    def rows(self) -> Iterator[Statement]:
        """Those at hand, for an empty file."""
        return ((COMMAND, item) for item in self.seen.items())
