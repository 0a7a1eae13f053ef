"""The curves of all families, drawn once: how each passes the readings, and what those that pass them say of the end.

A curve is Richards' (1959) logistic of bent time (Box & Cox 1964), scaled by an attenuation that is integrated out in
closed form together with an error of the first gravity; the other four numbers by importance sampling from the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brewpi.estimation.gravity import unlike_usual
from brewpi.forecast.curve_families import Family
from brewpi.forecast.likely_media import ASSUMED, before_any, by_temperature
from brewpi.forecast.quantiles import BAND, QUANTILES, Band, Quantiles
from brewpi.forecast.richards import Curves
from brewpi.forecast.sampling import (
    LOGGED,
    STAMPED,
    lowest,
    original_gravity,
    quantile_of,
    sampling,
    sorted_gaps,
    thinned,
)
from brewpi.media import COMPLETE_ABOVE_TERMINAL, MEDIA, REST_FRACTION
from brewpi.records import Array, Assumed, BatchSeries

CURVES, START = 128, 0.5  # of each family, and where their sequence begins
KNOTS, KNOTS_H, LONGEST_H = 96, 12.0, 2000.0  # even in the log of hours, and in hours below KNOTS_H
SLOTS = 24  # means over so many equal spans of time: neighbours say the same
SLOTS_WORTH = 12.0  # what any number of readings counts for, since no beer is exactly a logistic
MISFIT_SG, MISFIT_SHARE = 0.001, 0.035  # of a reading, and of the extract
TOLD_SD = 0.04  # of an attenuation that was told
FIRST_SG = 0.0015  # error of the original gravity
CLOCK_H, STAMP_H = 1.0, 7.0  # when a reading was really taken; 7 h is the sd of a time of day that was not kept
LATE_SPREAD, SHORTEST_GAP_H, LONGEST_GAP_H = 0.1, 6.0, 24.0
DRAWN = 128  # curves from all, evenly by their weights; what is not known of each is drawn anew
DRAWN_AT = (np.arange(DRAWN) + 0.5) / DRAWN
LEVELS = [DRAWN * QUANTILES[at] - 0.5 for at in BAND]  # of the band among the drawn, between two of them
AROUND = np.array([int(level) + above for level in LEVELS for above in (0, 1)])
WAYS = [level % 1.0 for level in LEVELS]
KEPT = 16  # original gravities at hand: a batch keeps its own
NEGLIGIBLE = 64.0  # a deviance this far over the least: a weight of 1e-14
KNOT = np.arange(float(KNOTS))
BLOCK = 64  # curves side by side: a product with all at once wakes a second thread, and on a busy Pi waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior(Quantiles):
    """What the curves say; media: how likely each is by gravity; media_at_temp: by temperature, too, which says nothing
    of the pace; sampling: how the batch is read."""

    media: dict[str, float]
    media_at_temp: dict[str, float]
    sampling: int = LOGGED

    @property
    def likeliest(self) -> Assumed:
        """The medium that all readings look like most."""
        medium = max(self.media_at_temp, key=self.media_at_temp.__getitem__)
        return Assumed(medium, self.media_at_temp[medium])


@dataclass(frozen=True, slots=True)
class CurveFit:
    """What curves drawn by their weights say, whenever one asks. done_h: hours from the first reading to completion,
    before it is known how late that may be (DRAWN,); rest_h and final_sg: those around each of the band, in order (6,);
    room_h: what is added to the completion (DRAWN,)."""

    done_h: Array
    rest_h: list[float]
    final_sg: list[float]
    late: Array
    room_h: Array
    start_h: float
    media: dict[str, float]
    media_at_temp: dict[str, float]
    sampling: int

    def at(self, at_h: float, lowest_sg: float) -> Posterior:
        """At `at_h`; lowest_sg: so far."""
        elapsed_h = at_h - self.start_h
        left_h = self.done_h - elapsed_h
        left_h *= self.late
        left_h += self.room_h
        left_h.sort()
        final, p50, p90 = _band(self.final_sg)
        return Posterior(
            _band(_possible(left_h.take(AROUND).tolist())),
            _band(_possible([each - elapsed_h for each in self.rest_h])),
            (min(final, lowest_sg), min(p50, lowest_sg), min(p90, lowest_sg)),
            media=self.media, media_at_temp=self.media_at_temp, sampling=self.sampling,
        )  # fmt: skip


class _Prior(NamedTuple):
    """Of a batch of this extract before any reading, (curves,): worth of the usual attenuation, that times the drop
    which it makes, and the deviance."""

    worth: Array
    pull: Array
    deviance: Array


class _Fit(NamedTuple):
    """How the curves pass the readings. Of those that count, (k,): which they are, and their weights. Of all, (curves,)
    or one number: of the drop, given the readings and any first gravity, the inverse variance and that times the mean;
    `one` and the two numbers give the latter's."""

    places: NDArray[np.intp]
    weight: Array
    worth: Array
    pull: Array
    one: Array
    first_worth: float
    level: float

    def drop(self, drawn: NDArray[np.intp]) -> tuple[Array, Array, Array]:
        """Of these: mean and sd of the drop, and mean error of the original gravity."""
        worth, pull, one = (of_all.take(drawn) for of_all in (self.worth, self.pull, self.one))
        mean = pull / worth
        return mean, 1.0 / np.sqrt(worth), self.level - mean * one / self.first_worth


