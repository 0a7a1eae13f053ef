"""What a brewer could use instead of the model, each as a function of many (course, at_h).

Those that need nothing but the batch itself: last rate, logistic, exponential and Gompertz fits. Those that know the
house, fitted on its earlier batches: the median duration, and gradient boosting with conformal intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy.optimize import least_squares
from sklearn.ensemble import GradientBoostingRegressor

from brewpi.forecast.labels import COMPLETE_ABOVE_TERMINAL, REST_FRACTION
from brewpi.records import Array, BatchSeries, Forecast, Interval
from training.data.logs import Batch
from training.evaluation.scoring import LEVELS, Answerer, Question

ATTENUATION = {"beer": 0.77, "wine": 1.07, "cider": 1.03, "mead": 0.95, None: 0.80}  # apparent, of usual batches
LONGEST_H = 2000.0
NOISE_SG = 0.002


def last_rate(questions: Sequence[Question]) -> list[Forecast]:
    """The fall of the last day goes on to the medium's usual attenuation."""
    return [_last_rate(course.until(at_h), at_h) for course, at_h in questions]


def _last_rate(past: BatchSeries, at_h: float) -> Forecast:
    og, final = _og(past), _usual_final(past)
    i = max(int(np.searchsorted(past.hours, past.hours[-1] - 24.0, side="right")) - 1, 0)
    i = min(i, len(past.hours) - 2)
    rate = max(float(past.sg[i] - past.sg[-1]) / max(float(past.hours[-1] - past.hours[i]), 1e-3), 1e-6)
    since = at_h - float(past.hours[-1])
    done = (past.sg[-1] - final - COMPLETE_ABOVE_TERMINAL) / rate - since
    rest = (past.sg[-1] - og + REST_FRACTION * (og - final)) / rate - since
    return _point(past, at_h, float(done), float(rest), final)


Shape = Callable[[Array, float, float], Array]


def _logistic(x: Array, middle: float, speed: float) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(speed * (x - middle), -50.0, 50.0))))


def _exponential(x: Array, lag: float, speed: float) -> Array:
    return np.asarray(1.0 - np.exp(-np.clip(speed * (x - lag), 0.0, 50.0)))


def _gompertz(x: Array, middle: float, speed: float) -> Array:
    return np.asarray(np.exp(-np.exp(np.clip(-speed * (x - middle), -50.0, 50.0))))


# Share of the drop by hours; weak priors on two hours and a rate per hour (log), mean and spread.
FITS: dict[str, tuple[Shape, tuple[float, float], tuple[float, float]]] = {
    "logistic fit": (_logistic, (72.0, 72.0), (np.log(0.06), 0.8)),
    "exponential fit": (_exponential, (12.0, 12.0), (np.log(0.03), 0.8)),
    "gompertz fit": (_gompertz, (48.0, 48.0), (np.log(0.04), 0.8)),
}


def curve_fit(name: str) -> Answerer:
    """Least squares of one family of curves with weak priors, per prefix: a point, no interval."""
    return lambda questions: [_curve_fit(name, course.until(at_h), at_h) for course, at_h in questions]


def _curve_fit(name: str, past: BatchSeries, at_h: float) -> Forecast:
    shape, (when, when_sd), (log_speed, log_speed_sd) = FITS[name]
    hours, sg = _thin(past.hours, past.sg)
    og, usual = _og(past), ATTENUATION[past.medium]

    def misses(p: Array) -> Array:
        fitted = p[3] - p[2] * (og - 1.0) * shape(hours, p[0], np.exp(p[1]))
        priors = [(p[0] - when) / when_sd, (p[1] - log_speed) / log_speed_sd, (p[2] - usual) / 0.1,
                  (p[3] - og) / NOISE_SG]
        return np.concatenate([(sg - fitted) / NOISE_SG, priors])

    starts = [(when * f, log_speed, usual, og) for f in (0.7, 1.5)]
    fits = [least_squares(misses, start, method="lm", max_nfev=200) for start in starts]
    best = min(fits, key=lambda fit: float(fit.cost)).x
    drop = max(best[2] * (og - 1.0), 0.004)
    t = np.linspace(0.0, LONGEST_H, 8001)
    share = shape(t, best[0], np.exp(best[1]))
    done, rest = (float(t[min(int(np.searchsorted(share, level)), len(t) - 1)]) - at_h
                  for level in (1.0 - COMPLETE_ABOVE_TERMINAL / drop, REST_FRACTION))
    return _point(past, at_h, done, rest, float(best[3] - drop))


