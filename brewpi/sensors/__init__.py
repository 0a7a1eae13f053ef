"""Sensors: one file a kind. Add a kind with one file, one line in KINDS and one test.

A kind is a pydantic model of its options with `open(context)`, which returns a probe with
`read(now) -> list[Reading]` and `close()`. Building options is pure; only `open` touches the world.
A probe that has nothing new to say returns an empty list, never an old value; one that fails raises
`SensorError` with a sentence, and the tank carries on without it.

A quantity of a tank has one meter, see `meters`: an instrument, or the brewer's hand where there is none. Hand
readings beside an instrument are kept and shown, but belong to the record only, unless `measure` of the
`manual` sensor names the quantity: then they are the measurement and the instrument is kept beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from brewpi.calibration import Calibration
from brewpi.estimation.signal_filter import SignalSource
from brewpi.hardware.plug_context import PlugContext, PlugOptions
from brewpi.quantities import CONTROLLED, QUANTITIES
from brewpi.records import Reading
from brewpi.registry import load, with_installed
from brewpi.validation import sentences

KINDS: dict[str, str] = {
    "dht11": "brewpi.sensors.dht:Dht11",
    "dht22": "brewpi.sensors.dht:Dht22",
    "densitometer": "brewpi.sensors.densitometer:Densitometer",
    "ds18b20": "brewpi.sensors.ds18b20:Ds18b20",
    "gravitymon": "brewpi.sensors.gravitymon:GravityMon",
    "inkbird": "brewpi.sensors.inkbird:Inkbird",
    "manual": "brewpi.sensors.manual:Manual",
    "mqtt_thermometer": "brewpi.sensors.mqtt_thermometer:MqttThermometer",
    "pressure": "brewpi.sensors.pressure:Pressure",
    "rapt_pill": "brewpi.sensors.rapt_pill:RaptPill",
    "simulated": "brewpi.sensors.simulated:Simulated",
    "switch": "brewpi.sensors.switch:Switch",
    "tilt": "brewpi.sensors.tilt:Tilt",
    "topic": "brewpi.sensors.topic:Topic",
}


class SensorError(Exception):
    """A read failed; the message is a sentence for the operator."""


class Probe(Protocol):
    """An opened sensor."""

    def read(self, now: float) -> list[Reading]:
        """What is new since the last read; empty if nothing is. Raises SensorError."""
        ...

    def close(self) -> None:
        """Let go of the hardware; called once."""
        ...


ONE_TOPIC = r"^[^#+\s]+( +[^#+\s]+)*$"  # of one device: no wildcard, no blank at its ends


class SensorOptions(PlugOptions, BaseModel):
    """What every sensor kind has in common. `tank` and `name` are filled in from where it stands in the config."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    example: ClassVar[str]                      # a TOML line that a test builds and the docs show
    usual_interval_s: ClassVar[float | None] = None  # how often the device reports by itself, if it does
    quantities: ClassVar[tuple[str, ...]] = ()  # what it can measure, for the checks; see `measures`

    every_s: float = Field(default=5.0, ge=1.0, le=86_400.0, description="seconds between reads")
    stale_s: float | None = Field(
        default=None, ge=10.0, le=604_800.0, description="missed after this many seconds without a reading"
    )
    interval_s: float | None = Field(
        default=None, ge=1.0, le=86_400.0, description="how often the device reports by itself, if it sleeps in between"
    )

    calibration: dict[str, Calibration] = Field(
        default_factory=dict, description="by quantity: what is true of what is read, see `brewpi calibrate`"
    )

    @model_validator(mode="after")
    def _calibrates_what_it_measures(self) -> Self:
        for quantity, how in self.calibration.items():
            if quantity not in self.measures():
                raise ValueError(f"calibration.{quantity}: it measures {', '.join(self.measures()) or 'nothing'}")
            if how.reference_c is not None and (quantity != "sg" or "beer_c" not in self.measures()):
                raise ValueError(f"calibration.{quantity}: reference_c is for a gravity, beside its own temperature")
        return self

    def with_calibration(self, quantity: str, how: Calibration) -> Self:
        """The same with this one in the place of what the config says. Raises ValueError with a sentence."""
        given = self.model_dump(exclude_unset=True, exclude={"calibration"})
        try:
            return type(self).model_validate({**given, "calibration": {**self.calibration, quantity: how}})
        except ValidationError as error:
            raise ValueError(sentences(error, type(self))[0]) from None

    def measures(self) -> tuple[str, ...]:
        """The quantities that this sensor, with these options, delivers."""
        return self.quantities

    def by_hand(self) -> bool:
        """Whether a person reads it: believed at once, never missed."""
        return False

    def overrules(self) -> tuple[str, ...]:
        """The quantities it is the meter of, whatever else measures them."""
        return ()

    def stops_everything(self) -> bool:
        """Whether it is an emergency stop: opened at the start, its edge waits for no tick."""
        return False

    def simulated(self) -> SensorOptions:
        """The simulated sibling that measures the same things."""
        every_s, stale_s, interval_s = self.every_s, self.stale_s, self.interval_s
        sibling: SensorOptions = load(KINDS, "simulated")(
            measure=self.measures(), every_s=every_s, stale_s=stale_s, interval_s=interval_s
        )
        return sibling

    def open(self, context: PlugContext) -> Probe:
        """Touch the world. Raises SensorError."""
        raise NotImplementedError


