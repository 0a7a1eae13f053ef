"""The hierarchical curve fit: generalised logistics of many families, weighted by how each passes the readings.

It knows what batches of other sites were like (`curve_families.py`) and nothing of this one but its readings. It
answers alone when the model is missing or out of its depth; else its quantiles are pooled with the model's (`pool.py`),
and what it makes of an unnamed medium is what the model is told. The same quasi-random curves for all, numpy only.

A curve is Richards' (1959) logistic of bent time (Box & Cox 1964), scaled by an attenuation that is integrated out in
closed form together with an error of the first gravity; the other four numbers by importance sampling from the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np

from brewpi.estimation.gravity import largest_of_first_day
from brewpi.forecast.curve_families import FAMILIES, Family
from brewpi.forecast.labels import COMPLETE_ABOVE_TERMINAL, REST_FRACTION
from brewpi.forecast.richards import Curves
from brewpi.records import Array, Assumed, BatchSeries, Forecast, Interval
from brewpi.sentences import Sentence

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MEDIA = ("beer", "wine", "cider", "mead")
CURVES = 128  # of each family
KNOTS, KNOTS_H, LONGEST_H = 96, 12.0, 2000.0  # even in the log of hours, and in hours below KNOTS_H
SLOTS = 24  # means over so many equal spans of time: neighbours say the same
SLOTS_WORTH = 12.0  # what any number of readings counts for, since no beer is exactly a logistic
MISFIT_SG, MISFIT_SHARE = 0.001, 0.035  # of a reading, and of the extract
FIRST_SG = 0.0015  # error of the original gravity
CLOCK_H, STAMP_H = 1.0, 7.0  # when a reading was really taken; 7 h is the sd of a time of day that was not kept
LATE_SPREAD, SHORTEST_GAP_H, LONGEST_GAP_H = 0.1, 6.0, 24.0
DRAWN = 128  # curves from all, evenly by their weights; what is not known of each is drawn anew
DRAWN_AT = (np.arange(DRAWN) + 0.5) / DRAWN
BELOW, WAY = np.divmod(DRAWN * np.array(QUANTILES) - 0.5, 1.0)  # which of them is under each quantile, and how far
BELOW = BELOW.astype(np.intp)
TYPED_WRONG_SG = 0.02  # a declared original gravity this far over the first readings is of another beer
# Who uses this: mostly brewers; a reading a day by hand is what wineries do. By way of reading.
USUAL_MEDIA = (
    {"beer": 0.88, "wine": 0.02, "cider": 0.04, "mead": 0.06},
    {"beer": 0.75, "wine": 0.18, "cider": 0.03, "mead": 0.04},
    {"beer": 0.82, "wine": 0.08, "cider": 0.05, "mead": 0.05},
    {"beer": 0.86, "wine": 0.02, "cider": 0.04, "mead": 0.08},
)
SURE = 0.97  # what somebody said is in the tank; the other media's curves may still fit better
ASSUMED = 0.85  # a medium that the curve shows so clearly counts as if it had been said
ALONG = "k,kn->n"
LOGGED, STAMPED, BY_HAND, FLOATING = range(4)
WHOLE_POINTS = 0.95  # share of readings that are; what floats shows no more than that, everything else is finer
IRREGULAR_FROM = 6
NOW_AND_THEN = 2.5  # the longest tenth of the gaps, in usual ones: a hydrometer that is heard when it is heard


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the curves say: QUANTILES of hours to completion, of hours to the rest cue and of final SG, each (7,) and
    rising; media: how likely each is; sampling: how the batch is read."""

    remaining_h: Array
    rest_h: Array
    final_sg: Array
    media: dict[str, float]
    sampling: int = LOGGED

    @property
    def likeliest(self) -> Assumed:
        """The medium that the curve looks like most."""
        medium = max(self.media, key=self.media.__getitem__)
        return Assumed(medium, self.media[medium])


