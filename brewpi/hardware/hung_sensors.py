"""Sensors whose read never came back: a process that hangs in one is ended, and its successor would hang again.

One broken bus must not keep the whole cellar in a loop of restarts. So the watchdog notes, beside the record, which
sensor was being read when it ended the process; what did so twice within the hour is left alone for as long, with a
fault of its tank that says so, while all others are controlled.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from brewpi.sentences import Sentence, spoken

log = logging.getLogger("brewpi")
WITHIN_S, TIMES = 3600.0, 2  # once may be a glitch that the restart has mended
KEPT = 100  # lines of the file


class HungSensors:
    """record: the file beside which they are noted; None for a record in memory, which outlives nothing."""

    def __init__(self, record: Path | None) -> None:
        self.file = None if record is None else record.with_name(f"{record.name}.hung")
        self.asked: str | None = None  # which sensor is being read at this moment
        self._noted = self._known()

    @contextmanager
    def asking(self, sensor: str) -> Iterator[None]:
        """Around whatever asks a driver."""
        self.asked = sensor
        try:
            yield
        finally:
            self.asked = None

    def note(self, now: float) -> None:
        """The tick hangs: from another thread, before the process ends."""
        sensor = self.asked
        if sensor is None:
            return
        log.critical("%s does not come back from being read", sensor)
        self._noted = [*self._noted, (sensor, now)][-KEPT:]
        if self.file is not None:
            with suppress(OSError):
                self.file.write_text("".join(f"{at!r} {name}\n" for name, at in self._noted), encoding="utf-8")

    def why_not(self, sensor: str, now: float) -> Sentence | None:
        """Why a sensor is not to be asked now; None if it may."""
        times = [at for name, at in self._noted if name == sensor and abs(now - at) < WITHIN_S]
        if len(times) < TIMES:
            return None
        return Sentence(
            "did not come back from being read and hung the service, {times} times within the hour; check its cable and"
            " supply, it is asked again in {length}",
            times=len(times), length=spoken(WITHIN_S - (now - max(times))),
        )  # fmt: skip

    def _known(self) -> list[tuple[str, float]]:
        """Those that a process before this one has noted; what cannot be read was not noted."""
        found: list[tuple[str, float]] = []
        if self.file is not None:
            with suppress(OSError, UnicodeDecodeError):
                for line in self.file.read_text(encoding="utf-8").splitlines()[-KEPT:]:
                    at, _, name = line.partition(" ")
                    with suppress(ValueError):
                        found.append((name, float(at)))
        return found
