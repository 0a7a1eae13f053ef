"""`brewpi` on gpiozero's mock pins, for a daemon in a process of its own: every level that a pin takes is a line in the
file `pins` of its folder ("GPIO6 1"), and the kind "told" says the numbers in the file `probes`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin

from brewpi import sensors
from brewpi.cli import main
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors import Probe

DIARY = Path("pins")


class DiaryPin(MockPin):  # type: ignore[misc]
    """A mock pin that leaves a trace outside of its process."""

    def _change_state(self, value: bool) -> Any:
        with DIARY.open("a") as diary:
            diary.write(f"{self.info.name} {value:d}\n")
        return super()._change_state(value)


class Told(sensors.SensorOptions):
    """Says what stands in a file of JSON, at every tick; a quantity that is not in it is silent."""

    example: ClassVar[str] = ""

    path: Path
    measure: tuple[str, ...]

    def measures(self) -> tuple[str, ...]:
        return self.measure

    def open(self, site: PlugContext) -> Probe:
        return Teller(self)


class Teller:
    def __init__(self, options: Told) -> None:
        self.options = options

    def read(self, now: float) -> list[Reading]:
        said = json.loads(self.options.path.read_text())
        return [Reading(now, quantity, said[quantity]) for quantity in self.options.measure if quantity in said]

    def close(self) -> None:
        """Nothing to let go of."""


if __name__ == "__main__":
    Device.pin_factory = MockFactory(pin_class=DiaryPin)
    sensors.KINDS["told"] = "mock_pins:Told"
    main()
