"""What a tank says, by topic, as the board reads it. Pure.

Anybody may publish on a broker: what does not have the form of the contract is left out, and what the contract adds
later is no mistake.
"""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Heard(BaseModel):
    """A payload."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class Band(Heard):
    """An 80 % interval."""

    p10: float
    p50: float
    p90: float


class Times(Heard):
    """The same in time."""

    p10: AwareDatetime
    p50: AwareDatetime
    p90: AwareDatetime


class Alarm(Heard):
    """What is wrong, and what to do."""

    key: str
    severity: str
    text: str
    since: AwareDatetime | None = None
    todo: str | None = None
    acknowledged_by: str | None = None


class Ask(Heard):
    """What waits for somebody."""

    key: str
    action: str
    standing: str
    text: str


class Permissive(Heard):
    """One condition of the drain."""

    name: str
    ok: bool
    text: str


class Drain(Heard):
    """Where the transfer is."""

    state: str
    why: str = ""
    permissives: list[Permissive] = []


class Dose(Heard):
    """One dose of nutrient."""

    number: int
    standing: str
    volume_ml: float
    given_ml: float
    at: AwareDatetime | None = None


class Batch(Heard):
    """What is in the tank."""

    name: str = ""
    style: str | None = None
    medium: str | None = None
    yeast: str | None = None
    og: float | None = None
    started_at: AwareDatetime | None = None


class Condition(Heard):
    """One thing that the step waits for, and why it waits. `path` is where it stands among all and any."""

    path: str = ""
    kind: str = ""
    met: bool
    text: str


class State(Heard):
    """The topic `state`."""

    at: AwareDatetime
    batch: Batch | None = None
    beer_c: float | None = None
    room_c: float | None = None
    sg: float | None = None
    target_c: float | None = None
    attenuation: float | None = None
    step: str | None = None
    step_since: AwareDatetime | None = None
    next_step: str | None = None
    conditions: list[Condition] = []
    heat_duty: float = 0.0
    cool_duty: float = 0.0
    why: str | None = None
    alarms: list[Alarm] = []
    asks: list[Ask] = []
    modes: dict[str, str] = {}
    doses: list[Dose] = []
    drain: Drain | None = None
    switches: dict[str, bool | None] = {}
    stale_s: dict[str, float | None] = {}


class Forecast(Heard):
    """The topic `forecast`."""

    at: AwareDatetime
    expires_at: AwareDatetime
    source: str
    complete_at: Times | None = None
    rest_at: Times | None = None
    final_sg: Band | None = None
    p_stuck: float | None = None
    why: str | None = None


class Measured(Heard):
    """Columns of the batch so far."""

    hours: list[float] = []
    sg: list[float] = []
    beer_c: list[float | None] = []


class Bundle(Heard):
    """Columns of a band ahead."""

    hours: list[float]
    sg_p10: list[float]
    sg_p50: list[float]
    sg_p90: list[float]


class Earlier(Heard):
    """A forecast of before: when it was said, when it would be complete, and its likely way there."""

    at_h: float
    complete_h: Band
    hours: list[float] = []
    sg: list[float] = []


class Mark(Heard):
    """A step begun or a dose given, in hours since the batch's first reading."""

    hours: float
    kind: str
    text: str


class Curve(Heard):
    """The topic `curve`."""

    started_at: AwareDatetime | None = None
    measured: Measured
    forecast: Bundle | None = None
    earlier: list[Earlier] = []
    marks: list[Mark] = []


class Hold(Heard):
    """One temperature that could be held from now on, and what it would change."""

    hold_c: float
    complete_at: Times
    rest_at: Times | None = None


class Planned(Heard):
    """The forecast as it stands, without another temperature."""

    complete_at: Times | None = None


class WhatIf(Heard):
    """The topic `what_if`: the same model asked for other temperatures."""

    at: AwareDatetime
    expires_at: AwareDatetime | None = None
    beer_c: float | None = None
    target_c: float | None = None
    planned: Planned | None = None
    holds: list[Hold]
    why: str | None = None


class Event(Heard):
    """The topic `event`."""

    at: AwareDatetime
    kind: str = ""
    severity: str = "info"
    text: str


class Ack(Heard):
    """The answer to a command."""

    id: str | None = None
    ok: bool
    why: str | None = None


class Figures(Heard):
    """Part of the scorecard."""

    forecasts: int = 0
    median_abs_error_h: float | None = None
    inside_interval: float | None = None


class Judged(Heard):
    """One forecast of a finished batch; `error_h` is said less true, positive where the beer was done sooner."""

    way: float
    error_h: float
    inside: bool


class Scorecard(Figures):
    """The topic `scorecard`; `latest` has the forecasts of each batch, the oldest first."""

    batches: int
    by_way: dict[str, Figures] = {}
    latest: list[list[Judged]] = []


WORDS: dict[str, type[Heard]] = {
    "state": State, "forecast": Forecast, "curve": Curve, "what_if": WhatIf, "event": Event, "ack": Ack
}  # fmt: skip
