"""The payload of `curve`: enough to draw a batch on connecting, in at most 300 points. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, log

import numpy as np

from brewpi.forecast.scorecard import PastForecast
from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.mqtt.batch_history import BatchHistory
from brewpi.mqtt.payloads import CurvePayload
from brewpi.mqtt.wire_types import when
from brewpi.records import Array, Event, Report

MEASURED_POINTS = 180
BAND_POINTS = 30
EARLIER, EARLIER_POINTS = 8, 6  # with at most 40 marks: 298
LONGEST_TEXT = 160

Points = Sequence[tuple[float, float, float]]


def curve(report: Report, shift_s: float = 0.0, past: BatchHistory | None = None) -> str:
    """The batch so far, thinned, the band of the forecast, marks, and forecasts of earlier; hours since `started_at`.

    The band is drawn, not predicted: from the last gravity down to the quantiles of terminal gravity, each arriving
    when its quantile of the completion time says.
    """
    past = past or BatchHistory()
    history = report.state.history
    start = history[0][0] if history else report.at
    columns = np.array(thinned(history, MEASURED_POINTS), dtype=np.float64).reshape(-1, 3).T
    beer_c: list[float | None] = [None if isnan(c) else c for c in np.round(columns[2], 1).tolist()]
    past.changed = False
    fields = {
        "at": when(report.at + shift_s),
        "started_at": when(start + shift_s) if history else None,
        "measured": {
            "hours": np.round((columns[0] - start) / 3600.0, 2).tolist(),
            "sg": np.round(columns[1], 4).tolist(),
            "beer_c": beer_c,
        },
        "forecast": _bundle(report),
        "marks": [mark(moment, start) for moment in past.moments],
        "earlier": [_earlier(one) for one in past.before(report.forecast.at_h, EARLIER)],
    }
    return CurvePayload.model_validate(fields).json_text()


def mark(moment: Event, start: float) -> dict[str, object]:
    """A moment of a batch whose first reading was at `start`."""
    hours = round((moment.at - start) / 3600.0, 2)
    message = moment.details.get("message")
    translated = {} if message is None else {"message": message}
    return {"hours": hours, "kind": moment.kind, "text": moment.text[:LONGEST_TEXT], **translated}


def _earlier(forecast: PastForecast) -> dict[str, object]:
    """A forecast as it was said at `at_h`: when it would be complete, and its likely way there."""
    hours: list[float] = []
    sg: list[float] = []
    if forecast.sg is not None and forecast.final_sg is not None:
        steps = np.linspace(0.0, max(forecast.p50, 1.0), EARLIER_POINTS)
        hours = np.round(forecast.at_h + steps, 2).tolist()
        sg = np.round(_fall(forecast.sg, forecast.final_sg, forecast.p50, steps), 4).tolist()
    complete_h = {name: round(forecast.at_h + getattr(forecast, name), 2) for name in ("p10", "p50", "p90")}
    at_h = round(forecast.at_h, 2)
    return {"at_h": at_h, "source": forecast.source, "complete_h": complete_h, "hours": hours, "sg": sg}


def thinned(points: Points, most: int) -> Points:
    """Evenly, with the first and the last."""
    if len(points) <= most:
        return points
    step = (len(points) - 1) / (most - 1)
    return [points[round(i * step)] for i in range(most)]


def _bundle(report: Report) -> dict[str, list[float]] | None:
    """Three falls to terminal gravity over a common run of hours: early and low, likely, late and high."""
    forecast, history = report.forecast, report.state.history
    ends, finals = forecast.remaining_h, forecast.final_sg
    if ends is None or finals is None or not history:
        return None
    sg = history[-1][1]
    steps = np.linspace(0.0, max(ends.p90, 1.0), BAND_POINTS)
    columns: dict[str, list[float]] = {"hours": np.round(forecast.at_h + steps, 2).tolist()}
    for name in ("p10", "p50", "p90"):
        fall = _fall(sg, getattr(finals, name), getattr(ends, name), steps)
        columns[f"sg_{name}"] = np.round(fall, 4).tolist()
    return columns


def _fall(sg: float, final: float, hours: float, steps: Array) -> Array:
    """An exponential fall that is complete after `hours`, just above `final`; flat if that is where it is already."""
    left = sg - final
    if left <= COMPLETE_ABOVE_TERMINAL or hours <= 0.0:
        return np.full_like(steps, sg)
    fall: Array = final + left * np.exp(-log(left / COMPLETE_ABOVE_TERMINAL) / hours * steps)
    return fall
