"""What is said of batches, present and past: the pages of the list, and the record of one that somebody asked for.

`brewpi/<site>/batches/<page>`, retained: `PAGE` batches each in the order in which they began, so that only the last
page changes. `brewpi/<site>/batches/command/record` asks for one, `brewpi/<site>/batches/record` is the answer. Pure.
"""

from __future__ import annotations

from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from brewpi.mqtt.command_values import Id
from brewpi.mqtt.payloads import MarkPayload, MeasuredColumns
from brewpi.mqtt.wire_types import Count, Hours, Listed, Maybe, Payload, Sg, Share, Text, Time

LARGEST_PAGE = 32_768  # bytes that a reader keeps of a message; our broker takes twice as much
PAGE = 36  # batches: a page of the longest names is smaller
MOST_PAGES = 60
BATCHES = "batches"


class ListedBatch(Payload):
    """One of the list. og, fg: what is known last; complete_h: hours from its first reading to completion; forecasts:
    how many were judged, their median error, the share inside of their interval."""

    id: Text
    tank: Text
    name: Text = ""
    style: Text | None = None
    yeast: Text | None = None
    medium: Text | None = None
    og: Maybe[Sg] = None
    fg: Maybe[Sg] = None
    started_at: Time
    ended_at: Maybe[Time] = None
    complete_h: Maybe[Hours] = None
    forecasts: Count = 0
    median_abs_error_h: Maybe[Hours] = None
    inside_interval: Maybe[Share] = None


class BatchPage(Payload):
    """A page of the list."""

    batches: Listed[ListedBatch]


class RecordRequest(BaseModel):
    """What is asked for: a batch. from_h: hours since its first reading from which on every reading is wanted; without,
    the whole curve thinned."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    id: Id
    issued_at: AwareDatetime
    batch: str = Field(min_length=1, max_length=100)
    from_h: float | None = Field(default=None, ge=0.0, le=1e6)


class RecordPayload(Payload):
    """The answer: `id` is that of the request. first_reading_at: what hours count from, of a batch without a reading
    its beginning. next_h: where the readings go on that did not fit; why: there is no such batch."""

    id: Text
    batch: Text
    why: Text | None = None
    first_reading_at: Maybe[Time] = None
    measured: MeasuredColumns = Field(default_factory=MeasuredColumns)
    next_h: Maybe[Hours] = None
    marks: Listed[MarkPayload] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_a_start(self) -> Self:
        if self.measured.hours and self.first_reading_at is None:
            raise ValueError("hours since when?")
        return self
