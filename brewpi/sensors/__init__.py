"""Sensors: one file a kind. Add a kind with one file, one line in KINDS and one test.

A kind is a pydantic model of its options with `open(site)`, which returns a probe with
`read(now) -> list[Reading]` and `close()`. Building options is pure; only `open` touches the world.
A probe that has nothing new to say returns an empty list, never an old value; one that fails raises
`SensorError` with a sentence, and the tank carries on without it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from brewpi.records import Reading
from brewpi.site import Site

KINDS: dict[str, str] = {
    "dht11": "brewpi.sensors.dht:Dht11",
    "dht22": "brewpi.sensors.dht:Dht22",
    "ds18b20": "brewpi.sensors.ds18b20:Ds18b20",
    "manual": "brewpi.sensors.manual:Manual",
    "simulated": "brewpi.sensors.simulated:Simulated",
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


class Options(BaseModel):
    """What every sensor kind has in common. `tank` and `name` are filled in from where it stands in the config."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    example: ClassVar[str]                      # a TOML line that a test builds and the docs show
    quantities: ClassVar[tuple[str, ...]] = ()  # what it can measure, for the checks; see `measures`

    every_s: float = Field(default=5.0, ge=1.0, le=86_400.0, description="seconds between reads")

    def measures(self) -> tuple[str, ...]:
        """The quantities that this sensor, with these options, delivers."""
        return self.quantities

    def pins(self) -> tuple[str, ...]:
        """Names of the pins or buses it owns alone ("GPIO4"), so that two owners are refused."""
        return ()

    def simulated(self) -> Options:
        """The simulated sibling that measures the same things."""
        from brewpi.sensors.simulated import Simulated

        return Simulated(measure=self.measures(), every_s=self.every_s)

    def open(self, site: Site) -> Probe:
        """Touch the world. Raises SensorError."""
        raise NotImplementedError


def kind_of(options: Any) -> str:
    """The config word of an options object."""
    path = f"{type(options).__module__}:{type(options).__qualname__}"
    return next(word for word, target in KINDS.items() if target == path)
