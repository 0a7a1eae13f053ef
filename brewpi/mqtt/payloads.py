"""What is said on each topic: one schema, which the cellar writes by and everybody else reads by. Pure.

Anybody may publish on a broker. What a reader does not know is left out; what has not the form of its topic is refused
whole; a number or a time that cannot be true is absent, wherever it may be absent, and refused where it may not. So
whatever was read can be drawn, added and compared without a second look.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)

from brewpi.mqtt.wire_types import Celsius, Count, Hours, Listed, Maybe, Sg, Share, Text, Time, Volume
from brewpi.quantities import DERIVED, QUANTITIES, Quantity

P = TypeVar("P", bound="Payload")


class Payload(BaseModel):
    """A topic, or a part of one."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    def json_text(self) -> str:
        """As it goes to the broker: compact, without what was not said."""
        return self.model_dump_json(exclude_unset=True)


def read(schema: type[P], payload: bytes | Mapping[str, Any]) -> P | None:
    """What a message says; None for what has not the form of its topic. Never raises."""
    with suppress(ValidationError):
        if isinstance(payload, bytes):
            return schema.model_validate_json(payload)
        return schema.model_validate(payload)
    return None


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
    """The same in time."""

    p10: Time
    p50: Time
    p90: Time


class AlarmPayload(Payload):
    """What is wrong, and what to do."""

    key: Text
    severity: Text
    text: Text
    since: Maybe[Time] = None
    todo: Text | None = None
    acknowledged_by: Text | None = None


class AskPayload(Payload):
    """What waits for somebody."""

    key: Text
    action: Text
    standing: Text
    text: Text
    since: Maybe[Time] = None


class PermissivePayload(Payload):
    """One condition of the drain."""

    name: Text
    ok: bool
    text: Text


class DrainPayload(Payload):
    """Where the transfer is."""

    state: Text
    why: Text = ""
    permissives: Listed[PermissivePayload] = []


class DosePayload(Payload):
    """One dose of nutrient."""

    number: Count
    standing: Text
    volume_ml: Volume
    given_ml: Volume
    at: Maybe[Time] = None


class BatchPayload(Payload):
    """What is in the tank."""

    id: Text = ""
    name: Text = ""
    medium: Text | None = None
    style: Text | None = None
    yeast: Text | None = None
    og: Maybe[Sg] = None
    expected_attenuation: Maybe[Annotated[float, Field(ge=0.0, le=2.0)]] = None
    started_at: Maybe[Time] = None


class ConditionPayload(Payload):
    """One thing that the step waits for, and why it waits. `path` is where it stands among all and any."""

    path: Text = ""
    kind: Text = ""
    met: bool
    text: Text