def forecast(course: BatchSeries, at_h: float) -> Forecast:
    """What the curves through the readings up to `at_h` say; "none" with fewer than two readings."""
    past = course.until(at_h)
    n = len(past.hours)
    if n < 2:
        sg = float(past.sg[-1]) if n else None
        why = Sentence("needs two readings; has one" if n else "needs two readings; has none")
        return Forecast(at_h, sg, "none", why=why)
    said = posterior(past, at_h)
    done, rest = _band(said.remaining_h), _band(said.rest_h)
    return Forecast(
        at_h=at_h,
        sg=float(past.sg[-1]),
        source="curve",
        remaining_h=done,
        rest_h=Interval(min(rest.p10, done.p10), min(rest.p50, done.p50), min(rest.p90, done.p90)),
        final_sg=_band(said.final_sg),
    )


def posterior(course: BatchSeries, at_h: float) -> Posterior:
    """What the curves say at `at_h`. Needs two readings up to then."""
    past = course.until(at_h)
    return bank().posterior(past, at_h)


def thinned(hours: Array, sg: Array, slots: int) -> tuple[Array, Array]:
    """Means over equal spans of time where there are more readings than `slots`."""
    if hours.size <= slots or hours[-1] <= 0.0:
        return hours, sg
    starts = np.searchsorted(hours, np.arange(slots) * (hours[-1] / slots))
    starts = starts[np.append(starts[1:] > starts[:-1], True)]
    count = np.append(starts[1:], hours.size) - starts
    return np.add.reduceat(hours, starts) / count, np.add.reduceat(sg, starts) / count


def sampling(past: BatchSeries) -> int:
    """FLOATING (whole points, or now and then: a hydrometer in the beer), LOGGED, STAMPED (only the day was kept) or
    BY_HAND."""
    days = past.hours / 24.0
    if float(np.abs(days - np.rint(days)).max()) < 0.002:
        return STAMPED
    points = (past.sg - 1.0) * 1e3
    if float(np.mean(np.abs(points - np.rint(points)) < 0.011)) >= WHOLE_POINTS:
        return FLOATING
    usual_h, long_h = gap_h(past.hours, 0.5), gap_h(past.hours, 0.9)
    if usual_h < 3.0:
        return LOGGED
    return FLOATING if past.hours.size > IRREGULAR_FROM and long_h > NOW_AND_THEN * usual_h else BY_HAND


def gap_h(hours: Array, quantile: float) -> float:
    """A quantile of the hours between readings, as numpy's `quantile` gives it and ten times as fast."""
    gaps = np.sort(hours[1:] - hours[:-1])
    at = quantile * (gaps.size - 1)
    k = int(at)
    return float(gaps[k] + (at - k) * (gaps[min(k + 1, gaps.size - 1)] - gaps[k]))


def original_gravity(past: BatchSeries) -> float:
    """The declared one if the readings can have come from it, else what the first day shows."""
    first = past.sg[past.hours <= past.hours[0] + 24.0]
    seen = largest_of_first_day(past.hours, past.sg)
    if first.size > 10:  # not the largest, as elsewhere: the families were measured by labels' rule 2, without foam
        seen = float(np.sort(first)[int(0.9 * (first.size - 1))])
    declared = past.og if past.og is not None and past.og - seen < TYPED_WRONG_SG else seen
    return max(declared, seen, 1.004)


def _band(quantiles: Array) -> Interval:
    return Interval(float(quantiles[1]), float(quantiles[3]), float(quantiles[5]))


