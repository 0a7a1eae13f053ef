"""Rows for the network: features of prefixes of labelled logs, with what came of them.

Every log is judged by `brewpi.forecast.labels`, stopping habits and stamps included, exactly as a real one; a refused
log teaches only whether it sticks. Several prefixes are cut from each: anywhere on the way, at round hours, after the
end. What is optional to a forecast (medium, style, plan, site history, temperature, ...) is dropped at random.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from brewpi.forecast.features import NAMES, vector
from brewpi.forecast.labels import Label, Refused, label
from brewpi.media import MEDIA
from brewpi.records import BatchSeries, SiteHistory
from training.data.workers import spread
from training.simulation.simulate import Logs, style_of

REMAINING, REST, FINAL, STUCK = range(4)
STUCK_WITHIN_H = 48.0
ROUND_HOURS = (24.0, 48.0, 72.0, 96.0)
KEEP = {"medium": 0.6, "style": 0.3, "og": 0.4, "expected": 0.25, "plan": 0.35, "site_history": 0.35, "temp": 0.85}


@dataclass(frozen=True)
class Rows:
    """x: (n, features); y: (n, 4), transformed targets, NaN where unknown; log: (n,) which log; at_h: (n,)."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    log: NDArray[np.int64]
    at_h: NDArray[np.float32]

    def __len__(self) -> int:
        return self.log.size

    def where(self, keep: NDArray[np.bool_]) -> Self:
        return type(self)(self.x[keep], self.y[keep], self.log[keep], self.at_h[keep])

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        return cls(*(np.concatenate(column) for column in zip(*(p.columns for p in parts), strict=True)))

    @property
    def columns(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
        return self.x, self.y, self.log, self.at_h


def targets(truth: Label | None, series: BatchSeries, at_h: float, stuck: float) -> list[float]:
    """(remaining, rest, final, stuck): log1p of hours, asinh of points still to fall, 0 or 1."""
    if truth is None:
        return [np.nan, np.nan, np.nan, stuck]
    low = float(series.until(at_h).sg.min())
    return [
        np.log1p(max(truth.completion_h - at_h, 0.0)),
        np.log1p(max(truth.rest_h - at_h, 0.0)),
        np.arcsinh((low - truth.terminal) * 1e3),
        stuck,
    ]


def try_label(series: BatchSeries) -> Label | None:
    """The label, or None where the log is refused."""
    try:
        return label(series)
    except Refused:
        return None


def half_drop_h(series: BatchSeries, truth: Label) -> float:
    """Hours to half of the drop, by the readings as they are."""
    half = truth.og - 0.5 * (truth.og - truth.terminal)
    below = int(np.argmax(series.sg <= half))
    if below == 0:
        return float(series.hours[0])
    (h0, h1), (s0, s1) = series.hours[below - 1 : below + 1], series.sg[below - 1 : below + 1]
    return float(h0 + (h1 - h0) * (s0 - half) / max(s0 - s1, 1e-9))


def site_history_of(summaries: Sequence[tuple[float, float, float]]) -> SiteHistory:
    """What past batches were like, from (duration, attenuation, half-drop) of each."""
    duration, attenuation, half = np.median(np.array(summaries), axis=0)
    return SiteHistory(len(summaries), float(duration), float(attenuation), float(half))


def build(logs: Logs, seed: int, workers: int = 2, tell: Callable[[int], None] | None = None) -> Rows:
    """Rows from simulated logs; the same for the same seed."""
    edges = np.flatnonzero(np.diff(logs.cellar, prepend=-1))
    edges = np.append(edges[:: max(1, 600 // max(1, len(logs) // edges.size))], len(logs))
    spans = list(pairwise(edges))
    seeds = np.random.SeedSequence(seed).spawn(len(spans))
    tasks = ((logs.part(first, last), first, own) for (first, last), own in zip(spans, seeds, strict=True))
    parts = []
    for (first, last), part in zip(spans, spread(rows_of, tasks, workers), strict=True):
        parts.append(part)
        if tell:
            tell(int(last - first))
    return Rows.join(parts)


def rows_of(logs: Logs, first: int, seed: np.random.SeedSequence) -> Rows:
    """Rows of logs that are a part of more: their own number `first` there is 0 here."""
    rng = np.random.default_rng(seed)
    all_series = {i: logs.series(i) for i in range(len(logs))}
    labels = {i: try_label(series) for i, series in all_series.items()}
    past: dict[int, list[tuple[float, float, float]]] = {}
    for i, truth in labels.items():
        if truth is not None:
            summary = (truth.completion_h, truth.attenuation, half_drop_h(all_series[i], truth))
            past.setdefault(int(logs.cellar[i]), []).append(summary)
    x, y, log, at = [], [], [], []
    for i, series in all_series.items():
        truth = labels[i]
        for at_h in moments(series, truth, rng):
            known = _told(logs, i, series, truth, at_h, past.get(int(logs.cellar[i]), []), rng)
            x.append(vector(known, at_h))
            y.append(targets(truth, series, at_h, float(logs.stuck_h[i] <= at_h + STUCK_WITHIN_H)))
            log.append(first + i)
            at.append(at_h)
    return Rows(
        np.array(x, np.float32).reshape(-1, len(NAMES)),
        np.array(y, np.float32).reshape(-1, 4),
        np.array(log, np.int64),
        np.array(at, np.float32),
    )


def moments(series: BatchSeries, truth: Label | None, rng: Generator) -> list[float]:
    """When to ask about a log: twice anywhere on the way, at a round hour, at a quarter, and often after the end."""
    end = float(series.hours[-1])
    if truth is None:
        return [float(rng.uniform(0, end))]
    done = truth.completion_h
    at = [*rng.uniform(0.03, 1.0, 2) * done, rng.choice(ROUND_HOURS), rng.choice((0.25, 0.5, 0.75)) * done]
    if rng.random() < 0.7 and end > done:
        at.append(done + rng.beta(0.8, 1.5) * (end - done))
    out = []
    for at_h in at:
        if rng.random() < 0.4:  # a daemon asks right after a reading
            at_h = float(series.hours[np.searchsorted(series.hours, at_h, side="right") - 1])
        if at_h <= end + 24:
            out.append(float(at_h))
    return out


def _told(
    logs: Logs,
    i: int,
    series: BatchSeries,
    truth: Label | None,
    at_h: float,
    past: list[tuple[float, float, float]],
    rng: Generator,
) -> BatchSeries:
    """The series with some of what may be known beside the readings."""
    keep = {what: rng.random() < share for what, share in KEEP.items()}
    kind, until_h = int(logs.kind[i]), truth.completion_h if truth else at_h + 72
    site_history = None
    if keep["site_history"] and len(past) > 3:
        count = int(rng.integers(2, len(past)))
        others = [s for s in past if truth is None or s[0] != truth.completion_h]
        site_history = site_history_of([others[k] for k in rng.permutation(len(others))[:count]])
    return replace(
        series,
        temp_c=series.temp_c if keep["temp"] else np.full(series.hours.size, np.nan),
        medium=MEDIA[logs.medium[i]] if keep["medium"] else None,
        style=style_of(kind) if keep["style"] else None,
        og=float(series.sg[0] + rng.normal(0, 0.0015)) if keep["og"] else None,
        expected_attenuation=float(logs.expected_attenuation[i]) if keep["expected"] else None,
        planned_temp_c=logs.planned_c(i, at_h, until_h) if keep["plan"] else None,
        site_history=site_history,
    )
