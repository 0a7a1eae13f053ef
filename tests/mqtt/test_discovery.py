"""What Home Assistant is told of a tank. Whether it understands is in tests/homeassistant, which installs it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from reports import START, report

from brewpi.alarms.events import ids
from brewpi.hardware.plug_context import Message
from brewpi.mqtt import topics
from brewpi.mqtt.command_fields import COMMANDS
from brewpi.mqtt.commands import Accepted, parse
from brewpi.mqtt.discovery import Shown, configs
from brewpi.mqtt.null import NullLink
from brewpi.mqtt.publisher import CLEARED_AFTER_S, Publisher
from brewpi.mqtt.topics import Topics
from brewpi.quantities import QUANTITIES, Quantity, published_rows
from brewpi.store import Store, StoreOptions

TEMPLATED = {
    "{{ now().timestamp() }}": str(START), "{{ range(99999) | random }}": "123456",
    "{{ utcnow().isoformat() }}": "2026-09-21T14:13:20.000001+00:00", "{{ value }}": "17.5",
}  # fmt: skip

MEASURED = frozenset({"sg", "beer_c", "room_c"})
CELLAR = Shown("Cellar", quantities=MEASURED, outputs=frozenset({"heat", "cool"}))


def entities(shown: Shown = CELLAR) -> dict[str, dict[str, Any]]:
    found = {}
    for topic, payload in configs(Topics("riverside"), "fv1", shown):
        prefix, component, node, name, word = topic.split("/")
        assert (prefix, node, word) == ("homeassistant", "brewpi_riverside_fv1", "config")
        found[f"{component}/{name}"] = json.loads(payload)
    return found


def test_a_tank_is_one_device_that_goes_away_with_the_service():
    found = entities()
    assert len({entity["unique_id"] for entity in found.values()}) == len(found)
    for entity in found.values():
        assert entity["availability"][0] == {"topic": "brewpi/riverside/availability"}
        assert len(entity["availability"]) == 1 or entity["availability_mode"] == "all"
    devices = [entity["device"] for entity in found.values()]
    assert all(device == devices[0] for device in devices)
    assert devices[0]["identifiers"] == ["brewpi_riverside_fv1"]
    assert devices[0]["suggested_area"] == "Cellar"
    assert "suggested_area" not in entities(Shown(quantities=MEASURED))["sensor/gravity"]["device"]


def test_every_entity_that_was_asked_for_is_there():
    assert entities().keys() >= {
        "sensor/gravity", "sensor/plato", "sensor/beer_temperature", "sensor/room_temperature", "sensor/complete_at",
        "sensor/remaining_h", "sensor/attenuation", "sensor/step", "sensor/p_stuck", "sensor/question",
        "binary_sensor/alarm", "binary_sensor/heating", "binary_sensor/cooling", "number/target",
        "button/confirm", "button/veto", "button/stop",
    }  # fmt: skip


def test_units_and_classes():
    found = entities()
    assert found["sensor/complete_at"]["device_class"] == "timestamp"
    assert "state_class" not in found["sensor/complete_at"]
    assert (found["sensor/remaining_h"]["unit_of_measurement"], found["sensor/remaining_h"]["device_class"]) == (
        "h", "duration")  # fmt: skip
    assert found["sensor/attenuation"]["unit_of_measurement"] == found["sensor/p_stuck"]["unit_of_measurement"] == "%"
    assert found["binary_sensor/alarm"]["device_class"] == "problem"
    for name in ("gravity", "plato", "beer_temperature", "remaining_h", "attenuation", "p_stuck"):
        assert found[f"sensor/{name}"]["state_class"] == "measurement"


def test_the_target_that_was_set_does_not_walk_with_its_ramp():
    """A card whose number goes on by itself shows what nobody set, and sets it anew when it is touched."""
    number = entities()["number/target"]
    assert "target_goal_c" in number["value_template"]
    assert number["command_topic"].endswith("/command/target")


def test_only_what_a_tank_has_is_shown():
    watched = entities(Shown(limits_c=None, outputs=frozenset({"drain"}))).keys()
    assert not {"number/target", "binary_sensor/heating", "binary_sensor/cooling"} & watched
    assert "binary_sensor/vent_open" not in watched
    number = entities(Shown(limits_c=(-1.0, 28.0)))["number/target"]
    assert (number["min"], number["max"]) == (-1.0, 28.0)
    assert entities(Shown(quantities=frozenset({"vent_open"})))["binary_sensor/vent_open"]["device_class"] == "opening"
    glycol = entities(Shown(quantities=frozenset({"glycol_c"})))
    assert glycol["sensor/glycol_temperature"]["unit_of_measurement"] == "°C"
    assert not {"sensor/gravity", "sensor/plato", "sensor/attenuation", "sensor/room_temperature"} & glycol.keys()


@pytest.mark.parametrize("row", QUANTITIES.values(), ids=QUANTITIES)
def test_every_quantity_that_a_tank_measures_is_an_entity_of_its_kind(row: Quantity):
    kind = "binary_sensor" if row.binary else "sensor"
    entity = entities(Shown(quantities=frozenset({row.name})))[f"{kind}/{row.entity}"]
    assert entity["name"] == row.title
    assert (entity.get("entity_category") == "diagnostic") is row.diagnostic
    assert entity["default_entity_id"] == f"{kind}.{entity['object_id']}"


def test_no_two_rows_are_called_the_same_anywhere():
    rows = published_rows()
    for names in ([row.path for row in rows], [row.metric for row in rows], [row.title for row in rows],
                  [row.entity for row in rows if row.entity != "-"]):  # fmt: skip
        assert len(set(names)) == len(names)


def test_a_time_that_is_not_known_is_unavailable_and_never_no_time():
    for name in ("complete_at", "complete_earliest", "complete_latest"):
        entity = entities()[f"sensor/{name}"]
        _, known = entity["availability"]
        assert known["topic"] == entity["state_topic"] == "brewpi/riverside/fv1/forecast"
        assert entity["value_template"].endswith(" or value_json.at }}")


def test_what_is_heard_goes_stale():
    for key, entity in entities().items():
        if key.startswith(("sensor/", "binary_sensor/")):
            expected = 300 if entity["state_topic"].endswith("/state") else 3600
            assert entity["expire_after"] == expected, key


def test_every_value_that_a_template_names_is_in_the_payload():
    state, forecast = json.loads(topics.state(report())), json.loads(topics.forecast(report().forecast, START))
    for key, entity in entities().items():
        for name in re.findall(r"value_json\.(\w+)", entity.get("value_template", "")):
            there = state if entity["state_topic"].endswith("/state") else forecast
            assert name in there or name == "asks", key


@pytest.mark.parametrize("key", ["number/target", "button/confirm", "button/veto", "button/stop"])
def test_what_it_sends_is_a_command_that_is_obeyed(key: str):
    entity = entities()[key]
    payload = entity["command_template"]
    for template, value in TEMPLATED.items():
        payload = payload.replace(template, value)
    assert "{{" not in payload
    assert entity["retain"] is False
    asked = parse(Message(entity["command_topic"], payload.encode(), False, START), START, set())
    assert isinstance(asked, Accepted), asked
    assert (asked.tank, asked.fields.by, asked.id) == ("fv1", "home-assistant", f"ha-{START}-123456")
    assert asked.name in COMMANDS


def told(tanks: dict[str, str | None], store: Store, prefix: str | None = "homeassistant") -> dict[str, str]:
    """What a start of the service leaves retained, once Home Assistant has had time to let go."""
    link = NullLink()
    measured = {tank: dict.fromkeys(MEASURED, 300.0) for tank in tanks}
    publisher = Publisher("riverside", tanks, link, ids("r"), stale_s=measured, home_assistant=prefix,
                          outputs=dict.fromkeys(tanks, CELLAR.outputs))  # fmt: skip
    publisher.withdraw(store, START)
    assert not [topic for topic, payload in link.retained.items() if topic.startswith("brewpi/") and not payload]
    publisher.publish(report(), START + CLEARED_AFTER_S)
    return link.retained


@pytest.fixture
def store(tmp_path):
    store = Store(StoreOptions(path=tmp_path / "brewpi.sqlite"))
    store.open(START)
    yield store
    store.close()


def gone(retained: dict[str, str]) -> set[str]:
    """The devices of which every entity is withdrawn."""
    nodes: dict[str, set[bool]] = {}
    for topic, payload in retained.items():
        if not topic.startswith("brewpi/"):
            nodes.setdefault(topic.split("/")[2], set()).add(payload == "")
    assert all(len(kinds) == 1 for kinds in nodes.values())
    return {node for node, kinds in nodes.items() if kinds == {True}}


def test_a_tank_that_left_the_config_leaves_home_assistant_also_after_a_restart(store: Store):
    assert gone(told({"fv1": None, "fv2": None}, store)) == set()
    store.flush(START)
    for _ in range(2):  # the broker may have been away the first time
        assert gone(told({"fv1": None}, store)) == {"brewpi_riverside_fv2"}
    assert gone(told({"fv1": None, "fv2": None}, store)) == set()


def test_a_tank_that_left_the_config_leaves_the_broker_and_so_every_board(store: Store):
    told({"fv1": None, "fv2": None}, store)
    cleared = {topic for topic, payload in told({"fv1": None}, store).items() if not payload}
    left = {topic.rpartition("/")[2] for topic in cleared if topic.startswith("brewpi/riverside/fv2/")}
    assert left == {"state", "forecast", "what_if", "curve"}
    assert not [topic for topic in cleared if "fv1" in topic]


def test_switching_home_assistant_off_withdraws_every_tank(store: Store):
    told({"fv1": None}, store)
    off = told({"fv1": None}, store, prefix=None)
    assert gone(off) == {"brewpi_riverside_fv1"}
    assert sum(topic.startswith("homeassistant/") for topic in off) == len(entities())


def test_another_prefix_leaves_nothing_under_the_old_one(store: Store):
    told({"fv1": None}, store)
    moved = told({"fv1": None}, store, prefix="ha")
    assert {payload == "" for topic, payload in moved.items() if topic.startswith("homeassistant/")} == {True}
    assert {payload == "" for topic, payload in moved.items() if topic.startswith("ha/")} == {False}


def test_a_record_that_makes_no_sense_withdraws_nothing(store: Store):
    store.set("", "announced", {"fv1": 1}, START)
    assert "" not in told({"fv1": None}, store).values()
