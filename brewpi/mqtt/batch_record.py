"""A batch as the list says it, and the record of one, from what the store keeps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from statistics import median

import numpy as np

from brewpi.forecast.scorecard import ForecastScore
from brewpi.mqtt.batch_history import is_moment
from brewpi.mqtt.batch_payloads import ListedBatch, RecordPayload, RecordRequest
from brewpi.mqtt.curve import Points, mark, thinned
from brewpi.mqtt.payloads import MeasuredColumns
from brewpi.mqtt.wire_types import when
from brewpi.records import Event
from brewpi.store.kept_batches import KeptBatch

THIN_POINTS = 400
WHOLE_POINTS = 1000  # in an answer of every reading
MARKS_KEPT = 40
LONGEST = {"name": 60, "style": 30, "yeast": 30}  # characters in the list


def listed(kept: KeptBatch, last_sg: float | None, scores: Sequence[ForecastScore], shift_s: float) -> ListedBatch:
    """A row of the list. last_sg: the gravity of the batch that is known last."""
    errors = [abs(score.error_h) for score in scores]
    return ListedBatch.model_validate({
        **{name: value[: LONGEST[name]] if name in LONGEST else value for name, value in kept.facts.items()},
        "id": kept.id, "tank": kept.tank, "fg": kept.facts.get("fg", last_sg),
        "started_at": when(kept.started_at + shift_s),
        "ended_at": None if kept.ended_at is None else when(kept.ended_at + shift_s),
        "forecasts": len(scores),
        "median_abs_error_h": round(median(errors), 1) if errors else None,
        "inside_interval": round(sum(score.inside for score in scores) / len(scores), 3) if scores else None,
    })  # fmt: skip


def record(
    request: RecordRequest, points: Points, events: Iterable[Event], shift_s: float, started_at: float
) -> str:
    """The answer. points: (at, sg, beer_c) of the batch, oldest first; events: of its tank in its time. Hours count
    from the first reading; of a batch that nobody has measured from its beginning, `started_at` (Unix seconds)."""
    start = points[0][0] if points else started_at
    shown, next_h = _wanted(points, start, request.from_h)
    columns = np.array(shown, dtype=np.float64).reshape(-1, 3).T
    measured = MeasuredColumns(
        hours=np.round((columns[0] - start) / 3600.0, 3).tolist(),
        sg=np.round(columns[1], 5).tolist(),
        beer_c=[None if isnan(c) else c for c in np.round(columns[2], 2).tolist()],
    )
    moments = [event for event in events if is_moment(event)][-MARKS_KEPT:] if not request.from_h else []
    return RecordPayload.model_validate({
        "id": request.id, "batch": request.batch, "measured": measured, "next_h": next_h,
        "first_reading_at": when(start + shift_s) if points or moments else None,
        "marks": [mark(moment, start) for moment in moments],
    }).json_text()  # fmt: skip


def refusal(request: RecordRequest, why: str) -> str:
    """The answer to who asks for what is not there."""
    return RecordPayload(id=request.id, batch=request.batch, why=why).json_text()


def _wanted(points: Points, start: float, from_h: float | None) -> tuple[Points, float | None]:
    if from_h is None:
        return thinned(points, THIN_POINTS), None
    left = [point for point in points if point[0] >= start + 3600.0 * from_h - 1.0]
    more = left[WHOLE_POINTS:]
    return left[:WHOLE_POINTS], (more[0][0] - start) / 3600.0 if more else None
