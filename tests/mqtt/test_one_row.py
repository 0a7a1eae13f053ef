"""A quantity is one row: with a sensor that delivers it, it is in the state, in Home Assistant, on the board and in
Prometheus, of the tank that has it and of no other."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from cellar_harness import CellarBench, tank_options
from plugs import ScriptedSensor

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.feed.metrics import exposition
from brewpi.dashboard.views.details import details
from brewpi.dashboard.views.formatting import View
from brewpi.hardware.plug_context import Message
from brewpi.mqtt import Mqtt
from brewpi.quantities import QUANTITIES, Quantity

ROW = Quantity(
    name="ph", label="acidity", unit="pH", decimals=1, published_decimals=2, low=2.0, high=9.0, stale_s=600.0,
    icon="mdi:ph", metric="brewpi_acidity_ph",
)  # fmt: skip


class MeteredBench(CellarBench):
    """Announces its tanks to Home Assistant."""

    def power_on(self) -> None:
        self.config = self.config.model_copy(update={"mqtt": Mqtt()})
        super().power_on()


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setitem(QUANTITIES, ROW.name, ROW)
    meter = ScriptedSensor(measure="ph", says=(4.217,))
    bench = MeteredBench(tmp_path, fv1=tank_options(meter=meter), fv2=tank_options())
    bench.tick(20)
    yield bench
    bench.power_off()


def payload(bench: CellarBench, topic: str) -> dict[str, Any] | None:
    found = bench.link.retained.get(topic)
    return found and cast("dict[str, Any]", json.loads(found))


def board(bench: CellarBench) -> Board:
    board = Board()
    board.connected = True
    topics = ((t, p) for t, p in bench.link.retained.items() if t[:7] == "brewpi/")
    board.receive(Message(t, p.encode(), False, bench.now) for t, p in topics)
    return board


def test_it_is_in_the_state_of_its_tank(bench: CellarBench):
    assert payload(bench, "brewpi/riverside/fv1/state")["ph"] == 4.22
    assert "ph" not in payload(bench, "brewpi/riverside/fv2/state")


def test_home_assistant_is_told_of_it_for_its_tank(bench: CellarBench):
    entity = payload(bench, "homeassistant/sensor/brewpi_riverside_fv1/ph/config")
    assert (entity["name"], entity["unit_of_measurement"], entity["icon"]) == ("Acidity", "pH", "mdi:ph")
    assert entity["value_template"] == "{{ value_json.ph }}"
    assert "homeassistant/sensor/brewpi_riverside_fv2/ph/config" not in bench.link.retained


def test_the_board_shows_it_and_a_metric_has_it(bench: CellarBench):
    shown = board(bench)
    pages = {name: details(shown, tank, bench.now, View()) for (_, name), tank in shown.tanks.items()}
    assert "acidity: 4.2\N{NO-BREAK SPACE}pH" in pages["fv1"]
    assert "acidity" not in pages["fv2"]
    samples = [line for line in exposition(shown, bench.now).decode().splitlines() if line.startswith(ROW.metric)]
    assert samples == ['brewpi_acidity_ph{site="riverside",tank="fv1"} 4.22']


def test_while_its_sensor_is_silent_it_is_null_and_the_board_says_since_when(bench: CellarBench):
    (meter,) = [sensor for sensor in bench.cellar.tanks["fv1"].sensors if sensor.name == "meter"]
    meter.probe.says.append(None)
    bench.tick(round(700 / 5))
    state = payload(bench, "brewpi/riverside/fv1/state")
    assert state["ph"] is None
    assert state["stale_s"]["ph"] > 600
    assert "acidity: –" in details(board(bench), board(bench).tanks["riverside", "fv1"], bench.now, View())
