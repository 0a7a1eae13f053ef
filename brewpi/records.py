"""The words of the house: what passes from sensor to output, frozen and typed, units in the names.

Times named `at` are seconds on the cellar's clock (Unix time that never steps, see `clock.py`);
times named `_h` are hours since the batch's first reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Source = Literal["model", "curve", "none"]
Severity = Literal["info", "warning", "alarm"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One number from one sensor: `quantity` is a row of `quantities.py`, `value` is in that row's unit.

    `sensor` is the name under `[tanks.<tank>.sensors]`; the tank fills it in.
    """

    at: float
    quantity: str
    value: float
    sensor: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """The latest believed value of a quantity: filtered, with the time of the newest reading behind it."""

    value: float
    at: float
    raw: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a sensor is not believed at the moment, in an operator's words; `kind` is a short stable word
    (`silent`, `implausible`, `frozen`, `twin`, `error`)."""

    sensor: str
    quantity: str
    kind: str
    text: str
    since: float


@dataclass(frozen=True, slots=True)
class House:
    """What past batches of the same site were like; all of it optional input to the forecast."""

    batches: int
    duration_h: float
    attenuation: float
    half_drop_h: float


@dataclass(frozen=True, slots=True)
class Batch:
    """What is known of a batch beside its readings. Everything but `started_at` may be unknown."""

    started_at: float
    id: str = ""
    name: str = ""
    medium: Literal["beer", "wine", "cider", "mead"] | None = None
    og: float | None = None
    expected_attenuation: float | None = None
    style: str | None = None
    yeast: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A batch so far, as features, labels and curves read it.

    hours: (n,) since the first reading, non-decreasing; sg: (n,) specific gravity;
    temp_c: (n,) beer temperature, NaN where absent. `og` is a declared original gravity.
    """

    hours: Array
    sg: Array
    temp_c: Array
    og: float | None = None
    medium: str | None = None
    expected_attenuation: float | None = None
    style: str | None = None
    yeast: str | None = None
    planned_temp_c: float | None = None
    house: House | None = None

    def until(self, at_h: float) -> Course:
        """The same course with the readings up to and including `at_h` hours, and nothing later."""
        n = int(np.searchsorted(self.hours, at_h, side="right"))
        if n == self.hours.size:
            return self
        return replace(self, hours=self.hours[:n], sg=self.sg[:n], temp_c=self.temp_c[:n])


@dataclass(frozen=True, slots=True)
class Band:
    """An 80 % interval with its median."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of a batch, said at `at_h` hours after its first reading.

    `remaining_h`: hours to completion, `rest_h`: hours to the rest cue, 0 once passed; `final_sg`: terminal
    gravity. All three are None when `source` is "none", and `why` then says what is missing.
    """

    at_h: float
    sg: float | None
    source: Source
    remaining_h: Band | None = None
    rest_h: Band | None = None
    final_sg: Band | None = None
    p_stuck: float | None = None
    why: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class TankState:
    """What is believed about one tank now: the only thing recipe, interlocks and forecaster look at.

    measured: by quantity, only what has ever been read and believed (look at `age_s` before use);
    history: thinned (at, sg, beer_c) for the forecast, sg never NaN, beer_c NaN where unknown.
    """

    batch: Batch | None = None
    measured: Mapping[str, Measured] = field(default_factory=lambda: MappingProxyType({}))
    faults: tuple[Fault, ...] = ()
    history: tuple[tuple[float, float, float], ...] = ()

    def fresh(self, quantity: str, now: float, within_s: float) -> float | None:
        """The filtered value if its newest reading is at most `within_s` old and not from the future."""
        m = self.measured.get(quantity)
        if m is None or not 0.0 <= now - m.at <= within_s:
            return None
        return m.value

    def age_s(self, quantity: str, now: float) -> float | None:
        """Seconds since the newest believed reading of a quantity; None if there never was one."""
        m = self.measured.get(quantity)
        return None if m is None else now - m.at


@dataclass(frozen=True, slots=True)
class Demand:
    """What the recipe wishes, with a reason: duties are 0 to 1 of full power."""

    step: str
    target_c: float | None
    heat_duty: float = 0.0
    cool_duty: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A condition that wants a person. `key` names it stably within a tank ("beer: silent")."""

    key: str
    severity: Severity
    text: str
    since: float


@dataclass(frozen=True, slots=True)
class Command:
    """What the interlocks permit: the only thing outputs obey."""

    heat_duty: float = 0.0
    cool_duty: float = 0.0
    why: str = ""
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as an operator would say it. `id` is unique for ever."""

    id: str
    at: float
    tank: str
    kind: str
    severity: Severity
    text: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All that went into and came out of one tick of one tank: stored, published, replayed."""

    at: float
    tank: str
    readings: tuple[Reading, ...]
    state: TankState
    forecast: Forecast
    demand: Demand
    command: Command
