"""The fallback forecaster: a cloud of logistic curves, weighted by how well each passes through the readings.

It answers when the model is missing, does not match its card, or is out of its depth. It knows nothing but weak
priors on four numbers, so its bands are wide early on; it needs numpy only and takes a few milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brewpi.forecast.labels import COMPLETE_ABOVE_TERMINAL, REST_FRACTION
from brewpi.records import Array, BatchSeries, Forecast, Interval

CURVES, ROUNDS = 500, 5
MOST_READINGS = 40                 # more are thinned: neighbours say the same
WORTH_READINGS = 12.0              # what any number of them counts for, since no beer is exactly a logistic
MISFIT_SG = 0.0025
TIME_SPREAD = 0.4                  # of log hours remaining: what the family of curves cannot know
LONGEST_H = 2000.0
HEAVY_SG = 1.078
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Prior:
    """Means and standard deviations of what a curve is made of.

    In order: log of the hours to the middle, log of the steepness there, apparent attenuation, and the logit of
    the bend of time: near 1 a logistic of the hours, near 0 one of their logarithm, with a long tail.
    """

    mean: tuple[float, float, float, float]
    sd: tuple[float, float, float, float]


# Half-times of days, attenuation of the medium; wide enough for any cellar.
PRIORS: dict[str | None, Prior] = {
    "beer": Prior((3.6, 1.1, 0.77, 0.0), (0.7, 0.5, 0.07, 1.0)),
    "wine": Prior((4.4, 1.1, 1.07, 3.0), (0.7, 0.4, 0.06, 0.7)),
    "cider": Prior((4.6, 1.1, 1.03, 2.5), (0.8, 0.4, 0.08, 0.8)),
    "mead": Prior((4.8, 1.1, 0.95, 2.5), (0.8, 0.4, 0.12, 0.8)),
    None: Prior((3.7, 1.1, 0.79, 0.2), (0.8, 0.5, 0.10, 1.0)),
}
_NOISE = np.random.default_rng(20).standard_normal((ROUNDS, CURVES, 4))   # the same cloud for everybody


def forecast(course: BatchSeries, at_h: float) -> Forecast:
    """What the curves through the readings up to `at_h` say; "none" with fewer than two readings."""
    past = course.until(at_h)
    n = len(past.hours)
    if n < 2:
        sg = float(past.sg[-1]) if n else None
        return Forecast(at_h, sg, "none", why=f"needs two readings; has {'one' if n else 'none'}")
    hours, falling = _thinned(past.hours - past.hours[0], past.sg)
    og = _original_gravity(past)
    curves, weights = _cloud(hours, falling, og, _prior(past.medium, og))
    drop = curves[:, 2] * (og - 1.0)
    elapsed = at_h - float(past.hours[0])
    gap_h = float(np.median(np.diff(past.hours)))
    done = _spread(_reaches(curves, 1.0 - COMPLETE_ABOVE_TERMINAL / drop) - elapsed, gap_h)
    rest = np.minimum(_spread(_reaches(curves, REST_FRACTION) - elapsed, gap_h), done)
    final = np.minimum(og - drop, float(past.sg.min()))
    return Forecast(
        at_h=at_h,
        sg=float(past.sg[-1]),
        source="curve",
        remaining_h=_unsure(_band(done, weights)),
        rest_h=_band(rest, weights),
        final_sg=_band(final, weights),
    )


def _prior(medium: str | None, og: float) -> Prior:
    """That of the medium; of one that nobody named, the must's if it is heavier than nearly all beer."""
    if medium is None and og > HEAVY_SG:
        return PRIORS["mead"]
    return PRIORS.get(medium, PRIORS[None])


def _original_gravity(past: BatchSeries) -> float:
    """The declared one if the readings can have come from it, else the largest of the first day."""
    seen = float(past.sg[past.hours <= past.hours[0] + 24.0].max())
    return max(past.og if past.og is not None else seen, seen, 1.004)


def _thinned(hours: Array, sg: Array) -> tuple[Array, Array]:
    """Medians over equal slots of time where there are many readings."""
    if len(hours) <= MOST_READINGS or hours[-1] <= 0.0:
        return hours, sg
    slots = np.minimum(hours / hours[-1] * MOST_READINGS, MOST_READINGS - 1).astype(int)
    starts = np.flatnonzero(np.diff(slots, prepend=-1))
    parts = list(zip(np.split(hours, starts[1:]), np.split(sg, starts[1:]), strict=True))
    return np.array([np.mean(h) for h, _ in parts]), np.array([np.median(g) for _, g in parts])


