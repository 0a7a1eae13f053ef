"""What a rule looks at: a tank and its last hours; and what it answers."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from brewpi.alarms.options import Alarming
from brewpi.records import ControlRequest, Forecast, Phase, Severity, TankState
from brewpi.snapshot import At, Value

HOUR_S = 3600.0
EVERY_S = 60.0

Points = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class AlarmCondition:
    """What one watch thinks now. `holds` is None when it cannot be known."""

    holds: bool | None
    text: str = ""
    severity: Severity = "alarm"


UNKNOWN, FINE = AlarmCondition(None), AlarmCondition(False)


@dataclass(frozen=True, slots=True)
class Sample:
    """A minute: where the beer is, and which outputs ran in it, by role."""

    at: float
    beer_c: float
    ran: frozenset[str]


@dataclass(frozen=True, slots=True)
class ForecastSample:
    """A forecast: when it was said, and the completion it means on the cellar's clock."""

    at: float
    early: float
    likely: float
    late: float
    source: str


class Standstill(Value):
    """Since when the beer probe has read this same temperature, the gravity then, and how often in the day before an
    output began to run."""

    since: At
    beer_c: float = Field(ge=-30.0, le=120.0)
    sg: float = Field(ge=0.9, le=1.3)
    runs_before: int = Field(default=0, ge=0, le=10_000)


@dataclass(frozen=True, slots=True)
class Apart:
    """A second thermometer in the beer: by how much the beer probe has moved away from it, and what both read, medians
    of a day. Of one that is far apart: by how much the probe reads more at least, and what both read last."""

    sensor: str
    moved_c: float
    beer_c: float
    other_c: float


class Step(Value):
    """Of a beer probe: when it had settled, what it read before and after, and by how much it is away from where it
    was at first."""

    at: At
    before_c: float = Field(ge=-30.0, le=120.0)
    after_c: float = Field(ge=-30.0, le=120.0)
    moved_c: float = Field(ge=-150.0, le=150.0)


@dataclass(slots=True)
class View:
    """What a watch may look at, and what the minutes before were like. pauses: by output, see `Pauses`; ran_at: when an
    output that moves the beer ran last."""

    state: TankState
    forecast: Forecast
    demand: ControlRequest
    now: float
    beer_c: float | None
    samples: deque[Sample]
    forecasts: deque[ForecastSample]
    options: Alarming
    volume_l: float
    roles: frozenset[str]
    steady_since: float
    original_sg: float | None
    phase: Phase | None = None
    blocks: Sequence[Sample] = ()
    pauses: Mapping[str, Sequence[tuple[Sample, Sample, Sample]]] = field(default_factory=dict)
    done_sg: float | None = None
    still: Standstill | None = None
    ran_at: float = float("-inf")
    finest_c: float | None = None
    apart: Sequence[Apart] = ()
    far_apart: Sequence[Apart] = ()
    step: Step | None = None


def lately(samples: deque[Sample], start: float) -> list[Sample]:
    """The minutes from `start` on, oldest first: every rule asks for some of them at every minute."""
    found = []
    for sample in reversed(samples):
        if sample.at < start:
            break
        found.append(sample)
    return found[::-1]


def since(state: TankState, start: float) -> Points:
    """The history from `start` on."""
    return state.history[bisect_left(state.history, (start,)) :]
