"""Home Assistant's MQTT discovery: what a tank looks like there. Pure; published retained, and again at its birth.

One device a tank. Payload keys after home-assistant.io, "MQTT discovery".
"""

from __future__ import annotations

from collections.abc import Iterator

from brewpi import __version__
from brewpi.mqtt.topics import EXPIRES_S, Topics, dumps

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

Entity = dict[str, object]


def configs(topics: Topics, tank: str, area: str | None = None, prefix: str = "homeassistant") -> Iterator[
    tuple[str, str]
]:
    """Topic and payload of each entity of one tank."""
    node = f"brewpi_{topics.site}_{tank}"
    common: Entity = {
        "availability_topic": topics.availability,
        "origin": {"name": "brewpi", "sw_version": __version__},
        "device": {
            "identifiers": [node],
            "name": f"{topics.site} {tank}",
            "manufacturer": "brewpi",
            "model": "fermentation tank",
            "sw_version": __version__,
            **({"suggested_area": area} if area else {}),
        },
    }
    for component, name, entity in _entities(topics, tank):
        payload = {**common, "unique_id": f"{node}_{name}", "object_id": f"{node}_{name}", **entity}
        yield f"{prefix}/{component}/{node}/{name}/config", dumps(payload)


def _entities(topics: Topics, tank: str) -> Iterator[tuple[str, str, Entity]]:
    """Component, object and what is particular to it."""
    state = {"state_topic": topics.of(tank, "state"), "expire_after": STATE_EXPIRES_S}
    forecast = {"state_topic": topics.of(tank, "forecast"), "expire_after": int(EXPIRES_S)}
    degrees = {"unit_of_measurement": "°C", "device_class": "temperature"}
    number = {"state_class": "measurement"}

    def sensor(
        name: str, label: str, source: Entity, path: str, template: str = "", **more: object
    ) -> tuple[str, str, Entity]:
        return "sensor", name, {"name": label, **source, "value_template": template or _value(path), **more}

    yield sensor("gravity", "Gravity", state, "sg", **number, icon="mdi:flask-outline", unit_of_measurement="SG",
                 suggested_display_precision=4)  # fmt: skip
    yield sensor("plato", "Gravity in Plato", state, "plato", **number, icon="mdi:flask", unit_of_measurement="°P")
    yield sensor("beer_temperature", "Beer temperature", state, "beer_c", **degrees, **number)
    yield sensor("room_temperature", "Room temperature", state, "room_c", **degrees, **number)
    yield sensor("attenuation", "Apparent attenuation", state, "attenuation", _percent("attenuation"), **number,
                 icon="mdi:percent", unit_of_measurement="%", suggested_display_precision=0)  # fmt: skip
    yield sensor("step", "Step", state, "step", icon="mdi:format-list-numbered")
    yield sensor("question", "Waits for an answer", state, "asks", QUESTION, icon="mdi:comment-question-outline")
    yield sensor("complete_at", "Fermentation complete", forecast, "complete_at.p50", device_class="timestamp")
    yield sensor("complete_earliest", "Complete, earliest", forecast, "complete_at.p10", device_class="timestamp")
    yield sensor("complete_latest", "Complete, latest", forecast, "complete_at.p90", device_class="timestamp")
    yield sensor("remaining_h", "Time remaining", forecast, "remaining_h.p50", **number, unit_of_measurement="h",
                 device_class="duration")  # fmt: skip
    yield sensor("final_gravity", "Terminal gravity expected", forecast, "final_sg.p50", **number,
                 unit_of_measurement="SG", icon="mdi:flag-checkered", suggested_display_precision=4)  # fmt: skip
    yield sensor("p_stuck", "Chance that it sticks", forecast, "p_stuck", _percent("p_stuck"), **number,
                 icon="mdi:alert-outline", unit_of_measurement="%", suggested_display_precision=0)  # fmt: skip
    for name, label, device_class, test in (
        ("alarm", "Alarm", "problem", "value_json.alarms | length > 0"),
        ("heating", "Heating", "running", "value_json.heat_duty > 0"),
        ("cooling", "Cooling", "running", "value_json.cool_duty > 0"),
    ):
        template = "{{ 'ON' if " + test + " else 'OFF' }}"
        yield "binary_sensor", name, {
            "name": label, **state, "device_class": device_class, "value_template": template,
            **({"json_attributes_topic": state["state_topic"], "json_attributes_template": ALARMS}
               if name == "alarm" else {}),
        }  # fmt: skip
    yield "number", "target", {
        "name": "Target temperature", "state_topic": state["state_topic"], "value_template": _value("target_c"),
        "command_topic": topics.of(tank, "command/target"), "command_template": SETPOINT,
        "qos": 1, "retain": False, "min": -2, "max": 40, "step": 0.1, "mode": "box", **degrees,
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


def _value(path: str) -> str:
    """A template that says `None`, which Home Assistant shows as unknown, where a part of the path is null."""
    first, _, second = path.partition(".")
    if not second:
        return "{{ value_json." + first + " }}"
    return "{{ value_json." + path + " if value_json." + first + " else None }}"


def _percent(name: str) -> str:
    """A share as a percentage, `None` where it is unknown."""
    return "{{ (100 * value_json." + name + ") | round(1) if value_json." + name + " is number else None }}"
