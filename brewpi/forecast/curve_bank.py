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

from brewpi.forecast.curve_families import Family
from brewpi.forecast.quantiles import QUANTILES, Quantiles
from brewpi.forecast.richards import Curves
from brewpi.forecast.sampling import LOGGED, STAMPED, original_gravity, quantile_of, sampling, sorted_gaps, thinned
from brewpi.media import COMPLETE_ABOVE_TERMINAL, MEDIA, REST_FRACTION
from brewpi.records import Array, Assumed, BatchSeries

CURVES, START = 128, 0.5  # of each family, and where their sequence begins
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
ABOVE = BELOW + 1
# Who uses this: mostly brewers; a reading a day by hand is what wineries do. By way of reading.
USUAL_MEDIA = (
    {"beer": 0.88, "wine": 0.02, "cider": 0.04, "mead": 0.06},
    {"beer": 0.75, "wine": 0.18, "cider": 0.03, "mead": 0.04},
    {"beer": 0.82, "wine": 0.08, "cider": 0.05, "mead": 0.05},
    {"beer": 0.86, "wine": 0.02, "cider": 0.04, "mead": 0.08},
)
SURE = 0.97  # what somebody said is in the tank; the other media's curves may still fit better
ASSUMED = 0.85  # a medium that the curve shows so clearly counts as if it had been said
KEPT = 16  # original gravities at hand: a batch keeps its own
KNOT = np.arange(float(KNOTS))
BLOCK = 64  # curves side by side: a product with all at once wakes a second thread, and on a busy Pi waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior(Quantiles):
    """What the curves say; media: how likely each is; sampling: how the batch is read."""

    media: dict[str, float]
    sampling: int = LOGGED

    @property
    def likeliest(self) -> Assumed:
        """The medium that the curve looks like most."""
        medium = max(self.media, key=self.media.__getitem__)
        return Assumed(medium, self.media[medium])


class _Expected(NamedTuple):
    """Of a batch of this extract before any reading, (curves,): worth of the usual attenuation, that times the drop
    which it makes, and the log of the weight."""

    worth: Array
    pull: Array
    log_weight: Array


class _Fit(NamedTuple):
    """How each curve passes the readings, (curves,) or one number: its weight, and of its drop, given the readings and
    any first gravity, the inverse variance and that times the mean; `one` and the two numbers give the latter's."""

    weight: Array
    worth: Array
    pull: Array
    one: NDArray[np.float32]
    first_worth: float
    level: float

    def drop(self, drawn: NDArray[np.intp]) -> tuple[Array, Array, Array]:
        """Of these: mean and sd of the drop, and mean error of the original gravity."""
        worth = self.worth[drawn]
        mean = self.pull[drawn] / worth
        return mean, 1.0 / np.sqrt(worth), self.level - mean * self.one[drawn] / self.first_worth


