"""A probe and a relay made of files, for daemons in another process: a test writes what the one says and reads what
the other did. Run as a script, this is `brewpi` with the kind "file" added to both registries."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from brewpi import outputs, sensors
from brewpi.cli import main
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator
from brewpi.records import Reading
from brewpi.sensors import Probe


class FileProbe(sensors.SensorOptions):
    """Says the number in its file. After "slow" it takes a while, as a DHT does; after "hang" for ever; after "deaf"
    until something is raised, which it keeps to itself, as whatever catches everything does."""

    example: ClassVar[str] = ""
    quantities: ClassVar[tuple[str, ...]] = ("beer_c",)

    path: Path

    def open(self, context: PlugContext) -> Probe:
        return Reader(self.path)


class Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, now: float) -> list[Reading]:
        *how, celsius = self.path.read_text().split()
        if how:
            self.path.with_suffix(".busy").touch()
            with suppress(BaseException if how[0] == "deaf" else ()):
                time.sleep({"slow": 0.9, "hang": 3600.0, "deaf": 3600.0}[how[0]])
            self.path.with_suffix(".busy").unlink(missing_ok=True)
        return [Reading(now, "beer_c", float(celsius))]

    def close(self) -> None:
        """Nothing to let go of."""


class FileRelay(outputs.OutputOptions):
    """Adds a line to its file whenever it changes: opened, on, off, closed."""

    example: ClassVar[str] = ""

    path: Path

    def open(self, context: PlugContext) -> Actuator:
        return Writer(self.path)


class Writer:
    def __init__(self, path: Path) -> None:
        self.path, self.last = path, ""
        self._write("opened")

    def set(self, duty: float, now: float) -> None:
        self._write("on" if duty else "off")

    def off(self) -> None:
        self._write("off")

    def close(self) -> None:
        self._write("closed")

    def _write(self, word: str) -> None:
        if word != self.last:
            self.last = word
            with self.path.open("a") as file:
                file.write(f"{word}\n")


if __name__ == "__main__":
    sensors.KINDS["file"] = "file_plugs:FileProbe"
    outputs.KINDS["file"] = "file_plugs:FileRelay"
    main()
