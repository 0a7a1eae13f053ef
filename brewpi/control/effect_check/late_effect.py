"""An effect that comes late: a probe that is an hour behind its beer shows a run only while the output is off again.

A probe in a dry thermowell, in a bottle of water or under insulation on a plastic wall follows its beer with a lag of
half an hour to more than an hour. In the trial of its output the reading still goes its way, as if the beer did so by
itself, and a working output looks dead, or moves the beer the wrong way. So before one is judged by that, all since an
hour before its run is looked at together: what it and the other side would make of the reading, for probes of several
lags, beside what a room does evenly. What is an effect has the output's own shape in time: it begins after the run
does, and ends after it. A room, an open door or a fermentation has not.

Temperatures are times the output's direction, as in `output_response.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from brewpi.control.effect_check import effect
from brewpi.control.effect_check.minute_means import LEAP_C_PER_MIN, MinuteMeans
from brewpi.records import Array

LAGS_S = (600.0, 1500.0, 2700.0, 4500.0)  # of probes: in a well, in a dry one, on plastic, under insulation on plastic
JACKET_S = 360.0  # until jacket or mat gives what it should
BEFORE_S, LONGEST_BEFORE_S = 3600.0, 3 * 3600.0  # the run, and the trial at most: no room turns evenly for longer
KEPT_S = 2.5 * effect.LONGEST_TRIAL_S  # of what was switched
LEAST_MINUTES = 60
LEAST_PTP_C, LEAST_OWN_C = 0.05, 0.01  # of what it would make of the reading by 1 °C/h, and nothing else would
APART_MINUTES = 10.0  # of readings that tell something of their own: currents in the beer take some
SURE, SURE_OF_WRONG_WAY = 12.0, 40.0  # at which it works, as a neighbour's outputs may make it look for an hour
REFUTED = 2.0  # standard errors, beyond which it does not
MOST_PARTS, MOST_C_PER_H = 3.0, 20.0  # of what it is known to do; of one that nobody knows, in a bucket of five litres
LEAST_LEFT_C, LEFT_C = 0.02, 0.06  # of minutes, that a fine probe in beer leaves unexplained: from, to
LEFT_PART = 0.125  # of what the output moved, where currents in the beer leave more
LATEST_S, AGAIN_S = 3 * 3600.0, 600.0  # of a trial that waits for it, and how often it is looked at


class LateEffect(NamedTuple):
    """By how much the output moves the beer, °C/h, and the reading, °C, by what fits best; how many times more that
    explains than is left, counted by readings of their own; what is left, °C; how far the reading went at all; and how
    much it may be at most, by any lag."""

    c_per_h: float
    moved_c: float
    surety: float
    left_c: float
    range_c: float
    most_c_per_h: float


class Tried(NamedTuple):
    """A trial: when the run before it began, and it itself; the smallest difference that counts; and until when it may
    be waited for what comes late."""

    run_at: float
    at: float
    asked_c_per_h: float
    waits_until: float


@dataclass(slots=True)
class Drives:
    """When an output and what works against it were switched, of the last hours."""

    _changes: deque[tuple[float, bool, bool]] = field(default_factory=deque)

    def note(self, on: bool, other_on: bool, now: float) -> None:
        """Once a tick: whether they have power from now on."""
        changes = self._changes
        if not changes or changes[-1][1:] != (on, other_on):
            changes.append((now, on, other_on))
        while len(changes) > 1 and changes[1][0] < now - KEPT_S:
            changes.popleft()

    def forget(self) -> None:
        """Nobody knows what ran."""
        self._changes.clear()

    def at(self, minutes: Sequence[float]) -> tuple[list[bool], list[bool]]:
        """Whether the output, and the other side, had power at those times."""
        own, other, ahead = [], [], deque(self._changes)
        now_own = now_other = False
        for at in minutes:
            while ahead and ahead[0][0] <= at:
                _, now_own, now_other = ahead.popleft()
            own.append(now_own)
            other.append(now_other)
        return own, other


@dataclass(slots=True)
class SecondLook:
    """At an output that a trial would convict."""

    drives: Drives = field(default_factory=Drives)
    _due_at: float = float("-inf")

    def judge(
        self, means: MinuteMeans, tried: Tried, known_c_per_h: float, step_c: float, now: float, *, is_wrong_way: bool
    ) -> float | None:
        """How fast it moves the beer, °C/h, where that comes late; 0 where nothing does; None while that is not known.
        is_wrong_way: it would be convicted of that, and not of having no effect."""
        if now < self._due_at:
            return None
        asked_c_per_h = tried.asked_c_per_h
        if step_c > 0.0 or (is_wrong_way and not known_c_per_h):
            return 0.0  # steps make any shape; the other may be wired to another tank, or its probe hang there
        found = late_effect(means.minutes, self.drives, tried)
        self._due_at = now + AGAIN_S
        if found is None:
            return 0.0
        most_c_per_h = MOST_PARTS * known_c_per_h or MOST_C_PER_H
        is_one = asked_c_per_h <= found.c_per_h <= most_c_per_h and found.moved_c >= effect.EFFECT_C
        sure = SURE_OF_WRONG_WAY if is_wrong_way else SURE
        may_leave_c = max(LEFT_C, LEFT_PART * found.moved_c)
        if is_one and found.surety >= sure and found.left_c <= may_leave_c:
            return found.c_per_h
        part_c_per_h = effect.LEAST_PART * (known_c_per_h or effect.USUAL_C_PER_H)
        may_come = is_one if is_wrong_way else found.most_c_per_h >= max(asked_c_per_h, part_c_per_h)
        may_come &= found.range_c >= effect.EFFECT_C  # of a reading that stands there is nothing to wait for
        return None if may_come and now < tried.waits_until else 0.0


def late_effect(points: Sequence[tuple[float, float]], drives: Drives, tried: Tried) -> LateEffect | None:
    """points: minutes of readings, when and °C. Of the output only what was on since its run began counts: it may have
    worked before. None where too little is known to tell."""
    at = [when for when, _ in points]
    since = max(tried.run_at - BEFORE_S, tried.at - LONGEST_BEFORE_S)
    for (before_at, before_c), (when, c) in pairwise(points):
        if abs(c - before_c) > LEAP_C_PER_MIN * max(when - before_at, 60.0) / 60.0:
            since = max(since, when)  # it was moved
    seen = np.array([when >= since for when in at], dtype=bool)
    if seen.sum() < LEAST_MINUTES:
        return None
    own, other = drives.at(at)
    celsius, hours = np.array([c for _, c in points])[seen], (np.array(at)[seen] - at[-1]) / 3600.0
    earlier = [on and when < tried.run_at for when, on in zip(at, own, strict=True)]
    doubted = [on and when >= tried.run_at for when, on in zip(at, own, strict=True)]
    fits = []
    for lag_s in LAGS_S:
        made, *others = (shown(at, on, lag_s)[seen] for on in (doubted, earlier, other))
        fit = _fitted(hours, celsius, made, [shown for shown in others if np.ptp(shown) >= LEAST_PTP_C])
        if fit is not None:
            fits.append(fit)
    if not fits:
        return None
    return max(fits, key=attrgetter("surety"))._replace(most_c_per_h=max(fit.most_c_per_h for fit in fits))


def shown(at: Sequence[float], on: Sequence[bool], lag_s: float) -> Array:
    """What a probe of that lag shows of an output that moves the beer by 1 °C/h, °C."""
    felt = beer_c = probe_c = 0.0
    shown, before = [], at[0]
    for when, has_power in zip(at, on, strict=True):
        passed_s, before = when - before, when
        felt += (float(has_power) - felt) * min(passed_s / JACKET_S, 1.0)
        beer_c += felt * passed_s / 3600.0
        probe_c += (beer_c - probe_c) * min(passed_s / lag_s, 1.0)
        shown.append(probe_c)
    return np.array(shown)


def _fitted(hours: Array, celsius: Array, made: Array, others: list[Array]) -> LateEffect | None:
    """By least squares, beside a room that turns evenly (a parabola), earlier runs and what the other side does. None
    where those could make all of it."""
    columns = np.column_stack([np.ones_like(hours), hours, hours * hours, *others])
    alone, own = celsius - columns @ gains(columns, celsius), made - columns @ gains(columns, made)
    spread = float(own @ own)  # of what only the output can explain
    if np.ptp(made) < LEAST_PTP_C or spread < len(hours) * LEAST_OWN_C**2:
        return None
    c_per_h = float(own @ alone) / spread
    readings = len(hours) / APART_MINUTES
    left = max(float(alone @ alone) - c_per_h * c_per_h * spread, len(hours) * LEAST_LEFT_C**2)
    error = sqrt(left / spread / max(readings - columns.shape[1] - 1, 1.0))
    surety = c_per_h * c_per_h * spread / left * readings
    most_c_per_h, left_c = c_per_h + REFUTED * error, sqrt(left / len(hours))
    return LateEffect(c_per_h, c_per_h * float(np.ptp(made)), surety, left_c, float(np.ptp(celsius)), most_c_per_h)


def gains(columns: Array, values: Array) -> Array:
    """Of each column, by least squares."""
    found, *_ = np.linalg.lstsq(columns, values, rcond=None)
    return np.asarray(found)
