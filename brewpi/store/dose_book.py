"""The doses of a site: written before the pump turns, an id at most once, for ever."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from math import inf

from brewpi.records import Dose
from brewpi.store.database import Database, Statement
from brewpi.store.rows import DOSE, DOSE_COLUMNS, INTENT, dose_of, dose_row

DAY_S = 86_400.0


class DoseBook:
    """Beside the rows, those of batches that were looked at are at hand. later: has a statement written as soon as the
    disk can; now: of this tick."""

    def __init__(self, database: Database, later: Callable[[Statement], None]) -> None:
        self.database, self.later, self.now = database, later, 0.0
        self._known: dict[str, tuple[str, str, Dose]] = {}  # id -> tank, batch, dose
        self._doubtful: dict[str, tuple[str | None, float]] = {}  # by tank: batch, and time, of doses nobody can read

    def record_start(self, tank: str, batch: str, dose: Dose, now: float) -> bool:
        """Write down that a dose begins, on the disk itself; False, and nothing may be pumped, if that fails or if
        the id was ever written before."""
        doubtful_batch, doubtful_until = self._doubtful.get(tank, (None, -inf))
        if batch == doubtful_batch or now < doubtful_until or self.knows(dose.id):
            return False  # also one of another batch
        unwritable = self.database.unwritable
        written = self.database.write([(INTENT, dose_row(tank, batch, dose))], now, durable=True)
        if not written or self.database.unwritable != unwritable:
            return False
        self._known[dose.id] = (tank, batch, dose)
        return True

    def record_result(self, tank: str, batch: str, dose: Dose, now: float) -> None:
        """What became of a dose; on the disk before this returns, or as soon as it can be written again."""
        self._known[dose.id] = (tank, batch, dose)
        statement = (DOSE, dose_row(tank, batch, dose))
        if not self.database.write([statement], now, durable=True):
            self.later(statement)

    def knows(self, dose_id: str) -> bool:
        """Whether an id stands for a dose, of whatever tank and batch."""
        sql = "SELECT 1 FROM dose WHERE id = ?"
        return dose_id in self._known or bool(self.database.read(sql, (dose_id,), self.now))

    def of_batch(self, tank: str, batch: str) -> tuple[Dose, ...]:
        """The doses of a batch, oldest first."""
        damaged, rows = self._read("batch = ?", tank, batch)
        if damaged:
            self._doubtful[tank] = (batch, self.now + DAY_S)
        for dose in rows:
            self._known.setdefault(dose.id, (tank, batch, dose))
        known = [dose for owner, of, dose in self._known.values() if (owner, of) == (tank, batch)]
        return tuple(sorted(known, key=lambda dose: (dose.at, dose.number)))

    def since(self, tank: str, since: float) -> tuple[Dose, ...]:
        """The doses of a tank from `since` on, of any batch, oldest first."""
        damaged, rows = self._read("at >= ?", tank, since)
        if damaged:
            batch, _ = self._doubtful.get(tank, (None, 0.0))
            self._doubtful[tank] = (batch, self.now + DAY_S)
        known = {dose.id: dose for dose in rows}
        known |= {key: dose for key, (owner, _, dose) in self._known.items() if owner == tank and dose.at >= since}
        return tuple(sorted(known.values(), key=lambda dose: (dose.at, dose.number)))

    def _read(self, which: str, tank: str, value: str | float) -> tuple[bool, list[Dose]]:
        """Whether some of them cannot be read, and those that can. One that cannot may have been of any size, so
        nothing more is pumped there for that batch, and for a day."""
        sql = f"SELECT {DOSE_COLUMNS} FROM dose WHERE tank = ? AND {which} ORDER BY at, number"
        rows, doses = self.database.read(sql, (tank, value), self.now), []
        for row in rows:
            with suppress(ValueError):
                doses.append(dose_of(row))
        damaged = len(rows) - len(doses)
        if damaged:
            cost = f", so nothing is pumped into {tank} for this batch, and for a day"
            self.database.skipped(damaged, "dose", self.now, cost)
        return damaged > 0, doses

    def move(self, tank: str, to: str, batch: str) -> None:
        """Those of a batch are another tank's now."""
        for known, (owner, of, dose) in list(self._known.items()):
            if (owner, of) == (tank, batch):
                self._known[known] = (to, of, dose)

    def put_right(self, since: float, by_s: float) -> None:
        """What was dated from `since` on was really `by_s` later."""
        for key, (tank, batch, dose) in list(self._known.items()):
            if dose.at >= since:
                self._known[key] = (tank, batch, replace(dose, at=dose.at + by_s))

    def rows(self) -> list[Statement]:
        """All at hand, for an empty file."""
        return [(DOSE, dose_row(*entry)) for entry in self._known.values()]
