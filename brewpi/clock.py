"""The cellar's clock, and which time is used for what.

* The monotonic clock measures: how long an output ran or rested, when a reading is stale, how often a tick comes.
* The cellar's clock dates: Unix seconds read once a boot and carried on by the monotonic clock, so that a step of the
  wall clock bends nothing, not even through a restart of the service. After a boot the wall clock is believed if a time
  service or a battery has set it; else the clock goes on from the newest record: a Pi without a battery wakes up in its
  own past. When a time service says for the first time what time it is, and it is later, the cellar's clock is put
  right once (`correction_s`), and with it all that was dated since the start (`cellar/clock_correction.py`).
* The wall clock speaks: what is published is dated by it (`stepped_s`), what people send is judged by it. While it
  is not known (`is_known`), it can only be behind: what is old by it is old, what it calls the future may be now.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

LONGEST_AWAY_S = 60 * 86_400.0  # of an absence that a clock nobody has confirmed may claim
WORTH_S = 60.0  # a smaller correction is none: the published times follow the wall clock anyway


class Clock(Protocol):
    """Where the front door gets the time that it passes down as `now`."""

    def now(self) -> float:
        """Seconds on the cellar's clock."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """Where time comes from, and what is known of it: whether a time service has set the wall clock, whether a battery
    did at boot, and a word for this boot. `hardware/machine_clock.py` asks the kernel."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    synchronised: Callable[[], bool] = lambda: True
    rtc: Callable[[], bool] = lambda: False
    boot: Callable[[], str] = str


class SystemClock:
    """Unix time read once, carried on by the monotonic clock."""

    def __init__(self, machine: Machine | None = None) -> None:
        self._known = True
        self.go_by(machine or Machine())

    def go_by(self, machine: Machine) -> None:
        """Before anything is dated: whose time it is."""
        self._wall, self._monotonic, self._synchronised = machine.wall, machine.monotonic, machine.synchronised
        self._waits, self._rtc, self._boot = not machine.synchronised(), machine.rtc(), machine.boot()
        self.offset_s = self._began_s = machine.wall() - machine.monotonic()

    def begin_after(self, newest: float | None, kept: Any = None) -> None:
        """Before anything is dated: the record reaches until `newest`, and nothing happens before that. kept: the
        `snapshot` of the process before; of the same boot it tells the time."""
        same_boot = isinstance(kept, dict) and bool(self._boot) and kept.get("boot") == self._boot
        if same_boot:
            self.offset_s, self._waits, self._known = float(kept["offset_s"]), bool(kept["waits"]), bool(kept["known"])
        if newest is None:
            return
        away_s = self.now() - newest
        believable = same_boot or not self._waits or (self._rtc and away_s <= LONGEST_AWAY_S)
        if away_s <= 0.0 or not believable:
            self._known = not self._waits
            self.offset_s = newest + 1.0 - self._monotonic()

    def snapshot(self) -> dict[str, Any]:
        """For the next process of this boot."""
        return {"boot": self._boot, "offset_s": self.offset_s, "waits": self._waits, "known": self._known}

    def now(self) -> float:
        """Seconds on the cellar's clock."""
        return self._monotonic() + self.offset_s

    def stepped_s(self) -> float:
        """How far the wall clock is ahead of the cellar's, for an alarm and for the times we publish."""
        return self._wall() - self.now()

    def senders_ahead_s(self) -> float:
        """How far devices that know what time it is are ahead of the cellar's clock: as far as a wall clock that a time
        service keeps. Of any other it is not known which of the two is wrong."""
        return self.stepped_s() if self._synchronised() else 0.0

    def wall_stepped_s(self) -> float:
        """How far the wall clock has stepped against the monotonic one since the start."""
        return self._wall() - self._monotonic() - self._began_s

    def is_known(self) -> bool:
        """Whether the wall clock can be believed: it was not behind the record when the machine woke up, or was set
        since."""
        self._known = self._known or self._synchronised()
        return self._known

    def correction_s(self) -> float:
        """How far the cellar's clock is behind, once it can be known; 0 where there is nothing to put right."""
        if not self._waits or not self._synchronised():
            return 0.0
        late_s = self.stepped_s()
        if late_s < WORTH_S:
            self._waits = False
            return 0.0
        return late_s

    def put_right(self, by_s: float) -> None:
        """Go on so much later, once in a process."""
        self.offset_s += by_s
        self._waits = False


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