def _quasi_normal(count: int, dimensions: int) -> Array:
    """Standard normal points of low discrepancy: the R sequence of Roberts (2018, "The unreasonable effectiveness of
    quasirandom sequences"), through the normal quantile."""
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (dimensions + 1))
    steps = root ** -np.arange(1.0, dimensions + 1)
    uniform = (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0
    quantile = NormalDist().inv_cdf
    return np.array([[quantile(u) for u in row] for row in uniform])


@cache
def bank() -> Bank:
    """The curves of all families that are shipped."""
    return Bank(FAMILIES)


class Bank:
    """Curves of all families, drawn once, with their course at fixed hours."""

    def __init__(self, families: tuple[Family, ...], count: int = CURVES) -> None:
        noise = _quasi_normal(count, 7)[:, :4]
        parts = [_drawn(family, noise) for family in families]
        numbers, self.usual, self.usual_var, self.by_extract, self.extract, self.extract_var = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        self.families, self.count, self.curves = families, count, Curves.of(numbers)
        self.noise = _quasi_normal(DRAWN, 3).T
        self.knots_h = KNOTS_H * np.expm1(np.linspace(0.0, np.log1p(1.25 * LONGEST_H / KNOTS_H), KNOTS))
        done = self.curves.share(self.knots_h).T.astype(np.float32)
        self.done, self.done2 = np.ascontiguousarray(done), np.ascontiguousarray(done**2)  # (KNOTS, curves)
        self.rest_h = self.curves.reaches(REST_FRACTION)
        self._weights: dict[tuple[str | None, int], Array] = {}

    def posterior(self, past: BatchSeries, at_h: float) -> Posterior:
        """What the curves say of readings up to `at_h`."""
        hours = past.hours - past.hours[0]
        how, og = sampling(past), original_gravity(past)
        extract = max(og - 1.0, 0.01)
        log_fit, drop, drop_sd, first = self._fitted(hours, og - past.sg, extract, how)
        weights, media = self._weighed(log_fit, how, past.medium)
        drawn = np.minimum(weights.cumsum().searchsorted(DRAWN_AT), weights.size - 1)
        drop = np.maximum(drop[drawn] + drop_sd[drawn] * self.noise[0], 2.0 * COMPLETE_ABOVE_TERMINAL)
        elapsed_h = at_h - float(past.hours[0])
        left_h = self.curves.some(drawn).reaches(1.0 - COMPLETE_ABOVE_TERMINAL / drop) - elapsed_h
        room_h = min(max(gap_h(hours, 0.5), SHORTEST_GAP_H), LONGEST_GAP_H)
        left_h = left_h * np.exp(LATE_SPREAD * self.noise[1]) + 0.5 * room_h * self.noise[2]
        final = np.minimum(og + first[drawn] - drop, float(past.sg.min()))
        said = np.array([left_h, self.rest_h[drawn] - elapsed_h, final])
        said[:2] = np.minimum(np.maximum(said[:2], 0.0), LONGEST_H)
        said.sort(axis=1)
        below = said[:, BELOW]
        remaining, rest, final = below + WAY * (said[:, BELOW + 1] - below)
        return Posterior(remaining, rest, final, media, how)

    def _weighed(self, log_fit: Array, how: int, medium: str | None) -> tuple[Array, dict[str, float]]:
        """Weight of each curve (curves,), and how likely each medium is."""
        weights = _normed(log_fit + self._prior(medium, how))
        media = self._media(weights)
        likeliest = max(media, key=media.__getitem__)
        if medium not in MEDIA and media[likeliest] >= ASSUMED:
            weights = _normed(log_fit + self._prior(likeliest, how))
        return weights, media

    def _fitted(self, hours: Array, fallen: Array, extract: float, how: int) -> tuple[Array, Array, Array, Array]:
        """Of each curve: log likelihood, mean and sd of its drop, mean error of the original gravity; all (curves,)."""
        hours, fallen = thinned(hours, fallen, SLOTS)
        worth = _worth(hours, fallen, extract, STAMP_H if how == STAMPED else CLOCK_H)
        of_fall, of_one, of_share = self._sums(hours, worth * fallen, worth)
        stronger = np.log(extract) - self.extract
        usual = (self.usual + self.by_extract * stronger) * extract
        usual_worth = 1.0 / (self.usual_var * extract**2)
        a, d = of_share + usual_worth, worth.sum() + FIRST_SG**-2
        pull, level = of_fall + usual * usual_worth, float(worth @ fallen)
        det = a * d - of_one**2
        drop, first = (d * pull - of_one * level) / det, (a * level - of_one * pull) / det
        log_fit = 0.5 * (pull * drop + level * first - usual**2 * usual_worth - np.log(det / usual_worth))
        return log_fit - 0.5 * stronger**2 / self.extract_var, drop, np.sqrt(d / det), first

    def _sums(self, hours: Array, first: Array, second: Array) -> tuple[Array, Array, Array]:
        """Over the readings: sum of `first` times the share of each curve then, of `second` times it, and of `second`
        times its square; all (curves,). Between knots a share is a mean of theirs."""
        knots_h = self.knots_h
        before = np.minimum(np.searchsorted(knots_h, hours, side="right") - 1, KNOTS - 2)
        way = np.minimum((hours - knots_h[before]) / (knots_h[before + 1] - knots_h[before]), 1.0)
        low, top = int(before[0]), int(before[-1]) + 2
        where, shares = np.concatenate([before, before + 1]) - low, np.concatenate([1.0 - way, way])
        one, two = (
            np.bincount(where, shares * np.concatenate([row, row]), top - low).astype(np.float32)
            for row in (first, second)
        )
        done, done2 = self.done[low:top], self.done2[low:top]
        # not `@`: it wakes a second thread for what takes eight microseconds, and on a busy Pi waits for it
        return np.einsum(ALONG, one, done), np.einsum(ALONG, two, done), np.einsum(ALONG, two, done2)

    def _prior(self, medium: str | None, how: int) -> Array:
        """Log of the weight of each curve before any reading: (curves,)."""
        key = (medium if medium in MEDIA else None, how)
        if key not in self._weights:
            told = dict.fromkeys(MEDIA, (1.0 - SURE) / 3.0) | {medium: SURE}
            media = USUAL_MEDIA[how] if key[0] is None else told
            total = {m: sum(f.weights[how] for f in self.families if f.medium == m) for m in MEDIA}
            logs = [np.log(f.weights[how] / total[f.medium] * media[f.medium]) for f in self.families]
            self._weights[key] = np.repeat(logs, self.count) - 0.5 * np.log(self.extract_var)
        return self._weights[key]

    def _media(self, weights: Array) -> dict[str, float]:
        of_family = weights.reshape(len(self.families), self.count).sum(axis=1)
        media = dict.fromkeys(MEDIA, 0.0)
        for family, part in zip(self.families, of_family.tolist(), strict=True):
            media[family.medium] += part
        return media


def _drawn(family: Family, noise: Array) -> tuple[Array, ...]:
    """Curves (n, 4) of one family; usual attenuation of each, its variance, how it goes with the log of the extract;
    mean and variance of that: all (n,)."""
    mean, covariance = np.array(family.mean), np.zeros((6, 6))
    covariance[np.tril_indices(6)] = family.spread
    covariance = covariance + np.tril(covariance, -1).T
    extract_var = covariance[5, 5]
    slope = covariance[:5, 5] / extract_var
    given = covariance[:5, :5] - np.outer(slope, slope) * extract_var
    curves = mean[:4] + noise @ np.linalg.cholesky(given[:4, :4]).T
    follows = np.linalg.solve(given[:4, :4], given[:4, 4])
    usual = mean[4] + (curves - mean[:4]) @ follows
    one = np.ones(len(noise))
    var = given[4, 4] - given[4, :4] @ follows
    return curves, usual, var * one, slope[4] * one, mean[5] * one, extract_var * one


def _normed(log_weights: Array) -> Array:
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def _worth(hours: Array, fallen: Array, extract: float, clock_h: float) -> Array:
    """Inverse variance of each reading: misfit, and the fall within what nobody knows of its time."""
    lowest = np.maximum.accumulate(fallen)
    steepest = np.zeros(hours.size + 1)
    steepest[1:-1] = (lowest[1:] - lowest[:-1]) / np.maximum(hours[1:] - hours[:-1], 0.1)
    steepest = np.maximum(steepest[1:], steepest[:-1])
    misfit = MISFIT_SG**2 + (MISFIT_SHARE * extract) ** 2
    return np.asarray(1.0 / ((misfit + (clock_h * steepest) ** 2) * max(1.0, hours.size / SLOTS_WORTH)))
