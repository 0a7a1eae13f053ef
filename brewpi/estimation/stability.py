"""Whether gravity has stopped falling, beyond the noise and the drift of this sensor in this batch. Pure.

A slope with its uncertainty, not a spread: a floating hydrometer that flickers by a point for a week is flat, and one
that falls by half a point a day is not, however quiet it is. One judgement for recipe and drain; what was flat stays
so until gravity has moved, so that noise does not put questions and take them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

import numpy as np

from brewpi.estimation.asked_once import asked_once
from brewpi.estimation.chilled import CHILLED_C, lately_paused_by_cold, paused_by_cold
from brewpi.estimation.gravity import COVERED, largest_of_first_day, least_attenuation
from brewpi.estimation.state import batch_series
from brewpi.records import Array, Batch, BatchSeries, TankState
from brewpi.sentences import Sentence
from brewpi.units import plato_from_sg

WINDOW_H = 48.0
WINDOWS = (1.0, 2.0, 3.0)  # times the window asked for: the noisier a sensor, the longer it takes to be sure
STAMP_DAYS = 0.002  # rounding of what was a whole day
STAMPED_H = 72.0  # at least, where only the day is kept: a stamp is up to half a day off at both ends
FALLS_SG = 0.0011  # in two days; more is not flat
SLOW_SG_H = 0.22  # hours to nine tenths of the fall times what it may fall in two days: from 200 h on that is less
LEAST_FALLS_SG = 0.0005  # a hydrometer drifts by as much
SURE = 1.28  # standard errors: nine in ten
QUIETEST_SG = 0.0003  # no sensor and no brewer reads better than that
WILDEST_SG = 0.0025  # scatter about the slope of what measures no gravity
SILENT_H = 24.0
SLOTS, CORRELATED_FROM = 16, 8
FALLS_AGAIN_SG = 0.002  # by more since it was flat: it ferments again
RISES_SG = 0.004  # by more since it was flat: fruit, sugar or another beer came in, and it has to be flat anew
SWING_SG = 0.004  # within a window; more is not flat, whatever the slope over it
LEVEL_H = 12.0
ON_STEP, MOSTLY, LEAST_STEPS = 0.07, 0.95, 6  # of a step; of the readings; so many even ones are no chance
STEP_H, STEPS = 12.0, 28  # how far back it is looked for, on a grid of the batch's own hours
FALLS = "gravity falls {moved_delta_sg:.4f} ± {unsure_delta_sg:.4f} in {window_h:.0f} h, at most {most_delta_sg:.4f}"
RISES = "gravity rises {moved_delta_sg:.4f} ± {unsure_delta_sg:.4f} in {window_h:.0f} h, at most {most_delta_sg:.4f}"
KEPT = 256  # judgements at hand: a recipe asks at every tick, and each condition for its own window


@dataclass(frozen=True, slots=True)
class Flatness:
    """`text` says by how much gravity falls, with the number that decides."""

    flat: bool
    text: Sentence


def at_rest(past: BatchSeries, at_h: float) -> bool:
    """Whether gravity is flat at `at_h`, or was and has not moved since, as the forecast needs it before it says that a
    batch is done. A cold crash moves a hydrometer, and no sugar; what it stopped is not done."""
    done_sg = done_below(past)
    if not _stands_below(past, done_sg) or not judge(past, at_h, WINDOW_H, may_fall_sg(past), below_sg=done_sg).flat:
        return False
    return lately_paused_by_cold(past) is None


def may_fall_sg(past: BatchSeries) -> float:
    """By how much a finished beer may fall in two days. What was slow on its way tails off as slowly: at a pace that is
    an ale's end, a mead of two months has points to go. Needs a reading."""
    og, level_sg = largest_of_first_day(past.hours, past.sg), level_of(past)
    nearly = past.sg <= level_sg + 0.1 * (og - level_sg)
    slow_h = float(past.hours[nearly.argmax()]) if nearly.any() else 0.0
    return min(FALLS_SG, max(LEAST_FALLS_SG, SLOW_SG_H / max(slow_h, 1.0)))


