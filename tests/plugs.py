"""Plugs for tests: real kinds of sensor and output, that do what is queued for them and write down what they did."""

from __future__ import annotations

from collections import deque
from typing import Any, ClassVar

from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator, OutputOptions
from brewpi.records import Reading
from brewpi.sensors import Probe, SensorOptions


class ScriptedSensor(SensorOptions):
    """A sensor that says what is queued in `says`, one a read: a value, or an exception. Then the last one again.

    opens: what is raised when it is opened, one a try. journal: where it writes.
    """

    example: ClassVar[str] = ""

    measure: str = "beer_c"
    says: Any = ()
    opens: Any = ()
    journal: Any = ()

    def measures(self) -> tuple[str, ...]:
        return (self.measure,)

    def open(self, context: PlugContext) -> Probe:
        if self.opens:
            raise self.opens.popleft()
        return ScriptedProbe(self)


class ScriptedProbe:
    def __init__(self, options: ScriptedSensor) -> None:
        self.options, self.says, self.last = options, deque(options.says), None

    def read(self, now: float) -> list[Reading]:
        self._write("read")
        self.last = self.says.popleft() if self.says else self.last
        if isinstance(self.last, Exception):
            raise self.last
        return [] if self.last is None else [Reading(now, self.options.measure, self.last)]

    def close(self) -> None:
        self._write("close")

    def _write(self, what: str) -> None:
        if isinstance(self.options.journal, list):
            self.options.journal.append(f"{self.options.measure} {what}")


class RecordingOutput(OutputOptions):
    """An output that writes down what it is told; each fault in its queues fails one opening, or one call."""

    example: ClassVar[str] = ""

    label: str = "cool"
    opens: Any = ()
    faults: Any = ()
    journal: Any

    def open(self, context: PlugContext) -> Actuator:
        if self.opens:
            raise self.opens.popleft()
        return RecordingActuator(self)


class RecordingActuator:
    def __init__(self, options: RecordingOutput) -> None:
        self.options = options

    def set(self, duty: float, now: float) -> None:
        self._write(f"{duty:.0f}")

    def off(self) -> None:
        self._write("off")

    def close(self) -> None:
        self._write("close")

    def _write(self, what: str) -> None:
        self.options.journal.append(f"{self.options.label} {what}")
        if self.options.faults:
            raise self.options.faults.popleft()
