"""A batch that stopped short of its end (chilled, stuck, sulphited, a valve that stayed open), and what may be said of
it: that it stands, and that it is not done. Pure.

A pause is no progress: what was to come when it stopped is still to come, after a wait that nobody knows. A wait of
which nothing is known but that it has lasted t hours lasts for s more with a chance of t / (t + s) (Gott 1993, Nature
363:315).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from statistics import median

import numpy as np

from brewpi.estimation.chilled import CHILLED_C, cooled_c, is_colder_than_it_worked, paused_by_cold
from brewpi.estimation.gravity import POINT, largest_of_first_day, least_attenuation, short_of_end
from brewpi.estimation.stability import level_of
from brewpi.forecast.quantiles import LONGEST_H, Band, Quantiles
from brewpi.records import Array, BatchSeries
from brewpi.sentences import Sentence

SPAN_H = 3.0  # readings closer than this are one, their mean
NOISE_SG, AT_A_GLANCE = 0.0035, 0.1  # what has fallen by more within hours, or is so much nearer, does not stand short
WITHIN_SG = 0.002  # of where it stands: a hydrometer's noise, and what chilling lifts it by
FALLS_SG = 0.001  # from the first to the last third of that; more is a slow fall
FALLS_AT_A_GLANCE_SG, LOGGED_FROM = 0.0015, 6  # over all of that, by means of so many readings
LEAST_H, CHILLED_LEAST_H = 12.0, 6.0
SLOWER, CHILLED_SLOWER = 6.0, 2.0  # times as long as it took for as much on its way there: a slow batch does not stand
MAYBE_LEAST_H, MAYBE_SLOWER = 8.0, 3.0  # from then on it may stand
BEGUN = 0.1  # of the extract gone; before that it is a lag
LATE_H = 168.0  # no lag is so long, nor any cold soak of must that a network has seen
LATELY_H = 72.0
BEFORE_H = 24.0  # the day before it stopped
WAIT = (1 / 9, 1.0, 9.0)  # p10, p50 and p90 of the wait, in hours that it has stood
MAYBE = (-1.0, 0.0, 1.0)  # while it may only be slow
LONG_H = 120.0
WAKES_H = 36.0  # yeast at the end of its work that was given sugar
STUCK_WITHIN_H = 48.0  # as `p_stuck` is defined


@dataclass(frozen=True, slots=True)
class Standstill:
    """Where it stands, since when, in hours since the first reading, for how long, and why that is not the end; None
    while it may only be slow. long: and warm, so that it may be its end all the same. creeps_h: until it would be
    complete as slowly as it goes on. begun: whether it has ever fermented; of one that has not for a week, what is
    expected now is worth nothing, for no batch that anybody learnt from was like it."""

    sg: float
    since_h: float
    stood_h: float
    why: Sentence | None
    long: bool = False
    creeps_h: float = inf
    begun: bool = True


def standstill(past: BatchSeries) -> Standstill | None:
    """Where gravity stands still too far from its end to be done, was stopped by the cold, or has not begun for a week;
    None where it moves, is near, or may be in its lag."""
    return _stands_short(past) or _stopped_by_cold(past)


def _stopped_by_cold(past: BatchSeries) -> Standstill | None:
    """However far it had come, and also while it creeps."""
    chill = paused_by_cold(past, creeping=True)
    if chill is None:
        return None
    return Standstill(level_of(past), chill.since_h, float(past.hours[-1]) - chill.since_h, Sentence(
        "gravity fell by {falls_points:.1f} points a day when it was chilled from {before_c:.0f} to {now_c:.0f} °C, and"
        " hardly since: paused by the cold, not complete", falls_points=chill.points_per_day,
        before_c=chill.before_c, now_c=chill.now_c,
    ), creeps_h=chill.at_this_pace_h)  # fmt: skip


def _stands_short(past: BatchSeries) -> Standstill | None:
    hours, sg = past.hours, past.sg
    if hours.size < 3:
        return None
    seen, now_sg = largest_of_first_day(hours, sg), sum(sg[-3:].tolist()) / 3.0
    og = seen if past.og is None else max(past.og, seen)
    if hours[-1] - hours[0] >= LATE_H and seen - now_sg < _begun_sg(seen):
        return _not_begun(past, seen, now_sg)
    if _moves_at_a_glance(past, seen - now_sg, now_sg):
        return None
    if og - now_sg > (least_attenuation(past.expected_attenuation, past.medium) + AT_A_GLANCE) * (og - 1.0):
        return None
    level = level_of(past)
    reached = (og - level) / max(og - 1.0, 0.001)
    if seen - level < _begun_sg(seen):
        return None
    short = short_of_end(reached, past.expected_attenuation, past.medium)
    if short is None:
        return None
    return _stood(past, level, seen, short)


def _stood(past: BatchSeries, level: float, seen: float, short: Sentence) -> Standstill | None:
    """The standstill at this level, where it has lasted long enough to be one."""
    hours, sg = past.hours, past.sg
    since_h = _stands_since(hours, sg, level)
    on_its_way_h = WITHIN_SG * (since_h - float(hours[0])) / (seen - level)
    fed_h = since_h if past.added_h is None else max(since_h, past.added_h)
    stood_h = float(hours[-1]) - fed_h
    if fed_h > since_h and stood_h < WAKES_H:
        return None
    if stood_h < max(CHILLED_LEAST_H, CHILLED_SLOWER * on_its_way_h) or since_h < hours[1]:
        return None
    if _falls(hours, sg, fed_h):
        return None
    chill = _chill(past, since_h)
    if chill is None and stood_h < max(MAYBE_LEAST_H, MAYBE_SLOWER * on_its_way_h):
        return None
    if chill is None and stood_h < max(LEAST_H, SLOWER * on_its_way_h):
        return Standstill(level, fed_h, stood_h, None)
    why = _why_no_end(level, stood_h, short, chill)
    return Standstill(level, fed_h, stood_h, why, long=chill is None and stood_h >= LONG_H)


def _begun_sg(seen: float) -> float:
    """By how much gravity has to have fallen: less is a lag, or a hydrometer that drifts."""
    return max(BEGUN * (seen - 1.0), POINT)


def _not_begun(past: BatchSeries, seen: float, now_sg: float) -> Standstill | None:
    """Of a batch that a week has not got going; None where it comes down now. It is as it was on its first day."""
    hours, last_h = past.hours, float(past.hours[-1])
    level = level_of(past)
    if level_of(past.until(last_h - LATELY_H)) - level > WITHIN_SG:
        return None
    first = min(max(int(hours.searchsorted(BEFORE_H)), 1), hours.size - 1)
    stood_h = last_h - float(hours[0])
    why = Sentence(
        "has not begun to ferment in {stood_days:.0f} days, {reached_pct:.0f} % attenuated: was it pitched, is the"
        " yeast alive, does the hydrometer lie in it?",
        stood_days=stood_h / 24.0, reached_pct=100.0 * max(seen - now_sg, 0.0) / max(seen - 1.0, 0.001),
    )  # fmt: skip
    return Standstill(level, float(hours[first]), stood_h, why, begun=False)


def _why_no_end(sg: float, stood_h: float, short: Sentence, chill: tuple[float, float] | None) -> Sentence:
    if chill is not None:
        return Sentence(
            "stands still at {sg:.4f}, {reason}, since it was chilled from {before_c:.0f} to {now_c:.0f} °C: paused by"
            " the cold, not complete", sg=sg, reason=short, before_c=chill[0], now_c=chill[1],
        )  # fmt: skip
    if stood_h < LONG_H:
        return Sentence(
            "stands still at {sg:.4f}, {reason}: stuck, or complete? Measure and taste", sg=sg, reason=short
        )
    return Sentence(
        "stands still at {sg:.4f} for {stood_days:.0f} days, {reason}; if it ends there (lactose, a yeast that leaves"
        " sugar), tell its expected attenuation: stuck, or complete? Measure and taste",
        sg=sg, stood_days=stood_h / 24.0, reason=short,
    )  # fmt: skip


def _moves_at_a_glance(past: BatchSeries, fallen_sg: float, now_sg: float) -> bool:
    """Asked of every batch at every forecast: whether it was higher when a standstill would have to have begun."""
    hours, sg, lasted_h = past.hours, past.sg, float(past.hours[-1] - past.hours[0])
    least_h, slower = MAYBE_LEAST_H, MAYBE_SLOWER
    if cooled_c(past.temp_c) >= 0.5 * CHILLED_C:
        least_h, slower = CHILLED_LEAST_H, CHILLED_SLOWER
    least_sg = slower * WITHIN_SG
    stood_h = max(least_h, least_sg * lasted_h / (max(fallen_sg, 0.0) + least_sg))
    ago = max(int(hours.searchsorted(float(hours[-1]) - stood_h)) - 1, 0)
    around: list[float] = sg[ago : ago + 3].tolist()
    if sum(around) / len(around) - now_sg > NOISE_SG:
        return True
    lately = hours.size - int(hours.searchsorted(float(hours[-1]) - SPAN_H))
    if lately < LOGGED_FROM:
        return False
    then_sg, last_sg = float(np.add.reduce(sg[ago : ago + lately])), float(np.add.reduce(sg[-lately:]))
    return then_sg - last_sg > lately * FALLS_AT_A_GLANCE_SG


def waiting(now: Quantiles, then: Quantiles, standing: Standstill) -> Quantiles:
    """What is expected of a batch that stands: now, but no less than when it stopped, after the wait."""
    stood_h, stuck = standing.stood_h, now.p_stuck
    if not standing.begun:
        now = replace(then, p_stuck=stuck)
    if standing.why is None:
        return replace(now, remaining_h=_later(now.remaining_h, then.remaining_h, stood_h, MAYBE))
    ends_there = stood_h / (stood_h + LONG_H) if standing.long else 0.0
    likely_sg = then.final_sg[1]
    final_sg = min(likely_sg + ends_there * max(standing.sg - likely_sg, 0.0), standing.sg)
    return Quantiles(
        _later(now.remaining_h, then.remaining_h, stood_h, WAIT, standing.creeps_h),
        _later(now.rest_h, then.rest_h, stood_h, WAIT) if then.rest_h[1] > 0.0 else now.rest_h,
        (min(now.final_sg[0], then.final_sg[0], final_sg), final_sg, max(now.final_sg[2], standing.sg)),
        None if stuck is None else max(stuck, stood_h / (stood_h + STUCK_WITHIN_H)),
    )


def _later(now: Band, then: Band, stood_h: float, waits: Band, creeps_h: float = inf) -> Band:
    p10, p50, p90 = (min(each_h + wait * stood_h, LONGEST_H) for each_h, wait in zip(then, waits, strict=True))
    return max(now[0], min(p10, 0.5 * creeps_h)), max(now[1], min(p50, creeps_h)), max(now[2], p90)


def _stands_since(hours: Array, sg: Array, level: float) -> float:
    """The first of the last readings that lie at the level."""
    spans = ((hours - hours[0]) * (1.0 / SPAN_H)).astype(np.intp)
    bounds = np.concatenate(([0], np.flatnonzero(spans[1:] != spans[:-1]) + 1, [hours.size]))
    starts = bounds[:-1]
    means = np.add.reduceat(sg, starts) / (bounds[1:] - starts)
    away = np.flatnonzero(np.abs(means - level) > WITHIN_SG + 1e-9)
    first = int(away[-1]) + 1 if away.size else 0
    return float(hours[starts[first]]) if first < starts.size else float(hours[-1])


def _falls(hours: Array, sg: Array, since_h: float) -> bool:
    """Whether gravity still comes down where it seems to stand."""
    levels: list[float] = sg[hours.searchsorted(since_h) :].tolist()
    third = len(levels) // 3
    return third > 0 and median(levels[: -(-len(levels) // 3)]) - median(levels[-third:]) > FALLS_SG + 1e-9


def _chill(past: BatchSeries, since_h: float) -> tuple[float, float] | None:
    """From and to how many °C it was chilled as it stopped; None where it was not, or where nobody knows."""
    known = np.isfinite(past.temp_c)
    hours, temp_c = past.hours[known], past.temp_c[known]
    before = temp_c[(hours >= since_h - BEFORE_H) & (hours <= since_h)]
    if not before.size:
        return None
    before_c, now_c = float(before.max()), float(np.median(temp_c[-3:]))
    last = max(int(past.hours.searchsorted(since_h)) - 1, 0)  # before it stood
    chilled = before_c - now_c >= CHILLED_C and is_colder_than_it_worked(past, last, now_c)
    return (before_c, now_c) if chilled else None
