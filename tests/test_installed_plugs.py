"""A plug may live in somebody's own package: it is a word in the config like ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from brewpi import registry
from brewpi.config.config import ConfigErrors, loads
from brewpi.control.until import parse
from brewpi.importers import read
from brewpi.registry import with_installed
from brewpi.sensors import KINDS, kind_of

CODE = '''
from typing import ClassVar
from pydantic import Field
from brewpi import outbound
from brewpi import outputs
from brewpi import sensors
from brewpi.control.conditions import Condition, Verdict
from brewpi.forecast.forecaster import ForecasterOptions
from brewpi.importers.sheet import Readings


class Moon(sensors.SensorOptions):
    """The moon."""
    example: ClassVar[str] = 'moon = { kind = "moon", phase = 0.5 }'
    quantities: ClassVar[tuple[str, ...]] = ("room_c",)
    phase: float = Field(ge=0.0, le=1.0, description="of the moon")


class Lamp(outputs.OutputOptions):
    """A lamp."""
    example: ClassVar[str] = 'heat = { kind = "lamp" }'


class FullMoon(Condition):
    """Met when it is full."""
    example: ClassVar[str] = '{ kind = "full_moon" }'
    def evaluate(self, view):
        return Verdict(True, "the moon is full")


class Pigeon(outbound.NotificationOptions):
    """A pigeon."""
    example: ClassVar[str] = 'pigeons = { kind = "pigeon", secret_env = "X" }'


class Almanac:
    def matches(self, sheet):
        return sheet.has("moonrise", "g")
    def readings(self, sheet):
        return [Readings(sheet.numbers("moonrise"), sheet.numbers("g"), "sg", None, "c")]


class Oracle(ForecasterOptions):
    """An oracle."""
    example: ClassVar[str] = 'kind = "oracle"'


class Nothing:
    pass
'''
POINTS = """
[brewpi.sensors]
moon = moonbrew:Moon
ds18b20 = moonbrew:Nothing
torn = moonbrew.no_such_module:Sensor
nothing = moonbrew:Nothing
[brewpi.outputs]
lamp = moonbrew:Lamp
[brewpi.conditions]
full_moon = moonbrew:FullMoon
[brewpi.forecasters]
oracle = moonbrew:Oracle
moon = moonbrew:Moon
[brewpi.outbound]
pigeon = moonbrew:Pigeon
[brewpi.importers]
almanac = moonbrew:Almanac
torn = moonbrew:Absent
"""
CONFIG = """
site = "riverside"
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
moon = {{ kind = "{kind}", phase = {phase} }}
"""


@pytest.fixture(autouse=True)
def moonbrew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An installed package with a plug of each kind, one that cannot be loaded, and one that is none."""
    (tmp_path / "moonbrew.py").write_text(CODE)
    info = tmp_path / "moonbrew-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: moonbrew\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    registry.installed.cache_clear()
    yield
    registry.installed.cache_clear()


def test_a_sensor_of_another_package_is_a_word_in_the_config():
    options = loads(CONFIG.format(kind="moon", phase=0.5), "cellar.toml").tanks["fv1"].sensors["moon"]
    assert (options.phase, kind_of(options)) == (0.5, "moon")


@pytest.mark.parametrize(
    ("kind", "phase", "sentence"),
    [
        ("moon", 2, "cellar.toml: tanks.fv1.sensors.moon.phase: is 2; it should be less than or equal to 1"),
        ("mon", 0.5, 'cellar.toml: tanks.fv1.sensors.moon: unknown kind "mon"; did you mean "moon"?'),
        ("torn", 0.5, 'kind "torn" is moonbrew.no_such_module:Sensor, which cannot be loaded (ModuleNotFoundError'),
        ("nothing", 0.5, 'kind "nothing" is moonbrew:Nothing, which has no options of a plug'),
    ],
)
def test_a_mistake_in_it_gets_a_sentence(kind: str, phase: float, sentence: str):
    with pytest.raises(ConfigErrors) as caught:
        loads(CONFIG.format(kind=kind, phase=phase), "cellar.toml")
    assert any(sentence in said for said in caught.value.sentences)


def test_a_word_that_is_ours_stays_ours():
    assert with_installed("sensors", KINDS)["ds18b20"] == KINDS["ds18b20"]


def test_outputs_conditions_and_ways_out_too():
    text = CONFIG.format(kind="moon", phase=0.5) + 'beer = { kind = "ds18b20", id = "28-0316a2794eff" }\n'
    text += '[tanks.fv1.outputs]\nheat = { kind = "lamp" }\n[tanks.fv1.temperature]\ntarget_c = 19.0\n'
    text += '[mqtt]\n[outbound.pigeons]\nkind = "pigeon"\nsecret_env = "PIGEON"\n'
    config = loads(text, "cellar.toml")
    assert type(config.tanks["fv1"].outputs["heat"]).__name__ == "Lamp"
    assert config.outbound["pigeons"].about() == "pigeon, all tanks"
    assert parse({"kind": "full_moon"}).kind == "full_moon"


def test_a_forecaster_too_and_a_sensor_is_none():
    text = CONFIG.format(kind="moon", phase=0.5) + '[model]\nkind = "{kind}"\n'
    assert type(loads(text.replace("{kind}", "oracle"), "cellar.toml").model).__name__ == "Oracle"
    with pytest.raises(ConfigErrors) as caught:
        loads(text.replace('"{kind}"', '"moon"\nphase = 0.5'), "cellar.toml")
    assert caught.value.sentences == ['cellar.toml: model: kind "moon" is Moon, which does not forecast']


def test_a_log_of_another_format_is_read_although_its_neighbour_is_torn(tmp_path: Path):
    (tmp_path / "log.csv").write_text("moonrise,g\n0,1.050\n12,1.046\n24,1.040\n")
    log = read(tmp_path / "log.csv")
    assert log.kind == "almanac"
    assert log.series.hours.tolist() == [0.0, 12.0, 24.0]
