"""A role is one row: with it an output is driven, kept off, published, announced, shown and checked, of the tank that
has it and of no other; without it, it is refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi import roles
from brewpi.config.config import ConfigErrors, loads
from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.feed.metrics import exposition
from brewpi.dashboard.views.details import details
from brewpi.dashboard.views.formatting import View
from brewpi.hardware.plug_context import Message
from brewpi.mqtt import Mqtt
from brewpi.outputs.simulated import Simulated as Output
from brewpi.quantities import QUANTITIES
from brewpi.records import TankState
from brewpi.roles import ROLES, OutputRole
from brewpi.sensors.simulated import Simulated as Sensor


def relieves(state: TankState, duties: Any, now: float) -> float:
    """Open above 1 bar."""
    gauge = state.measured.get("top_bar")
    return float(gauge is not None and gauge.value > 1.0)


SPUND = OutputRole(
    name="spund", label="spunding valve", remedy='it wants kind = "relay"', needs=("top_bar",), request=relieves,
    icon="mdi:valve",
)  # fmt: skip
ROUSE = OutputRole(
    name="rouse", label="rousing", remedy='a pump that circulates wants kind = "relay"', excludes=("cool",),
    needs=("sg",), request=lambda state, duties, now: 1.0,
)  # fmt: skip
RIG = """
site = "riverside"
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794eff" }
[tanks.fv1.outputs]
cool = { kind = "relay", pin = 27, compressor = true }
spund = { kind = "relay", pin = 22 }
[tanks.fv1.temperature]
target_c = 19.0
"""
GAUGE = '[tanks.fv1.sensors.top]\nkind = "simulated"\nmeasure = ["top_bar"]\n'


class RoleBench(CellarBench):
    """Announces its tanks to Home Assistant."""

    def power_on(self) -> None:
        self.config = self.config.model_copy(update={"mqtt": Mqtt()})
        super().power_on()

    def told(self, topic: str) -> Any:
        return json.loads(self.link.retained[topic])

    def pressure(self, bar: float) -> None:
        self.vessels["fv1"].plug("top_bar", bar)

    @property
    def relieving(self) -> bool:
        return self.vessels["fv1"].duties.get("spund", 0.0) > 0.0


def a_bench(directory: Path, role: OutputRole, *measured: str, **limits: float) -> RoleBench:
    outputs = {"cool": Output(role="cool", compressor=True), role.name: Output(role=role.name, min_on_s=0.0, **limits)}
    gauge = Sensor(measure=("beer_c", *measured))
    fv1 = tank_options().model_copy(update={"outputs": outputs, "sensors": {"probes": gauge}})
    return RoleBench(directory, fv1=fv1, fv2=tank_options())


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RoleBench]:
    monkeypatch.setitem(ROLES, "spund", SPUND)
    bench = a_bench(tmp_path, SPUND, "top_bar", min_off_s=60.0, max_run_s=1800.0)
    bench.pressure(0.4)
    bench.run(minutes=10)
    yield bench
    bench.power_off()


def test_it_is_driven_by_its_own_wish_after_its_rest(bench: RoleBench):
    assert not bench.relieving
    bench.pressure(1.4)
    bench.tick(2)
    assert bench.relieving
    bench.pressure(0.4)
    bench.tick(2)
    assert not bench.relieving
    bench.pressure(1.4)
    bench.tick(2)
    assert not bench.relieving
    assert "spund: rests" in bench.last["fv1"].command.why
    bench.run(minutes=1)
    assert bench.relieving


@pytest.mark.parametrize("fault", ["silent", "stopped", "longest run", "a failing tick", "another batch"])
def test_it_is_kept_off(bench: RoleBench, fault: str):
    bench.pressure(1.4)
    bench.tick(2)
    assert bench.relieving
    tank = bench.cellar.tanks["fv1"]
    match fault:
        case "silent":
            bench.vessels["fv1"].unplug("top_bar")
            bench.run(minutes=1)
            assert "spund: no top pressure to go by" in bench.last["fv1"].command.why
        case "stopped":
            bench.send("stop")
        case "longest run":
            bench.run(minutes=31)
            assert any(alarm.key == "spund: longest run" for alarm in bench.last["fv1"].command.alarms)
        case "a failing tick":
            tank.safe(bench.now, RuntimeError("a bug"))
        case _:
            tank.life_cycle.risen = "gravity rose by 0.04"
            bench.tick()
    assert not bench.relieving


def test_roles_that_exclude_each_other_never_run_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ROLES, "rouse", ROUSE)
    bench = a_bench(tmp_path, ROUSE, "sg")
    bench.run(minutes=6)
    assert bench.vessels["fv1"].duties["rouse"] == 1.0
    bench.beer("fv1", 25.0)
    bench.run(minutes=1)
    assert (bench.vessels["fv1"].duties["rouse"], bench.cooling("fv1")) == (0.0, False)
    assert "at once, neither runs" in bench.last["fv1"].command.why
    bench.power_off()


def test_it_is_a_switch_of_the_tank_that_has_it(bench: RoleBench):
    assert bench.told("brewpi/riverside/fv1/state")["switches"] == {"spund": False}
    bench.pressure(1.4)
    bench.tick(2)
    assert bench.told("brewpi/riverside/fv1/state")["switches"] == {"spund": True}
    assert "switches" not in bench.told("brewpi/riverside/fv2/state")


def test_home_assistant_is_told_of_it_for_that_tank(bench: RoleBench):
    entity = bench.told("homeassistant/binary_sensor/brewpi_riverside_fv1/spund/config")
    assert (entity["name"], entity["icon"], entity["device_class"]) == ("Spunding valve", "mdi:valve", "running")
    assert "'spund'" in entity["value_template"]
    assert "homeassistant/binary_sensor/brewpi_riverside_fv2/spund/config" not in bench.link.retained


def test_the_board_shows_it_and_a_metric_has_it(bench: RoleBench):
    board = Board()
    board.connected = True
    topics = ((t, p) for t, p in bench.link.retained.items() if t[:7] == "brewpi/")
    board.receive(Message(t, p.encode(), False, bench.now) for t, p in topics)
    pages = {name: details(board, tank, bench.now, View()) for (_, name), tank in board.tanks.items()}
    assert "spunding valve: no" in pages["fv1"]
    assert "spunding valve" not in pages["fv2"]
    assert 'brewpi_spund_running{site="riverside",tank="fv1"} 0.0' in exposition(board, bench.now).decode()


def test_its_config_is_checked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ROLES, "spund", SPUND)
    assert loads(RIG + GAUGE, "c").tanks["fv1"].outputs.keys() == {"cool", "spund"}
    with pytest.raises(ConfigErrors) as caught:
        loads(RIG, "c")
    assert caught.value.sentences == ["c: tanks.fv1.outputs.spund: runs on top pressure, which nothing here measures"]
    with pytest.raises(ConfigErrors) as caught:
        loads(RIG.replace('"relay", pin = 22', '"pump", pin = 22, ml_per_s = 1.0') + GAUGE, "c")
    assert caught.value.sentences == [
        'c: tanks.fv1.outputs.spund: a pump cannot do this, it is for "nutrient"; it wants kind = "relay"'
    ]


def test_without_its_row_it_is_refused():
    with pytest.raises(ConfigErrors) as caught:
        loads(RIG, "c")
    assert caught.value.sentences == [
        f"c: tanks.fv1.outputs.spund: there is no role spund; the roles are {', '.join(sorted(ROLES))}"
    ]
    simulated = RIG.replace('spund = { kind = "relay", pin = 22 }', 'heat = { kind = "simulated", role = "spund" }')
    with pytest.raises(ConfigErrors, match=f"there is no role spund; the roles are {', '.join(sorted(ROLES))}"):
        loads(simulated, "c")


def test_a_row_that_moves_the_beers_temperature_has_to_need_it():
    with pytest.raises(ValueError, match="needs beer_c"):
        OutputRole(name="freezer", label="freezing", remedy="", direction=-1)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_whole(role: str):
    row = ROLES[role]
    assert row.name == role
    assert role not in QUANTITIES, "a switch in `state` would stand for two things"
    assert row.label
    assert 'kind = "' in row.remedy
    assert set(row.needs) <= QUANTITIES.keys()
    assert not row.table or row.without
    assert row.drive != "switch" or row.direction or row.request, "nothing would ever drive it"


def test_an_emergency_lets_nothing_out_and_puts_nothing_in_before_it_stops_the_rest():
    assert roles.in_order(("heat", "something", "cool", "nutrient", "drain")) == [
        "drain", "nutrient", "cool", "heat", "something",
    ]  # fmt: skip
