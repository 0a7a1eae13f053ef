"""One sensor of a tank, asked in its own time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from brewpi.hardware.plug_context import PlugContext
from brewpi.hardware.process_state import kept_process_state
from brewpi.records import Fault, Reading
from brewpi.sensors import Probe, SensorError, SensorOptions, renamed
from brewpi.sensors.calibration import calibrated


@dataclass(slots=True)
class PolledSensor:
    """One sensor with its cadence: opened at its first read, and asked every `every_s`.

    A probe that cannot be opened or read is a fault of the tank, never a stop of the daemon.
    """

    name: str
    options: SensorOptions
    site: PlugContext
    probe: Probe | None = None
    due_at: float = float("-inf")
    failing: Fault | None = None
    last_c: tuple[float, float] | None = None  # time and value of its last beer temperature

    def read(self, now: float) -> tuple[list[Reading], list[Fault]]:
        """New readings, signed with the sensor's name, and the fault if the last attempt failed."""
        if now < self.due_at:
            return [], [self.failing] if self.failing else []
        self.due_at = now + self.options.every_s
        try:
            with kept_process_state(self.name):
                if self.probe is None:
                    self.probe = self.options.open(self.site)
                read = self.probe.read(now)
                true = calibrated(read, self.options.calibration, self.last_c)
                readings = [replace(r, sensor=self.name, quantity=renamed(self.name, r.quantity)) for r in true]
                self.last_c = max(((r.at, r.value) for r in true if r.quantity == "beer_c"), default=self.last_c)
        except Exception as error:  # whatever a driver throws must not stop the tank
            since = self.failing.since if self.failing else now
            text = str(error) if isinstance(error, SensorError) else f"{type(error).__name__}: {error}"
            self.failing = Fault(self.name, "", "error", f"{self.name}: {text}", since)
            return [], [self.failing]
        self.failing = None if len(true) == len(read) else self._uncalibrated(now)
        return readings, [self.failing] if self.failing else []

    def _uncalibrated(self, now: float) -> Fault:
        text = f"{self.name}: a reading does not fit its calibration; check that, and the temperature it needs"
        return Fault(self.name, "", "error", text, self.failing.since if self.failing else now)

    def pressed(self, now: float) -> bool:
        """Whether this emergency stop is pressed. One that cannot be opened or read counts as pressed."""
        try:
            with kept_process_state(self.name):
                if self.probe is None:
                    self.probe = self.options.open(self.site)
                said = [r.value for r in self.probe.read(now) if r.quantity == "emergency_stop"]
        except Exception:  # `read` tells what it was
            return True
        return not said or said[-1] != 0.0

    def close(self) -> None:
        """Let go of the hardware, if it was ever opened."""
        if self.probe is not None:
            with suppress(Exception):  # the other sensors still have to be closed
                self.probe.close()
            self.probe = None
