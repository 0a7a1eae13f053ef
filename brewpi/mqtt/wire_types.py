"""What payloads are made of: times, texts and numbers with bounds, for whoever writes and whoever reads them. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

T = TypeVar("T")
P = TypeVar("P", bound="Payload")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a Pi without a clock begins here
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
LONGEST_TEXT = 2000


def when(at: float) -> datetime:
    """Unix seconds as a time that can be published: what no calendar holds is the end of it."""
    if not isfinite(at):
        return LATEST
    return EPOCH + timedelta(seconds=min(max(at, 0.0), (LATEST - EPOCH).total_seconds()))


def iso(at: float | datetime) -> str:
    """Unix seconds or a time as ISO 8601 in UTC, to the millisecond: "2026-05-01T14:30:00.000Z"."""
    moment = at.astimezone(UTC) if isinstance(at, datetime) else when(at)
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def _in_this_century(at: datetime) -> datetime:
    if not EPOCH <= at < LATEST:
        raise ValueError("is no time between 1970 and 2100")
    return at.astimezone(UTC)


def _packed(column: Sequence[float]) -> Sequence[float]:
    return array("d", column)


def _or_none(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


def _those_that_can_be_read(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        if not isinstance(value, list):
            raise
    kept: list[Any] = []
    for item in value:
        with suppress(ValidationError):
            kept += read([item])
    return kept


Time = Annotated[AwareDatetime, AfterValidator(_in_this_century), PlainSerializer(iso, return_type=str)]
Text = Annotated[str, AfterValidator(lambda text: text[:LONGEST_TEXT])]
Hours = Annotated[float, Field(ge=-1e6, le=1e6)]
Sg = Annotated[float, Field(ge=0.5, le=1.5)]
Celsius = Annotated[float, Field(ge=-60.0, le=150.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Volume = Annotated[float, Field(ge=0.0, le=1e9)]
# Columns of numbers, in 8 bytes a number: a list of floats takes 32, and a board keeps a curve of each of 1,000 tanks.
HoursColumn = Annotated[Sequence[Hours], AfterValidator(_packed), PlainSerializer(list, return_type=list[float])]
SgColumn = Annotated[Sequence[Sg], AfterValidator(_packed), PlainSerializer(list, return_type=list[float])]
Maybe = Annotated[T | None, WrapValidator(_or_none)]  # null where it cannot be read
Listed = Annotated[list[T], WrapValidator(_those_that_can_be_read)]  # without those that cannot be read


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


class MessagePayload(Payload):
    """A sentence for who speaks another language: `key` is its English template, `values` what stands in it, each with
    its unit in its name. A value may be a sentence itself."""

    key: Text
    values: dict[str, Annotated[float, Field(ge=-1e9, le=1e9)] | Text | MessagePayload] = Field(default_factory=dict)
