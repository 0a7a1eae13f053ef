"""What passes from sensor to output, frozen and typed, units in the names.

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

from brewpi.media import Medium

Array = NDArray[np.float64]
Source = str  # "model", "curve" (the fitted curves, failing the model), "none", or the own word of another forecaster
Severity = Literal["info", "warning", "alarm"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One number from one sensor: `quantity` is a row of `quantities.py`, `value` is in that row's unit.

    `sensor` is the name under `[tanks.<tank>.sensors]`; the tank fills it in. `raw`: what was read, where a calibration
    made `value` of it.
    """

    at: float
    quantity: str
    value: float
    sensor: str = ""
    raw: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The latest believed value of a quantity: filtered, with the time of the newest reading behind it."""

    value: float
    at: float
    raw: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a sensor is not believed at the moment, in an operator's words; `kind` is a short stable word
    (`silent`, `implausible`, `misread`, `frozen`, `twin`, `error`)."""

    sensor: str
    quantity: str
    kind: str
    text: str
    since: float


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """What past batches of the same site were like; all of it optional input to the forecast."""

    batches: int
    duration_h: float
    attenuation: float
    half_drop_h: float


@dataclass(frozen=True, slots=True)
class Addition:
    """Fruit or sugar that went into a batch: `points` is what it adds to the gravity, in 0.001 SG."""

    at: float
    what: str
    points: float


@dataclass(frozen=True, slots=True)
class Batch:
    """What is known of a batch beside its readings. Everything but `started_at` may be unknown.

    started_at: pitched; readings_since: from when on the tank's gravity readings are its own, if not from then.
    """

    started_at: float
    id: str = ""
    name: str = ""
    medium: Medium | None = None
    og: float | None = None
    expected_attenuation: float | None = None
    style: str | None = None
    yeast: str | None = None
    yeast_low_c: float | None = None
    yeast_high_c: float | None = None
    additions: tuple[Addition, ...] = ()
    readings_since: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BatchSeries:
    """A batch so far, as features, labels and curves read it.

    hours: (n,) since the first reading, non-decreasing; sg: (n,) specific gravity;
    temp_c: (n,) beer temperature, NaN where absent. `og` is a declared original gravity;
    brand: what the beer is called, with or without its number; added_h: when something that ferments was last added,
    where that was told: all that was added counts in `sg` as there from the start. pitched_h: how long before its
    first reading it was pitched, where that is known.
    """

    hours: Array
    sg: Array
    temp_c: Array
    og: float | None = None
    medium: str | None = None
    expected_attenuation: float | None = None
    style: str | None = None
    yeast: str | None = None
    brand: str | None = None
    planned_temp_c: float | None = None
    site_history: SiteHistory | None = None
    added_h: float | None = None
    pitched_h: float | None = None

    @property
    def told(self) -> tuple[object, ...]:
        """What is known of it beside its readings, but for the planned temperature: with the same readings, two that
        are told the same are forecast alike."""
        return (
            self.og, self.medium, self.expected_attenuation, self.style, self.yeast, self.brand, self.site_history,
            self.added_h, self.pitched_h,
        )  # fmt: skip

    def until(self, at_h: float) -> BatchSeries:
        """The same series with the readings up to and including `at_h` hours, and nothing later."""
        if not self.hours.size or self.hours[-1] <= at_h:
            return self
        return self.first(int(self.hours.searchsorted(at_h, side="right")))

    def first(self, count: int) -> BatchSeries:
        """The same series with its first `count` readings."""
        if count >= self.hours.size:
            return self
        return replace(self, hours=self.hours[:count], sg=self.sg[:count], temp_c=self.temp_c[:count])

    def without_first(self, count: int) -> BatchSeries:
        """The same series, hours and all, without its first `count` readings."""
        return replace(self, hours=self.hours[count:], sg=self.sg[count:], temp_c=self.temp_c[count:])


