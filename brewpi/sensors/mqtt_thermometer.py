"""Thermometers that speak MQTT and know no beer: Tasmota, ESPHome, zigbee2mqtt, Shelly, Ruuvi and Theengs gateways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.records import Reading
from brewpi.sanitize import MAX_DEPTH, clean_text
from brewpi.sensors import FailureDebounce, SensorError, SensorOptions
from brewpi.sensors.declared_units import TEMPERATURE_UNITS, meant
from brewpi.sensors.ds18b20 import ABSENT_C, POWER_ON_C
from brewpi.sensors.payload import NUMBER, Fields, number
from brewpi.sensors.unit_changes import UnitChanges
from brewpi.units import to_celsius

SAYS_UNIT = ("TempUnit", "temperature_unit", "temperature_units")  # Tasmota; zigbee2mqtt and gateways
SAYS_PROBE = ("Id", "mac")  # Tasmota, Ruuvi and Theengs; Tasmota of what it hears over Bluetooth
PARTIAL_S = 900.0  # for so long messages may leave the temperature out
NAMED = 6  # of a message's numbers, where the one that is looked for is not there


class MqttThermometer(SensorOptions):
    """One number of what a thermometer publishes: the whole message (ESPHome), or a field of its JSON.

    `field` is the way to it: `"DS18B20-1.Temperature"` (Tasmota with several probes, on `tele/NAME/SENSOR`),
    `"temperature"` (zigbee2mqtt, Ruuvi), `"tC"` (Shelly, on `NAME/status/temperature:100`), `"tempc"` (Theengs).
    Tasmota numbers its probes anew when one of them is missing at its start: say `id` as well. Retained messages are
    refused: nobody knows how old they are. Where outputs run by it, let it report once a minute.
    """

    usual_interval_s: ClassVar[float | None] = 300.0  # Tasmota's TelePeriod
    example: ClassVar[str] = (
        'room = { kind = "mqtt_thermometer", topic = "tele/cellar/SENSOR", field = "DS18B20-1.Temperature",'
        ' id = "3C01F0969C4C", temperature_unit = "c", measure = "room_c" }'
    )

    topic: str = Field(
        pattern=r"^[^#+]+$", examples=["tele/cellar/SENSOR"],
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
    temperature_unit: Literal["c", "f"] = Field(description="unit of its temperature")
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
        return MqttProbe(context.subscribe(self.topic), self, UnitChanges.since(believed, self.measure))


class Absent(SensorError):
    """A message has nothing where it should have a number."""


class MqttProbe:
    """Turns messages into °C. A message it cannot use is its fault until one comes that it can; but devices that tell
    now of their temperature and now of their battery only (Theengs, Shelly) are not silent yet."""

    def __init__(self, inbox: Inbox, options: MqttThermometer, changes: UnitChanges) -> None:
        self.inbox, self.options, self.changes = inbox, options, changes
        self.debounce = FailureDebounce()
        self.heard_id = options.id  # of the probe: the first that is heard, where the config has none
        self.error: SensorError | None = None
        self.heard_at = float("-inf")

    def read(self, now: float) -> list[Reading]:
        """The temperatures of all new messages, in order."""
        readings: list[Reading] = []
        for message in self.inbox.take():
            if message.retained:
                continue
            try:
                readings += self._readings(message)
                self.error, self.heard_at = None, message.at
            except Absent as error:
                if message.at - self.heard_at > (self.options.stale_s or PARTIAL_S):
                    self.error = error
            except SensorError as error:
                self.error = error
        if self.error and not readings:
            raise self.error
        return readings

    def close(self) -> None:
        """The link keeps the subscription."""

    def _readings(self, message: Message) -> list[Reading]:
        degrees = self._degrees(message.payload)
        celsius = to_celsius(degrees, self.options.temperature_unit)
        if round(celsius, 1) in (POWER_ON_C, ABSENT_C):  # most of them are a DS18B20
            return self.debounce.lost(f"{self.options.topic} says {celsius:.0f} °C, as a probe does that is not there")
        self.debounce.found()
        if doubt := self.changes.doubt_celsius(degrees, celsius, message.at):
            raise SensorError(doubt)
        return [Reading(message.at, self.options.measure, celsius)]

    def _degrees(self, payload: bytes) -> float:
        if self.options.field is None:
            return _finite(clean_text(payload[:64].decode("utf-8", "replace").strip()), "message")
        fields = Fields.of_json(payload)
        self._refuse_other_unit(fields.word(*SAYS_UNIT))
        *way, last = self.options.field.split(".")
        beside: Any = fields.fields
        for name in way:
            beside = beside.get(name) if isinstance(beside, dict) else None
        value = beside.get(last) if isinstance(beside, dict) else None
        if value is None or isinstance(value, dict | list):
            there = ", ".join(list(_numbers(fields.fields))[:NAMED]) or "none"
            raise Absent(f'message on {self.options.topic} has no number "{self.options.field}"; it has {there}')
        self._refuse_other_probe(Fields(beside).word(*SAYS_PROBE))
        return _finite(str(value), f'"{self.options.field}"')

    def _refuse_other_unit(self, said: str | None) -> None:
        """Raises SensorError."""
        unit = self.options.temperature_unit
        if said is not None and meant(said, TEMPERATURE_UNITS) != unit:
            raise SensorError(
                f'message gives its temperature in {said[:20]}, the config says "{unit}"; where it is only the display'
                " that shows it so (zigbee2mqtt), set the display to the unit of the config"
            )

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


def _finite(text: str, what: str) -> float:
    value = number(text)
    if value is None:
        raise SensorError(f"{what} is no number: {text[:40] or 'it is empty'}")
    return value


def _numbers(fields: dict[str, Any], before: str = "", depth: int = MAX_DEPTH) -> Iterator[str]:
    """The ways to all numbers of a message."""
    for name, value in fields.items():
        if isinstance(value, dict) and depth:
            yield from _numbers(value, f"{before}{name}.", depth - 1)
        elif not isinstance(value, bool) and NUMBER.fullmatch(str(value)):
            yield f"{before}{name}"
