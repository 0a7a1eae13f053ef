"""Full reports, for replay: some minutes of a tank packed into one row, and for as many days as the config says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf

from brewpi.records import Report
from brewpi.store.database import Statement
from brewpi.store.packing import History, Recorded, pack
from brewpi.store.rows import BLOCK, Rows, unpacked

BLOCK_TICKS = (10, 60)  # fewer are not worth a write until ten batches' time has passed; more go into two rows


class BlockBook:
    """later: has a statement written with the next reports; read: what of a table can be true. waiting: reports of no
    block yet, by tank."""

    def __init__(self, later: Callable[[Statement], None], read: Rows) -> None:
        self.later, self.read = later, read
        self.waiting: dict[str, list[Report]] = {}
        self._packed: dict[str, History] = {}  # by tank: the history up to the last block

    def keep(self, report: Report) -> None:
        """It waits for the next block."""
        self.waiting.setdefault(report.tank, []).append(report)

    @property
    def is_worth_a_write(self) -> bool:
        """Whether enough waits for a block."""
        return any(len(reports) >= BLOCK_TICKS[0] for reports in self.waiting.values())

    def pack(self) -> None:
        """What waits becomes blocks. What cannot be packed is not tried again for ever."""
        waiting, self.waiting = self.waiting, {}
        for tank, reports in waiting.items():
            for i in range(0, len(reports), BLOCK_TICKS[1]):
                part = reports[i : i + BLOCK_TICKS[1]]
                self.later((BLOCK, (tank, part[0].at, part[-1].at, pack(part, self._packed.get(tank, ())))))
                self._packed[tank] = part[-1].state.history

    def between(self, tank: str, since: float = 0.0, until: float = inf) -> Iterator[Recorded]:
        """The recorded ticks of a tank, oldest first."""
        sql = "SELECT data FROM block WHERE tank = ? AND until >= ? AND since <= ? ORDER BY since"
        for ticks in self.read("block", lambda row: unpacked(row[0]), sql, tank, since, until):
            yield from (tick for tick in ticks if since <= tick.at <= until)