@dataclass(frozen=True, slots=True)
class Interval:
    """An 80 % interval with its median."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Assumed:
    """The medium that a forecast took for granted because nobody had said it, and how likely the curve makes it."""

    medium: str
    share: float

    def fields(self) -> dict[str, str | float]:
        """As it is printed and published."""
        return {"medium": self.medium, "share": round(self.share, 3)}


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of a batch, said at `at_h` hours after its first reading.

    `remaining_h`: hours to completion, `rest_h`: hours to the rest cue, 0 once passed; `final_sg`: terminal
    gravity. All three are None when `source` is "none", and `why` then says what is missing. `actionable`: recipe,
    drain and what-if may go by it; without, it is for people to see. `planned_c`: the temperature that it counts on
    until completion, None where nobody plans one.
    """

    at_h: float
    sg: float | None
    source: Source
    remaining_h: Interval | None = None
    rest_h: Interval | None = None
    final_sg: Interval | None = None
    p_stuck: float | None = None
    why: str | None = None
    model: str | None = None
    assumed: Assumed | None = None
    actionable: bool = False
    planned_c: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether even the late end of the interval has passed."""
        return self.remaining_h is not None and self.remaining_h.p90 <= 0.0


Phase = Literal["empty", "filled", "fermenting", "done", "stuck", "emptied", "unknown"]  # `estimation/life_cycle.py`


@dataclass(frozen=True, slots=True)
class EndedBatch:
    """What was in a tank before somebody emptied it. og: told or measured; fg: where gravity ended, None if unread."""

    id: str
    name: str
    started_at: float
    ended_at: float
    medium: Medium | None = None
    style: str | None = None
    og: float | None = None
    fg: float | None = None


Action = Literal["step", "dose", "drain"]
DoseStanding = Literal["intended", "given", "part", "uncertain", "by_hand"]


@dataclass(frozen=True, slots=True)
class Dose:
    """One addition of nutrient. `id` is unique for ever: the same id is never pumped twice.

    standing: intended (written down, the pump may be turning), given, part (stopped on the way), uncertain (nobody
    knows: the power went while it was given; counts as given in full), by_hand.
    """

    id: str
    at: float
    number: int
    volume_ml: float
    nitrogen_mg_l: float
    standing: DoseStanding
    given_ml: float = 0.0

    @property
    def counted_ml(self) -> float:
        """What the totals count: all of it unless less is known to have been given."""
        return self.given_ml if self.standing in ("given", "part", "by_hand") else self.volume_ml


@dataclass(frozen=True, slots=True)
class TankState:
    """What is believed about one tank now: the only thing recipe, interlocks and forecaster look at.

    measured: by quantity, only what has ever been read and believed (look at `age_s` before use);
    history: thinned (at, sg, beer_c) for the forecast, sg never NaN, beer_c NaN where unknown;
    doses: of the batch, oldest first; doses_before: of earlier batches, a day old at the most when this one began, for
    what a tank gets within a day is limited whatever the batch is called; last_batch: that which ended before.
    """

    batch: Batch | None = None
    measured: Mapping[str, Measured] = field(default_factory=lambda: MappingProxyType({}))
    faults: tuple[Fault, ...] = ()
    history: tuple[tuple[float, float, float], ...] = ()
    doses: tuple[Dose, ...] = ()
    doses_before: tuple[Dose, ...] = ()
    last_batch: EndedBatch | None = None

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


AskStanding = Literal["advised", "asked", "announced", "confirmed", "vetoed"]


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """Something that the recipe would do, and how far it is with the people who decide.

    advised: said, nothing follows; asked: waits for `confirm`; announced: happens unless somebody sends `veto`;
    times: how often it has been said because nobody answered; effect: what a yes would do (`step` and its
    `target_c`, or `volume_ml`).
    """

    key: str
    action: Action
    text: str
    since: float
    standing: AskStanding
    times: int = 1
    effect: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class DoseRequest:
    """A dose that the recipe wants given now, all questions answered."""

    id: str
    number: int
    volume_ml: float
    nitrogen_mg_l: float
    portion_ml: float
    pause_s: float
    why: str


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """The recipe's transfer step is reached; what its gravity has to show first, over `window_h`."""

    window_h: float
    change_sg: float
    min_attenuation: float
    target_c: float | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition of the running recipe step, with the number that decides. `path` is where it stands among all and
    any ("all.1.any.0"; "" if it is the only one)."""

    path: str
    kind: str
    met: bool
    text: str


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """What the recipe wishes, with a reason: duties by role, 0 to 1 of full power.

    target_c is where the setpoint is on its ramp, target_goal_c where that ends: what somebody set.
    asks: what waits for an operator; modes: by action, how much may be done without one; step_since, following and
    requirements: since when the recipe's step runs, the step after it, and what has to be so before that begins.
    """

    step: str
    target_c: float | None
    duties: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    why: str = ""
    dose: DoseRequest | None = None
    transfer: TransferRequest | None = None
    asks: tuple[ApprovalRequest, ...] = ()
    modes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    step_since: float | None = None
    following: str | None = None
    requirements: tuple[Requirement, ...] = ()
    target_goal_c: float | None = None

    def duty(self, role: str) -> float:
        """What is asked of one output."""
        return self.duties.get(role, 0.0)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A condition that wants a person. `key` names it stably within a tank ("beer: silent").

    todo: what to do, in one sentence; times: how often it was said because nobody has acknowledged it.
    """

    key: str
    severity: Severity
    text: str
    since: float
    todo: str = ""
    acknowledged_by: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Permissive:
    """One of the things that have to be true before a valve opens, with the value that decides."""

    name: str
    met: bool
    text: str


DrainStanding = Literal["closed", "armed", "confirmed", "open"]


@dataclass(frozen=True, slots=True)
class Drain:
    """The transfer as an operator reads it: closed -> armed -> confirmed -> open -> closed (done | aborted: why)."""

    standing: DrainStanding
    why: str
    permissives: tuple[Permissive, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """What the interlocks permit: the only thing outputs obey. Without a drain valve `drain` is None.

    duties: of each output that the tank has, by role, 0 to 1; a pump is not among them, it gives the `dose`.
    """

    duties: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    why: str = ""
    alarms: tuple[Alarm, ...] = ()
    dose: DoseRequest | None = None
    dose_why: str = ""
    drain: Drain | None = None

    def duty(self, role: str) -> float:
        """Of one output; 0 of one that is not there."""
        return self.duties.get(role, 0.0)


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
class ControlInput:
    """What reached the control of a tank in a tick beside measurements, with all that it takes to do it again: a
    command, or what `cellar/control_journal.py` names. refused: why it was not done."""

    kind: str
    fields: Mapping[str, object]
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class SensorReading:
    """The last that one sensor has read of a quantity, and who has calibrated it since when; `by` is None where the
    config says it, and `how` where nobody does."""

    last: Reading
    how: str | None = None
    by: str | None = None
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All that went into and came out of one tick of one tank: stored, published, replayed.

    shared: which of the outputs that it shares with other tanks are on, by name.
    """

    at: float
    tank: str
    readings: tuple[Reading, ...]
    state: TankState
    forecast: Forecast
    demand: ControlRequest
    command: Command
    inputs: tuple[ControlInput, ...] = ()
    shared: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    phase: Phase | None = None  # where the batch is in its life
    sensors: tuple[SensorReading, ...] = ()