def house_median(past_batches: Sequence[Batch]) -> Answerer:
    """How long earlier batches of the house took, of those that took longer than this one has by now."""
    durations = np.array([b.label.completion_h for b in past_batches])
    rests = np.array([b.label.rest_h for b in past_batches])
    attenuations = np.array([b.label.attenuation for b in past_batches])

    def left(of: Array, at_h: float) -> Interval:
        longer = of[of > at_h]
        return _band(np.quantile(longer, LEVELS) - at_h) if len(longer) else Interval(0.0, 0.0, 0.0)

    def answer(course: BatchSeries, at_h: float) -> Forecast:
        past = course.until(at_h)
        og = _og(past)
        final = _band(np.sort(og - np.quantile(attenuations, LEVELS) * (og - 1.0)))
        return Forecast(at_h, float(past.sg[-1]), "curve", left(durations, at_h), left(rests, at_h), final)

    return lambda questions: [answer(course, at_h) for course, at_h in questions]


def boosting(past_batches: Sequence[Batch], seed: int = 1) -> Answerer:
    """Gradient boosting with quantile loss on causal features of earlier batches, conformalised by batch.

    Hours are learnt as log1p, the final gravity as attenuation. The conformal offsets (CQR) of the hours remaining
    come from folds over batches; every batch has as many rows, so one vote.
    """
    rows = [_rows(batch, seed + i) for i, batch in enumerate(past_batches)]
    labels = [batch.label for batch in past_batches]
    x = [features for _, features in rows]
    left = [np.log1p(np.maximum(b.completion_h - at, 0.0)) for b, (at, _) in zip(labels, rows, strict=True)]
    rest = [np.log1p(np.maximum(b.rest_h - at, 0.0)) for b, (at, _) in zip(labels, rows, strict=True)]
    attenuation = [np.full(len(at), b.attenuation) for b, (at, _) in zip(labels, rows, strict=True)]
    fitted = (_conformal(x, left), _raw(x, rest), _raw(x, attenuation))

    def answer(questions: Sequence[Question]) -> list[Forecast]:
        x = np.array([causal_features(course.until(at_h), at_h) for course, at_h in questions])
        return [_boosted(course.until(at_h), at_h, *bands)
                for (course, at_h), *bands in zip(questions, *(predict(x) for predict in fitted), strict=True)]

    return answer


def _boosted(past: BatchSeries, at_h: float, done: Array, rest: Array, attenuation: Array) -> Forecast:
    og = _og(past)
    return Forecast(at_h, float(past.sg[-1]), "curve", _band(np.expm1(np.maximum(done, 0.0))),
                    _band(np.expm1(np.maximum(rest, 0.0))), _band(np.sort(og - attenuation * (og - 1.0))))


def _rows(batch: Batch, seed: int, n: int = 12) -> tuple[Array, Array]:
    """Prefixes to learn from: (n,) hours, (n, features); a few of them after completion."""
    course, end_h = batch.course, 1.15 * batch.label.completion_h
    start_h = max(float(course.hours[1]), 6.0)
    at = start_h + (end_h - start_h) * np.random.default_rng(seed).random(n) if end_h > start_h else np.array([start_h])
    return at, np.array([causal_features(course.until(float(h)), float(h)) for h in at])


def causal_features(past: BatchSeries, at_h: float) -> Array:
    """(19,) of what is known at `at_h`: time, gravity, rates, half-drop, temperature, sampling."""
    hours, sg = past.hours, past.sg
    og, now = _og(past), float(np.median(sg[-3:])) if len(sg) > 50 else float(sg[-1])
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


def _og(past: BatchSeries) -> float:
    first = past.sg[past.hours <= past.hours[0] + 24.0]
    return max(float(np.percentile(first, 90)) if len(first) > 10 else float(first.max()), 1.004)


def _usual_final(past: BatchSeries) -> float:
    og = _og(past)
    return min(og - ATTENUATION[past.medium] * (og - 1.0), float(past.sg[-1]))


def _thin(hours: Array, sg: Array, most: int = 60) -> tuple[Array, Array]:
    step = max(1, len(hours) // most)
    return hours[::-step][::-1], sg[::-step][::-1]


def _band(values: Array) -> Interval:
    return Interval(*(float(v) for v in values))


def _point(past: BatchSeries, at_h: float, done: float, rest: float, final: float) -> Forecast:
    done, rest = (float(np.clip(hours, 0.0, LONGEST_H)) for hours in (done, rest))
    return Forecast(at_h, float(past.sg[-1]), "curve", Interval(done, done, done), Interval(rest, rest, rest),
                    Interval(final, final, final))
