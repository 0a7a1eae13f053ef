"""Home Assistant's MQTT discovery: what a tank looks like there. Pure; published retained, and again at its birth.

One device a tank. Payload keys after home-assistant.io, "MQTT discovery".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, get_args

from brewpi import __version__
from brewpi.mqtt.topics import EXPIRES_S, Topics, dumps
from brewpi.quantities import DERIVED, Quantity, published_rows
from brewpi.records import Phase
from brewpi.roles import ROLES

STATE_EXPIRES_S = 300  # state comes at least once a minute

# A command needs an id that was never used, the time, and who sends it: Home Assistant's template makes all three.
COMMAND = (  # its sandbox refuses a range above 100000
    '{"id":"ha-{{ now().timestamp() }}-{{ range(99999) | random }}",'
    '"issued_at":"{{ utcnow().isoformat() }}","by":"home-assistant"}'
)
SETPOINT = COMMAND.removesuffix("}") + ',"target_c":{{ value }}}'
QUESTION = (  # what waits for confirm or veto; a state there has at most 255 characters
    "{{ ((value_json.asks | default([]) | selectattr('standing', 'in', ['asked', 'announced'])"
    " | map(attribute='text') | list) + ['nothing'])[0][:255] }}"
)
ALARMS = "{{ {'alarms': value_json.alarms, 'why': value_json.why} | tojson }}"
STEP = (  # the attributes of a step: what it waits for, and what follows
    "{{ {'why': value_json.why, 'since': value_json.step_since | default(none), 'next_step': value_json.next_step |"
    " default(none), 'conditions': value_json.conditions | default([]), 'batch': value_json.batch | default(none)}"
    " | tojson }}"
)
WHAT_IF = "{{ {'if_held': value_json.holds, 'if_held_why': value_json.why} | tojson }}"
WIDEST_C = (-2.0, 40.0)
Entity = dict[str, object]


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a tank there is to show. limits_c: between which a setpoint may be, None where nothing is controlled;
    quantities: what it measures, by the names of their rows; outputs: those that it has, by role;
    shared: those that it shares with other tanks, by name."""

    area: str | None = None
    limits_c: tuple[float, float] | None = WIDEST_C
    quantities: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()


def configs(topics: Topics, tank: str, shown: Shown, prefix: str = "homeassistant") -> Iterator[tuple[str, str]]:
    """Topic and payload of each entity of one tank."""
    node = f"brewpi_{topics.site}_{tank}"
    common: Entity = {
        "availability": [{"topic": topics.availability}],
        "origin": {"name": "brewpi", "sw_version": __version__},
        "device": {
            "identifiers": [node],
            "name": f"{topics.site} {tank}",
            "manufacturer": "brewpi",
            "model": "fermentation tank",
            "sw_version": __version__,
            **({"suggested_area": shown.area} if shown.area else {}),
        },
    }
    entities = (_by_rows(topics, tank, shown), _sensors(topics, tank), _states(topics, tank, shown))
    for component, name, entity in chain(*entities, _orders(topics, tank, shown)):
        own_id = f"{node}_{name}"
        ids = {"unique_id": own_id, "object_id": own_id, "default_entity_id": f"{component}.{own_id}"}
        payload = {**common, **ids, **entity}
        yield f"{prefix}/{component}/{node}/{name}/config", dumps(payload)


def _by_rows(topics: Topics, tank: str, shown: Shown) -> Iterator[tuple[str, str, Entity]]:
    """What the tank measures, and what is worked out from it: component, object and what is particular to it."""
    state = _from(topics.of(tank, "state"), STATE_EXPIRES_S)
    for row in published_rows():
        if row.entity == "-" or (row.needs or row.name) not in shown.quantities | shown.outputs:
            continue
        entity: Entity = {"name": row.title, **state, "value_template": _template(row)}
        if not row.binary:
            entity |= {
                "state_class": "measurement", "unit_of_measurement": row.unit,
                "suggested_display_precision": row.decimals,
            }  # fmt: skip
        named = (("device_class", row.device_class), ("icon", row.icon))
        entity |= {key: value for key, value in named if value is not None}
        entity |= {"entity_category": "diagnostic"} if row.diagnostic else {}
        yield "binary_sensor" if row.binary else "sensor", row.entity, entity


def _template(row: Quantity) -> str:
    """How a row is read from `state`; `None`, which Home Assistant shows as unknown, where it is null."""
    head, _, tail = row.path.partition(".")
    if row.binary:
        return _contact(head, tail)
    if row.share:
        return _percent(row.path)
    if tail:
        return "{{ (value_json." + head + " or {}).get('" + tail + "') }}"
    return _value(row.path)


def _contact(head: str, tail: str) -> str:
    return "{{ {true: 'ON', false: 'OFF'}.get((value_json." + head + " | default({})).get('" + tail + "')) }}"


