"""Switches everything off when the ticks stop coming, from a thread of its own.

systemd's watchdog does the same from outside; this one also works where brewpi is started by hand.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType

log = logging.getLogger("brewpi")
OFF_LIMIT_S = 5.0
HUNG_STATUS = 70  # EX_SOFTWARE in sysexits.h: systemd restarts on it, and a shell shows it


def off_within(limit_s: float, off: Callable[[], object]) -> None:
    """Call `off`, which may hang in a driver or a disk, in a thread of its own, and wait no longer than the limit."""
    thread = threading.Thread(target=off, daemon=True)
    thread.start()
    thread.join(limit_s)


def overdue(fed_at: float, now: float, limit_s: float) -> bool:
    """The rule: nothing was heard for longer than the limit."""
    return now - fed_at > limit_s


class Watchdog:
    """Feed it after each tick. Unfed for `limit_s`, it calls `off`, then `note`, and ends the process with status 70:
    a thread that hangs in a driver cannot be brought back, a process that ends can be restarted."""

    def __init__(
        self,
        off: Callable[[], None],
        limit_s: float,
        end: Callable[[int], object] = os._exit,
        note: Callable[[], None] = lambda: None,
    ) -> None:
        self.off, self.limit_s, self.end, self.note = off, limit_s, end, note
        self.fed_at = time.monotonic()
        self.left = threading.Event()
        self.thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def fed(self) -> None:
        """A tick has come to its end."""
        self.fed_at = time.monotonic()

    def _watch(self) -> None:
        while not self.left.wait(self.limit_s / 10):
            if overdue(self.fed_at, time.monotonic(), self.limit_s):
                log.critical("no tick for %.0f s: the control loop hangs; everything is switched off", self.limit_s)
                off_within(OFF_LIMIT_S, self.off)  # it may hang on the same driver: the process ends anyway
                off_within(OFF_LIMIT_S, self.note)
                self.end(HUNG_STATUS)
                return

    def __enter__(self) -> Watchdog:
        self.fed()
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.left.set()