class CurveBank:
    """Curves of all families, drawn once, with their course at fixed hours."""

    def __init__(self, families: tuple[Family, ...], count: int = CURVES, start: float = START) -> None:
        """start: 0 to 1, where the quasi-random sequence of the curves begins."""
        noise = _quasi_normal(count, 7, start)[:, :4]
        parts = [_drawn(family, noise) for family in families]
        numbers, self.usual, of_family = (np.array(column) for column in zip(*parts, strict=True))
        self.usual_var, self.by_extract, self.extract, self.extract_var = of_family.T[:, :, None]
        self.families, self.per_family, self.curves = families, count, Curves.of(np.concatenate(numbers))
        noise_drop, noise_late, noise_room = _quasi_normal(DRAWN, 3).T
        self.noise, self.late = (noise_drop, 0.5 * noise_room), np.exp(LATE_SPREAD * noise_late)
        self.knots_h = KNOTS_H * np.expm1(np.linspace(0.0, np.log1p(1.25 * LONGEST_H / KNOTS_H), KNOTS))
        done = self.curves.share(self.knots_h).astype(np.float32).reshape(-1, BLOCK, KNOTS).transpose(0, 2, 1)
        self.done, self.done2 = np.ascontiguousarray(done), np.ascontiguousarray(done**2)  # (blocks, KNOTS, BLOCK)
        self.rest_h = self.curves.until_left(1.0 - REST_FRACTION)
        self._known: dict[tuple[float, str | None, int], _Expected] = {}

    def posterior(self, past: BatchSeries, at_h: float) -> Posterior:
        """What the curves say of readings up to `at_h`."""
        start_h = float(past.hours[0])
        gaps_h = sorted_gaps(past.hours)
        how, og = sampling(past, gaps_h), original_gravity(past)
        medium = past.medium if past.medium in MEDIA else None
        fit = self._fitted(past.hours - start_h, og - past.sg, max(og - 1.0, 0.01), medium, how)
        upto, media = self._weighed(fit.weight, medium, how)
        room_h = min(max(quantile_of(gaps_h, 0.5), SHORTEST_GAP_H), LONGEST_GAP_H)
        outcomes = self._drawn(fit, upto, at_h - start_h, room_h)
        outcomes[2] += og
        np.minimum(outcomes[2], past.sg.min(), out=outcomes[2])
        outcomes.sort(axis=1)
        below = outcomes.take(BELOW, axis=1)
        quantiles = below + WAY * (outcomes.take(ABOVE, axis=1) - below)
        return Posterior(quantiles[:2], quantiles[2], media=media, sampling=how)

    def _drawn(self, fit: _Fit, upto: Array, elapsed_h: float, room_h: float) -> Array:
        """Of curves drawn by their weights, summed up to each in `upto`: hours to completion and to the rest cue, and
        by how much the final gravity lies over the original (3, DRAWN)."""
        drawn = np.minimum(upto.searchsorted(DRAWN_AT * upto[-1]), upto.size - 1)
        drop, drop_sd, first = fit.drop(drawn)
        drop += drop_sd * self.noise[0]
        np.maximum(drop, 2.0 * COMPLETE_ABOVE_TERMINAL, out=drop)
        outcomes = np.empty((3, DRAWN))
        outcomes[0] = self.curves.some(drawn).until_left(COMPLETE_ABOVE_TERMINAL / drop)
        outcomes[1] = self.rest_h[drawn]
        times = outcomes[:2]
        times -= elapsed_h
        outcomes[0] *= self.late
        outcomes[0] += room_h * self.noise[1]
        np.maximum(times, 0.0, out=times)
        np.minimum(times, LONGEST_H, out=times)
        np.subtract(first, drop, out=outcomes[2])
        return outcomes

    def _weighed(self, weight: Array, medium: str | None, how: int) -> tuple[Array, dict[str, float]]:
        """Summed weight up to each curve (curves,), and how likely each medium is."""
        upto = weight.cumsum()
        ends = upto[self.per_family - 1 :: self.per_family].tolist()
        media = dict.fromkeys(map(str, MEDIA), 0.0)
        for family, end, start in zip(self.families, ends, [0.0, *ends], strict=False):
            media[family.medium] += (end - start) / ends[-1]
        likeliest = max(media, key=media.__getitem__)
        if medium is None and media[likeliest] >= ASSUMED:
            sure, usual = _media(likeliest, how), _media(None, how)
            ratio = np.array([sure[family.medium] / usual[family.medium] for family in self.families])
            upto = (weight.reshape(-1, self.per_family) * ratio[:, None]).cumsum()
        return upto, media

    def _fitted(self, hours: Array, fallen: Array, extract: float, medium: str | None, how: int) -> _Fit:
        """The drop of each curve is normal, and so is the error of the first gravity; what is not known of that is
        taken from what the readings are worth by counting each from their mean (a Schur complement). What readings and
        usual attenuation say of the drop is the `pull`."""
        hours, fallen = thinned(hours, fallen, SLOTS)
        rows = np.empty((2, hours.size))
        rows[1] = _worth(hours, fallen, extract, STAMP_H if how == STAMPED else CLOCK_H)
        first_worth = float(rows[1].sum()) + FIRST_SG**-2
        level = float(rows[1].dot(fallen)) / first_worth
        np.multiply(rows[1], fallen - level, out=rows[0])
        of_fall, one, of_share = self._sums(hours, rows)
        usual = self._expected(extract, medium, how)
        worth = np.multiply(one, one, dtype=np.float64)
        worth /= -first_worth
        worth += of_share
        worth += usual.worth
        pull = of_fall + usual.pull
        fit = pull * pull
        fit /= worth
        fit -= np.log(worth)
        fit *= 0.5
        fit += usual.log_weight
        fit -= fit[fit.argmax()]
        return _Fit(np.exp(fit, out=fit), worth, pull, one, first_worth, level)

    def _sums(self, hours: Array, rows: Array) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Over the readings, for each curve, (curves,): sums of both `rows` (2, n) times its share then, and of the
        second times the square of that. Between knots a share is a mean of theirs."""
        at_knot = np.interp(hours, self.knots_h, KNOT)[:, None]
        low, top = int(at_knot[0, 0]), int(at_knot[-1, 0]) + 2
        off = at_knot - KNOT[low:top]
        np.abs(off, out=off)
        near = np.maximum(np.subtract(1.0, off, out=off), 0.0, out=off)
        of_fall, of_one = rows.dot(near).astype(np.float32)
        done, done2 = self.done[:, low:top], self.done2[:, low:top]
        return (of_fall @ done).reshape(-1), (of_one @ done).reshape(-1), (of_one @ done2).reshape(-1)

    def _expected(self, extract: float, medium: str | None, how: int) -> _Expected:
        key = (extract, medium, how)
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = self._before(extract, medium, how)
        return self._known[key]

    def _before(self, extract: float, medium: str | None, how: int) -> _Expected:
        """Before any reading, for an original gravity."""
        media = _media(medium, how)
        total: dict[str, float] = {m: sum(f.weights[how] for f in self.families if f.medium == m) for m in MEDIA}
        prior = np.log([f.weights[how] / total[f.medium] * media[f.medium] for f in self.families])[:, None]
        stronger = np.log(extract) - self.extract
        usual = (self.usual + self.by_extract * stronger) * extract
        worth = 1.0 / (self.usual_var * extract**2)
        of_extract = -0.5 * (stronger**2 / self.extract_var + np.log(self.extract_var))
        log_weight = prior + of_extract + 0.5 * (np.log(worth) - usual**2 * worth)
        return _Expected(np.repeat(worth, self.per_family), (usual * worth).ravel(), log_weight.ravel())


def _media(medium: str | None, how: int) -> dict[str, float]:
    """How likely each is before any reading, told one of them or none."""
    return USUAL_MEDIA[how] if medium is None else dict.fromkeys(MEDIA, (1.0 - SURE) / 3.0) | {medium: SURE}


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
