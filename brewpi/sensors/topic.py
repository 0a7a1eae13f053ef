"""Floating hydrometers that speak MQTT: iSpindel, GravityMon, TiltBridge, RAPT Pill.

What a number means is never guessed: its unit is stated by the message or by the config, and if both do they
have to agree. `formats.py` has what each of them sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.records import Reading
from brewpi.registry import unknown
from brewpi.sensors import MISSED, ONE_TOPIC, SensorError, SensorOptions
from brewpi.sensors.messages.declared_units import GRAVITY_UNITS, TEMPERATURE_UNITS, Stated, Unit, agreed
from brewpi.sensors.messages.formats import FORMATS, LAST_FIELD, Telegram
from brewpi.sensors.messages.message_clock import MessageClock, numbers_of
from brewpi.sensors.messages.message_probe import Absent, MessageProbe
from brewpi.sensors.messages.other_times import OtherTimes
from brewpi.sensors.messages.payload import Fields, numbers_in, numbers_named, plain_text
from brewpi.sensors.messages.said_beside import (
    GRAVITY_NAMES,
    TEMPERATURE_NAMES,
    Senders,
    given_up,
    named_around,
    not_valid,
)
from brewpi.sensors.messages.said_times import said_in
from brewpi.sensors.messages.unit_changes import UnitChanges
from brewpi.sensors.simulated import Simulated
from brewpi.units import to_celsius, to_sg

RIVAL_EVERY_S = 900.0  # in which a hydrometer reports if nothing else is said
MOST_RIVALS = 8
GRAVITY_INSIDE = re.compile(r"\.(?:\w*gravity|sg)(?:\.value)?$", re.IGNORECASE)  # of TTN, ChirpStack and the like
ITS_OWN = ("id", "color", "colour")  # of a hydrometer; a thermometer's may count, or be that of a light
WAKING_S = 120.0  # within which all topics of one waking come, over the slowest WiFi


class Topic(SensorOptions):
    """A hydrometer heard over MQTT. Its gravity is the tank's; its temperature too if `measure` says so.

    `ispindel_fields` is the form with one topic a field: `topic = "ispindel/iSpindel000"` hears
    `ispindel/iSpindel000/gravity` and its neighbours. Retained messages are refused unless they carry their own time.
    A reading is as old as its message says under whatever name (`age`, `last_seen`, `timestamp`); what is sent again
    with the same time is no news.
    """

    written_as: ClassVar[Mapping[str, str]] = {name: f'kind = "topic", format = "{name}"' for name in FORMATS}
    usual_interval_s: ClassVar[float | None] = 900.0  # it sleeps in between
    example: ClassVar[str] = (
        'gravity = { kind = "topic", topic = "ispindel/spindle1", format = "ispindel_fields", unit = "plato" }'
    )

    topic: str = Field(
        pattern=ONE_TOPIC, examples=["ispindel/spindle1"],
        description="the MQTT topic of this one hydrometer, without wildcards",
    )
    format: str = Field(description=f"what it sends: {', '.join(FORMATS)}")
    unit: Literal["sg", "sg1000", "plato", "brix"] | None = Field(
        default=None, description="unit of its gravity; sg1000 is 1050 for 1.050. Needed where messages do not say"
    )
    temperature_unit: Literal["c", "f", "k"] | None = Field(
        default=None, description="unit of its temperature, where messages do not say"
    )
    measure: tuple[Literal["sg", "beer_c"], ...] = Field(
        default=("sg",), min_length=1, description="what it is the meter of; add beer_c for its thermometer"
    )
    stale_s: float | None = Field(
        default=7200.0, ge=10.0, le=604_800.0, description="missed after this many seconds without a message"
    )

    @field_validator("format")
    @classmethod
    def _known(cls, word: str) -> str:
        if word not in FORMATS:
            raise ValueError(unknown("format", word, FORMATS))
        return word

    @model_validator(mode="after")
    def _unit_is_known(self) -> Self:
        if self.unit is None and not FORMATS[self.format].says_unit:
            raise ValueError(
                f"unit is missing: {self.format} messages do not say what their gravity is in;"
                ' add unit = "sg" or unit = "plato"'
            )
        return self

    def measures(self) -> tuple[str, ...]:
        """Gravity, temperature, and what the device tells of itself."""
        return (*self.measure, *FORMATS[self.format].extras)

    def pins(self) -> tuple[str, ...]:
        """The hydrometer: it floats in one tank."""
        return (f"topic {self.topic}",)

    def topics(self) -> tuple[str, ...]:
        return (self.topic,)

    def simulated(self) -> SensorOptions:
        """A simulated hydrometer that wakes every 15 minutes."""
        return Simulated(measure=self.measure, every_s=self.interval_s or 900.0, stale_s=self.stale_s)

    def open(self, context: PlugContext) -> TopicProbe:
        by_field = FORMATS[self.format].by_field
        inbox = context.subscribe(f"{self.topic}/+" if by_field else self.topic)
        return TopicProbe(inbox, self, UnitChanges.since(context.believed()), context.senders_ahead_s)


class TopicProbe(MessageProbe):
    """Turns a hydrometer's messages, each of which is whole, into readings."""

    def __init__(
        self, inbox: Inbox, options: Topic, changes: UnitChanges, ahead_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        super().__init__(inbox, stale_s=options.stale_s)
        self.options, self.changes = options, changes
        self.format = FORMATS[options.format]
        self.clock, self.other_times = MessageClock(ahead_s), OtherTimes()
        self.burst: dict[str, tuple[float, str]] = {}  # field -> when it came, and what it says
        self.heard: dict[str, float] = {}  # device -> when last, the latest at the end
        self.rivals_at = float("-inf")
        self.senders = Senders(MISSED * (options.interval_s or RIVAL_EVERY_S), newcomers_wait=False)

    def readings_of(self, message: Message) -> tuple[list[Reading], SensorError | None]:
        telegram = self._telegram(message)
        if telegram is None:
            return [], None
        if telegram.device is not None and not message.retained:
            self._refuse_rivals(telegram.device, message.at)
        if not message.retained:
            self.senders.refuse_another(telegram.names, message.at, "message")
        if telegram.refused is not None:
            raise SensorError(f"message is said by its device not to be valid{telegram.refused}; look at the device")
        if not self.clock.is_news(telegram, message):
            return [], None
        at, clock = self.clock.time_of(telegram, message)
        if not telegram.at or telegram.age.of_device:
            said = telegram.age, numbers_of(telegram)
            when, clock = self.other_times.time_of(*said, message, self.clock.ahead_s())
            if when is None:
                return [], None
            at = min(at, when)
        return self._translate(telegram, at, clock)

    def _telegram(self, message: Message) -> Telegram | None:
        """What it says; of several in a list the newest, if they tell when they are from."""
        if self.format.by_field:
            fields = self._gather(message)
            return None if fields is None else self.format.parse(fields)
        several = Fields.all_of_json(message.payload)
        telegrams = [self._of_object(fields) for fields in several]
        return telegrams[0] if len(telegrams) == 1 else _newest(telegrams, message.at)

    def _of_object(self, fields: Fields) -> Telegram:
        """Raises Absent where it has neither gravity nor temperature, but a gravity inside."""
        telegram = _with_doubts(self.format.parse(fields), fields)
        if telegram.gravity is not None and telegram.temperature is not None:
            return telegram
        inner = next((way for way in numbers_in(fields.fields) if GRAVITY_INSIDE.search(way)), None)
        if telegram.gravity is None and telegram.temperature is None and inner:
            raise Absent(f'message has its gravity inside, as "{inner}"; let a flow send that part by itself')
        return replace(telegram, there=numbers_named(fields.fields))

    def _gather(self, message: Message) -> Fields | None:
        """The fields of one waking, once its last topic has come; units follow the numbers they belong to."""
        field = message.topic.rsplit("/", 1)[-1]
        if message.retained or field not in self.format.by_field:  # a retained one may be of any age
            return None
        self.burst[field] = (message.at, plain_text(message.payload))
        if field != LAST_FIELD:
            return None
        waking = {name: said for name, (at, said) in self.burst.items() if message.at - at <= WAKING_S}
        self.burst = {}
        return Fields(waking)

    def _refuse_rivals(self, device: str, at: float) -> None:
        """Two devices share the topic once the first is heard again after the second; one that follows another for good
        has only taken its place. Raises SensorError."""
        within_s = MISSED * (self.options.interval_s or RIVAL_EVERY_S)
        recent = [(name, then) for name, then in self.heard.items() if at - then < within_s]
        if recent and device != recent[-1][0] and device in dict(recent):
            self.rivals_at = at
        others = [(name, then) for name, then in recent if name != device][-MOST_RIVALS:]
        self.heard = {**dict(others), device: at}
        if others and at - self.rivals_at < within_s:
            who = " and ".join(sorted(self.heard))
            raise SensorError(f"{who} both send to {self.options.topic}; give each a name, and so a topic, of its own")

    def _translate(
        self, telegram: Telegram, at: float, clock: SensorError | None
    ) -> tuple[list[Reading], SensorError | None]:
        """A gravity or temperature that is no number, null or in a wrong unit is the fault, and takes nothing from the
        other."""
        readings: list[Reading] = []
        faults = [clock] if clock else []
        for quantity, value, read in (
            ("sg", telegram.gravity, self._sg), ("beer_c", telegram.temperature, self._celsius),
        ):  # fmt: skip
            if quantity not in self.options.measure:
                continue
            try:
                if isinstance(value, SensorError):
                    raise Doubt(str(value))
                readings.append(Reading(at, quantity, read(value, telegram, at)))
            except (Absent, Doubt, OtherUnit) as error:
                faults.append(error)
        fault = next((one for one in reversed(faults) if not isinstance(one, Absent)), next(iter(faults), None))
        if isinstance(fault, Absent | OtherUnit) and not readings:
            raise fault
        for quantity in self.format.extras:
            value = getattr(telegram, quantity)
            if value is not None:
                readings.append(Reading(at, quantity, value))
        return readings, fault

    def _sg(self, said: float | None, telegram: Telegram, at: float) -> float:
        absent = Absent(
            f"message on {self.options.topic} has no gravity; is it {self.options.format}?{_there(telegram, ' It')}"
        )
        if said is None and telegram.temperature is not None:
            raise absent
        unit = _agreed(self.options.unit, telegram.gravity_unit, GRAVITY_UNITS, "gravity", "unit")
        if said is None:
            raise absent
        sg = said / 1000.0 if unit == "sg1000" else to_sg(said, unit)
        if doubt := self.changes.doubt(said, sg, at, Stated(unit, telegram.gravity_unit is not None)):
            raise Doubt(doubt)
        return sg

    def _celsius(self, said: float | None, telegram: Telegram, at: float) -> float:
        if said is None:
            raise Absent(
                f"message on {self.options.topic} has no temperature; look at its thermometer,"
                f" or take beer_c out of measure if it has none{_there(telegram, '; it')}"
            )
        declared = telegram.temperature_unit
        option = self.options.temperature_unit
        unit = _agreed(option, declared, TEMPERATURE_UNITS, "temperature", "temperature_unit")
        celsius = to_celsius(said, unit)
        if doubt := self.changes.doubt_celsius(said, celsius, at, Stated(unit, declared is not None)):
            raise Doubt(doubt)
        return celsius


class Doubt(SensorError):
    """A number that is not what it says, and takes nothing from the others."""


class OtherUnit(SensorError):
    """A message that says a number's unit, and another than the config or than any: the other number has its own."""


def _agreed(option: Unit | None, declared: str | None, units: tuple[Unit, ...], what: str, name: str) -> Unit:
    """Raises OtherUnit, or SensorError where nothing says a unit: then the config is not done."""
    try:
        return agreed(option, declared, units, what, name)
    except SensorError as error:
        raise error if declared is None else OtherUnit(str(error)) from None


def _with_doubts(telegram: Telegram, fields: Fields) -> Telegram:
    """With what the device says against its numbers, and by what names it calls itself beside that which is usual."""
    doubts = {
        what: SensorError(
            f'"{what}" is said by its device not to be valid{why and f" ({why[:40]})"}; look at the device'
        )
        for what, names in (("gravity", GRAVITY_NAMES), ("temperature", TEMPERATURE_NAMES))
        if (why := not_valid(fields, *names)) is not None
    }
    own = {name: (fields.word(name) or "").casefold() for name in ITS_OWN}
    usual = ("", (telegram.device or "").casefold())
    names = {name: said for name, said in (own | named_around(fields, fields)).items() if said not in usual}
    return replace(telegram, **doubts, refused=given_up(fields), names=names, age=said_in([fields]))  # type: ignore[arg-type]


def _there(telegram: Telegram, before: str) -> str:
    """What it has instead: another language or firmware calls it otherwise."""
    return f"{before} has {telegram.there}" if telegram.there else ""


def _newest(telegrams: list[Telegram], near: float) -> Telegram:
    """Of several in one message. Raises SensorError where they are of several devices, or do not say which it is."""
    devices = sorted({telegram.device for telegram in telegrams if telegram.device is not None})
    if len(devices) > 1:
        who = " and ".join(devices[:MOST_RIVALS])
        raise SensorError(f"message is not of one device but of {who}; let each be sent to a topic of its own")
    times = [telegram.time_near(near) for telegram in telegrams]
    known = [at for at in times if at is not None]
    if len(known) < len(times) or known.count(max(known)) > 1:
        raise SensorError(
            f"message is not one but a list of {len(times)}, and which is the newest does not show; let each be sent by"
            " itself (Node-RED: a split node), or with its time"
        )
    return telegrams[times.index(max(known))]