class CurveBank:
    """Curves of all families, drawn once, with their course at fixed hours."""

    def __init__(self, families: tuple[Family, ...], count: int = CURVES, start: float = START) -> None:
        """start: 0 to 1, where the quasi-random sequence of the curves begins."""
        noise = _quasi_normal(count, 7, start)[:, :4]
        parts = [_drawn(family, noise) for family in families]
        numbers, self.usual, of_family = (np.array(column) for column in zip(*parts, strict=True))
        self.usual_var, self.by_extract, self.extract, self.extract_var = of_family.T[:, :, None]
        self.families, self.per_family, self.curves = families, count, Curves.of(np.concatenate(numbers))
        self.media = np.repeat([MEDIA.index(family.medium) for family in families], count)
        self.noise, noise_late, noise_room = _quasi_normal(DRAWN, 3).T.copy()
        self.late, self.room = np.exp(LATE_SPREAD * noise_late), 0.5 * noise_room
        self.knots_h = KNOTS_H * np.expm1(np.linspace(0.0, np.log1p(1.25 * LONGEST_H / KNOTS_H), KNOTS))
        done = self.curves.share(self.knots_h).reshape(-1, BLOCK, KNOTS).transpose(0, 2, 1)
        # Not in single precision: there the roundings of two processors are enough to draw another curve, hours apart.
        self.done, self.done2 = np.ascontiguousarray(done), np.ascontiguousarray(done**2)  # (blocks, KNOTS, BLOCK)
        self.rest_h = self.curves.until_left(1.0 - REST_FRACTION)
        self._known: dict[tuple[float, str | None, int, float | None], _Prior] = {}

    def through(self, past: BatchSeries) -> CurveFit:
        """What the curves through all its readings say, two at least."""
        start_h = float(past.hours[0])
        gaps_h = sorted_gaps(past.hours)
        how, og = sampling(past, gaps_h), original_gravity(past)
        medium = past.medium if past.medium in MEDIA else None
        told, extract = past.expected_attenuation, max(og - 1.0, 0.01)
        fit = self._fitted(past.hours - start_h, og - past.sg, extract, medium, how, told)
        weight, media = self._weighed(fit, medium, how)
        drawn = self._drawn(fit, weight)
        drop, first = self._drop(fit, drawn)
        done_h = self.curves.some(drawn).until_left(COMPLETE_ABOVE_TERMINAL / drop)
        at_temp = media if medium is not None else by_temperature(media, past)
        if at_temp is not media:
            drop, first = self._drop(fit, self._drawn(fit, weight * self._by_medium(fit, at_temp, media)))
        final = first - drop
        final += og
        np.minimum(final, lowest(past.sg), out=final)
        in_order = np.array((self.rest_h.take(drawn), final))
        in_order.sort(axis=1)
        rest, final_sg = in_order.take(AROUND, axis=1).tolist()
        room_h = min(max(quantile_of(gaps_h, 0.5), SHORTEST_GAP_H), LONGEST_GAP_H)
        return CurveFit(done_h, rest, final_sg, self.late, room_h * self.room, start_h, media, at_temp, how)

    def _drawn(self, fit: _Fit, weight: Array) -> NDArray[np.intp]:
        """Curves drawn by their weights, (DRAWN,)."""
        upto = weight.cumsum()
        drawn: NDArray[np.intp] = fit.places.take(upto.searchsorted(DRAWN_AT * upto[-1]), mode="clip")
        return drawn

    def _drop(self, fit: _Fit, drawn: NDArray[np.intp]) -> tuple[Array, Array]:
        """Of these, (DRAWN,): a drop of each, and the mean error of the original gravity, from which it fell."""
        drop, drop_sd, first = fit.drop(drawn)
        drop += drop_sd * self.noise
        np.maximum(drop, 2.0 * COMPLETE_ABOVE_TERMINAL, out=drop)
        return drop, first

    def _weighed(self, fit: _Fit, medium: str | None, how: int) -> tuple[Array, dict[str, float]]:
        """The weights, by a medium that the curves show clearly if nobody named it; and how likely each medium is."""
        of_medium = self.media.take(fit.places)
        found = np.bincount(of_medium, fit.weight, len(MEDIA))
        media = dict(zip(MEDIA, (found / found.sum()).tolist(), strict=True))
        likeliest = max(media, key=media.__getitem__)
        if medium is not None or media[likeliest] < ASSUMED:
            return fit.weight, media
        return fit.weight * self._by_medium(fit, before_any(likeliest, how), before_any(None, how)), media

    def _by_medium(self, fit: _Fit, now: dict[str, float], before: dict[str, float]) -> Array:
        """By how much the weight of each curve changes, where each medium is as likely as `now`."""
        times = np.array([now[medium] / max(before[medium], 1e-12) for medium in MEDIA])
        return times.take(self.media.take(fit.places))

    def _fitted(
        self, hours: Array, fallen: Array, extract: float, medium: str | None, how: int, told: float | None = None
    ) -> _Fit:
        """The drop of each curve is normal, and so is the error of the first gravity; what is not known of that is
        taken from what the readings are worth by counting each from their mean (a Schur complement). What readings and
        usual attenuation say of the drop is the `pull`."""
        hours, fallen = thinned(hours, fallen, SLOTS)
        rows = np.empty((2, hours.size))
        rows[1] = _worth(hours, fallen, extract, STAMP_H if how == STAMPED else CLOCK_H)
        first_worth = float(rows[1].sum()) + FIRST_SG**-2
        level = float(rows[1].dot(fallen)) / first_worth
        np.multiply(rows[1], fallen - level, out=rows[0])
        pull, one, worth = self._sums(hours, rows)
        prior = self._prior(extract, medium, how, told)
        pull += prior.pull
        worth += prior.worth
        worth -= one * one / first_worth
        deviance = np.log(worth)
        deviance -= pull * pull / worth
        deviance += prior.deviance
        deviance -= deviance[deviance.argmin()]
        places = (deviance < NEGLIGIBLE).nonzero()[0]
        weight = np.exp(-0.5 * deviance.take(places))
        return _Fit(places, weight, worth, pull, one, first_worth, level)

    def _sums(self, hours: Array, rows: Array) -> Array:
        """Over the readings, for each curve, (3, curves): sums of both `rows` (2, n) times its share then, and of the
        second times the square of that. Between knots a share is a mean of theirs."""
        at_knot = np.interp(hours, self.knots_h, KNOT)[:, None]
        low, top = int(at_knot[0, 0]), int(at_knot[-1, 0]) + 2
        off = at_knot - KNOT[low:top]
        np.abs(off, out=off)
        near = np.maximum(np.subtract(1.0, off, out=off), 0.0, out=off)
        of_knot = rows.dot(near)
        sums = np.empty((3, *self.done.shape[::2]))
        np.matmul(of_knot, self.done[:, low:top], out=sums[:2].swapaxes(0, 1))
        np.matmul(of_knot[1], self.done2[:, low:top], out=sums[2])
        return sums.reshape(3, -1)

    def _prior(self, extract: float, medium: str | None, how: int, told: float | None) -> _Prior:
        key = (extract, medium, how, told)
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = self._before(extract, medium, how, told)
        return self._known[key]

    def _before(self, extract: float, medium: str | None, how: int, told: float | None) -> _Prior:
        """Before any reading, for an original gravity; told: the attenuation that this very batch is expected to reach,
        where that is unlike what past batches of any site were."""
        media = before_any(medium, how)
        total: dict[str, float] = {m: sum(f.weights[how] for f in self.families if f.medium == m) for m in MEDIA}
        prior = np.log([f.weights[how] / total[f.medium] * media[f.medium] for f in self.families])[:, None]
        stronger = np.log(extract) - self.extract
        usual = (self.usual + self.by_extract * stronger) * extract
        worth = 1.0 / (self.usual_var * extract**2)
        if told is not None and unlike_usual(told, medium) > 0.0:
            usual, worth = np.full_like(usual, told * extract), np.full_like(worth, 1.0 / (TOLD_SD * extract) ** 2)
        of_extract = stronger**2 / self.extract_var + np.log(self.extract_var)
        deviance = of_extract - 2.0 * prior - np.log(worth) + usual**2 * worth
        return _Prior(np.repeat(worth, self.per_family), (usual * worth).ravel(), deviance.ravel())


