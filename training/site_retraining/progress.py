"""How far a long command is, and how long it will still take: measured, not promised."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars


class Progress(Protocol):
    """What somebody who waits is shown."""

    def expect(self, steps: int) -> None:
        """So many steps are still to come."""
        ...

    def advance(self, steps: int) -> None:
        """So many are done."""
        ...


class Silent:
    """Nobody waits."""

    def expect(self, steps: int) -> None:
        """Nothing."""

    def advance(self, steps: int) -> None:
        """Nothing."""


class _Bar:
    def __init__(self, bars: Bars, reading: int) -> None:
        self.bars = bars
        self.task = bars.add_task("reading", total=reading)

    def expect(self, steps: int) -> None:
        self.bars.update(self.task, completed=self.bars.tasks[0].total)
        self.task = self.bars.add_task("learning", total=steps)

    def advance(self, steps: int) -> None:
        self.bars.advance(self.task, steps)


@contextmanager
def bar(reading: int) -> Iterator[Progress]:
    """A bar on standard error for the files that are read and one for what is learnt then, each with the time left by
    the pace of its last half minute; nothing where standard error is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Silent()
        return
    columns = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("left:"), TimeRemainingColumn())  # fmt: skip
    with Bars(*columns, console=console, speed_estimate_period=30.0) as bars:
        yield _Bar(bars, reading)
    sys.stderr.flush()
