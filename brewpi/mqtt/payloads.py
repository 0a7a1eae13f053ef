"""What is said on each topic: one schema, which the cellar writes by and everybody else reads by. Pure.

Anybody may publish on a broker. What a reader does not know is left out; what has not the form of its topic is refused
whole; a number or a time that cannot be true is absent, wherever it may be absent, and refused where it may not. So
whatever was read can be drawn, added and compared without a second look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pydantic import Field, model_validator

from brewpi.mqtt.state_payload import StatePayload as StatePayload
from brewpi.mqtt.wire_types import (
    Celsius,
    Count,
    Hours,
    HoursColumn,
    Listed,
    Maybe,
    MessagePayload,
    P,
    Payload,
    Sg,
    SgColumn,
    Share,
    Text,
    Time,
)
from brewpi.mqtt.wire_types import read as read


class HoursBand(Payload):
    """An 80 % interval with its median."""

    p10: Hours
    p50: Hours
    p90: Hours


class SgBand(Payload):
    """The same of a gravity."""

    p10: Sg
    p50: Sg
    p90: Sg


class Times(Payload):
    """Moments of completion: p10, p50 and p90."""

    p10: Time
    p50: Time
    p90: Time


class AssumedPayload(Payload):
    """The medium that was taken for granted because nobody had told it, and how likely the readings make it."""

    medium: Text
    share: Share


class ForecastPayload(Payload):
    """The topic `forecast`."""

    at: Time
    expires_at: Time
    at_h: Maybe[Hours] = None
    sg: Maybe[Sg] = None
    source: Text
    actionable: bool = False
    planned_c: Maybe[Celsius] = None
    remaining_h: Maybe[HoursBand] = None
    rest_h: Maybe[HoursBand] = None
    complete_at: Maybe[Times] = None
    rest_at: Maybe[Times] = None
    final_sg: Maybe[SgBand] = None
    p_stuck: Maybe[Share] = None
    model: Text | None = None
    assumed: Maybe[AssumedPayload] = None
    why: Text | None = None
    message: Maybe[MessagePayload] = None


def _of_one_length(payload: P, *columns: Sequence[object]) -> P:
    if len({len(column) for column in columns}) > 1:
        raise ValueError("columns have to be of one length")
    return payload


class MeasuredColumns(Payload):
    """Columns of the batch so far."""

    hours: HoursColumn = Field(default_factory=list)
    sg: SgColumn = Field(default_factory=list)
    beer_c: list[Celsius | None] = Field(default_factory=list)

    @model_validator(mode="after")
    def _side_by_side(self) -> Self:
        return _of_one_length(self, self.hours, self.sg, self.beer_c or self.hours)


class BandColumns(Payload):
    """Columns of a band ahead."""

    hours: HoursColumn
    sg_p10: SgColumn
    sg_p50: SgColumn
    sg_p90: SgColumn

    @model_validator(mode="after")
    def _side_by_side(self) -> Self:
        return _of_one_length(self, self.hours, self.sg_p10, self.sg_p50, self.sg_p90)


class EarlierPayload(Payload):
    """A forecast of before: when it was said, when it would be complete, and its likely way there."""

    at_h: Hours
    source: Text = ""
    complete_h: HoursBand
    hours: HoursColumn = Field(default_factory=list)
    sg: SgColumn = Field(default_factory=list)

    @model_validator(mode="after")
    def _side_by_side(self) -> Self:
        return _of_one_length(self, self.hours, self.sg)


class MarkPayload(Payload):
    """A step begun or a dose given, in hours since the batch's first reading."""

    hours: Hours
    kind: Text
    text: Text
    message: Maybe[MessagePayload] = None


class CurvePayload(Payload):
    """The topic `curve`."""

    at: Maybe[Time] = None
    started_at: Maybe[Time] = None
    measured: MeasuredColumns
    forecast: Maybe[BandColumns] = None
    marks: Listed[MarkPayload] = Field(default_factory=list)
    earlier: Listed[EarlierPayload] = Field(default_factory=list)


class HoldPayload(Payload):
    """One temperature that could be held from now on, and what it would change."""

    hold_c: Celsius
    remaining_h: Maybe[HoursBand] = None
    rest_h: Maybe[HoursBand] = None
    complete_at: Times
    rest_at: Maybe[Times] = None


