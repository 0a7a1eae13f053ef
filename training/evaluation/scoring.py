"""How good a forecast is: the same moments of the same batches for everybody.

A batch is asked at 25, 50 and 75 % of its true duration and at 24, 48, 72 and 96 h, where it then has at least
two readings. All losses are in hours, except those of the final gravity, in points (0.001 SG).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array, BatchSeries, Forecast, Interval
from training.data.logs import Batch

Question = tuple[BatchSeries, float]
Answerer = Callable[[Sequence[Question]], Sequence[Forecast]]

FRACTIONS = (0.25, 0.50, 0.75)
HOURS = (24.0, 48.0, 72.0, 96.0)
LEVELS = np.array([0.1, 0.5, 0.9])
SAYS_DONE_H, NOT_DONE_H = 1.0, 12.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One question about one batch, and what came of it: hours remaining, hours to the rest cue, final SG."""

    batch: int
    moment: str
    at_h: float
    remaining_h: float
    rest_h: float
    final_sg: float


def trials(batches: Sequence[Batch]) -> list[Trial]:
    """The moments at which every forecaster is asked."""
    found = []
    for i, batch in enumerate(batches):
        done_h = batch.label.completion_h
        moments = [(f"{f:.0%}", f * done_h) for f in FRACTIONS] + [(f"{h:.0f} h", h) for h in HOURS if h < done_h]
        found += [_trial(i, batch, moment, at_h) for moment, at_h in moments if _readings(batch.series, at_h) >= 2]
    return found


def _trial(i: int, batch: Batch, moment: str, at_h: float) -> Trial:
    left, rest = batch.label.completion_h - at_h, batch.label.rest_h - at_h
    return Trial(i, moment, at_h, max(left, 0.0), max(rest, 0.0), batch.label.terminal)


def _readings(series: BatchSeries, at_h: float) -> int:
    return int(np.searchsorted(series.hours, at_h, side="right"))