def _sensors(topics: Topics, tank: str) -> Iterator[tuple[str, str, Entity]]:
    """Where the batch is, and what is expected of it."""
    state = _from(topics.of(tank, "state"), STATE_EXPIRES_S)
    forecast = _from(topics.of(tank, "forecast"), int(EXPIRES_S))
    number: dict[str, Any] = {"state_class": "measurement"}
    gravity = {**number, "unit_of_measurement": "SG", "suggested_display_precision": 4}
    percent = {**number, "unit_of_measurement": "%", "suggested_display_precision": 0}

    def sensor(
        name: str, label: str, source: Entity, path: str, template: str = "", **more: object
    ) -> tuple[str, str, Entity]:
        return "sensor", name, {"name": label, **source, "value_template": template or _value(path), **more}

    yield sensor("step", "Step", state, "step", icon="mdi:format-list-numbered",
                 json_attributes_topic=state["state_topic"], json_attributes_template=STEP)  # fmt: skip
    yield sensor("phase", "Batch phase", state, "phase", icon="mdi:progress-clock",
                 device_class="enum", options=list(get_args(Phase)))  # fmt: skip
    yield sensor("question", "Waits for an answer", state, "asks", QUESTION, icon="mdi:comment-question-outline")
    for name, label, quantile in (
        ("complete_at", "Fermentation complete", "p50"),
        ("complete_earliest", "Complete, earliest", "p10"),
        ("complete_latest", "Complete, latest", "p90"),
    ):
        yield "sensor", name, {"name": label, **_moment(topics, forecast, "complete_at", quantile)}
    yield sensor("remaining_h", "Time remaining", forecast, "remaining_h.p50", **number, unit_of_measurement="h",
                 device_class="duration", json_attributes_topic=topics.of(tank, "what_if"),
                 json_attributes_template=WHAT_IF)  # fmt: skip
    yield sensor("final_gravity", "Terminal gravity expected", forecast, "final_sg.p50", **gravity,
                 icon="mdi:flag-checkered")  # fmt: skip
    yield sensor("p_stuck", "Chance that it sticks", forecast, "p_stuck", _percent("p_stuck"), **percent,
                 icon="mdi:alert-outline")  # fmt: skip


def _states(topics: Topics, tank: str, shown: Shown) -> Iterator[tuple[str, str, Entity]]:
    """The binary sensors."""
    state = _from(topics.of(tank, "state"), STATE_EXPIRES_S)
    tests = [("alarm", "Alarm", "problem", "value_json.alarms | length > 0")]
    tests += [
        (role.label, role.label.capitalize(), "running", f"value_json.{role.field} > 0")
        for role in ROLES.values() if role.name in shown.outputs and role.field in DERIVED
    ]  # fmt: skip
    for name, label, device_class, test in tests:
        alarms = {"json_attributes_topic": state["state_topic"], "json_attributes_template": ALARMS}
        template = "{{ 'ON' if " + test + " else 'OFF' }}"
        entity: Entity = {"name": label, **state, "device_class": device_class, "value_template": template}
        yield "binary_sensor", name, {**entity, **(alarms if name == "alarm" else {})}
    for name in sorted(shown.shared):
        label = name.replace("_", " ").capitalize()
        yield "binary_sensor", name, {
            "name": label, **state, "device_class": "running", "value_template": _contact("switches", name),
        }  # fmt: skip


def _orders(topics: Topics, tank: str, shown: Shown) -> Iterator[tuple[str, str, Entity]]:
    """What is sent to the tank."""
    if shown.limits_c is not None:
        low_c, high_c = shown.limits_c
        yield "number", "target", {
            "name": "Target temperature", "state_topic": topics.of(tank, "state"),
            "value_template": _value("target_goal_c"), "command_topic": topics.of(tank, "command/target"),
            "command_template": SETPOINT, "qos": 1, "retain": False, "min": low_c, "max": high_c, "step": 0.1,
            "mode": "box", "unit_of_measurement": "°C", "device_class": "temperature",
        }  # fmt: skip
    for command, label, icon in (
        ("confirm", "Confirm", "mdi:check"),
        ("veto", "Veto", "mdi:close"),
        ("stop", "Stop everything", "mdi:alert-octagon"),
    ):
        yield "button", command, {
            "name": label, "command_topic": topics.of(tank, f"command/{command}"), "command_template": COMMAND,
            "qos": 1, "retain": False, "icon": icon,
        }  # fmt: skip


def _from(topic: str, expires_s: int) -> Entity:
    return {"state_topic": topic, "expire_after": expires_s}


def _moment(topics: Topics, source: Entity, name: str, quantile: str) -> Entity:
    """A time. One that is not known makes its entity unavailable, for Home Assistant 2024.3 takes no other value than a
    time without a complaint in its log at every message; the value is then the message's own."""
    known = f"(value_json.{name} or {{}}).get('{quantile}')"
    available = {"topic": source["state_topic"], "value_template": "{{ 'online' if " + known + " else 'offline' }}"}
    return {
        **source,
        "device_class": "timestamp",
        "value_template": "{{ " + known + " or value_json.at }}",
        "availability": [{"topic": topics.availability}, available],
        "availability_mode": "all",
    }


def _value(path: str) -> str:
    """A template that says `None`, which Home Assistant shows as unknown, where a part of the path is null."""
    first, _, second = path.partition(".")
    if not second:
        return "{{ value_json." + first + " }}"
    return "{{ value_json." + path + " if value_json." + first + " else None }}"


def _percent(name: str) -> str:
    """A share as a percentage, `None` where it is unknown."""
    return "{{ (100 * value_json." + name + ") | round(1) if value_json." + name + " is number else None }}"
