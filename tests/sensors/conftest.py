"""Siblings of the two hardware libraries: they behave as the real ones do, their quirks included."""

import sys
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest

from brewpi.hardware.plug_context import PlugContext
from brewpi.sensors import SensorOptions


class FakeDht:
    """adafruit_dht 4.0.12: `measure` within 2 s of the last call does nothing, even if that one failed, and every
    property measures first, so that a property read after a failure returns the old value without an error."""

    clock_s: ClassVar[float] = 0.0
    enqueued: ClassVar[list] = []

    def __init__(self, pin: str, use_pulseio: bool) -> None:
        assert not use_pulseio
        self.pin = pin
        self.open = True
        self._last_called = 0.0
        self._temperature = None
        self._humidity = None

    def measure(self) -> None:
        assert self.open
        if self._last_called and FakeDht.clock_s - self._last_called <= 2.0:
            return
        self._last_called = FakeDht.clock_s
        answer = FakeDht.enqueued.pop(0)
        if isinstance(answer, Exception):
            raise answer
        self._temperature, self._humidity = answer

    @property
    def temperature(self) -> float | None:
        self.measure()
        return self._temperature

    @property
    def humidity(self) -> float | None:
        self.measure()
        return self._humidity

    def exit(self) -> None:
        self.open = False


@pytest.fixture
def dht(monkeypatch: pytest.MonkeyPatch) -> type[FakeDht]:
    """A Pi with a DHT on GPIO4; answers and faults are enqueued on it."""
    library, board = ModuleType("adafruit_dht"), ModuleType("board")
    library.DHT22 = library.DHT11 = FakeDht
    board.D4 = "D4"
    monkeypatch.setitem(sys.modules, "adafruit_dht", library)
    monkeypatch.setitem(sys.modules, "board", board)
    monkeypatch.setattr(FakeDht, "clock_s", 100.0)
    monkeypatch.setattr(FakeDht, "enqueued", [])
    return FakeDht


class Bus:
    """A 1-wire bus: probes by id, each with what it will say; the last word stays."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.probes: dict[str, list] = {}

    def library(self) -> ModuleType:
        """w1thermsensor 2.3: a probe is looked up when built and again at every read; 85 °C is an error."""
        bus = self
        library = ModuleType("w1thermsensor")

        class W1ThermSensorError(Exception):
            pass

        class NoSensorFoundError(W1ThermSensorError):
            pass

        class SensorNotReadyError(W1ThermSensorError):
            pass

        class ResetValueError(W1ThermSensorError):
            pass

        class Sensor:
            DS18B20 = 0x28

        class W1ThermSensor:
            BASE_DIRECTORY = bus.directory

            def __init__(self, sensor_type: int, sensor_id: str) -> None:
                assert sensor_type == Sensor.DS18B20
                self.id = sensor_id
                if sensor_id not in bus.probes:
                    raise NoSensorFoundError(f"Could not find sensor of type DS18B20 with id {sensor_id}")

            @classmethod
            def get_available_sensors(cls, types: list[str]) -> "list[W1ThermSensor]":
                assert types == ["DS18B20"]
                return [cls(Sensor.DS18B20, sensor_id) for sensor_id in bus.probes]

            def get_temperature(self) -> float:
                if self.id not in bus.probes:
                    raise NoSensorFoundError(self.id)
                says = bus.probes[self.id]
                answer = says.pop(0) if len(says) > 1 else says[0]
                if answer == "bad checksum":
                    raise SensorNotReadyError(f"Sensor {self.id} is not yet ready to read temperature")
                if answer == 85.0:
                    raise ResetValueError(self.id)
                return answer

        errors = (W1ThermSensorError, NoSensorFoundError, SensorNotReadyError, ResetValueError)
        for cls in (*errors, Sensor, W1ThermSensor):
            setattr(library, cls.__name__, cls)
        return library


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bus:
    """A Pi with a 1-wire bus."""
    bus = Bus(tmp_path)
    monkeypatch.setitem(sys.modules, "w1thermsensor", bus.library())
    return bus


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch):
    """A machine without some libraries."""

    def _missing(*names: str) -> None:
        for name in names:
            monkeypatch.setitem(sys.modules, name, None)

    return _missing


@pytest.fixture
def opened():
    """An opened probe of some options."""

    def _opened(options: SensorOptions, context: PlugContext | None = None):
        return options.open(context or PlugContext())

    return _opened
