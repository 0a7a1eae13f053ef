"""The flow of deploy/node-red in a real Node-RED with its dashboard nodes: `make nodered`."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, Listener, until
from ports import free_port
from reports import START, SURE, report

from brewpi.forecast.what_if import Hold, WhatIf
from brewpi.mqtt import topics
from brewpi.records import Interval

NODERED = os.environ.get("NODERED")
FLOW = Path(__file__).parent.parent.parent / "deploy" / "node-red" / "flows.json"
pytestmark = [
    pytest.mark.peers, pytest.mark.timeout(600),
    pytest.mark.skipif(not NODERED, reason="`make nodered` installs it"),
]  # fmt: skip

# Beside the flow: what the wires carry, and a hand on the button and the setpoint.
PROBES: list[dict[str, Any]] = [
    {"id": "p0", "type": "mqtt out", "z": "tab", "name": "", "topic": "heard/gravity", "qos": "1", "broker": "broker"},
    {"id": "p1", "type": "mqtt out", "z": "tab", "name": "", "topic": "heard/complete", "qos": "1", "broker": "broker"},
    {"id": "p4", "type": "mqtt out", "z": "tab", "name": "", "topic": "heard/if_held", "qos": "1", "broker": "broker"},
    {"id": "p2", "type": "mqtt in", "z": "tab", "name": "", "topic": "press/stop", "qos": "1", "datatype": "utf8",
     "broker": "broker", "inputs": 0, "wires": [["make_stop"]]},
    {"id": "p3", "type": "mqtt in", "z": "tab", "name": "", "topic": "press/target", "qos": "1", "datatype": "utf8",
     "broker": "broker", "inputs": 0, "wires": [["target"]]},
]  # fmt: skip


@pytest.fixture
def port(tmp_path: Path, broker: Broker) -> Iterator[int]:
    """Node-RED with our flow; the port of its web server."""
    flow = json.loads(FLOW.read_text())
    for node in flow:
        if node["type"] == "mqtt-broker":
            node["broker"], node["port"] = "127.0.0.1", str(broker.port)
        if node["id"] == "split":
            node["wires"][0].append("p0")
        if node["id"] == "done":
            node["wires"][0].append("p1")
        if node["id"] == "held":
            node["wires"][0].append("p4")
    folder = tmp_path / "node-red"
    folder.mkdir()
    (folder / "flows.json").write_text(json.dumps([*flow, *PROBES]))
    (folder / "node_modules").symlink_to(Path(str(NODERED)) / "node_modules")
    (folder / "package.json").write_text('{"name": "test", "dependencies": {"node-red-dashboard": "3"}}')
    port = free_port()
    (folder / "settings.js").write_text(
        f"module.exports = {{ uiHost: '127.0.0.1', uiPort: {port}, flowFile: 'flows.json' }};"
    )
    log = folder / "log"
    red = Path(str(NODERED)) / "node_modules" / "node-red" / "red.js"
    process = subprocess.Popen(
        ["node", str(red), "--userDir", str(folder), "--settings", str(folder / "settings.js")],
        stdout=log.open("w"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    until(lambda: "Started flows" in log.read_text() and "Connected to broker" in log.read_text(), 250.0)
    text = log.read_text()
    assert "missing" not in text.lower(), text
    yield port
    process.terminate()
    process.wait(20.0)


def get(port: int, path: str) -> str:
    with contextlib.closing(urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10.0)) as answer:
        return str(answer.read().decode())


def test_it_receives_shows_and_commands(broker: Broker, port: int):
    listener = Listener(broker, "heard/#", "brewpi/riverside/fv1/command/#")
    until(lambda: listener.ready)
    listener.send("brewpi/riverside/fv1/state", topics.state(report()), retain=True)
    listener.send("brewpi/riverside/fv1/forecast", topics.forecast(SURE, START), retain=True)
    rest_h = Interval(2.0, 5.0, 9.0)
    held = (Hold(19.0, Interval(20.0, 30.4, 45.0), rest_h), Hold(20.0, Interval(18.0, 28.0, 42.0), rest_h))
    listener.send("brewpi/riverside/fv1/what_if", topics.what_if(WhatIf(SURE, holds=held), START), retain=True)
    shown = ("heard/gravity", "heard/complete", "heard/if_held")
    until(lambda: all(listener.payloads(topic) for topic in shown), 60.0)
    assert listener.payloads("heard/if_held") == ["19 °C: 30 h, 20 °C: 28 h"]
    assert listener.payloads("heard/gravity") == ["1.0312"]
    assert ", between " in listener.payloads("heard/complete")[0]

    types = {node["type"] for node in json.loads(get(port, "/flows"))}
    assert {"ui_gauge", "ui_chart", "ui_button"} <= types
    assert "dashboard" in get(port, "/ui/").lower()

    listener.send("press/target", "17.5")
    listener.send("press/stop", "")
    until(lambda: len([topic for topic, _, _ in listener.heard if "/command/" in topic]) == 2, 60.0)
    sent = {topic: (json.loads(payload), retained) for topic, payload, retained in listener.heard if "command" in topic}
    target, retained = sent["brewpi/riverside/fv1/command/target"]
    assert (target["target_c"], target["by"], retained) == (17.5, "node-red", False)
    assert sent["brewpi/riverside/fv1/command/stop"][0].keys() == {"id", "issued_at", "by"}
    listener.close()