def _cloud(hours: Array, sg: Array, og: float, prior: Prior) -> tuple[Array, Array]:
    """Curves (CURVES, 4) and their weights: importance sampling whose proposal follows the last round's cloud."""
    mean, sd = np.array(prior.mean), np.array(prior.sd)
    centre, shape = mean, np.diag(sd)
    for noise in _NOISE:
        curves = centre + noise @ shape.T
        proposal = -0.5 * (noise**2).sum(axis=1)
        log_weights = _fit(curves, hours, sg, og) - 0.5 * (((curves - mean) / sd) ** 2).sum(axis=1) - proposal
        weights = np.exp(log_weights - log_weights.max())
        weights /= weights.sum()
        centre = weights @ curves
        spread = (curves - centre).T @ ((curves - centre) * weights[:, None])
        shape = np.linalg.cholesky(1.5 * spread + np.diag((0.03 * sd) ** 2))
    return curves, weights


def _fit(curves: Array, hours: Array, sg: Array, og: float) -> Array:
    """Log likelihood of each curve: (CURVES,). Curves that no beer follows get none."""
    fallen = (og - sg) - curves[:, 2:3] * (og - 1.0) * _share(curves, hours)
    sigma2 = MISFIT_SG**2 * max(1.0, len(hours) / WORTH_READINGS)
    possible = (curves[:, 2] > 0.2) & (curves[:, 2] < 1.5)
    return np.asarray(np.where(possible, -0.5 * (fallen**2).sum(axis=1) / sigma2, -1e9))


def _share(curves: Array, hours: Array) -> Array:
    """Share of the drop done: (CURVES, n), a logistic of bent time that starts from 0 at hour 0."""
    middle_h, steep, _, bend = _unpacked(curves)
    at_start = _logistic(-steep / bend)
    bent = ((np.maximum(hours, 0.0) / middle_h) ** bend - 1.0) / bend
    return np.asarray((_logistic(steep * bent) - at_start) / (1.0 - at_start))


def _reaches(curves: Array, share: Array | float) -> Array:
    """Hours from the first reading until the share of the drop is done: (CURVES,)."""
    middle_h, steep, _, bend = _unpacked(curves)
    at_start = _logistic(-steep / bend)
    logistic = at_start + np.clip(np.reshape(share, (-1, 1)), 1e-3, 1.0 - 1e-3) * (1.0 - at_start)
    bent = np.log(logistic / (1.0 - logistic)) / steep
    log_hours = np.log(middle_h) + np.log1p(np.maximum(bent * bend, -0.999)) / bend
    return np.asarray(np.exp(np.minimum(log_hours, 9.0))[:, 0])


def _unpacked(curves: Array) -> tuple[Array, Array, Array, Array]:
    """Hours to the middle, steepness there, attenuation and bend of time, each (CURVES, 1)."""
    log_middle, log_steep, attenuation, bend = (curves[:, i : i + 1] for i in range(4))
    return np.exp(log_middle), np.exp(np.clip(log_steep, -2.0, 4.0)), attenuation, 0.05 + 0.95 * _logistic(bend)


def _logistic(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -50.0, 50.0))))


def _spread(remaining: Array, gap_h: float) -> Array:
    """Hours remaining, 0 to LONGEST_H, each curve off by what no curve can know.

    That is the shape of this beer, and when within a gap between readings each was really taken.
    """
    shape, stamp = _NOISE[0, :, 0], _NOISE[1, :, 0]
    late = remaining * np.exp(TIME_SPREAD * shape) + 0.5 * min(gap_h, 24.0) * stamp
    return np.asarray(np.clip(late, 0.0, LONGEST_H))


def _unsure(band: Interval) -> Interval:
    """"Done" is never said on a bare median, while the band still reaches beyond half a day."""
    return Interval(band.p10, max(band.p50, 1.5), band.p90) if band.p90 > 12.0 else band


def _band(values: Array, weights: Array) -> Interval:
    order = np.argsort(values)
    reached = np.searchsorted(np.cumsum(weights[order]), QUANTILES)
    return Interval(*(float(v) for v in values[order][np.minimum(reached, len(values) - 1)]))