def stable(state: TankState, window_h: float, change_sg: float) -> Flatness:
    """Whether the gravity of a tank is at rest: falls by less than `change_sg` in `window_h`, surely. How far it has
    come down is for the caller to ask; judged at its newest reading, whose age is too."""
    return _judged(state.history, state.batch, window_h, change_sg)


@asked_once(KEPT)
def _judged(
    history: tuple[tuple[float, float, float], ...], batch: Batch | None, window_h: float, change_sg: float
) -> Flatness:
    series = batch_series(TankState(history=history, batch=batch))
    at_h = float(series.hours[-1]) if series.hours.size else 0.0
    return judge(series, at_h, window_h, change_sg)


def judge(past: BatchSeries, at_h: float, window_h: float, change_sg: float, *, below_sg: float = inf) -> Flatness:
    """Whether it is flat at `at_h`, or was within two weeks and has not moved since. Sugar that was added since lags
    first: it has to be flat anew. below_sg: a flat stretch counts only there, where most of the sugar was gone."""
    past = since_addition(past, at_h)
    now = flatness(past, at_h, window_h, change_sg)
    if now.flat or past.hours.size < 3:
        return now
    level, may_fall_sg = level_of(past), min(FALLS_AGAIN_SG, 2.0 * change_sg)
    for grid_h in STEP_H * np.arange(np.ceil(at_h / STEP_H) - 1.0, -1.0, -1.0)[:STEPS]:
        earlier = past.until(float(grid_h))
        n = earlier.hours.size
        if n < 3:
            break
        before = level_of(earlier)
        top = max(_medians(past.hours[n - 1 :], past.sg[n - 1 :], LEVEL_H))
        if before - level > may_fall_sg or top - before > RISES_SG:
            break  # and before that it was higher still
        stood = _stands_below(earlier, below_sg) and flatness(earlier, float(grid_h), window_h, change_sg).flat
        if stood and paused_by_cold(earlier) is None:
            return Flatness(True, Sentence(
                "gravity was flat and moved {moved_delta_sg:.4f} since, at most {most_delta_sg:.4f}",
                moved_delta_sg=abs(before - level), most_delta_sg=may_fall_sg,
            ))  # fmt: skip
    return now


def flatness(past: BatchSeries, at_h: float, window_h: float = WINDOW_H, change_sg: float = FALLS_SG) -> Flatness:
    """Whether gravity surely falls by less than `change_sg` in `window_h`, in one of the windows that end at `at_h`."""
    hours, sg = past.hours, past.sg
    if not hours.size or at_h - hours[-1] > SILENT_H:
        return Flatness(False, Sentence("no gravity for over {silent_h:.0f} h", silent_h=SILENT_H))
    shortest_h = STAMPED_H if day_stamped(hours) else 0.0
    answers: list[Flatness] = []
    for times in WINDOWS:
        over_h = max(times * window_h, shortest_h)
        first = max(int(np.searchsorted(hours, at_h - over_h, side="right")) - 1, 0)
        if hours.size - first < 3 or at_h - hours[first] < COVERED * over_h:
            break
        fall = _fall(hours[first:], sg[first:], window_h, change_sg)
        step_sg = coarse_step_sg(sg) if fall.verdict.flat else 0.0
        if step_sg * window_h > change_sg * over_h + 1e-9:
            answers.append(_too_coarse(step_sg, float(hours[-1] - hours[first]), step_sg * window_h / change_sg))
            continue
        answers.append(fall.verdict)
        if fall.verdict.flat:
            return fall.verdict
        if fall.moves:
            break  # a longer look back would only dilute what happens now
    covered_h = float(hours[-1] - hours[0])
    text = Sentence("readings cover {covered_h:.0f} of {window_h:.0f} h", covered_h=covered_h, window_h=window_h)
    return answers[0] if answers else Flatness(False, text)


