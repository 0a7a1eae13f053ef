"""How far a long command is, and how long it will still take: measured, not promised."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

LINE_EVERY_S = 20.0


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
    def __init__(self, bars: Bars, steps: int, what: str = "reading") -> None:
        self.bars = bars
        self.task = bars.add_task(what, total=steps)

    def expect(self, steps: int) -> None:
        self.bars.update(self.task, completed=self.bars.tasks[0].total)
        self.task = self.bars.add_task("learning", total=steps)

    def advance(self, steps: int) -> None:
        self.bars.advance(self.task, steps)


class Lines:
    """A line now and then, for a file or a pipe."""

    def __init__(self, what: str, steps: int, clock: Callable[[], float], stream: TextIO) -> None:
        self.what, self.steps, self.clock, self.stream = what, steps, clock, stream
        self.done, self.begun = 0, clock()
        self.last = self.begun

    def expect(self, steps: int) -> None:
        """So many more."""
        self.steps += steps

    def advance(self, steps: int) -> None:
        """So many are done; perhaps a line about it."""
        self.done += steps
        now = self.clock()
        if now - self.last >= LINE_EVERY_S and 0 < self.done < self.steps:
            self.last = now
            left_s = (now - self.begun) * (self.steps - self.done) / self.done
            left = f"{left_s / 60.0:.0f} min" if left_s > 90.0 else f"{left_s:.0f} s"
            print(f"{self.what}: {self.done} of {self.steps}, about {left} left", file=self.stream, flush=True)


@contextmanager
def progress_of(what: str, steps: int) -> Iterator[Progress]:
    """A bar on standard error with the time left; a line now and then where that is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(what, steps, time.monotonic, sys.stderr)
        return
    with Bars(*_columns(), console=console, speed_estimate_period=60.0) as bars:
        yield _Bar(bars, steps, what)


def _columns() -> tuple[ProgressColumn, ...]:
    return (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("left:"), TimeRemainingColumn())  # fmt: skip


@contextmanager
def bar(reading: int) -> Iterator[Progress]:
    """A bar on standard error for the files that are read and one for what is learnt then, each with the time left by
    the pace of its last half minute; nothing where standard error is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Silent()
        return
    with Bars(*_columns(), console=console, speed_estimate_period=30.0) as bars:
        yield _Bar(bars, reading)
    sys.stderr.flush()