class FailureDebounce:
    """Lets a driver fail a few times in a row, as wires do, before it complains."""

    def __init__(self, failures: int = 3) -> None:
        self.failures = failures
        self.failed = 0

    def lost(self, text: str) -> list[Reading]:
        """One more failure: no reading, and a SensorError once there are too many."""
        self.failed += 1
        if self.failed >= self.failures:
            raise SensorError(text)
        return []

    def found(self) -> None:
        """A read succeeded."""
        self.failed = 0


MISSED = 3.0  # readings
LONGEST_TRUSTED_S = 3600.0
WITNESS = "witness"  # the name of a second thermometer in the beer


def measured_by(name: str, options: SensorOptions) -> tuple[str, ...]:
    """The quantities that a sensor of this name delivers: a witness's beer temperature is a quantity of its own."""
    return tuple(renamed(name, quantity) for quantity in options.measures())


def renamed(name: str, quantity: str) -> str:
    """What a quantity is called where a sensor of this name measures it."""
    return "witness_c" if name == WITNESS and quantity == "beer_c" else quantity


def meters(sensors: Mapping[str, SensorOptions]) -> tuple[SignalSource, ...]:
    """Which of a tank's sensors is the meter of each quantity, for `State`."""
    owners: dict[str, str] = {}
    for name, options in sorted(sensors.items(), key=lambda item: item[1].by_hand()):
        for quantity in measured_by(name, options):
            if quantity not in owners or quantity in options.overrules():
                owners[quantity] = name
    found = []
    for quantity, name in owners.items():
        options = sensors[name]
        offset_c = getattr(options, "offset_c", 0.0)  # of kinds that have one
        found.append(SignalSource(quantity, name, trusted_s(quantity, options), options.by_hand(), offset_c))
    return tuple(found)


def trusted_s(quantity: str, options: SensorOptions) -> float:
    """How old a reading may be and still count: three intervals of the sensor, and what its kind or the config says.

    A temperature that outputs run on is never believed for as long as a gravity: three missed readings, an hour at the
    most. A cooler moves beer by 3 °C in that time.
    """
    interval_s = options.interval_s or options.usual_interval_s or options.every_s
    usual_s = max(QUANTITIES[quantity].stale_s, MISSED * interval_s)
    if quantity not in CONTROLLED or options.by_hand():
        return options.stale_s or usual_s
    longest_s = max(LONGEST_TRUSTED_S, 1.5 * interval_s)
    return min(options.stale_s or usual_s, usual_s, longest_s)


def kind_of(options: Any) -> str:
    """The config word of an options object; a simulated sibling that extends a kind goes by that kind's, and what has
    none by its class."""
    paths = [f"{cls.__module__}:{cls.__qualname__}" for cls in type(options).__mro__]
    kinds = with_installed("sensors", KINDS)
    words = (word for path in paths for word, target in kinds.items() if target == path)
    return next(words, type(options).__name__.lower())
