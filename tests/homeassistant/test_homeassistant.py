"""A real Home Assistant, a real Mosquitto and the real service on simulated plugs: `make homeassistant`."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, Listener
from ports import free_port

PYTHON = os.environ.get("HOMEASSISTANT_PYTHON")
VIEW = Path(__file__).parent.parent.parent / "deploy" / "home-assistant" / "view.yaml"
INSIDE = Path(__file__).parent / "inside.py"
STARTS_S = 600.0  # a minute on an idle machine
pytestmark = [
    pytest.mark.peers, pytest.mark.timeout(1200),
    pytest.mark.skipif(not PYTHON, reason="`make homeassistant` installs it"),
]  # fmt: skip
SITE = """
site = "riverside"
tick_s = 1
store.path = "{here}/brewpi.sqlite"
model.every_s = 10
[mqtt]
host = "127.0.0.1"
port = {port}
"""
TANK = """
[tanks.{name}]
volume_l = 500
area = "Cellar"
[tanks.{name}.sensors]
beer = {{ kind = "simulated", measure = ["beer_c"], every_s = 1 }}
switches = {{ kind = "simulated", measure = ["vent_open", "level_low"], every_s = 1 }}
gravity = {{ kind = "simulated", measure = ["sg"], every_s = 1 }}
[tanks.{name}.outputs]
heat = {{ kind = "simulated", role = "heat" }}
cool = {{ kind = "simulated", role = "cool" }}
[tanks.{name}.temperature]
target_c = 19.0
ramp_c_per_h = 20.0
"""


class HomeAssistant:
    """Home Assistant in a process of its own, joined to the broker through its config flow."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir()
        http_port = free_port()
        self.log = folder / "log"
        self.process = subprocess.Popen(
            [str(PYTHON), str(INSIDE), str(folder), str(port), str(http_port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log.open("w"), text=True,
        )  # fmt: skip
        self.said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        assert self._answer(STARTS_S) == {"ready": True}

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.put(line)

    def _answer(self, within_s: float = 20.0) -> Any:
        try:
            return json.loads(self.said.get(timeout=within_s))
        except queue.Empty:
            pytest.fail(f"Home Assistant says nothing:\n{self.log.read_text()[-3000:]}")

    def ask(self, do: str, **more: object) -> Any:
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.process.stdin.flush()
        return self._answer()["answer"]

    def state(self, entity: str) -> str | None:
        found = self.ask("states").get(entity)
        return found and found["state"]

    def eventually(self, true: Callable[[], object], within_s: float = 40.0) -> None:
        end = time.monotonic() + within_s
        while not true():
            if time.monotonic() > end:
                states = json.dumps(self.ask("states"), indent=1)
                pytest.fail(f"waited in vain\n{states}\n{self.log.read_text()[-3000:]}")
            time.sleep(0.3)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def home(tmp_path: Path, broker: Broker) -> Iterator[HomeAssistant]:
    home = HomeAssistant(tmp_path / "homeassistant", broker.port)
    yield home
    home.close()


@pytest.fixture
def run(tmp_path: Path, broker: Broker) -> Iterator[Callable[..., None]]:
    """`run("fv1", "fv2")` starts the service with these tanks, in place of the one before."""
    running: list[subprocess.Popen[bytes]] = []

    def stop() -> None:
        for process in running:
            process.send_signal(signal.SIGTERM)
            process.wait(20.0)
        running.clear()

    def start(*tanks: str, options: str = "") -> None:
        stop()
        config = tmp_path / "cellar.toml"
        site = SITE.format(here=tmp_path, port=broker.port) + options
        config.write_text(site + "".join(TANK.format(name=name) for name in tanks))
        running.append(subprocess.Popen([sys.executable, "-m", "brewpi", "run", str(config)], cwd=tmp_path))

    yield start
    stop()


def test_entities_appear_take_values_command_the_tank_and_leave(home: HomeAssistant, broker: Broker, run):
    listener = Listener(broker, "brewpi/#")
    run("fv1", "fv2")

    home.eventually(lambda: home.state("sensor.brewpi_riverside_fv1_gravity") not in (None, "unknown", "unavailable"))
    states = home.ask("states")
    fv1 = {name.replace("brewpi_riverside_fv1_", ""): s for name, s in states.items() if "riverside_fv1" in name}
    assert 1.0 < float(fv1["sensor.gravity"]["state"]) < 1.1
    assert fv1["sensor.gravity"]["state_class"] == "measurement"
    assert 5.0 < float(fv1["sensor.beer_temperature"]["state"]) < 25.0
    assert fv1["sensor.beer_temperature"]["unit_of_measurement"] == "°C"
    assert "sensor.room_temperature" not in fv1  # no sensor measures it
    assert -5.0 < float(fv1["sensor.attenuation"]["state"]) < 50.0
    assert fv1["sensor.step"]["state"] == "hold"
    assert fv1["sensor.question"]["state"] == "nothing"
    assert fv1["binary_sensor.heating"]["state"] in ("on", "off")
    assert fv1["binary_sensor.alarm"]["alarms"] == [] or fv1["binary_sensor.alarm"]["state"] == "on"
    assert float(fv1["number.target"]["state"]) == 19.0
    assert (fv1["number.target"]["min"], fv1["number.target"]["max"]) == (-1.0, 32.0)
    assert (fv1["binary_sensor.vent_open"]["state"], fv1["binary_sensor.level_low"]["state"]) == ("on", "off")
    assert fv1["sensor.step"]["conditions"] == []
    assert {"button.confirm", "button.veto", "button.stop", "sensor.p_stuck", "sensor.remaining_h"} <= fv1.keys()

    devices = {device["name"]: device for device in home.ask("devices")}
    assert devices["riverside fv1"]["area"] == "Cellar"
    assert len(devices["riverside fv1"]["entities"]) == len(fv1)

    said = {
        "at": "2026-11-25T11:30:00Z", "remaining_h": {"p10": 20.0, "p50": 32.5, "p90": 45.0},
        "complete_at": {"p10": "2026-11-26T08:00:00Z", "p50": "2026-11-26T20:00:00Z", "p90": None},
        "final_sg": {"p50": 1.0105}, "p_stuck": 0.034,
    }  # fmt: skip
    listener.send("brewpi/riverside/fv2/forecast", json.dumps(said))
    home.eventually(lambda: home.state("sensor.brewpi_riverside_fv2_remaining_h") == "32.5")
    complete = home.state("sensor.brewpi_riverside_fv2_complete_at")
    assert complete is not None
    assert datetime.fromisoformat(complete) - datetime.fromisoformat("2026-11-26T20:00:00+00:00") == timedelta(0)
    assert home.state("sensor.brewpi_riverside_fv2_p_stuck") == "3.4"
    assert home.state("sensor.brewpi_riverside_fv2_complete_latest") == "unavailable"
    holds = {"holds": [{"hold_c": 20.0, "remaining_h": {"p50": 30.0}}], "why": None}
    listener.send("brewpi/riverside/fv2/what_if", json.dumps(holds))
    remaining = "sensor.brewpi_riverside_fv2_remaining_h"
    home.eventually(lambda: home.ask("states")[remaining].get("if_held") == holds["holds"])
    listener.send("brewpi/riverside/fv2/forecast", json.dumps({**said, "complete_at": None, "remaining_h": None}))
    home.eventually(lambda: home.state("sensor.brewpi_riverside_fv2_complete_at") == "unavailable")
    assert home.state(remaining) == "unknown"

    view = home.ask("view", file=str(VIEW))
    assert set(view["entities"]) <= states.keys()
    waits, what_if, alarms = view["texts"]
    assert "beer" in waits  # why it heats, cools or holds
    assert "°C:" in what_if or "model" in what_if or "needs" in what_if
    assert alarms == "none" or states["binary_sensor.brewpi_riverside_fv1_alarm"]["state"] == "on"

    target = {"entity_id": "number.brewpi_riverside_fv1_target", "value": 17.5}
    home.ask("call", service="number.set_value", data=target)
    home.eventually(lambda: listener.payloads("brewpi/riverside/fv1/ack"))
    answer = json.loads(listener.payloads("brewpi/riverside/fv1/ack")[0])
    assert (answer["ok"], answer["why"], answer["id"][:3]) == (True, None, "ha-")
    home.eventually(lambda: float(home.state("number.brewpi_riverside_fv1_target") or 0) < 19.0)

    home.ask("call", service="button.press", data={"entity_id": "button.brewpi_riverside_fv1_confirm"})
    home.ask("call", service="button.press", data={"entity_id": "button.brewpi_riverside_fv1_stop"})
    home.eventually(lambda: len(listener.payloads("brewpi/riverside/fv1/ack")) == 3)
    answers = [json.loads(payload)["ok"] for payload in listener.payloads("brewpi/riverside/fv1/ack")[1:]]
    assert sorted(answers) == [False, True]  # nothing was asked; stopped. What was obeyed is answered first
    home.eventually(lambda: home.state("binary_sensor.brewpi_riverside_fv1_alarm") == "on")

    run("fv1")
    home.eventually(lambda: not [name for name in home.ask("states") if "riverside_fv2" in name])
    assert "riverside fv2" not in {device["name"] for device in home.ask("devices")}
    run("fv1", options="home_assistant = false\n")
    home.eventually(lambda: not [name for name in home.ask("states") if "riverside" in name])

    assert not [line for line in home.log.read_text().splitlines() if "mqtt" in line or "emplate" in line]
    listener.close()


def test_a_service_that_is_gone_is_unavailable(home: HomeAssistant, run):
    run("fv1")
    home.eventually(lambda: home.state("sensor.brewpi_riverside_fv1_gravity") not in (None, "unknown", "unavailable"))
    run()
    home.eventually(lambda: home.state("sensor.brewpi_riverside_fv1_gravity") == "unavailable")