@dataclass(frozen=True, eq=False)
class Score:
    """One forecaster's answers to the trials. remaining, rest, final: (n, 3) p10, p50, p90; NaN where silent."""

    name: str
    trials: Sequence[Trial]
    remaining: Array
    rest: Array
    final: Array

    @cached_property
    def truth(self) -> Array:
        """(n,) hours that did remain."""
        return np.array([t.remaining_h for t in self.trials])

    @cached_property
    def batch(self) -> Array:
        """(n,) which batch each trial is of."""
        return np.array([t.batch for t in self.trials], dtype=float)

    @cached_property
    def losses(self) -> Array:
        """(n,) pinball loss of the hours remaining, mean over p10, p50, p90."""
        return pinball(self.remaining, self.truth)

    @property
    def pinball(self) -> float:
        return float(np.nanmean(self.losses))

    @property
    def errors(self) -> Array:
        """(n,) median minus truth, hours."""
        return self.remaining[:, 1] - self.truth

    def mae(self, moment: str | None = None) -> float:
        """Mean absolute error in hours, over all or over one moment ("25%", "48 h")."""
        return _mean(np.abs(self.errors[self.at(moment)]))

    def median_error(self, moment: str | None = None) -> float:
        """Median absolute error in hours."""
        errors = np.abs(self.errors[self.at(moment)])
        return float(np.nanmedian(errors)) if np.isfinite(errors).any() else np.nan

    def at(self, moment: str | None) -> NDArray[np.bool_]:
        """(n,) which trials are of a moment; all for None."""
        return np.array([moment in (None, t.moment) for t in self.trials], dtype=bool)

    @cached_property
    def covered(self) -> Array:
        """(k,) of the answered: whether the 80 % interval holds the truth, 0 or 1."""
        known = np.isfinite(self.remaining[:, 1])
        low, high, truth = self.remaining[known, 0], self.remaining[known, 2], self.truth[known]
        return np.array((low <= truth) & (truth <= high), dtype=float)

    @property
    def coverage(self) -> float:
        """Share of the 80 % intervals that hold the truth."""
        return _mean(self.covered)

    @property
    def coverage_interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the coverage."""
        return wilson(int(self.covered.sum()), len(self.covered))

    @property
    def width(self) -> float:
        """Mean width of the 80 % interval, hours."""
        return _mean(self.remaining[:, 2] - self.remaining[:, 0])

    @property
    def final_points(self) -> float:
        """Mean absolute error of the final gravity, points."""
        return _mean(np.abs(self.final[:, 1] - np.array([t.final_sg for t in self.trials]))) * 1e3

    @property
    def rest_mae(self) -> float:
        """Mean absolute error of the hours to the rest cue, where it is still to come."""
        truth = np.array([t.rest_h for t in self.trials])
        return _mean(np.abs(self.rest[:, 1] - truth)[truth > 0.0])

    @property
    def false_done(self) -> tuple[int, int]:
        """How often it said under 1 h with over 12 h to go, of how many with over 12 h to go."""
        open_still = self.truth > NOT_DONE_H
        return int((self.remaining[open_still, 1] < SAYS_DONE_H).sum()), int(open_still.sum())

    @property
    def answered(self) -> float:
        """Share of the trials with a forecast."""
        return _mean(np.isfinite(self.remaining[:, 1]).astype(float))

    def as_dict(self) -> dict[str, object]:
        """The figures, for a scorecard."""
        wrong, of = self.false_done
        return {
            "name": self.name, "batches": len(set(self.batch.tolist())), "trials": len(self.trials),
            "answered": self.answered, "pinball_h": self.pinball, "mae_h": self.mae(),
            "median_error_h": self.median_error(),
            "mae_by_moment_h": {m: self.mae(m) for m in MOMENTS},
            "median_error_by_moment_h": {m: self.median_error(m) for m in MOMENTS},
            "coverage_80": self.coverage, "coverage_80_wilson": self.coverage_interval, "width_80_h": self.width,
            "final_gravity_points": self.final_points, "rest_mae_h": self.rest_mae,
            "false_done": wrong, "false_done_of": of,
        }  # fmt: skip


MOMENTS = tuple([f"{f:.0%}" for f in FRACTIONS] + [f"{h:.0f} h" for h in HOURS])


def score(forecaster: object, batches: Sequence[Batch], name: str = "ours",
          asked: Sequence[Trial] | None = None) -> Score:
    """Ask a forecaster about every trial.

    forecaster: a model directory; or an object with `at(series, at_h)` or `forecast(series, at_h)`; or a
    function of many (series, at_h) that returns as many forecasts.
    """
    asked = trials(batches) if asked is None else asked
    answers = answerer(forecaster)([(batches[t.batch].series, t.at_h) for t in asked])
    columns = [[_row(getattr(a, what)) for a in answers] for what in ("remaining_h", "rest_h", "final_sg")]
    return Score(name, asked, *(np.array(c, dtype=float).reshape(-1, 3) for c in columns))


def _row(band: Interval | None) -> tuple[float, float, float]:
    return (np.nan, np.nan, np.nan) if band is None else (band.p10, band.p50, band.p90)


def answerer(forecaster: object) -> Answerer:
    """Anything that forecasts, as a function of many questions."""
    if isinstance(forecaster, (str, Path)):
        from brewpi.forecast.network_and_curves import Pool
        from brewpi.forecast.tank_forecaster import TankForecaster
        from brewpi.forecast.tflite_model import Model

        forecaster = TankForecaster(Pool(Model.load(Path(forecaster))))
    for method in ("at", "forecast"):
        one: Callable[[BatchSeries, float], Forecast] | None = getattr(forecaster, method, None)
        if one is not None:
            return _each(one)
    if not callable(forecaster):
        raise TypeError(f"{forecaster!r} does not forecast")
    return forecaster


def _each(one: Callable[[BatchSeries, float], Forecast]) -> Answerer:
    return lambda questions: [one(series, at_h) for series, at_h in questions]


def pinball(bands: Array, truth: Array) -> Array:
    """Mean pinball loss over p10, p50, p90: bands (n, 3), truth (n,) -> (n,), in their unit."""
    miss = truth[:, None] - bands
    return np.asarray(np.maximum(LEVELS * miss, (LEVELS - 1.0) * miss).mean(axis=1))


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    share, room = hits / n, z * z / n
    middle, half = share + room / 2, z * np.sqrt(share * (1 - share) / n + room / (4 * n))
    return float((middle - half) / (1 + room)), float((middle + half) / (1 + room))


def difference(other: Score, ours: Score, draws: int = 2000, seed: int = 1) -> tuple[float, float, float]:
    """Mean pinball of another minus ours, with its 95 % interval from a bootstrap over batches, in hours."""
    return bootstrapped_mean(other.losses - ours.losses, ours.batch, draws, seed)


def bootstrapped_mean(values: Array, batch: Array, draws: int = 2000, seed: int = 1) -> tuple[float, float, float]:
    """Mean of what is known of `values` (n,), with its 95 % interval from a bootstrap over the batches (n,)."""
    known = np.isfinite(values)
    _, which = np.unique(batch[known], return_inverse=True)
    sums, counts = np.bincount(which, values[known]), np.bincount(which)
    picks = np.random.default_rng(seed).integers(0, len(sums), (draws, len(sums)))
    means = sums[picks].sum(axis=1) / counts[picks].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(values[known].mean()), float(low), float(high)


def jitter(forecaster: object, batches: Sequence[Batch], every_h: float = 6.0) -> float:
    """Hours by which the time of completion moves per hour of fermentation: mean over batches.

    Asked at readings at least `every_h` apart, from the second one to completion.
    """
    ask = answerer(forecaster)
    moved = []
    for batch in batches:
        times: list[float] = []
        for hour in batch.series.hours[1:]:
            if hour < batch.label.completion_h and (not times or hour >= times[-1] + every_h):
                times.append(float(hour))
        answers = ask([(batch.series, at_h) for at_h in times])
        eta = np.array([a.at_h + a.remaining_h.p50 for a in answers if a.remaining_h])
        if len(eta) > 1:
            moved.append(float(np.abs(np.diff(eta)).sum()) / (times[-1] - times[0]))
    return float(np.mean(moved)) if moved else np.nan


def late_done(forecaster: object, batches: Sequence[Batch]) -> tuple[int, int]:
    """How many finished batches, at their last reading a day or more after completion, still get over 12 h."""
    over = [b for b in batches if b.series.hours[-1] >= b.label.completion_h + 24.0]
    answers = answerer(forecaster)([(b.series, float(b.series.hours[-1])) for b in over])
    return sum(a.remaining_h is not None and a.remaining_h.p50 > NOT_DONE_H for a in answers), len(over)


def done_at_every_reading(forecaster: object, batches: Sequence[Batch], every_h: float = 2.0) -> dict[str, float]:
    """Asked at every reading, `every_h` apart at least: how often, how often "done" over NOT_DONE_H too early and in
    how many batches, and the median of the hours from completion until it is said."""
    ask = answerer(forecaster)
    asked = wrong = batches_wrong = 0
    waited = []
    for batch in batches:
        done_h, times = batch.label.completion_h, sparsely(batch.series.hours[1:], every_h)
        answers = ask([(batch.series, t) for t in times])
        said_done_h = [a.at_h for a in answers if a.remaining_h and a.remaining_h.p50 < SAYS_DONE_H]
        early = sum(at_h < done_h - NOT_DONE_H for at_h in said_done_h)
        asked, wrong, batches_wrong = asked + len(times), wrong + early, batches_wrong + (early > 0)
        waited += [said_done_h[0] - done_h] if said_done_h else []
    return {"asked": asked, "false_done": wrong, "batches_with_false_done": batches_wrong,
            "hours_until_done": float(np.median(waited)) if waited else -1.0, "never_done": len(batches) - len(waited)}


def sparsely(hours: Array, every_h: float = 2.0) -> list[float]:
    """The first of these hours, and each that comes `every_h` or more after the one before."""
    times: list[float] = []
    for hour in hours.tolist():
        if not times or hour >= times[-1] + every_h:
            times.append(hour)
    return times


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan
