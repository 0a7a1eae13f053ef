"""What the cellar remembers: reports, events and what operators changed, in one SQLite file.

Reports are written in batches, so that an SD card lives; what a person did or must know is written at the end of the
tick it came in. Nothing here raises into control: while the disk fails, `alarm` says so, the newest is kept in memory,
and it is tried again.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import takewhile
from math import inf, isnan
from pathlib import Path
from typing import Any, TypeVar

from brewpi.forecast.scorecard import ForecastScore, PastForecast
from brewpi.records import Alarm, Dose, Event, Report
from brewpi.snapshot import LATEST
from brewpi.store.database import Database, Statement
from brewpi.store.dose_book import DoseBook
from brewpi.store.event_book import EventBook
from brewpi.store.forecast_book import ForecastBook
from brewpi.store.kept_batches import COLUMNS, KeptBatch, kept_of
from brewpi.store.options import StoreOptions
from brewpi.store.packing import Recorded, pack
from brewpi.store.rows import (
    BATCH,
    BLOCK,
    COMMAND,
    DATED,
    FORGET_POINT,
    HISTORY,
    MOVE_DOSES,
    MOVE_FORECASTS,
    MOVE_POINTS,
    PUT_RIGHT,
    SETTING,
    THIN_HISTORY,
    Unreadable,
    command_of,
    point_of,
    setting_of,
    unpacked,
)
from brewpi.store.shadow_book import ShadowBook

__all__ = ["Store", "StoreOptions", "Unreadable"]

BLOCKS_KEPT = 2000  # in memory while the disk fails: some hours, about a megabyte
URGENT_KEPT = 2000
BLOCK_TICKS = (10, 60)  # fewer are not worth a write until ten batches' time has passed; more go into two rows
COMMANDS_KEPT_S = 3600.0
EVENTS_KEPT_DAYS = 730.0
HISTORY_FULL_DAYS, THINNED_AT_ONCE_DAYS = 365.0, 30.0  # older gravities keep one point an hour; a tick has little time
DAY_S = 86_400.0

Point = tuple[float, float, float]
Row = TypeVar("Row")


class Store:
    """The memory of a site. seen: ids of commands that were obeyed lately, with the time."""

    def __init__(self, options: StoreOptions | None = None) -> None:
        """Without options: in memory only."""
        self.options = options or StoreOptions(path=Path(":memory:"))
        in_memory = str(self.options.path) == ":memory:"
        self.database = Database(None if in_memory else self.options.path)
        self.seen: dict[str, float] = {}
        self._settings: dict[tuple[str, str], tuple[Any, float]] = {}
        self.dose_book = DoseBook(self.database, self._hurry_to_disk)
        self.shadow_book = ShadowBook(self._later, self._rows_of_all)
        self.event_book = EventBook(self._hurry, self._rows)
        self.forecast_book = ForecastBook(self._later, self._hurry, self._rows_of_all)
        self._ticks: dict[str, list[Report]] = {}
        self._packed: dict[str, tuple[Point, ...]] = {}  # by tank: the history up to the last block
        self._points: dict[str, float] = {}  # time of the newest history point that is written or waits
        self._batch: deque[Statement] = deque(maxlen=BLOCKS_KEPT)
        self._urgent: deque[Statement] = deque(maxlen=URGENT_KEPT)
        self._pushed_out = False
        self._durable = False
        self._begun = 0
        self._flush_at = self._thin_at = -inf
        self._now = 0.0

    # --- opening and closing

    def open(self, now: float) -> None:
        """Open or create the file and bring back settings, unsent events and seen commands. Never raises."""
        self.dose_book.now = now
        self._now, self._flush_at, self._thin_at = now, now + self.options.batch_s, now + 3600.0
        self.database.open(now)
        self._begun = self.database.begun
        self._settings = dict(self._rows("setting", setting_of, "SELECT tank, key, value, at FROM setting"))
        seen = self._rows("command", command_of, "SELECT id, at FROM command")
        self.seen = dict(sorted(seen, key=lambda command: command[1]))
        newest = "SELECT tank, max(at) FROM history WHERE typeof(at) = 'real' AND at < ? GROUP BY tank"
        self._points = dict(self._read(newest, now + DAY_S))
        self.event_book.reload()

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self.flush(self._now)
        self.database.close()

    @property
    def is_open(self) -> bool:
        """Whether the file is at hand."""
        return self.database.is_open

    def newest_record(self) -> float | None:
        """Until when the record reaches: nothing happens before that. A single damaged row does not decide it."""
        sql = "SELECT max({at}) FROM {table} WHERE typeof({at}) = 'real' AND {at} < ?"
        newest = [self._read(sql.format(at=at, table=table), LATEST) for table, at in DATED.items()]
        times = sorted(rows[0][0] for rows in newest if rows and rows[0][0] is not None)
        if len(times) > 1 and times[-1] - times[-2] > DAY_S:
            return float(times[-2])
        return float(times[-1]) if times else None

    def put_right(self, since: float, by_s: float, of: Callable[[Any], Any]) -> None:
        """What was dated from `since` on was really `by_s` later; `of` puts the times of a setting right. The full
        reports of these minutes, kept for replay, stay as they were packed."""
        self.flush(self._now)
        for sql in PUT_RIGHT:
            self._urgent.append((sql, (by_s, since)))
        later = {key: at for key, at in self._points.items() if at >= since}
        self._points |= {tank: at + by_s for tank, at in later.items()}
        self.dose_book.put_right(since, by_s)
        self.event_book.put_right(since, by_s)
        for (tank, key), (value, at) in list(self._settings.items()):
            if of(value) != value:
                self.set(tank, key, of(value), at)
        self.flush(self._now)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written at the moment, as a sentence."""
        return self.database.trouble

    def alarm(self) -> Alarm | None:
        """What a person has to know about the store, if anything."""
        text = self.database.trouble or self.database.notice
        return Alarm("store", "alarm", text, self.database.since) if text else None

    # --- what happened

    def record(self, report: Report) -> None:
        """Keep a report: readings, filtered measurements, forecast, demand and command, and new history points."""
        self._ticks.setdefault(report.tank, []).append(report)
        history = report.state.history
        if history and history[-1][0] > self._points.get(report.tank, -inf):
            self._keep_points(report.tank, history)
        self.forecast_book.keep(report)

    def keep_point(self, tank: str, point: Point) -> None:
        """A gravity that a person measured: on the disk at the end of this tick, whatever its time is."""
        at, sg, beer_c = point
        self._urgent.append((HISTORY, (tank, at, sg, None if isnan(beer_c) else beer_c)))
        self._durable = True

    def drop_point(self, tank: str, at: float) -> None:
        """A gravity that was never true."""
        self._urgent.append((FORGET_POINT, (tank, at)))
        self._durable = True

    def move_batch(self, tank: str, to: str, batch: str, since: float) -> None:
        """Gravities of a tank from `since` on, doses and forecasts of a batch: they are those of another tank now."""
        self.flush(self._now)  # those that wait belong to it
        for sql, key in ((MOVE_POINTS, since), (MOVE_DOSES, batch), (MOVE_FORECASTS, batch)):
            self._urgent.append((sql, (to, tank, key)))
        self.dose_book.move(tank, to, batch)
        newest = self._points.pop(tank, None)
        if newest is not None:
            self._points[to] = max(newest, self._points.get(to, -inf))
        self._durable = True

    @property
    def unsent(self) -> dict[str, Event]:
        """Events that the broker has not acknowledged, by id, oldest first (the first of them, if there are many)."""
        return self.event_book.unsent

    def event(self, event: Event) -> None:
        """Keep an event; it is on the disk after the next `flush_if_due`, and unsent until `sent`."""
        self.event_book.keep(event)

    def sent(self, ids: Iterable[str]) -> None:
        """The broker has these events."""
        self.event_book.sent(ids)

    # --- what operators changed

    def settings(self, tank: str) -> dict[str, Any]:
        """Every setting of a tank (of the site: tank "")."""
        return {key: value for (owner, key), (value, _) in self._settings.items() if owner == tank}

    def set(self, tank: str, key: str, value: Any, now: float) -> None:
        """Change a setting to anything JSON can say; it survives a power cut once this tick's flush is done."""
        self._settings[tank, key] = (value, now)
        self._hurry((SETTING, (tank, key, json.dumps(value), now)))
        self._durable = True

    def remember_command(self, command_id: str, now: float) -> None:
        """A command was obeyed: its id is refused from now on, also after a restart."""
        self.seen[command_id] = now
        self._hurry((COMMAND, (command_id, now)))
        for old in list(takewhile(lambda known: now - self.seen[known] > COMMANDS_KEPT_S, self.seen)):
            del self.seen[old]

    # --- doses

    def record_start(self, tank: str, batch: str, dose: Dose, now: float) -> bool:
        """A dose begins: False, and nothing may be pumped, unless that is on the disk."""
        return self.dose_book.record_start(tank, batch, dose, now)

    def record_result(self, tank: str, batch: str, dose: Dose, now: float) -> None:
        """What became of a dose."""
        self.dose_book.record_result(tank, batch, dose, now)

    def knows_dose(self, dose_id: str) -> bool:
        """Whether an id stands for a dose, of whatever tank and batch."""
        return self.dose_book.knows(dose_id)

    def knows_batch(self, batch_id: str) -> bool:
        """Whether doses or forecasts of an earlier batch are kept under an id."""
        tables = ("dose", "told", "mark")
        return any(self._read(f"SELECT 1 FROM {table} WHERE batch = ? LIMIT 1", batch_id) for table in tables)

    def doses(self, tank: str, batch: str) -> tuple[Dose, ...]:
        """The doses of a batch, oldest first."""
        return self.dose_book.of_batch(tank, batch)

    def doses_since(self, tank: str, since: float) -> tuple[Dose, ...]:
        """The doses of a tank from `since` on, of any batch, oldest first."""
        return self.dose_book.since(tank, since)

    # --- batches

    def keep_batch(self, batch: KeptBatch) -> None:
        """A batch as it is known now; on the disk at the end of this tick."""
        self._urgent.append((BATCH, batch.row))
        self._durable = True

    def batches(self) -> list[KeptBatch]:
        """Every batch that was ever in a tank, oldest first."""
        self._write(self._now)  # one that waits belongs to them
        return self._rows("batch", kept_of, f"SELECT {COLUMNS} FROM batch ORDER BY started_at, id")

    def scores(self) -> dict[str, list[ForecastScore]]:
        """How forecasts turned out, by the id of their batch, those of the oldest first."""
        return self.forecast_book.scores()

    # --- writing

    def flush_if_due(self, now: float) -> None:
        """At the end of every tick: writes at once what is urgent, and the reports when their time has come."""
        self._now = self.dose_book.now = now
        if now >= self._flush_at and (self._is_worth_it() or now >= self._flush_at + 9.0 * self.options.batch_s):
            self.flush(now)
        elif self._urgent:
            self._write(now)

    def flush(self, now: float) -> None:
        """Write everything that waits."""
        self._flush_at = now + self.options.batch_s
        waiting, self._ticks = self._ticks, {}  # what cannot be packed is not tried again for ever
        for tank, reports in waiting.items():
            for i in range(0, len(reports), BLOCK_TICKS[1]):
                part = reports[i : i + BLOCK_TICKS[1]]
                self._batch.append((BLOCK, (tank, part[0].at, part[-1].at, pack(part, self._packed.get(tank, ())))))
                self._packed[tank] = part[-1].state.history
        if now >= self._thin_at:
            self._thin(now)
        self.database.forget_notice(now)
        self._write(now)

    def _is_worth_it(self) -> bool:
        return any(len(reports) >= BLOCK_TICKS[0] for reports in self._ticks.values())

    def _write(self, now: float) -> None:
        pushed_out = self._pushed_out
        if self.database.write([*self._urgent, *self._batch], now, self._durable):
            self._urgent.clear()
            self._batch.clear()
            self._durable = False
            self.event_book.go_on()
            if pushed_out:  # perhaps what an operator changed, by a thousand events: it is all known here
                self._pushed_out = False
                self._write_again()
        if self.database.begun != self._begun:
            self._begun = self.database.begun
            self._points.clear()
            self.event_book.begin()
            self._write_again()
            self._flush_at = now

    def _hurry(self, statement: Statement) -> None:
        self._pushed_out = self._pushed_out or len(self._urgent) == URGENT_KEPT
        self._urgent.append(statement)

    def _later(self, statement: Statement) -> None:
        self._batch.append(statement)

    def _hurry_to_disk(self, statement: Statement) -> None:
        self._hurry(statement)
        self._durable = True

    def _write_again(self) -> None:
        """Into a new empty file, or after too much waited: settings, seen commands, doses and unsent events."""
        again: list[Statement] = [
            (SETTING, (tank, key, json.dumps(value), at)) for (tank, key), (value, at) in self._settings.items()
        ]
        again += [(COMMAND, item) for item in self.seen.items()]
        again += self.dose_book.rows()
        again += self.event_book.rows()
        self._urgent.extendleft(reversed(again))
        self._durable = True

    def _thin(self, now: float) -> None:
        self._thin_at = now + DAY_S
        self._batch.append(("DELETE FROM block WHERE until < ?", (now - self.options.keep_days * DAY_S,)))
        full = now - HISTORY_FULL_DAYS * DAY_S
        self._batch.append((THIN_HISTORY, (full - THINNED_AT_ONCE_DAYS * DAY_S, full)))
        self._batch.append(("DELETE FROM event WHERE at < ? AND sent = 1", (now - EVENTS_KEPT_DAYS * DAY_S,)))
        self._batch.append(("DELETE FROM command WHERE at < ?", (now - COMMANDS_KEPT_S,)))

    def _keep_points(self, tank: str, history: tuple[Point, ...]) -> None:
        known = self._points.get(tank, -inf)
        for at, sg, beer_c in takewhile(lambda point: point[0] > known, reversed(history)):
            self._batch.append((HISTORY, (tank, at, sg, None if isnan(beer_c) else beer_c)))
        self._points[tank] = history[-1][0]

    def judge(self, tank: str, batch: str, marks: Iterable[ForecastScore], now: float) -> None:
        """How a batch's forecasts turned out; what was told of it is not needed any more."""
        self.forecast_book.judge(tank, batch, marks, now)
        self._write(now)

    # --- reading

    def told(self, tank: str, batch: str) -> list[PastForecast]:
        """The forecasts of a batch, in order."""
        return self.forecast_book.told(tank, batch)

    def history(self, tank: str, since: float = 0.0, until: float = LATEST) -> tuple[Point, ...]:
        """(at, sg, beer_c) from `since` to `until`, oldest first; beer_c NaN where unknown."""
        sql = "SELECT at, sg, beer_c FROM history WHERE tank = ? AND at >= ? AND at <= ? ORDER BY at"
        return tuple(self._rows("history", point_of, sql, tank, since, until))

    def events(self, tank: str, since: float = 0.0, until: float = LATEST) -> list[Event]:
        """What happened to a tank from `since` to `until`, oldest first."""
        return self.event_book.between(tank, since, until)

    def reports(self, tank: str, since: float = 0.0, until: float = inf) -> Iterator[Recorded]:
        """The recorded ticks of a tank, oldest first, for replay."""
        sql = "SELECT data FROM block WHERE tank = ? AND until >= ? AND since <= ? ORDER BY since"
        for ticks in self._rows("block", lambda row: unpacked(row[0]), sql, tank, since, until):
            yield from (tick for tick in ticks if since <= tick.at <= until)

    def tanks(self) -> list[str]:
        """Those of which anything is recorded."""
        return [str(row[0]) for row in self._read("SELECT DISTINCT tank FROM block ORDER BY tank")]

    def newest(self, tank: str) -> float | None:
        """When a tank last said anything that is in the file; None if it never did."""
        sql = "SELECT max(until) FROM block WHERE tank = ? AND typeof(until) = 'real' AND until < ?"
        rows = self._read(sql, tank, LATEST)
        return rows[0][0] if rows else None  # no row: it cannot be read

    def _rows(self, table: str, make: Callable[[tuple[Any, ...]], Row], sql: str, *parameters: Any) -> list[Row]:
        """The records of all rows that can be true; the others are left out, and that is said."""
        rows, made = self._read(sql, *parameters), []
        for row in rows:
            with suppress(ValueError):
                made.append(make(row))
        if len(made) < len(rows):
            self.database.skipped(len(rows) - len(made), table, self._now)
        return made

    def _rows_of_all(
        self, table: str, make: Callable[[tuple[Any, ...]], Row], sql: str, *parameters: Any
    ) -> list[Row]:
        self._write(self._now)  # those that wait belong to them
        return self._rows(table, make, sql, *parameters)

    def _read(self, sql: str, *parameters: Any) -> list[Any]:
        return self.database.read(sql, parameters, self._now)
