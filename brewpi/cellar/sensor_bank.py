"""The sensors of one tank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from brewpi.cellar.polled_sensor import PolledSensor
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Fault, Reading, SensorReading
from brewpi.sensors import SensorOptions, kind_of, meters


class SensorBank:
    """The sensors of one tank by name, each asked in its own time."""

    def __init__(self, options: Mapping[str, SensorOptions], context: PlugContext) -> None:
        self._sensors = {name: PolledSensor(name, plug, context) for name, plug in options.items()}

    def __iter__(self) -> Iterator[PolledSensor]:
        return iter(self._sensors.values())

    def __getitem__(self, name: str) -> PolledSensor:
        return self._sensors[name]

    def get(self, name: str) -> PolledSensor | None:
        """The sensor of that name, if there is one."""
        return self._sensors.get(name)

    def read(self, now: float) -> tuple[list[Reading], list[Fault]]:
        """What is new, and what fails."""
        readings: list[Reading] = []
        faults: list[Fault] = []
        for sensor in self:
            new, failed = sensor.read(now)
            readings += new
            faults += failed
        return readings, faults

    def latest(self) -> tuple[SensorReading, ...]:
        """What each read last of each quantity, and how that is calibrated."""
        return tuple(read for sensor in self for read in sensor.latest())

    def pressed(self, now: float) -> bool:
        """Whether an emergency stop is pressed, or its wire broken. All of them are opened by it."""
        pressed = [sensor.pressed(now) for sensor in self if sensor.options.stops_everything()]
        return any(pressed)

    def second_thermometers(self, first: str) -> dict[str, tuple[float, float]]:
        """What else measures the beer than the sensor `first`, such as the hydrometer that floats in it: time and °C.
        It is looked at beside the probe, and stands in for it nowhere."""
        found = {}
        for sensor in self:
            reading = sensor.last.get("beer_c")
            if reading and sensor.name != first and not sensor.options.by_hand():
                found[sensor.name] = (reading.at, reading.value)
        return found

    def kind_measuring(self, quantity: str) -> str | None:
        """The kind of the sensor that measures a quantity; None where none does."""
        options = {sensor.name: sensor.options for sensor in self}
        names = (meter.sensor for meter in meters(options) if meter.quantity == quantity)
        return next((kind_of(options[name]) for name in names), None)

    def read_by_hand(self, quantity: str) -> list[PolledSensor]:
        """Those through which somebody may type this quantity in."""
        return [one for one in self if one.options.by_hand() and quantity in one.options.measures()]

    def take_by_hand(self, reading: Reading) -> None:
        """A hand reading, in the unit of its quantity's name; its sensor gives it at the next tick."""
        for sensor in self.read_by_hand(reading.quantity):
            sensor.site.hand.append(reading)
            sensor.due_at = float("-inf")

    def ask_anew(self) -> None:
        """Every sensor at the next tick, however long ago it was asked."""
        for sensor in self:
            sensor.due_at = float("-inf")

    def close(self) -> None:
        """Let go of the hardware."""
        for sensor in self:
            sensor.close()
