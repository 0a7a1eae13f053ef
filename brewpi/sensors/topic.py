"""Floating hydrometers that speak MQTT: iSpindel, GravityMon, TiltBridge, RAPT Pill.

What a number means is never guessed: its unit is stated by the message or by the config, and if both do they
have to agree. `formats.py` has what each of them sends.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.records import Reading
from brewpi.registry import unknown
from brewpi.sensors import MISSED, SensorError, SensorOptions
from brewpi.sensors.declared_units import GRAVITY_UNITS, TEMPERATURE_UNITS, agreed
from brewpi.sensors.formats import FORMATS, LAST_FIELD, Telegram
from brewpi.sensors.payload import Fields
from brewpi.sensors.simulated import Simulated
from brewpi.sensors.unit_changes import UnitChanges
from brewpi.sentences import spoken
from brewpi.units import to_celsius, to_sg

RIVAL_EVERY_S = 900.0  # in which a hydrometer reports if nothing else is said
MOST_RIVALS = 8
WAKING_S = 120.0  # within which all topics of one waking come, over the slowest WiFi
LATE_S, AS_LATE_S = 3000.0, 120.0  # a clock in another zone: always as late, by most of an hour at least
UNSET_S = 366 * 86_400.0  # older than this is no message but a clock that nobody set


class Topic(SensorOptions):
    """A hydrometer heard over MQTT. Its gravity is the tank's; its temperature too if `measure` says so.

    `ispindel_fields` is the form with one topic a field: `topic = "ispindel/iSpindel000"` hears
    `ispindel/iSpindel000/gravity` and its neighbours. Retained messages are refused unless they carry their own time.
    """

    usual_interval_s: ClassVar[float | None] = 900.0  # it sleeps in between
    example: ClassVar[str] = (
        'gravity = { kind = "topic", topic = "ispindel/spindle1", format = "ispindel_fields", unit = "plato" }'
    )

    topic: str = Field(
        pattern=r"^[^#+]+$", examples=["ispindel/spindle1"],
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
        return TopicProbe(inbox, self, UnitChanges.since(context.believed()))


class Absent(SensorError):
    """A message has nothing where it should have a number."""


class TopicProbe:
    """Turns messages into readings. A message it cannot use is its fault until one comes that it can."""

    def __init__(self, inbox: Inbox, options: Topic, changes: UnitChanges) -> None:
        self.inbox, self.options, self.changes = inbox, options, changes
        self.format = FORMATS[options.format]
        self.stamp: float | None = None
        self.late_s = 0.0  # by how much the last message was older than its arrival
        self.burst: dict[str, tuple[float, str]] = {}  # field -> when it came, and what it says
        self.error: SensorError | None = None
        self.heard: dict[str, float] = {}  # device -> when last, the latest at the end
        self.rivals_at = float("-inf")

    def read(self, now: float) -> list[Reading]:
        """Readings of all new messages, in order."""
        readings: list[Reading] = []
        for message in self.inbox.take():
            self.error = None
            try:
                readings += self._readings(message)
            except SensorError as error:
                self.error = error
        if self.error and not readings:
            raise self.error
        return readings

    def close(self) -> None:
        """The link keeps the subscription."""

    def _readings(self, message: Message) -> list[Reading]:
        fields = self._gather(message) if self.format.by_field else Fields.of_json(message.payload)
        if fields is None:
            return []
        telegram = self.format.parse(fields)
        if telegram.device is not None and not message.retained:
            self._refuse_rivals(telegram.device, message.at)
        at = self._time(telegram, message)
        return [] if at is None else self._translate(telegram, at)

    def _gather(self, message: Message) -> Fields | None:
        """The fields of one waking, once its last topic has come; units follow the numbers they belong to."""
        field = message.topic.rsplit("/", 1)[-1]
        if message.retained or field not in self.format.by_field:  # a retained one may be of any age
            return None
        self.burst[field] = (message.at, message.payload[:64].decode("utf-8", "replace"))
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

    def _time(self, telegram: Telegram, message: Message) -> float | None:
        """When it was measured: the source's own time if it gives one; None if that is no news.

        A gateway may repeat the last message of a hydrometer that is long out of battery. A time ahead of the
        arrival is only a clock that disagrees with ours; but then a retained message may be of any age.
        """
        if telegram.at is None:
            return None if message.retained else message.at
        if telegram.at == self.stamp:
            return None
        self.stamp = telegram.at
        if message.retained:
            return None if telegram.at > message.at else telegram.at
        late_s, self.late_s = self.late_s, message.at - telegram.at
        if self.late_s > UNSET_S:
            raise SensorError("message gives a time that is years old; let the device learn the time, or leave it out")
        if min(late_s, self.late_s) > LATE_S and abs(late_s - self.late_s) < AS_LATE_S:
            self.error = SensorError(
                f"messages say that they are {spoken(self.late_s)} old when they come, each of them: is a clock or time"
                " zone wrong? A time needs its zone, as 2026-05-01T14:30:00+02:00 or ...Z, or is best left out"
            )
        return min(telegram.at, message.at)

    def _translate(self, telegram: Telegram, at: float) -> list[Reading]:
        """A gravity or temperature that is no number, or null, is the fault, and takes nothing from the other."""
        readings: list[Reading] = []
        measured = (
            ("sg", telegram.gravity, self._sg, self.changes.doubt),
            ("beer_c", telegram.temperature, self._celsius, self.changes.doubt_celsius),
        )
        for quantity, value, translate, doubts in measured:
            if quantity not in self.options.measure:
                continue
            if isinstance(value, SensorError):
                self.error = value
                continue
            try:
                translated = translate(value, telegram)
                doubt = None if value is None else doubts(value, translated, at)
                if doubt is not None:
                    self.error = SensorError(doubt)
                else:
                    readings.append(Reading(at, quantity, translated))
            except Absent as error:
                self.error = self.error or error
        if isinstance(self.error, Absent) and not readings:
            raise self.error
        for quantity in self.format.extras:
            value = getattr(telegram, quantity)
            if value is not None:
                readings.append(Reading(at, quantity, value))
        return readings

    def _sg(self, gravity: float | None, telegram: Telegram) -> float:
        unit = agreed(self.options.unit, telegram.gravity_unit, GRAVITY_UNITS, "gravity", "unit")
        if gravity is None:
            raise Absent(f"message on {self.options.topic} has no gravity; is it {self.options.format}?")
        return gravity / 1000.0 if unit == "sg1000" else to_sg(gravity, unit)

    def _celsius(self, temperature: float | None, telegram: Telegram) -> float:
        if temperature is None:
            raise Absent(
                f"message on {self.options.topic} has no temperature; look at its thermometer,"
                " or take beer_c out of measure if it has none"
            )
        stated = (self.options.temperature_unit, telegram.temperature_unit)
        return to_celsius(temperature, agreed(*stated, TEMPERATURE_UNITS, "temperature", "temperature_unit"))
