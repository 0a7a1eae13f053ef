"""What deploy/ offers to other dashboards names only what brewpi publishes."""

from __future__ import annotations

import fnmatch
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from reports import START, SURE, report

from brewpi.forecast.what_if import WhatIf
from brewpi.mqtt import topics
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.curve import curve
from brewpi.mqtt.discovery import Shown, configs
from brewpi.mqtt.topics import Topics
from brewpi.quantities import QUANTITIES
from brewpi.records import Batch, Dose, Drain, Measured, Permissive
from brewpi.roles import ROLES

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
PLAIN = report()
FULL = replace(  # a batch of a recipe, and a switch
    PLAIN,
    state=replace(
        PLAIN.state,
        batch=Batch(START, "b1", "Helles", yeast="w-34/70"),
        measured={**PLAIN.state.measured, "vent_open": Measured(1.0, START, 1.0)},
    ),
    demand=replace(PLAIN.demand, modes={"step": "ask"}, following="rest"),
)
PAYLOADS: dict[str, dict[str, Any]] = {
    "state": json.loads(topics.state(FULL)),
    "forecast": json.loads(topics.forecast(SURE, START)),
}


def flat(payload: dict[str, Any]) -> set[str]:
    """The fields as Telegraf's JSON parser names them."""
    names = set()
    for key, value in payload.items():
        names |= {f"{key}_{inner}" for inner in value} if isinstance(value, dict) else {key}
    return names


def test_the_view_for_home_assistant_names_only_entities_that_are_announced():
    announced = set()
    shown = Shown(quantities=frozenset(QUANTITIES), outputs=frozenset(ROLES))
    for topic, payload in configs(Topics("riverside"), "fv1", shown):
        announced.add(f"{topic.split('/')[1]}.{json.loads(payload)['object_id']}")
    text = (DEPLOY / "home-assistant" / "view.yaml").read_text()
    named = set(re.findall(r"\b(?:sensor|binary_sensor|number|button)\.brewpi_\w+", text))
    assert len(named) > 15
    assert named <= announced


def test_telegraf_listens_to_what_is_published():
    config = tomllib.loads((DEPLOY / "grafana" / "telegraf.conf").read_text())
    (consumer,) = config["inputs"]["mqtt_consumer"]
    ours = {Topics("riverside").of("fv1", word) for word in PAYLOADS}
    for topic_filter in consumer["topics"]:
        pattern = topic_filter.replace("+", "[^/]+")
        assert any(re.fullmatch(pattern, topic) for topic in ours), topic_filter
    (parsing,) = consumer["topic_parsing"]
    assert (parsing["measurement"], parsing["tags"]) == ("_/_/_/measurement", "_/site/tank/_")
    assert consumer["json_time_key"] == "at"
    published = flat(PAYLOADS["state"]) | flat(PAYLOADS["forecast"])
    for kept in consumer["json_string_fields"]:  # a text or a yes/no that is not named here is dropped
        assert fnmatch.filter(published, kept), kept
    assert consumer["password"].startswith("${")
    assert config["outputs"]["influxdb_v2"][0]["token"].startswith("${")


def test_grafana_draws_fields_that_are_published():
    dashboard = json.loads((DEPLOY / "grafana" / "tank.json").read_text())
    assert dashboard["uid"]
    assert {variable["name"] for variable in dashboard["templating"]["list"]} == {"source", "site", "tank"}
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    for panel in dashboard["panels"]:
        assert panel["datasource"]["uid"] == "${source}"
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        for target in panel["targets"]:
            (measurement,) = re.findall(r'r\._measurement == "(\w+)"', target["query"])
            fields = set(re.findall(r'r\._field == "(\w+)"', target["query"]))
            patterns = re.findall(r"r\._field =~ /(.+?)/", target["query"])
            published = flat(PAYLOADS[measurement])
            assert fields or patterns
            assert fields <= published, panel["title"]
            assert all(any(re.search(pattern, field) for field in published) for pattern in patterns)


def test_the_flow_for_node_red_is_wired_and_speaks_our_topics():
    flow = json.loads((DEPLOY / "node-red" / "flows.json").read_text())
    nodes = {node["id"]: node for node in flow}
    assert len(nodes) == len(flow)
    for node in flow:
        for wire in (w for output in node.get("wires", []) for w in output):
            assert wire in nodes
        for key, kind in (("broker", "mqtt-broker"), ("group", "ui_group"), ("tab", "ui_tab"), ("z", "tab")):
            if key in node and node["type"] != "mqtt-broker":
                assert nodes[node[key]]["type"] == kind
        if node["type"] == "mqtt in":
            words = ("state", "forecast", "what_if", "ack")
            assert node["topic"] in {Topics("riverside").of("fv1", word) for word in words}
        if node["type"] == "mqtt out":
            assert node["topic"].removeprefix("brewpi/riverside/fv1/command/") in COMMANDS
            assert node["retain"] == "false"


def test_the_page_on_dashboards_names_every_field_that_is_published():
    page = (DEPLOY.parent / "docs" / "dashboards.md").read_text(encoding="utf-8")
    drain = Drain("closed", "closed", (Permissive("vent", False, "no"),))
    dose = Dose("b1-dose-1", START, 1, 409.0, 51.0, "given", 409.0)
    full = replace(FULL, state=replace(FULL.state, doses=(dose,)), command=replace(FULL.command, drain=drain))
    payloads = {
        "state": json.loads(topics.state(full)),
        "forecast": PAYLOADS["forecast"],
        "what_if": json.loads(topics.what_if(WhatIf(SURE), START)),
        "curve": json.loads(curve(full)),
        "ack": json.loads(topics.ack("c1")),
    }
    for topic, payload in payloads.items():
        (row,) = re.findall(rf"^\| `{topic}` \| (.*)$", page, re.MULTILINE)
        named = set(re.findall(r"\w+", row))
        assert payload.keys() <= named, f"{topic}: {payload.keys() - named} are not on the page"
    for part in (*payloads["state"]["doses"], payloads["state"]["drain"], payloads["state"]["batch"]):
        assert part.keys() <= set(re.findall(r"\w+", page))