def _possible(hours: list[float]) -> list[float]:
    """The same, in order, none of them passed or too far away."""
    if hours[0] >= 0.0 and hours[-1] <= LONGEST_H:
        return hours
    return [min(max(each, 0.0), LONGEST_H) for each in hours]


def _band(around: list[float]) -> Band:
    """Of those AROUND each of it."""
    (way10, way50, way90), (a, b, c, d, e, f) = WAYS, around
    return a + way10 * (b - a), c + way50 * (d - c), e + way90 * (f - e)


def _drawn(family: Family, noise: Array) -> tuple[Array, Array, tuple[float, float, float, float]]:
    """Curves (n, 4) of one family and the usual attenuation of each (n,); of the family, the variance of that, how it
    goes with the log of the extract, and mean and variance of this."""
    mean, covariance = np.array(family.mean), np.zeros((6, 6))
    covariance[np.tril_indices(6)] = family.spread
    covariance = covariance + np.tril(covariance, -1).T
    extract_var = covariance[5, 5]
    slope = covariance[:5, 5] / extract_var
    given = covariance[:5, :5] - np.outer(slope, slope) * extract_var
    curves = mean[:4] + noise @ np.linalg.cholesky(given[:4, :4]).T
    follows = np.linalg.solve(given[:4, :4], given[:4, 4])
    usual = mean[4] + (curves - mean[:4]) @ follows
    return curves, usual, (given[4, 4] - given[4, :4] @ follows, slope[4], mean[5], extract_var)


def _worth(hours: Array, fallen: Array, extract: float, clock_h: float) -> Array:
    """Inverse variance of each reading: misfit, and the fall within what nobody knows of its time."""
    lowest = np.maximum.accumulate(fallen)
    steepest = np.zeros(hours.size + 1)
    steepest[1:-1] = (lowest[1:] - lowest[:-1]) / np.maximum(hours[1:] - hours[:-1], 0.1)
    variance = (clock_h * np.maximum(steepest[1:], steepest[:-1])) ** 2
    variance += MISFIT_SG**2 + (MISFIT_SHARE * extract) ** 2
    return np.asarray(1.0 / (variance * max(1.0, hours.size / SLOTS_WORTH)))


def _quasi_normal(count: int, dimensions: int, start: float = START) -> Array:
    """Standard normal points of low discrepancy: the R sequence of Roberts (2018, "The unreasonable effectiveness of
    quasirandom sequences"), through the normal quantile."""
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (dimensions + 1))
    steps = root ** -np.arange(1.0, dimensions + 1)
    uniform = (start + np.arange(1, count + 1)[:, None] * steps) % 1.0
    quantile = NormalDist().inv_cdf
    return np.array([[quantile(u) for u in row] for row in uniform])
