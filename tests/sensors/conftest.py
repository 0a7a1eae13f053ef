"""The two hardware libraries as mocks: their calls, their answers and their errors."""

import sys
from itertools import chain, repeat
from pathlib import Path
from unittest.mock import Mock

import pytest
from pytest_mock import MockerFixture

from brewpi.hardware.plug_context import PlugContext
from brewpi.sensors import SensorOptions


class OneWire:
    """w1thermsensor 2.3: a probe is looked up when built and again at every read; 85 °C is an error."""

    def __init__(self, mocker: MockerFixture, directory: Path) -> None:
        self.mocker, self.directory = mocker, directory
        self.probes: dict[str, Mock] = {}
        base = type("W1ThermSensorError", (Exception,), {})
        self.missing, self.not_ready, self.reset = (
            type(name, (base,), {}) for name in ("NoSensorFoundError", "SensorNotReadyError", "ResetValueError")
        )
        self.library = mocker.Mock(
            W1ThermSensorError=base, NoSensorFoundError=self.missing, SensorNotReadyError=self.not_ready,
            ResetValueError=self.reset,
        )  # fmt: skip
        sensor = self.library.W1ThermSensor
        sensor.BASE_DIRECTORY = directory
        sensor.side_effect = self._found
        sensor.get_available_sensors.side_effect = lambda types: list(self.probes.values())

    def plug(self, sensor_id: str, *says: object, probe: Mock | None = None) -> Mock:
        """A probe that answers this, errors too; the last answer stays."""
        probe = probe or self.mocker.Mock(id=sensor_id)
        probe.get_temperature.side_effect = chain(says, repeat(says[-1]))
        self.probes[sensor_id] = probe
        return probe

    def unplug(self, sensor_id: str) -> Mock:
        """Its cable is torn."""
        probe = self.probes.pop(sensor_id)
        probe.get_temperature.side_effect = self.missing(sensor_id)
        return probe

    def _found(self, sensor_type: object, sensor_id: str) -> Mock:
        if sensor_id not in self.probes:
            raise self.missing(f"Could not find sensor of type DS18B20 with id {sensor_id}")
        return self.probes[sensor_id]


@pytest.fixture
def dht(mocker: MockerFixture) -> Mock:
    """A Pi with a DHT on GPIO4: what `measure` says is `dht.measure.side_effect`, what properties then say stays."""
    device = mocker.Mock(temperature=None, humidity=None)
    library = mocker.Mock(DHT22=mocker.Mock(return_value=device), DHT11=mocker.Mock(return_value=device))
    mocker.patch.dict(sys.modules, adafruit_dht=library, board=mocker.Mock(spec=["D4"], D4="D4"))
    device.library = library
    return device


@pytest.fixture
def bus(mocker: MockerFixture, tmp_path: Path) -> OneWire:
    """A Pi with a 1-wire bus."""
    bus = OneWire(mocker, tmp_path)
    mocker.patch.dict(sys.modules, w1thermsensor=bus.library)
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
