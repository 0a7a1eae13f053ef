"""Thermometers that speak MQTT and know no beer: Tasmota, ESPHome, zigbee2mqtt, Shelly, Ruuvi and Theengs gateways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.records import Reading
from brewpi.sanitize import plain_name
from brewpi.sensors import ONE_TOPIC, FailureDebounce, SensorError, SensorOptions
from brewpi.sensors.ds18b20 import ABSENT_C, POWER_ON_C
from brewpi.sensors.messages.declared_units import (
    TEMPERATURE_UNIT_IN,
    TEMPERATURE_UNITS,
    Stated,
    anywhere,
    in_name,
    meant,
)
from brewpi.sensors.messages.message_probe import Absent, MessageProbe, clock_ahead
from brewpi.sensors.messages.other_times import OtherTimes
from brewpi.sensors.messages.payload import WITH_UNIT, Fields, by_name, no_number, number, numbers_named, plain_text
from brewpi.sensors.messages.said_beside import TEMPERATURE_NAMES, Senders, given_up, named_around, not_valid
from brewpi.sensors.messages.said_times import Said, said_in
from brewpi.sensors.messages.unit_changes import UnitChanges
from brewpi.units import to_celsius

SAYS_PROBE = ("Id", "mac")  # Tasmota, Ruuvi and Theengs; Tasmota of what it hears over Bluetooth
# The hardware's address beside it, as gateways of BTHome and zigbee2mqtt give it; one of the network may change.
SAYS_ADDRESS = ("address", "addr", "ieee_addr")
ADDRESS = re.compile(r"(?:0x)?[0-9A-Fa-f]{2}(?:[:-]?[0-9A-Fa-f]{2}){5,7}")
ITS_LETTER = re.compile(r"((?:val(?:ue)?|reading|t)_|)([cfk])", re.IGNORECASE)
NUMBER_ALONE = ("value", "val", "v", "reading")
SYSTEMS = ("imperial", "metric")
SAYS_WHEN = "last_seen"  # zigbee2mqtt, where its `advanced.last_seen` is on
OF_GATEWAY = "gwts"  # Ruuvi's gateway, of itself; beside it `ts` is when it heard the tag
PARTIAL_S = 900.0  # for so long messages may leave the temperature out


class MqttThermometer(SensorOptions):
    """One number of what a thermometer publishes: the whole message (ESPHome), or a field of its JSON.

    `field` is the way to it: `"DS18B20-1.Temperature"` (Tasmota with several probes, on `tele/NAME/SENSOR`),
    `"temperature"` (zigbee2mqtt, Ruuvi), `"tC"` (Shelly, on `NAME/status/temperature:100`), `"tempc"` (Theengs).
    Tasmota numbers its probes anew when one of them is missing at its start: say `id` as well. Retained messages are
    refused: nobody knows how old they are. zigbee2mqtt says at its start once more what it remembers: let it say when
    it heard the device (`advanced.last_seen: ISO_8601`). An object in a list goes by its name, `"metrics.beer.value"`
    (Sparkplug in JSON). What a message says of its age, under whatever name, counts: what was heard before is no news.
    Where outputs run by it, let it report once a minute.
    """

    written_as: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("tasmota", "esphome", "zigbee2mqtt", "zigbee", "shelly", "ruuvi", "theengs"), 'kind = "mqtt_thermometer"'
    )
    usual_interval_s: ClassVar[float | None] = 300.0  # Tasmota's TelePeriod
    example: ClassVar[str] = (
        'room = { kind = "mqtt_thermometer", topic = "tele/cellar/SENSOR", field = "DS18B20-1.Temperature",'
        ' id = "3C01F0969C4C", temperature_unit = "c", measure = "room_c" }'
    )

    topic: str = Field(
        pattern=ONE_TOPIC, examples=["tele/cellar/SENSOR"],
        description="the MQTT topic it publishes, without wildcards",
    )
    field: str | None = Field(
        default=None, min_length=1, max_length=128, examples=["DS18B20-1.Temperature"],
        description="where in the JSON it stands, a dot for each level; without, the message is the number alone",
    )
    id: str | None = Field(
        default=None, min_length=1, max_length=64, examples=["3C01F0969C4C"],
        description="of the probe, where the JSON has it beside its temperature: no other takes its place",
    )
    temperature_unit: Literal["c", "f", "k"] = Field(description="unit of its temperature")
    measure: Literal["beer_c", "room_c", "glycol_c"] = Field(description="what it is in")
    stale_s: float | None = Field(
        default=900.0, ge=10.0, le=604_800.0, description="missed after this many seconds without a message"
    )

    @model_validator(mode="after")
    def _id_stands_somewhere(self) -> Self:
        if self.id is not None and self.field is None:
            raise ValueError("id stands beside a field, and there is none; add field, or leave id out")
        return self

    def measures(self) -> tuple[str, ...]:
        return (self.measure,)

    def pins(self) -> tuple[str, ...]:
        """The probe: it is in one tank."""
        return (f"topic {self.topic} {self.field or ''}".rstrip(),)

    def topics(self) -> tuple[str, ...]:
        return (self.topic,)

    def open(self, context: PlugContext) -> MqttProbe:
        believed = context.believed() if self.measure == "beer_c" else None
        changes = UnitChanges.since(believed, self.measure)
        return MqttProbe(context.subscribe(self.topic), self, changes, context.senders_ahead_s)


class MqttProbe(MessageProbe):
    """Turns a thermometer's messages into °C."""

    def __init__(
        self, inbox: Inbox, options: MqttThermometer, changes: UnitChanges, ahead_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        super().__init__(inbox, options.stale_s or PARTIAL_S, options.stale_s)
        self.options, self.changes, self.ahead_s = options, changes, ahead_s
        self.debounce = FailureDebounce()
        self.heard_id = options.id  # of the probe: the first that is heard, where the config has none
        self.heard_channel: str | None = None  # the first that is heard
        self.senders, self.other_times = Senders(), OtherTimes()

    def readings_of(self, message: Message) -> tuple[list[Reading], SensorError | None]:
        if message.retained:
            return [], None
        degrees, said_at, age = self._heard(message)
        if said_at is None:
            at, clock = self.other_times.time_of(age, (degrees,), message, self.ahead_s())
            if at is None:
                return [], None
        else:
            at, clock = min(said_at - self.ahead_s(), message.at), clock_ahead(said_at - self.ahead_s(), message.at)
        celsius = to_celsius(degrees, self.options.temperature_unit)
        if round(celsius, 1) in (POWER_ON_C, ABSENT_C):  # most of them are a DS18B20
            lost = f"{self.options.topic} says {celsius:.0f} °C, as a probe does that is not there"
            return self.debounce.lost(lost), None
        self.debounce.found()
        if doubt := self.changes.doubt_celsius(degrees, celsius, at, Stated(self.options.temperature_unit)):
            raise SensorError(doubt)
        return [Reading(at, self.options.measure, celsius)], clock

    def _heard(self, message: Message) -> tuple[float, float | None, Said]:
        """What it says, in its unit, when the device was last heard where the message tells (zigbee2mqtt says once
        more at its start what it remembers), and what else it says of its age. Raises SensorError."""
        name = self.options.field
        if name is None:
            return self._alone(message.payload), None, Said()
        if number(plain_text(message.payload)) is not None:
            raise SensorError(f"message on {self.options.topic} is the number alone; leave field out")
        fields = Fields.of_json(message.payload)
        levels, last = _way(fields.fields, name)
        self._refuse_other_unit(levels, last)
        self._refuse_invalid(Fields(levels[-1]), last)
        value = levels[-1].get(last)
        if value is None or isinstance(value, dict | list):
            there = numbers_named(fields.fields) or "none"
            raise Absent(f'message on {self.options.topic} has no number "{name}"; it has {there}')
        self._refuse_other_probe(_probe_said(Fields(levels[-1])))
        self._refuse_other_channel(_channel_said(Fields(levels[-1])))
        self.senders.refuse_another(named_around(fields, *map(Fields, levels)), message.at, f'"{name}"')
        times = fields.times(SAYS_WHEN) or (fields.times("ts") if fields.has(OF_GATEWAY) else ())
        return _finite(str(value), f'"{name}"'), min(times, default=None), said_in(map(Fields, levels))

    def _alone(self, payload: bytes) -> float:
        text = plain_text(payload)
        if text.startswith("{"):
            there: dict[str, Any] = {}
            with suppress(SensorError):
                there = Fields.of_json(payload).fields
            if names := numbers_named(there):
                raise SensorError(f"message is no number: it is JSON with {names}; set field to the one that is meant")
        return _finite(text, "message")

    def _refuse_other_unit(self, levels: list[dict[str, Any]], name: str) -> None:
        """A name that says the unit counts before all others: Shelly has tC beside tF, and units of the display.
        Raises SensorError."""
        unit, named = self.options.temperature_unit, in_name(name) or _letter(name, levels[-1]) or _in_way(levels, name)
        words = named or _units_said(levels, name)
        other = next((word for word in words if meant(word, TEMPERATURE_UNITS) != unit), None)
        if other is None:
            return
        if named:
            raise SensorError(
                f'"{name}" is in {other.upper()} by its name, the config says "{unit}"; set temperature_unit to that of'
                " the field"
            )
        raise SensorError(
            f'message gives its temperature in {other[:20]}, the config says "{unit}"; where it is only the display'
            " that shows it so (zigbee2mqtt), set the display to the unit of the config"
        )

    def _refuse_invalid(self, beside: Fields, name: str) -> None:
        """A device that says itself that this is no measurement. Raises SensorError."""
        why = given_up(beside)
        if why is None and (own := not_valid(beside, plain_name(name), *TEMPERATURE_NAMES)) is not None:
            why = own and f" ({own[:40]})"
        if why is not None:
            raise SensorError(f'"{self.options.field}" is said by its device not to be valid{why}; look at its probe')

    def _refuse_other_probe(self, said: str | None) -> None:
        """Two devices that share a topic, or a probe that has another's number. Raises SensorError."""
        if said is None and self.options.id is not None:
            raise SensorError(f'message has no id beside "{self.options.field}"; leave id out if it never has')
        self.heard_id = self.heard_id or said
        if said is not None and self.heard_id is not None and said.lower() != self.heard_id.lower():
            raise SensorError(
                f'"{self.options.field}" is of probe {said[:40]} now, not of {self.heard_id[:40]}; set id to the number'
                " of the one that is meant"
            )

    def _refuse_other_channel(self, said: str | None) -> None:
        """Two of one model that chose one number. Raises SensorError."""
        self.heard_channel = self.heard_channel or said
        if said is not None and said != self.heard_channel:
            raise SensorError(
                f'"{self.options.field}" is of channel {said[:20]} now, not of {str(self.heard_channel)[:20]}; let each'
                " device be sent to a topic of its own"
            )


def _letter(name: str, beside: Mapping[str, Any]) -> tuple[str, ...]:
    """The unit that a field is called by, {"C": 2.5, "F": 36.5} and {"value_f": 36.5}, unless letters count probes."""
    found = ITS_LETTER.fullmatch(name)
    counted = () if found is None else tuple(f"{found[1]}{letter}".lower() for letter in "abde")
    return (found[2],) if found and not any(other.lower() in counted for other in beside) else ()


def _in_way(levels: list[dict[str, Any]], name: str) -> tuple[str, ...]:
    """The unit that the objects around a field are called by, {"imperial": {"temp": 36.5}}; by a letter, where there is
    nothing but the number in it."""
    for level, inner in zip(reversed(levels[:-1]), reversed(levels[1:]), strict=True):
        called = next((one for one, value in level.items() if value is inner), "")
        letter = _letter(called, level) if name in NUMBER_ALONE else ()
        if found := in_name(called) or letter or ((called,) if plain_name(called) in SYSTEMS else ()):
            return found
    return ()


def _probe_said(beside: Fields) -> str | None:
    """What tells the probe of a number from others."""
    return beside.word(*SAYS_PROBE) or next(filter(ADDRESS.fullmatch, beside.words(*SAYS_ADDRESS)), None)


def _channel_said(beside: Fields) -> str | None:
    """The switch in the battery bay of a radio thermometer, which rtl_433 gives with its model; not WiFi's."""
    return beside.word("channel") if beside.word("model") and beside.word("id") else None


def _finite(text: str, what: str) -> float:
    value = number(text)
    if value is None:
        raise SensorError(no_number(what, text))
    return value


def _units_said(levels: list[dict[str, Any]], name: str) -> Iterator[str]:
    """What a message says of the unit of a number in the last of these objects, in that, beside it and above; where a
    text repeats the number with its unit, as ESPHome's state does, that goes first."""
    texts = [WITH_UNIT.fullmatch(said.strip()) for said in levels[-1].values() if isinstance(said, str)]
    alike = number(str(levels[-1].get(name)))
    yield from (found[1] for found in texts if found and alike == number(found[0][: -len(found[1])]) is not None)
    attributes = levels[-1].get("attributes")  # Home Assistant's, of a state
    for level in [*levels, attributes] if isinstance(attributes, dict) else levels:
        fields = Fields(level)
        specific = fields.words_like(TEMPERATURE_UNIT_IN)
        yield from specific or (word for word in anywhere(fields.said) if meant(word, TEMPERATURE_UNITS))


def _way(fields: dict[str, Any], way: str) -> tuple[list[dict[str, Any]], str]:
    """The objects down to that in which a field stands, and its name there, which may have dots in it."""
    levels = [fields]
    if way in fields:
        return levels, way
    *names, last = way.split(".")
    for name in names:
        inner = levels[-1].get(name)
        inner = by_name(inner) if isinstance(inner, list) else inner
        levels.append(inner if isinstance(inner, dict) else {})
    return levels, last
