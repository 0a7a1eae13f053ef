"""The events of a site: on the disk at the end of their tick, and at hand until the broker has them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from brewpi.records import Event
from brewpi.store.database import Statement
from brewpi.store.rows import EVENT, EVENT_COLUMNS, SENT, Rows, event_of, event_row

log = logging.getLogger("brewpi")

UNSENT_KEPT = 500  # of the unsent events, how many are at hand; the others stay in the file


class EventBook:
    """unsent: events that the broker has not acknowledged, by id, oldest first (the first of them, if there are many).
    soon: has a statement written at the end of this tick; read: what of a table can be true."""

    def __init__(self, soon: Callable[[Statement], None], read: Rows) -> None:
        self.soon, self.read = soon, read
        self.unsent: dict[str, Event] = {}
        self._more = False

    def keep(self, event: Event) -> None:
        """It is also said in the log, a line each, except what strangers sent: they must not fill the journal."""
        if event.kind != "command_refused":
            grave = "" if event.severity == "info" else f"{event.severity}: "
            log.info("%s: %s%s", event.tank, grave, " ".join(event.text.split()))
        self.soon((EVENT, event_row(event)))
        if not self._more and len(self.unsent) < UNSENT_KEPT:
            self.unsent[event.id] = event
            return
        self._more = True
        if event.severity != "info":  # it stands in no line: what only informs gives way, and stays in the file
            gives_way = next((key for key, one in reversed(self.unsent.items()) if one.severity == "info"), None)
            if gives_way is not None:
                del self.unsent[gives_way]
            if len(self.unsent) < UNSENT_KEPT:
                self.unsent[event.id] = event

    def sent(self, ids: Iterable[str]) -> None:
        """The broker has these events."""
        for key in ids:
            self.unsent.pop(key, None)
            self.soon((SENT, (key,)))

    def between(self, tank: str, since: float, until: float) -> list[Event]:
        """What happened to a tank, oldest first."""
        sql = f"SELECT {EVENT_COLUMNS} FROM event WHERE tank = ? AND at >= ? AND at <= ? ORDER BY number"
        return self.read("event", event_of, sql, tank, since, until)

    def put_right(self, since: float, by_s: float) -> None:
        """What was dated from `since` on was really `by_s` later: of those at hand."""
        for key, event in list(self.unsent.items()):
            if event.at >= since:
                self.unsent[key] = replace(event, at=event.at + by_s)

    def rows(self) -> Iterator[Statement]:
        """Those at hand, to be written again."""
        return ((EVENT, event_row(event)) for event in self.unsent.values())

    def reload(self) -> None:
        """The oldest unsent ones of the file."""
        sql = (
            f"SELECT {EVENT_COLUMNS} FROM event WHERE sent = 0"
            f" ORDER BY kind IN ('command', 'command_refused'), number LIMIT {UNSENT_KEPT}"
        )
        self.unsent = {event.id: event for event in self.read("event", event_of, sql)}
        self._more = len(self.unsent) >= UNSENT_KEPT

    def go_on(self) -> None:
        """All that waited is in the file: once those at hand are sent, the next ones."""
        if not self.unsent and self._more:
            self.reload()

    def begin(self) -> None:
        """The file is a new one: it has no more than those at hand."""
        self._more = False
