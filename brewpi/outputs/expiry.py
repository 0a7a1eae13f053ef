"""An output that no tick renews goes off by itself, from a thread of its own.

A tick that hangs in one tank's driver leaves the outputs of all others as they were. The watchdog ends such a process
after a while; this takes the outputs off before, and also when ticks go on but one tank is no longer driven.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Protocol

from brewpi.hardware.watchdog import off_within

log = logging.getLogger("brewpi")
OFF_LIMIT_S = 2.0


class Expiring(Protocol):
    """The outputs of one tank, see `OutputBank`."""

    def overdue(self, usual_s: float, at_s: float) -> set[str]:
        """Roles that no tick has renewed in time."""
        ...

    def expire(self, roles: set[str]) -> None:
        """Off with them."""
        ...


class OutputExpiry:
    """Looks at every tank's outputs, `usual_s` being the time of those that have none of their own."""

    def __init__(self, outputs: Mapping[str, Expiring], usual_s: float, every_s: float = 0.5) -> None:
        self.outputs, self.usual_s, self.every_s = outputs, usual_s, every_s
        self.left = threading.Event()
        self.thread = threading.Thread(target=self._watch, name="output expiry", daemon=True)

    def _watch(self) -> None:
        while not self.left.wait(self.every_s):
            for name, outputs in self.outputs.items():
                if roles := outputs.overdue(self.usual_s, time.monotonic()):
                    log.critical("%s: %s goes off by itself: no tick renews it", name, " and ".join(sorted(roles)))
                    off_within(OFF_LIMIT_S, partial(outputs.expire, roles))  # it may hang as the tick does

    def __enter__(self) -> OutputExpiry:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.left.set()
