"""One sensor of a tank, asked in its own time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from brewpi.calibration import Calibration, StoredCalibration, calibrated, line_of
from brewpi.hardware.plug_context import PlugContext
from brewpi.hardware.process_state import kept_process_state
from brewpi.quantities import QUANTITIES
from brewpi.records import Fault, Reading, SensorReading
from brewpi.sensors import Probe, SensorError, SensorOptions, renamed
from brewpi.sentences import Sentence


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
    stored: dict[str, StoredCalibration] = field(default_factory=dict)  # by people, by quantity
    last: dict[str, Reading] = field(default_factory=dict)  # by quantity, as it is believed

    @property
    def calibration(self) -> dict[str, Calibration]:
        """By quantity: the config's, or what somebody has said since."""
        known = dict(self.options.calibration)
        for quantity, stored in self.stored.items():
            if quantity not in known or known[quantity].since <= stored.how.since:
                known[quantity] = stored.how
        return known

    def read(self, now: float) -> tuple[list[Reading], list[Fault]]:
        """New readings, signed with the sensor's name, and the fault if the last attempt failed."""
        if now < self.due_at:
            return [], [self.failing] if self.failing else []
        self.due_at = now + self.options.every_s
        try:
            with self._guarded(now):
                if self.probe is None:
                    self.probe = self.options.open(self.site)
                read = self.probe.read(now)
                true = calibrated(read, self.calibration, self.last_c)
                signed = [replace(r, sensor=self.name) for r in true]
                self.last.update((r.quantity, r) for r in signed)
                readings = [self._renamed(r) for r in signed]
                self.last_c = max(((r.at, r.value) for r in true if r.quantity == "beer_c"), default=self.last_c)
        except Exception as error:  # whatever a driver throws must not stop the tank
            since = self.failing.since if self.failing else now
            text = f"{type(error).__name__}: {error}"
            if isinstance(error, SensorError) and error.args:
                text = error.args[0]
            why = Sentence("{sensor}: {reason}", sensor=self.name, reason=text)
            self.failing = Fault(self.name, "", "error", why, since)
            return [], [self.failing]
        self.failing = None if len(true) == len(read) else self._uncalibrated(now)
        return readings, [self.failing] if self.failing else []

    @contextmanager
    def _guarded(self, now: float) -> Iterator[None]:
        """Around a call into the plug; one of the simulated vessel has no driver that could hang or change the process.
        Raises SensorError for one that hung the service again and again."""
        if self.options.in_vessel:
            yield
            return
        name = f"{self.site.tank}.{self.name}"
        if (why := self.site.hung.why_not(name, now)) is not None:
            raise SensorError(why)
        with self.site.hung.asking(name), kept_process_state(self.name):
            yield

    def _renamed(self, reading: Reading) -> Reading:
        quantity = renamed(self.name, reading.quantity)
        return reading if quantity == reading.quantity else replace(reading, quantity=quantity)

    def latest(self) -> Iterator[SensorReading]:
        """What it read last of each quantity, and how that is calibrated."""
        calibration = self.calibration
        for quantity, reading in self.last.items():
            if QUANTITIES[quantity].binary:
                continue
            how, stored = calibration.get(quantity), self.stored.get(quantity)
            if how is None:
                yield SensorReading(reading)
            elif stored is not None and how is stored.how:
                yield SensorReading(reading, line_of(how), stored.by, stored.at)
            else:
                yield SensorReading(reading, line_of(how), None, how.begins_at)

    def _uncalibrated(self, now: float) -> Fault:
        text = Sentence(
            "{sensor}: a reading does not fit its calibration; check that, and the temperature it needs",
            sensor=self.name,
        )
        return Fault(self.name, "", "error", text, self.failing.since if self.failing else now)

    def pressed(self, now: float) -> bool:
        """Whether this emergency stop is pressed. One that cannot be opened or read counts as pressed."""
        try:
            with self._guarded(now):
                if self.probe is None:
                    self.probe = self.options.open(self.site)
                values = [r.value for r in self.probe.read(now) if r.quantity == "emergency_stop"]
        except Exception:  # `read` tells what it was
            return True
        return not values or values[-1] != 0.0

    def close(self) -> None:
        """Let go of the hardware, if it was ever opened."""
        if self.probe is not None:
            with suppress(Exception):  # the other sensors still have to be closed
                self.probe.close()
            self.probe = None
