"""The cellar's clock: Unix seconds that never step back, and a virtual one for tests and simulation."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Where the front door gets the time that it passes down as `now`."""

    def now(self) -> float:
        """Seconds on the cellar's clock."""
        ...


class SystemClock:
    """Unix time read once at the start, carried on by the monotonic clock: an NTP step bends nothing."""

    def __init__(self) -> None:
        self.offset_s = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds on the cellar's clock."""
        return time.monotonic() + self.offset_s

    def stepped_s(self) -> float:
        """How far the wall clock has stepped since the start, for an alarm and for the times we publish."""
        return time.time() - self.now()


class VirtualClock:
    """Time that moves only when told."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self.time = start

    def now(self) -> float:
        """Seconds on the cellar's clock."""
        return self.time

    def advance(self, seconds: float) -> float:
        """Move on and return the new time."""
        self.time += seconds
        return self.time
