"""What knows a site from its earlier batches, each a function of many (series, at_h): the median duration, gradient
boosting with conformal intervals, bare or told what ours is told, and the nearest of its earlier batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.neighbors import NearestNeighbors

from brewpi.forecast.features import KINDS
from brewpi.media import MEDIA
from brewpi.records import Array, BatchSeries, Forecast, Interval
from training.data.logs import Batch
from training.evaluation.baselines import band, largest_of_first_day
from training.evaluation.scoring import LEVELS, Answerer, Question

FEW = 4.0  # batches of a name that count as much as all others together


def site_median(past_batches: Sequence[Batch]) -> Answerer:
    """How long earlier batches of the site took, of those that took longer than this one has by now."""
    durations = np.array([b.label.completion_h for b in past_batches])
    rests = np.array([b.label.rest_h for b in past_batches])
    attenuations = np.array([b.label.attenuation for b in past_batches])

    def left(of: Array, at_h: float) -> Interval:
        longer = of[of > at_h]
        return band(np.quantile(longer, LEVELS) - at_h) if len(longer) else Interval(0.0, 0.0, 0.0)

    def answer(series: BatchSeries, at_h: float) -> Forecast:
        past = series.until(at_h)
        og = largest_of_first_day(past)
        final = band(np.sort(og - np.quantile(attenuations, LEVELS) * (og - 1.0)))
        return Forecast(at_h, float(past.sg[-1]), "curve", left(durations, at_h), left(rests, at_h), final)

    return lambda questions: [answer(series, at_h) for series, at_h in questions]


Features = Callable[[BatchSeries, float], Array]


@dataclass(frozen=True)
class Taught:
    """What earlier batches of a site teach: rows of features with the hours that then remained, to completion and to
    the rest cue, as log1p, and the attenuation at the end; a list of arrays each, one for a batch."""

    x: list[Array]
    left: list[Array]
    rest: list[Array]
    attenuation: list[Array]

    @classmethod
    def by(cls, past_batches: Sequence[Batch], features: Features, seed: int) -> Taught:
        """Every batch has as many rows, so one vote."""
        rows = [_rows(batch, seed + i, features) for i, batch in enumerate(past_batches)]
        labels = [batch.label for batch in past_batches]
        pairs = list(zip(labels, [at for at, _ in rows], strict=True))
        return cls(
            [x for _, x in rows],
            [np.log1p(np.maximum(label.completion_h - at, 0.0)) for label, at in pairs],
            [np.log1p(np.maximum(label.rest_h - at, 0.0)) for label, at in pairs],
            [np.full(len(at), label.attenuation) for label, at in pairs],
        )


def boosting(past_batches: Sequence[Batch], seed: int = 1, features: Features | None = None) -> Answerer:
    """Gradient boosting with quantile loss on causal features of earlier batches, conformalised by batch.

    Hours are learnt as log1p, the final gravity as attenuation. The conformal offsets (CQR) of the hours remaining
    come from folds over batches.
    """
    see = features or causal_features
    known = Taught.by(past_batches, see, seed)
    fitted = (_conformal(known.x, known.left), _raw(known.x, known.rest), _raw(known.x, known.attenuation))

    def answer(questions: Sequence[Question]) -> list[Forecast]:
        x = np.array([see(series.until(at_h), at_h) for series, at_h in questions])
        return [_boosted(series.until(at_h), at_h, *bands)
                for (series, at_h), *bands in zip(questions, *(predict(x) for predict in fitted), strict=True)]

    return answer


def boosting_with_facts(past_batches: Sequence[Batch], seed: int = 1) -> Answerer:
    """The same, told medium, style, yeast and declared gravity too: names by kind and by how long they usually took."""
    return boosting(past_batches, seed, Names(past_batches).features)


def nearest_batches(past_batches: Sequence[Batch], seed: int = 1, neighbours: int = 20) -> Answerer:
    """What came of the moments of earlier batches that looked most like this one, told as `boosting_with_facts`."""
    see = Names(past_batches).features
    known = Taught.by(past_batches, see, seed)
    rows = np.concatenate(known.x)
    mean, sd = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    outcomes = np.column_stack([np.concatenate(part) for part in (known.left, known.rest, known.attenuation)])
    tree = NearestNeighbors(n_neighbors=min(neighbours, len(rows))).fit((rows - mean) / sd)

    def answer(questions: Sequence[Question]) -> list[Forecast]:
        x = np.array([see(series.until(at_h), at_h) for series, at_h in questions])
        bands = np.quantile(outcomes[tree.kneighbors((x - mean) / sd, return_distance=False)], LEVELS, axis=1)
        return [_boosted(series.until(at_h), at_h, *bands[:, i].T) for i, (series, at_h) in enumerate(questions)]

    return answer


class Names:
    """How long batches of each style and of each yeast took at a site, in log hours, drawn towards all where few."""

    def __init__(self, past_batches: Sequence[Batch]) -> None:
        took = {"style": dict[str, list[float]](), "yeast": dict[str, list[float]]()}
        for batch in past_batches:
            for what, of in took.items():
                of.setdefault(getattr(batch.series, what) or "", []).append(float(np.log(batch.label.completion_h)))
        self.usual = float(np.mean([np.log(batch.label.completion_h) for batch in past_batches]))
        self.took = {
            what: {name: (sum(logs) + FEW * self.usual) / (len(logs) + FEW) for name, logs in of.items()}
            for what, of in took.items()
        }

    def features(self, past: BatchSeries, at_h: float) -> Array:
        """Those of `causal_features`, and what was told."""
        words = f"{past.style or ''} {past.yeast or ''}".lower()
        words_known = [self.took[what].get(getattr(past, what) or "", self.usual) for what in self.took]
        words_known += [float(past.medium == medium) for medium in MEDIA]
        words_known += [float(any(mark in words for mark in marks)) for marks in KINDS.values()]
        return np.append(causal_features(past, at_h), words_known)


def _boosted(past: BatchSeries, at_h: float, done: Array, rest: Array, attenuation: Array) -> Forecast:
    og = largest_of_first_day(past)
    return Forecast(at_h, float(past.sg[-1]), "curve", band(np.expm1(np.maximum(done, 0.0))),
                    band(np.expm1(np.maximum(rest, 0.0))), band(np.sort(og - attenuation * (og - 1.0))))


def _rows(batch: Batch, seed: int, features: Features, n: int = 12) -> tuple[Array, Array]:
    """Prefixes to learn from: (n,) hours, (n, features); a few of them after completion."""
    series, end_h = batch.series, 1.15 * batch.label.completion_h
    start_h = max(float(series.hours[1]), 6.0)
    at = start_h + (end_h - start_h) * np.random.default_rng(seed).random(n) if end_h > start_h else np.array([start_h])
    return at, np.array([features(series.until(float(h)), float(h)) for h in at])


def causal_features(past: BatchSeries, at_h: float) -> Array:
    """(19,) of what is known at `at_h`: time, gravity, rates, half-drop, temperature, sampling."""
    hours, sg = past.hours, past.sg
    og, now = largest_of_first_day(past), float(np.median(sg[-3:])) if len(sg) > 50 else float(sg[-1])
    back = [float(np.interp(at_h - h, hours, sg)) - now for h in (12.0, 24.0, 48.0, 72.0)]
    rates = (sg[:-1] - sg[1:]) / np.maximum(np.diff(hours), 1.0) if len(sg) <= 50 else _rates(hours, sg)
    temp = past.temp_c[np.isfinite(past.temp_c)]
    recent = past.temp_c[hours >= at_h - 48.0]
    recent = recent[np.isfinite(recent)]
    fallen = np.minimum.accumulate(sg) <= og - 0.25 * (og - 1.0)
    return np.array([
        at_h, og, now, og - now, (og - now) / max(og - 1.0, 1e-3), *back, rates[-1], rates.max(), rates.mean(),
        rates[-1] / max(float(rates.max()), 1e-6), float(hours[int(fallen.argmax())]) if fallen.any() else -1.0,
        float(temp.mean()) if len(temp) else -1.0, float(recent.mean()) if len(recent) else -1.0,
        at_h - hours[-1], len(hours) / max(at_h, 1.0), past.og - og if past.og is not None else 0.0,
    ])  # fmt: skip


def _rates(hours: Array, sg: Array) -> Array:
    every = np.arange(hours[0], hours[-1] + 1e-6, max(6.0, (hours[-1] - hours[0]) / 200.0))
    fall = -np.diff(np.interp(every, hours, sg)) / np.diff(every) if len(every) > 1 else np.zeros(1)
    return np.asarray(fall if len(fall) else np.zeros(1))


def _raw(x: Sequence[Array], y: Sequence[Array]) -> Callable[[Array], Array]:
    models = _boost(np.concatenate(x), np.concatenate(y))
    return lambda rows: _quantiles(models, rows)


def _conformal(x: Sequence[Array], y: Sequence[Array], folds: int = 5) -> Callable[[Array], Array]:
    """Quantile boosting and its conformal correction: rows by batch -> a function of rows to (n, 3)."""
    models = _boost(np.concatenate(x), np.concatenate(y))
    low, high = [], []
    for k in range(min(folds, len(x))):
        inside = [i for i in range(len(x)) if i % folds != k]
        fold = _boost(np.concatenate([x[i] for i in inside]), np.concatenate([y[i] for i in inside]))
        for i in range(k, len(x), folds):
            bands = _quantiles(fold, x[i])
            low.append(bands[:, 0] - y[i])
            high.append(y[i] - bands[:, 2])
    share = min(1.0, 0.9 * (1 + 1 / max(len(low), 1)))
    offsets = np.array([-np.quantile(np.concatenate(low), share), 0.0, np.quantile(np.concatenate(high), share)])
    return lambda rows: np.sort(_quantiles(models, rows) + offsets, axis=1)


def _boost(x: Array, y: Array) -> list[Any]:
    make = partial(GradientBoostingRegressor, loss="quantile", n_estimators=150, max_depth=3, learning_rate=0.05,
                   subsample=0.7, min_samples_leaf=8, random_state=1)
    return [make(alpha=float(level)).fit(x, y) for level in LEVELS]


def _quantiles(models: list[Any], x: Array) -> Array:
    return np.sort(np.column_stack([model.predict(x) for model in models]), axis=1)


PEERS: dict[str, Callable[[Sequence[Batch]], Answerer]] = {
    "site median": site_median,
    "boosting, conformal": boosting,
    "boosting, told all": boosting_with_facts,
    "nearest batches": nearest_batches,
}
