"""The topic `state`: its schema follows from the rows of `quantities.py`. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from brewpi.mqtt.wire_types import Celsius, Count, Listed, Maybe, MessagePayload, Payload, Sg, Text, Time, Volume
from brewpi.quantities import DERIVED, QUANTITIES, Quantity, published_rows


class AlarmPayload(Payload):
    """What is wrong, and what to do."""

    key: Text
    severity: Text
    text: Text
    message: Maybe[MessagePayload] = None
    since: Maybe[Time] = None
    todo: Text | None = None
    acknowledged_by: Text | None = None


class AskPayload(Payload):
    """What waits for somebody, and what a yes would do: the step that begins with its setpoint, or the dose."""

    key: Text
    action: Text
    standing: Text
    text: Text
    message: Maybe[MessagePayload] = None
    since: Maybe[Time] = None
    step: Text | None = None
    target_c: Maybe[Celsius] = None
    volume_ml: Maybe[Volume] = None


class PermissivePayload(Payload):
    """One condition of the drain."""

    name: Text
    ok: bool
    text: Text
    message: Maybe[MessagePayload] = None


class DrainPayload(Payload):
    """Where the transfer is."""

    state: Text
    why: Text = ""
    message: Maybe[MessagePayload] = None
    permissives: Listed[PermissivePayload] = Field(default_factory=list)


class DosePayload(Payload):
    """One dose of nutrient."""

    number: Count
    standing: Text
    volume_ml: Volume
    given_ml: Volume
    at: Maybe[Time] = None


class BatchPayload(Payload):
    """What is in the tank. og: as declared; original_sg: what attenuation and alcohol go by, which is measured where
    nothing was declared or the readings contradict it."""

    id: Text = ""
    name: Text = ""
    medium: Text | None = None
    style: Text | None = None
    yeast: Text | None = None
    og: Maybe[Sg] = None
    original_sg: Maybe[Sg] = None
    expected_attenuation: Maybe[Annotated[float, Field(ge=0.0, le=2.0)]] = None
    started_at: Maybe[Time] = None


class LastBatchPayload(Payload):
    """What was in a tank before somebody emptied it. `fg` is where gravity ended; `sg` is the same number, for readers
    that know it by its first name."""

    id: Text = ""
    name: Text = ""
    medium: Text | None = None
    style: Text | None = None
    og: Maybe[Sg] = None
    sg: Maybe[Sg] = None
    fg: Maybe[Sg] = None
    started_at: Maybe[Time] = None
    ended_at: Maybe[Time] = None


class ConditionPayload(Payload):
    """One thing that the step waits for, and why it waits. `path` is where it stands among all and any."""

    path: Text = ""
    kind: Text = ""
    met: bool
    text: Text
    message: Maybe[MessagePayload] = None


class SensorPayload(Payload):
    """The last that a sensor has read of a quantity: `value` is what is believed, `raw` what was read; `calibration` as
    the config has it, with who said it (null: the config) and since when."""

    sensor: Text
    quantity: Text
    value: Annotated[float, Field(ge=-1e6, le=1e6)]
    raw: Annotated[float, Field(ge=-1e6, le=1e6)]
    at: Time
    calibration: Text | None = None
    by: Text | None = None
    since: Maybe[Time] = None


class StatePayload(Payload):
    """The topic `state`. `measured` stands in it field by field, each under the name of its row in `quantities.py`;
    numbers outside of their row are null. `outputs`: the roles of those that the tank has; null where nobody says."""

    at: Time
    measured: dict[str, float | None] = Field(default_factory=dict)
    plato: float | None = None
    attenuation: float | None = None
    real_attenuation: float | None = None
    abv_pct: float | None = None
    rate_points_per_day: dict[str, float | None] = Field(default_factory=dict)
    target_goal_c: float | None = None
    target_c: float | None = None
    step: Text | None = None
    heat_duty: float | None = None
    cool_duty: float | None = None
    why: Text | None = None
    message: Maybe[MessagePayload] = None
    alarms: Listed[AlarmPayload] = Field(default_factory=list)
    stale_s: dict[str, Maybe[Annotated[float, Field(ge=0.0, le=1e10)]]] = Field(default_factory=dict)
    phase: Text | None = None
    batch: Maybe[BatchPayload] = None
    last_batch: Maybe[LastBatchPayload] = None
    step_since: Maybe[Time] = None
    next_step: Text | None = None
    conditions: Listed[ConditionPayload] = Field(default_factory=list)
    modes: dict[str, Text] = Field(default_factory=dict)
    asks: Listed[AskPayload] = Field(default_factory=list)
    switches: dict[str, bool | None] = Field(default_factory=dict)
    doses: Listed[DosePayload] = Field(default_factory=list)
    drain: Maybe[DrainPayload] = None
    sensors: Listed[SensorPayload] = Field(default_factory=list)
    outputs: Maybe[Listed[Text]] = None

    @model_validator(mode="before")
    @classmethod
    def _by_their_rows(cls, payload: Any) -> Any:
        """Numbers as their rows allow; those that are measured, together."""
        if not isinstance(payload, dict):
            return payload
        fields = dict(payload)
        rows = [row for row in QUANTITIES.values() if not row.binary and row.name in fields]
        measured = {row.name: row.believable(fields.pop(row.name)) for row in rows}
        together: dict[str, dict[str, float | None]] = {}
        for row in DERIVED.values():
            head, _, tail = row.path.partition(".")
            part = fields.get(head)
            if not tail and head in fields:
                fields[head] = row.believable(part)
            elif isinstance(part, dict) and tail in part:
                together.setdefault(head, {})[tail] = row.believable(part[tail])
            elif tail and head in fields:
                together.setdefault(head, {})
        return {**fields, **together, "measured": measured}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With every row that may stand in it, its unit and its range."""
        schema = handler.resolve_ref_schema(handler(core))
        fields: JsonSchemaValue = schema["properties"]
        del fields["measured"]
        for row in published_rows():
            unit = "share of 1" if row.share else row.unit
            number = {"anyOf": [{"type": "number", "minimum": row.low, "maximum": row.high}, {"type": "null"}]}
            about = {"description": f"{row.label}, {unit}" if unit else row.label}
            head, _, tail = row.path.partition(".")
            if not tail:
                fields[head] = {**number, **about}
            else:
                yes_or_no = {"type": ["boolean", "null"]}
                fields[head].setdefault("properties", {})[tail] = {**(yes_or_no if row.binary else number), **about}
        return schema

    @model_serializer(mode="wrap")
    def _side_by_side(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = write(self)
        return {**fields.pop("measured", {}), **fields}

    def number(self, row: Quantity) -> float | None:
        """What it says of a row; of a switch 1 or 0. None where it says nothing."""
        head, _, tail = row.path.partition(".")
        part = self.measured.get(head) if head in QUANTITIES else getattr(self, head, None)
        value = part.get(tail) if isinstance(part, dict) else part
        known = row.worked_out(self.measured) if value is None else value
        return None if known is None else float(known)

    @property
    def set_c(self) -> float | None:
        """What somebody set; of a cellar that does not say, where its setpoint is now."""
        return self.target_c if self.target_goal_c is None else self.target_goal_c

    def may_have(self, role: str) -> bool:
        """Whether the tank has such an output, for all that is known."""
        return self.outputs is None or role in self.outputs

    @property
    def sg(self) -> float | None:
        return self.measured.get("sg")

    @property
    def beer_c(self) -> float | None:
        return self.measured.get("beer_c")