class PlannedPayload(Payload):
    """The forecast as it stands, without another temperature."""

    remaining_h: Maybe[HoursBand] = None
    rest_h: Maybe[HoursBand] = None
    complete_at: Maybe[Times] = None
    rest_at: Maybe[Times] = None


class WhatIfPayload(Payload):
    """The topic `what_if`: the same model asked for other temperatures."""

    at: Time
    expires_at: Maybe[Time] = None
    source: Text = ""
    beer_c: Maybe[Celsius] = None
    target_c: Maybe[Celsius] = None
    planned: Maybe[PlannedPayload] = None
    holds: Listed[HoldPayload]
    why: Text | None = None
    message: Maybe[MessagePayload] = None


class EventPayload(Payload):
    """The topic `event`. `key` and `todo` are those of an alarm, `command`, `command_id` and `by` those of a
    command, `reading` the one that a `forget_reading` takes back; there are more details, another for each kind."""

    id: Text | None = None
    at: Time
    kind: Text = ""
    severity: Text = "info"
    text: Text
    message: Maybe[MessagePayload] = None
    key: Text = ""
    todo: Text = ""
    command: Text = ""
    command_id: Text = ""
    by: Text | None = None
    reading: Text = ""


class AckPayload(Payload):
    """The answer to a command."""

    id: Text | None = None
    ok: bool
    why: Text | None = None
    message: Maybe[MessagePayload] = None


class Figures(Payload):
    """How forecasts turned out: a part of the scorecard."""

    forecasts: Count = 0
    median_abs_error_h: Maybe[Hours] = None
    inside_interval: Maybe[Share] = None


class Judged(Payload):
    """One forecast of a finished batch; `error_h` is said less true, positive where the beer was done sooner."""

    way: Share
    error_h: Hours
    inside: bool


class ShadowScores(Figures):
    """A candidate model, never acted on, beside the one in use (`champion`) on the same forecasts of the same batches;
    `nearer`: in how many of them the candidate was nearer to the truth."""

    name: Text = ""
    batches: Count = 0
    nearer: Count = 0
    champion: Maybe[Figures] = None


class CardAccuracyPayload(Payload):
    """What the card of a model says of batches that it had not seen."""

    median_abs_error_h: Maybe[Hours] = None
    inside_interval: Maybe[Share] = None


class LiveScores(Figures):
    """The model in use, over the latest batches that it saw from their beginning, beside what its card promised;
    `worse`: by more than chance, so that it is time to retrain."""

    name: Text = ""
    batches: Count = 0
    promised: Maybe[CardAccuracyPayload] = None
    worse: bool = False


class ScorecardPayload(Figures):
    """The topic `scorecard`; `by_sensor`, from ten batches on, goes by the kind of sensor of gravity; `latest` has
    the forecasts of each batch, the oldest first; `shadow` is there while a candidate forecasts beside the model in
    use, `live` where that one's card promises something."""

    at: Maybe[Time] = None
    batches: Count
    by_way: dict[str, Figures] = Field(default_factory=dict)
    by_sensor: dict[str, Figures] = Field(default_factory=dict)
    latest: list[Listed[Judged]] = Field(default_factory=list)
    shadow: Maybe[ShadowScores] = None
    live: Maybe[LiveScores] = None


class RefusedModelPayload(Payload):
    """A model that was not taken, and why."""

    name: Text = ""
    why: Text = ""


class ShadowModelPayload(Payload):
    """A candidate that forecasts beside it and is never acted on; `why`: why it does not, null while it does."""

    name: Text = ""
    sha256: Text | None = None
    since: Maybe[Time] = None
    why: Text | None = None


class ModelPayload(Payload):
    """The topic `model` of a site: what forecasts, since when, and what before it."""

    at: Maybe[Time] = None
    name: Text | None = None
    sha256: Text | None = None
    since: Maybe[Time] = None
    before: Text | None = None
    refused: Maybe[RefusedModelPayload] = None
    shadow: Maybe[ShadowModelPayload] = None


TOPICS: dict[str, type[Payload]] = {
    "state": StatePayload, "forecast": ForecastPayload, "curve": CurvePayload, "what_if": WhatIfPayload,
    "event": EventPayload, "ack": AckPayload, "scorecard": ScorecardPayload,
}  # fmt: skip