class StatePayload(Payload):
    """The topic `state`. `measured` stands in it field by field, each under the name of its row in `quantities.py`;
    numbers outside of their row are null."""

    at: Time
    measured: dict[str, float | None] = {}
    plato: float | None = None
    attenuation: float | None = None
    target_c: float | None = None
    step: Text | None = None
    heat_duty: float | None = None
    cool_duty: float | None = None
    why: Text | None = None
    alarms: Listed[AlarmPayload] = []
    stale_s: dict[str, Maybe[Annotated[float, Field(ge=0.0, le=1e10)]]] = {}
    batch: Maybe[BatchPayload] = None
    step_since: Maybe[Time] = None
    next_step: Text | None = None
    conditions: Listed[ConditionPayload] = []
    modes: dict[str, Text] = {}
    asks: Listed[AskPayload] = []
    switches: dict[str, bool | None] = {}
    doses: Listed[DosePayload] = []
    drain: Maybe[DrainPayload] = None

    @model_validator(mode="before")
    @classmethod
    def _by_their_rows(cls, said: Any) -> Any:
        """Numbers as their rows allow; those that are measured, together."""
        if not isinstance(said, dict):
            return said
        fields = dict(said)
        rows = [row for row in QUANTITIES.values() if not row.binary and row.name in fields]
        measured = {row.name: row.believable(fields.pop(row.name)) for row in rows}
        for row in DERIVED.values():
            head, _, tail = row.path.partition(".")
            part = fields.get(head)
            if not tail and head in fields:
                fields[head] = row.believable(part)
            elif isinstance(part, dict) and tail in part:
                fields[head] = {**part, tail: row.believable(part[tail])}
        return {**fields, "measured": measured}

    @model_serializer(mode="wrap")
    def _side_by_side(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = write(self)
        return {**fields.pop("measured", {}), **fields}

    def number(self, row: Quantity) -> float | None:
        """What it says of a row; of a switch 1 or 0. None where it says nothing."""
        head, _, tail = row.path.partition(".")
        part = self.measured.get(head) if head in QUANTITIES else getattr(self, head, None)
        value = part.get(tail) if isinstance(part, dict) else part
        return None if value is None else float(value)

    @property
    def sg(self) -> float | None:
        """Specific gravity."""
        return self.measured.get("sg")

    @property
    def beer_c(self) -> float | None:
        """Of the beer."""
        return self.measured.get("beer_c")


class ForecastPayload(Payload):
    """The topic `forecast`."""

    at: Time
    expires_at: Time
    at_h: Maybe[Hours] = None
    sg: Maybe[Sg] = None
    source: Text
    remaining_h: Maybe[HoursBand] = None
    rest_h: Maybe[HoursBand] = None
    complete_at: Maybe[Times] = None
    rest_at: Maybe[Times] = None
    final_sg: Maybe[SgBand] = None
    p_stuck: Maybe[Share] = None
    model: Text | None = None
    why: Text | None = None


class MeasuredColumns(Payload):
    """Columns of the batch so far."""

    hours: list[Hours] = []
    sg: list[Sg] = []
    beer_c: list[Celsius | None] = []


class BandColumns(Payload):
    """Columns of a band ahead."""

    hours: list[Hours]
    sg_p10: list[Sg]
    sg_p50: list[Sg]
    sg_p90: list[Sg]


class EarlierPayload(Payload):
    """A forecast of before: when it was said, when it would be complete, and its likely way there."""

    at_h: Hours
    source: Text = ""
    complete_h: HoursBand
    hours: list[Hours] = []
    sg: list[Sg] = []


class MarkPayload(Payload):
    """A step begun or a dose given, in hours since the batch's first reading."""

    hours: Hours
    kind: Text
    text: Text


class CurvePayload(Payload):
    """The topic `curve`."""

    at: Maybe[Time] = None
    started_at: Maybe[Time] = None
    measured: MeasuredColumns
    forecast: Maybe[BandColumns] = None
    marks: Listed[MarkPayload] = []
    earlier: Listed[EarlierPayload] = []


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


class EventPayload(Payload):
    """The topic `event`. `key` and `todo` are those of an alarm; there are more details, another for each kind."""

    id: Text | None = None
    at: Time
    kind: Text = ""
    severity: Text = "info"
    text: Text
    key: Text = ""
    todo: Text = ""


class AckPayload(Payload):
    """The answer to a command."""

    id: Text | None = None
    ok: bool
    why: Text | None = None


class Figures(Payload):
    """Part of the scorecard."""

    forecasts: Count = 0
    median_abs_error_h: Maybe[Hours] = None
    inside_interval: Maybe[Share] = None


class Judged(Payload):
    """One forecast of a finished batch; `error_h` is said less true, positive where the beer was done sooner."""

    way: Share
    error_h: Hours
    inside: bool


class ScorecardPayload(Figures):
    """The topic `scorecard`; `latest` has the forecasts of each batch, the oldest first."""

    at: Maybe[Time] = None
    batches: Count
    by_way: dict[str, Figures] = {}
    latest: list[Listed[Judged]] = []


TOPICS: dict[str, type[Payload]] = {
    "state": StatePayload, "forecast": ForecastPayload, "curve": CurvePayload, "what_if": WhatIfPayload,
    "event": EventPayload, "ack": AckPayload, "scorecard": ScorecardPayload,
}  # fmt: skip