def coarse_step_sg(sg: Array) -> float:
    """In which steps readings come, where these are coarser than completion can be told by (half a degree Plato or two
    points); 0 where they are finer, or too few to tell."""
    for step_sg, in_steps in ((0.002, (sg - 1.0) / 0.002), (0.00195, 2.0 * plato_from_sg(sg))):
        on_step = np.abs(in_steps - np.rint(in_steps)) < ON_STEP
        if np.count_nonzero(on_step) >= MOSTLY * sg.size and np.unique(np.rint(in_steps)).size >= LEAST_STEPS:
            return step_sg
    return 0.0


def _too_coarse(step_sg: float, covered_h: float, needed_h: float) -> Flatness:
    """What falls by less than a step in between shows none."""
    return Flatness(False, Sentence(
        "readings come in steps of {step_delta_sg:.4f}: no fall in {covered_h:.0f} of {needed_h:.0f} h",
        step_delta_sg=step_sg, covered_h=covered_h, needed_h=needed_h,
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fall:
    """`moves`: it surely falls or rises by more than it may, whatever the noise."""

    verdict: Flatness
    moves: bool


def _fall(hours: Array, sg: Array, window_h: float, change_sg: float) -> _Fall:
    fall, error, scatter = slope(hours, sg)
    swing_sg = _swing(hours, sg)
    if swing_sg > SWING_SG:
        return _Fall(Flatness(False, Sentence(
            "gravity swings by {swing_delta_sg:.4f} in {window_h:.0f} h, at most {most_delta_sg:.4f}",
            swing_delta_sg=swing_sg, window_h=window_h, most_delta_sg=SWING_SG,
        )), True)  # fmt: skip
    if scatter > WILDEST_SG:
        return _Fall(Flatness(False, Sentence(
            "gravity scatters by {scatter_delta_sg:.4f}, at most {most_delta_sg:.4f}",
            scatter_delta_sg=scatter, most_delta_sg=WILDEST_SG,
        )), True)  # fmt: skip
    falls_sg, unsure_sg = window_h * fall, window_h * SURE * error
    template = FALLS if falls_sg >= 0.0 else RISES
    text = Sentence(
        template, moved_delta_sg=abs(falls_sg), unsure_delta_sg=unsure_sg, window_h=window_h, most_delta_sg=change_sg
    )
    rises = -falls_sg - unsure_sg > change_sg
    flat = falls_sg + unsure_sg <= change_sg and not rises
    return _Fall(Flatness(flat, text), rises or (falls_sg > change_sg and falls_sg > unsure_sg))


def day_stamped(hours: Array) -> bool:
    """Whether only the day of each reading was kept: (n,) hours since the first, one at least."""
    last = float(hours[-1]) / 24.0
    if abs(last - round(last)) >= STAMP_DAYS:
        return False
    days = hours / 24.0
    return float(np.abs(days - np.rint(days)).max()) < STAMP_DAYS


def slope(hours: Array, sg: Array) -> tuple[float, float, float]:
    """Fall in SG an hour by least squares, its standard error, and the scatter about it in SG.

    Neighbours that err together (a hydrometer drifts for hours) count for less: the error is that of a first-order
    autoregression (Bartlett 1946). Needs three readings.
    """
    hours, sg = _slotted(hours, sg)
    n = hours.size
    t = hours - np.add.reduce(hours) / n
    square = max(float(t @ t), 1e-9)
    fall = -float(t @ sg) / square
    off = sg - np.add.reduce(sg) / n + fall * t
    scatter = max(float(np.sqrt(off @ off / max(n - 2, 1))), QUIETEST_SG)
    together = float(off[1:] @ off[:-1]) / max(float(off @ off), 1e-12) if n >= CORRELATED_FROM else 0.0
    together = min(max(together, 0.0), 0.8)
    return fall, scatter / square**0.5 * ((1.0 + together) / (1.0 - together)) ** 0.5, scatter


def level_of(past: BatchSeries) -> float:
    """Median of the last LEVEL_H, of three readings at least."""
    n = past.hours.size
    recent = int(np.searchsorted(past.hours, past.hours[-1] - LEVEL_H))
    return float(median(past.sg[min(recent, n - 3) :].tolist()))


def _swing(hours: Array, sg: Array) -> float:
    """How far medians over eighths of the time, and the last three readings, lie apart: up and down makes no slope."""
    levels = [*_medians(hours, sg, (hours[-1] - hours[0]) / 8.0 + 1e-9), float(median(sg[-3:].tolist()))]
    return max(levels) - min(levels)


def _medians(hours: Array, sg: Array, span_h: float) -> list[float]:
    """One for each span of time with readings in it."""
    spans = ((hours - hours[0]) / span_h).astype(np.intp)
    values, bounds = sg.tolist(), (np.flatnonzero(spans[1:] != spans[:-1]) + 1).tolist()
    return [median(values[first:end]) for first, end in pairwise([0, *bounds, len(values)])]


def done_below(past: BatchSeries) -> float:
    """The gravity above which none is an end."""
    og = largest_of_first_day(past.hours, past.sg) if past.hours.size else 1.0
    return og - least_attenuation(past.expected_attenuation, past.medium) * (og - 1.0)


def _stands_below(past: BatchSeries, sg: float) -> bool:
    return past.hours.size >= 3 and sum(past.sg[-3:].tolist()) / 3.0 < sg


def since_addition(past: BatchSeries, at_h: float) -> BatchSeries:
    """Without what was read before sugar was added, if it was."""
    added_h = past.added_h
    if added_h is None or not 0.0 < added_h <= at_h:
        return past
    first = int(past.hours.searchsorted(added_h))
    return past.without_first(first)


def since_rise(past: BatchSeries) -> BatchSeries:
    """Without what was read before gravity rose from near its end, as long as it has not come down again: fruit or
    sugar that nobody told. What chilling lifts is none."""
    sg = past.sg
    since_low = sg[sg.argmin() :]
    low_sg, top_sg = since_low.item(0), since_low.item(since_low.argmax())
    if sg.size < 6 or top_sg - low_sg <= RISES_SG or low_sg >= done_below(past):
        return past  # at a glance: it is asked of every batch at every forecast
    three = np.median(np.stack((sg[:-2], sg[1:-1], sg[2:])), axis=0)
    lowest = np.minimum.accumulate(three)
    risen = np.flatnonzero((three - lowest > RISES_SG) & (lowest < done_below(past)))
    if not risen.size or three[-1] - lowest[-1] <= FALLS_AGAIN_SG:
        return past
    first = int(risen[0]) + 1
    known = np.isfinite(past.temp_c)
    before_c, since_c = past.temp_c[:first][known[:first]], past.temp_c[first:][known[first:]]
    if before_c.size and since_c.size and np.median(before_c) - np.median(since_c) >= CHILLED_C:
        return past
    return past.without_first(first)


def _slotted(hours: Array, sg: Array) -> tuple[Array, Array]:
    """Means over SLOTS equal spans of time, where there are more readings."""
    if hours.size <= 1.5 * SLOTS:
        return hours, sg
    span = np.minimum((hours - hours[0]) * (SLOTS / (hours[-1] - hours[0] + 1e-9)), SLOTS - 1).astype(np.intp)
    bounds = np.concatenate(([0], (span[1:] != span[:-1]).nonzero()[0] + 1, [hours.size]))
    starts, count = bounds[:-1], bounds[1:] - bounds[:-1]
    return np.add.reduceat(hours, starts) / count, np.add.reduceat(sg, starts) / count
