"""Ctrl-C, which may come while a library keeps to itself whatever is raised."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


class Interrupt:
    """The handler of a signal: raised at once while `at_once`, and remembered until somebody looks for it.

    What is raised inside a tick may be lost: pydantic keeps to itself whatever comes while it calls a function of ours,
    and a seam of the cellar takes that for a payload that failed.
    """

    def __init__(self) -> None:
        self.asked, self.at_once = False, True

    def __call__(self, signum: int, frame: object) -> None:
        self.asked = True
        if self.at_once:
            raise KeyboardInterrupt

    def look(self) -> None:
        """Raises KeyboardInterrupt if it was asked for."""
        if self.asked:
            raise KeyboardInterrupt


def until_interrupted(ticks: Iterable[Item]) -> Iterator[Item]:
    """One after the other. Ctrl-C ends them at once, or before the next where it was lost in one; a job in the
    background of a shell, which ignores it, goes on doing so."""
    interrupt = Interrupt()
    earlier = signal.getsignal(signal.SIGINT)
    if earlier is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        for tick in ticks:
            yield tick
            interrupt.look()
    finally:
        if earlier is signal.default_int_handler:
            signal.signal(signal.SIGINT, earlier)
