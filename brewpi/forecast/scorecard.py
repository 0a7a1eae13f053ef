"""How past forecasts of this site turned out, so that trust can be earned: what was said at 25, 50 and 75 % of the
way, against the completion that `labels.py` finds in the finished batch. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from brewpi.estimation.state import batch_series
from brewpi.forecast.labels import Refused, label
from brewpi.records import TankState

WAYS = (0.25, 0.5, 0.75)  # shares of the way from the first reading to completion
LATEST_BATCHES = 50
SENSORS_FROM = 10  # batches; with fewer a kind of sensor is one batch and its luck
DRAWN_BATCHES = 20  # each with its marks, to be drawn
OLDEST = 0.1  # of the way: a forecast said longer before its mark says nothing about it


@dataclass(frozen=True, slots=True)
class PastForecast:
    """A forecast as it was told: hours since the batch's first reading, and hours remaining then; the gravity then, and
    the terminal one that was expected (None in records of earlier versions)."""

    at_h: float
    p10: float
    p50: float
    p90: float
    source: str
    sg: float | None = None
    final_sg: float | None = None


@dataclass(frozen=True, slots=True)
class ForecastScore:
    """One forecast judged. `error_h`: said less true completion, so that positive is too late."""

    way: float
    error_h: float
    inside: bool
    source: str


Scores = Mapping[str, Sequence[ForecastScore]]  # by batch, the oldest first


def completion_h(state: TankState) -> float | None:
    """When the batch in a tank was complete, in hours since its first reading; None if it cannot be known."""
    if state.batch is None or len(state.history) < 3:
        return None
    try:
        return label(batch_series(state)).completion_h
    except Refused:
        return None


def judged(forecasts: Sequence[PastForecast], complete_h: float) -> list[ForecastScore]:
    """What was said at each of `WAYS`, judged; `forecasts` in order. A way at which nothing was said is left out."""
    marks = []
    for way in WAYS:
        at_h = way * complete_h
        then = [one for one in forecasts if at_h - OLDEST * complete_h <= one.at_h <= at_h]
        if then:
            latest, left_h = then[-1], complete_h - then[-1].at_h
            marks.append(ForecastScore(way, latest.p50 - left_h, latest.p10 <= left_h <= latest.p90, latest.source))
    return marks


def scorecard(batches: Mapping[str, Sequence[ForecastScore]], sensors: Mapping[str, str]) -> dict[str, Any]:
    """The figures over the latest batches, by id and oldest first: all marks together, by how far the batch was, by the
    kind of sensor that measured its gravity (`sensors`, by id) once SENSORS_FROM batches are known, and the marks of
    the very latest."""
    kept = [(key, marks) for key, marks in batches.items() if marks][-LATEST_BATCHES:]
    latest = [marks for _, marks in kept]
    every = [mark for marks in latest for mark in marks]
    by_way = {f"{way:.0%}": _figures([mark for mark in every if mark.way == way]) for way in WAYS}
    drawn = [
        [{"way": mark.way, "error_h": round(mark.error_h, 1), "inside": mark.inside} for mark in marks]
        for marks in latest[-DRAWN_BATCHES:]
    ]
    kinds = sorted({sensors[key] for key, _ in kept if key in sensors}) if len(kept) >= SENSORS_FROM else []
    by_sensor = {
        kind: _figures([mark for key, marks in kept if sensors.get(key) == kind for mark in marks]) for kind in kinds
    }
    card = {"batches": len(latest), **_figures(every), "by_way": by_way, "latest": drawn}
    return card | ({"by_sensor": by_sensor} if by_sensor else {})


def compared(champion: Scores, candidate: Scores) -> dict[str, Any]:
    """A candidate beside the model in use, on the same moments of the same latest batches; `nearer`: in how many of
    them it was nearer to the truth."""
    pairs = [(ours, theirs) for batch, marks in candidate.items() if (ours := _same(champion, batch, marks))
             and (theirs := _same(candidate, batch, ours))][-LATEST_BATCHES:]  # fmt: skip
    ours, theirs = ([mark for both in pairs for mark in both[which]] for which in (0, 1))
    nearer = sum(_off_h(other) < _off_h(one) for one, other in pairs)
    return {"batches": len(pairs), "nearer": nearer, **_figures(theirs), "champion": _figures(ours)}


def _same(scores: Scores, batch: str, others: Sequence[ForecastScore]) -> list[ForecastScore]:
    ways = {mark.way for mark in others}
    return [mark for mark in scores.get(batch, ()) if mark.way in ways]


def _off_h(marks: Sequence[ForecastScore]) -> float:
    return fmean(abs(mark.error_h) for mark in marks)


def _figures(marks: Sequence[ForecastScore]) -> dict[str, Any]:
    if not marks:
        return {"forecasts": 0, "median_abs_error_h": None, "inside_interval": None}
    return {
        "forecasts": len(marks),
        "median_abs_error_h": round(median(abs(mark.error_h) for mark in marks), 1),
        "inside_interval": round(sum(mark.inside for mark in marks) / len(marks), 3),
    }
