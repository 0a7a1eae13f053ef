"""How far the sugar has come down, from what is measured: the one definition of original gravity, attenuation and
completion, for forecast, recipe, doses, drain and alarms. Whether gravity stands still is `stability.py`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from math import inf
from operator import itemgetter
from statistics import median
from typing import cast

import numpy as np
from numpy.typing import NDArray

from brewpi.estimation.asked_once import asked_once, grown_once
from brewpi.estimation.misread import misread
from brewpi.estimation.trusted import trusted
from brewpi.media import DEFAULT_ATTENUATION, WATER_SG, Medium
from brewpi.records import Addition, Array, TankState
from brewpi.sentences import Sentence
from brewpi.units import alcohol_between, plato_from_sg, real_extract

HALF = 0.5  # of the sugar: nitrogen added later is left for spoilage
COVERED = 0.8  # of a window has to lie between its readings, or nobody knows what happened in it
POINT = 0.001  # SG
STIRRED_H, SHOWN = 6.0, 0.5  # sugar that sinks has come up by then; so much of it has to show before
TOLD_LATE_H, RISES_SG = 24.0, 0.003  # who adds sugar tells it the same day; foam and currents lift it less
FIRST_H = 6.0  # a first reading later than this is not the original gravity
DECLARED_BELOW_SG = 0.010  # a batch cannot begin above its original gravity; a hydrometer's bias is less than that
DECLARED_ABOVE_SG, FASTEST_SG_PER_H = 0.020, 0.005  # nor so far below it, more than any yeast has eaten by then
NEAR_STATED, NEAR_USUAL = 0.85, 0.75  # of the expected attenuation, stated or the medium's usual one
KEPT = 64  # histories at hand: three for each tank of a large cellar
UNLIKE_FROM, UNLIKE_OVER = 0.12, 0.1  # apart from the usual attenuation: other sugar, or another yeast
LEAST_ATTENUATION = 0.6  # where none was stated; less is a stall, not an end


def added_sg(state: TankState, since: float = float("-inf")) -> float:
    """What additions since then have put into the batch, as gravity."""
    return _added_sg(state.batch.additions, since) if state.batch else 0.0


def _added_sg(additions: tuple[Addition, ...], since: float) -> float:
    return sum(POINT * addition.points for addition in additions if addition.at > since)


@grown_once(KEPT)
def points_of(history: Sequence[tuple[float, float, float]], before: Array | None = None) -> Array:
    """A history as an array that nobody may write to: (n, 3) of Unix seconds, SG and °C, NaN where absent."""
    if before is None:
        points = np.fromiter(chain.from_iterable(history), np.float64, 3 * len(history)).reshape(-1, 3)
    else:
        points = np.concatenate((before, history[-1:]))
    points.flags.writeable = False
    return points


def middle(points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """The median of the times and of the gravities of some points."""
    return median(at for at, _, _ in points), median(sg for _, sg, _ in points)


def level_history(state: TankState) -> tuple[tuple[float, float, float], ...]:
    """The history as if all that was added had been there from the start."""
    if state.batch is None or not state.batch.additions:
        return state.history
    return _level_history(state.history, state.batch.additions)


@asked_once(KEPT)
def _level_history(
    history: tuple[tuple[float, float, float], ...], additions: tuple[Addition, ...]
) -> tuple[tuple[float, float, float], ...]:
    return tuple((at, sg + _added_sg(additions, at), beer_c) for at, sg, beer_c in history)


def leveled(state: TankState) -> TankState:
    """The state as if all that was added had been there from the start, and told with the original gravity."""
    batch = state.batch
    if batch is None or not batch.additions:
        return state
    og = None if batch.og is None else batch.og + added_sg(state)
    return replace(state, history=level_history(state), batch=replace(batch, og=og, additions=()))


def original_gravity(state: TankState) -> float | None:
    """Declared, unless the readings contradict that, else the largest of the batch's first day; with what was added
    since. None while nothing but water has been measured."""
    batch, history = state.batch, level_history(state)
    if batch is not None and batch.og is not None and declared_error(state) is None:
        return batch.og + added_sg(state)
    largest = _largest(history) if history else 0.0
    return largest if largest >= WATER_SG else None


@asked_once(KEPT)
def _largest(history: tuple[tuple[float, float, float], ...]) -> float:
    """Of its first day, without what was misread."""
    points = points_of(history)
    hours, kept = (points[:, 0] - points[0, 0]) / 3600.0, ~misread(points[:, 0] / 3600.0, points[:, 1])
    return largest_of_first_day(hours[kept], points[kept, 1])


def declared_error(state: TankState) -> Sentence | None:
    """Why the declared original gravity cannot be that of these readings, with the numbers; None if it may be, or if
    none was declared. A first reading long after pitching may be far below it, above it none."""
    batch, history = state.batch, level_history(state)
    if batch is None or batch.og is None or not history:
        return None
    declared_sg, started_h = batch.og + added_sg(state), (history[0][0] - batch.started_at) / 3600.0
    until = bisect_right(history, history[0][0] + FIRST_H * 3600.0, key=itemgetter(0))
    first_sg = float(median(map(itemgetter(1), history[:until])))
    may_have_fallen_sg = max(DECLARED_ABOVE_SG, FASTEST_SG_PER_H * started_h)
    if -DECLARED_BELOW_SG < declared_sg - first_sg < may_have_fallen_sg:
        return None
    after_h = max(started_h, 0.0)
    return Sentence(
        "an original gravity of {declared_sg:.3f} was told, the first readings, {after_h:.0f} h after pitching, are"
        " {first_sg:.3f}", declared_sg=declared_sg, after_h=after_h, first_sg=first_sg,
    )  # fmt: skip


def largest_of_first_day(hours: Array, sg: Array) -> float:
    """The same of a course, whatever was declared: hours (n,) since its first reading, SG (n,), one at least."""
    first = sg[: hours.searchsorted(hours.item(0) + 24.0, side="right")]
    return float(first.item(first.argmax()))


def sensor_original_gravity(state: TankState) -> float | None:
    """What the batch's own sensor said at first (median of its first hours), before what was declared: for how far
    gravity has fallen since, where the sensor's bias has to cancel. Declared where the first reading came late."""
    if state.batch is None or not state.history:
        return None
    start = state.history[0][0]
    if start - state.batch.started_at > FIRST_H * 3600.0:
        return None if state.batch.og is None else state.batch.og + added_sg(state)
    first = state.history[: min(30, bisect_right(state.history, start + FIRST_H * 3600.0, key=itemgetter(0)))]
    return float(median(map(itemgetter(1), first)))


