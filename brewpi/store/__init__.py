"""What the cellar remembers: reports, events and what operators changed, in one SQLite file.

Reports are written in batches, so that an SD card lives; what a person did or must know is written at the end of the
tick it came in. Nothing here raises into control: while the disk fails, `alarm` says so, the newest is kept in memory,
and it is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from brewpi.forecast.scorecard import ForecastScore, PastForecast
from brewpi.hardware.hung_sensors import HungSensors
from brewpi.records import Alarm, Dose, Event, Report
from brewpi.snapshot import LATEST
from brewpi.store.block_book import BlockBook
from brewpi.store.command_book import CommandBook
from brewpi.store.database import Database
from brewpi.store.dose_book import DoseBook
from brewpi.store.event_book import EventBook
from brewpi.store.forecast_book import ForecastBook
from brewpi.store.history_book import DAY_S, NEWEST, HistoryBook, Point
from brewpi.store.kept_batches import COLUMNS, KeptBatch, kept_of
from brewpi.store.options import StoreOptions
from brewpi.store.packing import Recorded
from brewpi.store.rows import BATCH, DATED, MOVE_DOSES, MOVE_FORECASTS, PUT_RIGHT, Unreadable
from brewpi.store.setting_book import SettingBook
from brewpi.store.shadow_book import ShadowBook
from brewpi.store.stop_marks import StopMarks
from brewpi.store.write_queue import WriteQueue
from brewpi.store.written_until import WrittenUntil

__all__ = ["Store", "StoreOptions", "Unreadable"]

EVENTS_KEPT_DAYS = 730.0
Row = TypeVar("Row")


class Store:
    """The memory of a site."""

    def __init__(self, options: StoreOptions | None = None, is_of_a_cellar: bool = True) -> None:
        """Without options: in memory only. is_of_a_cellar: whether to remember beside the file that it was here; that
        of a trial may go."""
        self.options = options or StoreOptions(path=Path(":memory:"))
        in_memory = str(self.options.path) == ":memory:"
        self.database = Database(None if in_memory else self.options.path)
        self.queue = WriteQueue(self.database)
        self.stop_marks = StopMarks(self.database.path)
        self.hung_sensors = HungSensors(self.database.path)
        self.written_until = WrittenUntil(self.database.path if is_of_a_cellar else None)
        self.is_older_copy = False  # than what was written here once
        self.is_lost = False  # what was written here once cannot be read, or is gone
        self.setting_book = SettingBook(self.queue.soon_to_disk, self._rows)
        self.command_book = CommandBook(self.queue.soon, self.queue.later, self._rows)
        self.dose_book = DoseBook(self.database, self.queue.soon_to_disk)
        self.shadow_book = ShadowBook(self.queue.later, self._rows_of_all)
        self.event_book = EventBook(self.queue.soon, self._rows)
        self.forecast_book = ForecastBook(self.queue.later, self.queue.soon, self._rows_of_all)
        self.history_book = HistoryBook(self.queue.later, self.queue.soon_to_disk, self._rows)
        self.block_book = BlockBook(self.queue.later, self._rows)
        self._begun = 0
        self._flush_at = self._thin_at = -inf
        self._now = 0.0
        self._recorded_at: float | None = None  # the newest report

    # --- opening and closing

    def open(self, now: float) -> None:
        """Open or create the file and bring back settings, unsent events and seen commands. Never raises."""
        self.dose_book.now = now
        self._now, self._flush_at, self._thin_at = now, now + self.options.batch_s, now + 3600.0
        was_here = self.written_until.was_here()
        self.database.open(now)
        self._begun = self.database.begun
        self.setting_book.reload()
        self.command_book.reload()
        self.history_book.newest = dict(self._read(NEWEST, now + DAY_S))
        self.event_book.reload()
        self.is_lost = was_here and (self.database.begun > 0 or self.database.unread or not self.is_open)
        self.database.is_sealed = self.is_lost and not self.is_open
        self.is_older_copy = self.written_until.is_after(max(self._newest_times(), default=None))

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
        times = self._newest_times()
        if len(times) > 1 and times[-1] - times[-2] > DAY_S:
            return times[-2]
        return times[-1] if times else None

    def _newest_times(self) -> list[float]:
        """Of each table that has any, in order."""
        sql = "SELECT max({at}) FROM {table} WHERE typeof({at}) = 'real' AND {at} < ?"
        newest = [self._read(sql.format(at=at, table=table), LATEST) for table, at in DATED.items()]
        return sorted(rows[0][0] for rows in newest if rows and rows[0][0] is not None)

    def put_right(self, since: float, by_s: float, of: Callable[[Any], Any]) -> None:
        """What was dated from `since` on was really `by_s` later; `of` puts the times of a setting right. The full
        reports of these minutes, kept for replay, stay as they were packed."""
        self.flush(self._now)
        for sql in PUT_RIGHT:
            self.queue.soon((sql, (by_s, since)))
        self.history_book.put_right(since, by_s)
        self.dose_book.put_right(since, by_s)
        self.event_book.put_right(since, by_s)
        self.setting_book.put_right(of)
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
        self._recorded_at = report.at
        self.block_book.keep(report)
        self.history_book.keep(report.tank, report.state.history)
        self.forecast_book.keep(report)

    def keep_point(self, tank: str, point: Point) -> None:
        """A gravity that a person measured: on the disk at the end of this tick, whatever its time is."""
        self.history_book.keep_point(tank, point)

    def keep_anew(self, tank: str, history: tuple[Point, ...]) -> None:
        """What a tank's hydrometer has measured, on another scale."""
        self.flush(self._now)  # those that wait are on the old one
        self.history_book.keep_anew(tank, history)

    def drop_point(self, tank: str, at: float) -> None:
        """A gravity that was never true."""
        self.history_book.drop_point(tank, at)

    def move_batch(self, tank: str, to: str, batch: str, since: float) -> None:
        """Gravities of a tank from `since` on, doses and forecasts of a batch: they are those of another tank now."""
        self.flush(self._now)  # those that wait belong to it
        self.history_book.move(tank, to, since)
        for sql in (MOVE_DOSES, MOVE_FORECASTS):
            self.queue.soon_to_disk((sql, (to, tank, batch)))
        self.dose_book.move(tank, to, batch)

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
        return self.setting_book.of_tank(tank)

    def set(self, tank: str, key: str, value: Any, now: float) -> None:
        """Change a setting to anything JSON can say; it survives a power cut once this tick's flush is done."""
        self.setting_book.set(tank, key, value, now)

    @property
    def seen(self) -> dict[str, float]:
        """Ids of commands that were obeyed lately, with the time."""
        return self.command_book.seen

    def remember_command(self, command_id: str, now: float) -> None:
        """A command was obeyed: its id is refused from now on, also after a restart."""
        self.command_book.keep(command_id, now)

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
        self.queue.soon_to_disk((BATCH, batch.row))

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
        is_late = now >= self._flush_at + 9.0 * self.options.batch_s
        if now >= self._flush_at and (self.block_book.is_worth_a_write or is_late):
            self.flush(now)
        elif self.queue.waits_soon:
            self._write(now)

    def flush(self, now: float) -> None:
        """Write everything that waits."""
        self._flush_at = now + self.options.batch_s
        self.block_book.pack()
        if now >= self._thin_at:
            self._thin(now)
        self.database.forget_notice(now)
        if self._write(now) and self._recorded_at is not None:
            self.written_until.put(self._recorded_at)

    def _write(self, now: float) -> bool:
        pushed_out = self.queue.pushed_out
        if written := self.queue.write(now):
            self.event_book.go_on()
            if pushed_out:  # perhaps what an operator changed, by a thousand events: it is all known here
                self.queue.pushed_out = False
                self._write_again()
        if self.database.begun != self._begun:
            self._begun = self.database.begun
            self.history_book.newest.clear()
            self.event_book.begin()
            self._write_again()
            self._flush_at = now
        return written

    def _write_again(self) -> None:
        """Into a new empty file, or after too much waited: settings, seen commands, doses and unsent events."""
        books = (self.setting_book, self.command_book, self.dose_book, self.event_book)
        self.queue.first_of_all([row for book in books for row in book.rows()])

    def _thin(self, now: float) -> None:
        self._thin_at = now + DAY_S
        self.queue.later(("DELETE FROM block WHERE until < ?", (now - self.options.keep_days * DAY_S,)))
        self.history_book.thin(now)
        self.queue.later(("DELETE FROM event WHERE at < ? AND sent = 1", (now - EVENTS_KEPT_DAYS * DAY_S,)))
        self.command_book.thin(now)

    def judge(self, tank: str, batch: str, marks: Iterable[ForecastScore], now: float) -> None:
        """How a batch's forecasts turned out; what was told of it is not needed any more."""
        self.forecast_book.judge(tank, batch, marks, now)
        self._write(now)

    # --- reading

    def past_forecasts(self, tank: str, batch: str) -> list[PastForecast]:
        """The forecasts of a batch, in order."""
        return self.forecast_book.past_forecasts(tank, batch)

    def history(self, tank: str, since: float = 0.0, until: float = LATEST) -> tuple[Point, ...]:
        """(at, sg, beer_c) from `since` to `until`, oldest first; beer_c NaN where unknown."""
        return self.history_book.between(tank, since, until)

    def events(self, tank: str, since: float = 0.0, until: float = LATEST) -> list[Event]:
        """What happened to a tank from `since` to `until`, oldest first."""
        return self.event_book.between(tank, since, until)

    def reports(self, tank: str, since: float = 0.0, until: float = inf) -> Iterator[Recorded]:
        """The recorded ticks of a tank, oldest first, for replay."""
        return self.block_book.between(tank, since, until)

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
