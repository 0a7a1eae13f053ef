"""What a brewer could use instead of the model, each as a function of many (series, at_h).

They need nothing but the batch itself: last rate, logistic, exponential and Gompertz fits. Those that know the site are
in `site_baselines.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import least_squares

from brewpi.media import COMPLETE_ABOVE_TERMINAL, REST_FRACTION
from brewpi.records import Array, BatchSeries, Forecast, Interval
from training.evaluation.scoring import Answerer, Question

ATTENUATION = {"beer": 0.77, "wine": 1.07, "cider": 1.03, "mead": 0.95, None: 0.80}  # apparent, of usual batches
LONGEST_H = 2000.0
NOISE_SG = 0.002


def last_rate(questions: Sequence[Question]) -> list[Forecast]:
    """The fall of the last day goes on to the medium's usual attenuation."""
    return [_last_rate(series.until(at_h), at_h) for series, at_h in questions]


def _last_rate(past: BatchSeries, at_h: float) -> Forecast:
    og, final = largest_of_first_day(past), _usual_final(past)
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
    return lambda questions: [_curve_fit(name, series.until(at_h), at_h) for series, at_h in questions]


def _curve_fit(name: str, past: BatchSeries, at_h: float) -> Forecast:
    shape, (when, when_sd), (log_speed, log_speed_sd) = FITS[name]
    hours, sg = _thin(past.hours, past.sg)
    og, usual = largest_of_first_day(past), ATTENUATION[past.medium]

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


def largest_of_first_day(past: BatchSeries) -> float:
    """Robust against a single reading, as labels' rule 2; and never water, for what divides by it."""
    first = past.sg[past.hours <= past.hours[0] + 24.0]
    return max(float(np.percentile(first, 90)) if len(first) > 10 else float(first.max()), 1.004)


def _usual_final(past: BatchSeries) -> float:
    og = largest_of_first_day(past)
    return min(og - ATTENUATION[past.medium] * (og - 1.0), float(past.sg[-1]))


def _thin(hours: Array, sg: Array, most: int = 60) -> tuple[Array, Array]:
    step = max(1, len(hours) // most)
    return hours[::-step][::-1], sg[::-step][::-1]


def band(values: Array) -> Interval:
    """An interval from p10, p50 and p90, in order."""
    return Interval(*(float(v) for v in values))


def _point(past: BatchSeries, at_h: float, done: float, rest: float, final: float) -> Forecast:
    done, rest = (float(np.clip(hours, 0.0, LONGEST_H)) for hours in (done, rest))
    return Forecast(at_h, float(past.sg[-1]), "curve", Interval(done, done, done), Interval(rest, rest, rest),
                    Interval(final, final, final))