@grown_once(KEPT)
def lowest_level(
    history: Sequence[tuple[float, float, float]], before: tuple[float, float] | None = None
) -> tuple[float, float]:
    """The lowest that gravity has stood at, and when (Unix seconds): the least median of neighbouring readings,
    `level_over` of them. Needs one reading."""
    over = level_over(len(history))
    if before is not None and over == level_over(len(history) - 1):
        level = float(median(map(itemgetter(1), history[-over:])))
        return before if before[0] <= level else (level, history[over // 2 - over][0])
    gravities = points_of(history)[:, 1]
    levels = np.median(np.lib.stride_tricks.sliding_window_view(gravities, over), axis=1)
    place = int(np.argmin(levels))
    return float(levels[place]), history[place + over // 2][0]


def level_over(readings: int) -> int:
    """Of how many neighbours a level is the median: three by hand, nine of a hydrometer after some hours."""
    return min(readings, 3 if readings < 24 else 9)


def gravity_now(state: TankState, now: float, fresh_h: float) -> float | None:
    """A gravity at most `fresh_h` old that is believed, with what was added and is not in it yet; None without one."""
    sg = trusted(state, "sg", now, fresh_h * 3600.0)
    if sg is None or state.batch is None or not state.batch.additions:
        return sg
    read_at = state.measured["sg"].at
    unseen = (one for one in state.batch.additions if one.at > read_at or _lies_at_the_bottom(state, one, read_at))
    return sg + sum(POINT * one.points for one in unseen)


def _lies_at_the_bottom(state: TankState, addition: Addition, read_at: float) -> bool:
    """Whether what was told lately has not shown in any reading: it is not stirred in, or not poured yet."""
    after = bisect_right(state.history, addition.at, key=itemgetter(0))
    if addition.points <= 0.0 or read_at - addition.at > STIRRED_H * 3600.0 or not after:
        return False
    seen = max((sg for _, sg, _ in state.history[after:]), default=0.0)
    return max(seen, state.measured["sg"].value) < state.history[after - 1][1] + SHOWN * POINT * addition.points


def came_in_at(state: TankState, points: float, now: float) -> float:
    """When something came in that is told now: before the rise of the last day that it explains, if there is one."""
    told_at = max((one.at for one in state.batch.additions), default=-inf) if state.batch else -inf
    since = max(now - TOLD_LATE_H * 3600.0, told_at)
    recent = state.history[bisect_left(state.history, since, key=itemgetter(0)) :]
    if points <= 0.0 or not recent:
        return now
    lowest = min(range(len(recent)), key=lambda i: (recent[i][1], -i))
    risen_sg = max(sg for _, sg, _ in recent[lowest:]) - recent[lowest][1]
    return recent[lowest][0] + 1.0 if risen_sg >= max(SHOWN * POINT * points, RISES_SG) else now


def attenuation(state: TankState, now: float, fresh_h: float) -> float | None:
    """Apparent attenuation from a gravity at most `fresh_h` old, or None."""
    og, sg = original_gravity(state), gravity_now(state, now, fresh_h)
    return None if og is None or sg is None or og < WATER_SG else (og - sg) / (og - 1.0)


def fermentable_fraction_consumed(state: TankState, now: float, fresh_h: float) -> float | None:
    """Share of the fermentable sugar that is gone, 0 to 1, from a fresh gravity; None without one."""
    apparent = attenuation(state, now, fresh_h)
    return None if apparent is None else apparent / expected_attenuation(state)


def expected_attenuation(state: TankState) -> float:
    """What the batch is expected to end at, its own word before the medium's."""
    batch = state.batch
    if batch is not None and batch.expected_attenuation is not None:
        return batch.expected_attenuation
    return usual_attenuation(None if batch is None else batch.medium)


def usual_attenuation(medium: str | None) -> float:
    """Of the medium, or of beer where nobody named one."""
    return DEFAULT_ATTENUATION.get(cast("Medium", medium), DEFAULT_ATTENUATION["beer"])


def unlike_usual(told: float, medium: str | None) -> float:
    """0 to 1: how far an attenuation that was told is from any usual one of the medium (alcohol-free, lactose)."""
    return min(max((abs(told - usual_attenuation(medium)) - UNLIKE_FROM) / UNLIKE_OVER, 0.0), 1.0)


def least_attenuation(stated: float | None, medium: str | None) -> float:
    """Below it a gravity that stands still is no end. stated: what the batch itself is expected to reach."""
    if stated is not None:
        return NEAR_STATED * stated
    return max(NEAR_USUAL * usual_attenuation(medium), LEAST_ATTENUATION)


def short_of_end(reached: float, stated: float | None, medium: str | None) -> Sentence | None:
    """Why a gravity that stands still at this attenuation is not the end, with the numbers; None if it may be."""
    if reached >= least_attenuation(stated, medium):
        return None
    return Sentence(
        "{reached_pct:.0f} % attenuated, {expected_pct:.0f} % usual"
        if stated is None
        else "{reached_pct:.0f} % attenuated, {expected_pct:.0f} % expected",
        reached_pct=100.0 * reached, expected_pct=100.0 * (usual_attenuation(medium) if stated is None else stated),
    )  # fmt: skip


def real_attenuation(state: TankState, now: float, fresh_h: float) -> float | None:
    """Share of the original extract that is gone, alcohol's own lightness taken out (Balling), from a fresh gravity."""
    extracts = _extracts(state, now, fresh_h)
    return None if extracts is None else 1.0 - extracts[1] / extracts[0]


def alcohol_pct(state: TankState, now: float, fresh_h: float) -> float | None:
    """Alcohol so far in % by volume, from a fresh gravity; None without one."""
    og, sg = original_gravity(state), gravity_now(state, now, fresh_h)
    return None if og is None or sg is None or og <= 1.0 else alcohol_between(og, sg)


def _extracts(state: TankState, now: float, fresh_h: float) -> tuple[float, float] | None:
    """Original and real extract in °P; None without a fresh gravity, or where there was nothing to ferment."""
    og, sg = original_gravity(state), gravity_now(state, now, fresh_h)
    if og is None or sg is None or og <= 1.0:
        return None
    original = plato_from_sg(og)
    return original, real_extract(original, plato_from_sg(sg))


def rate_points_per_day(state: TankState, now: float, window_h: float) -> float | None:
    """How fast gravity falls over the last `window_h`, in points (0.001 SG) a day, negative where it rises: the median
    of the slopes between every two readings (Theil 1950, Sen 1968), which a third of them being wrong does not move.
    None where the readings do not cover the window."""
    window = state.history[bisect_left(state.history, now - window_h * 3600.0, key=itemgetter(0)) :]
    if len(window) < 3 or window[-1][0] - window[0][0] < COVERED * window_h * 3600.0:
        return None
    return _middle_slope(window)


@lru_cache(maxsize=512)  # a tank is asked at every tick, and gravity is read every quarter of an hour
def _middle_slope(window: tuple[tuple[float, float, float], ...]) -> float:
    """Points a day, positive where gravity falls, of three readings or more in their order."""
    at, sg, _ = np.array(window[::-1], dtype=np.float64).T
    first, second = _pairs(at.size)
    apart, gone = at.take(first) - at.take(second), sg.take(first) - sg.take(second)
    if apart.item(apart.argmin()) <= 0.0:
        apart, gone = apart[apart > 0.0], gone[apart > 0.0]
    slopes = gone / apart
    middle = slopes.size // 2
    slopes.partition((middle - 1 + slopes.size % 2, middle))  # numpy's `median` takes up to ten times as long
    slope: float = 0.5 * (slopes.item(middle - 1 + slopes.size % 2) + slopes.item(middle))
    return -slope * 1000.0 * 86_400.0


@lru_cache(maxsize=64)
def _pairs(readings: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places of every two readings."""
    return np.triu_indices(readings, 1)
