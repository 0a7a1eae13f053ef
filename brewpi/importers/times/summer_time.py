"""Local clocks that are put ahead or back in a night among the readings. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from brewpi.importers.times.clocks import oldest_first
from brewpi.records import Array

FARTHEST_H = 8766.0 * 130  # in the year 2100
LEAST_STEPS = 8  # to see how often a device reads
SLOWEST_H, EVEN_H = 6.1, 0.05  # between readings; by so much the steps of one device may differ
# On which Sunday of which month clocks are put ahead: America, Europe, Mexico, New Zealand, Australia; -1 is the last.
_SUMMER_BEGINS = {(3, 2), (3, -1), (4, 1), (9, -1), (10, 1)}


def counted_on(hours: Array, is_local: bool) -> tuple[Array, tuple[str, ...]]:
    """Moments as if summer time had neither begun nor ended among them, and remarks."""
    hours, back = put_back(hours)
    hours, ahead = put_ahead(hours) if is_local else (hours, ())
    hours, slow = _of_even_steps(hours) if is_local and not (back or ahead) else (hours, ())
    return hours, (*back, *ahead, *slow)


def put_back(hours: Array) -> tuple[Array, tuple[str, ...]]:
    """Local times over the night in which clocks are put back: what comes after counts on, and a remark.

    hours: (n,) since 1970 in the order of the file, NaN where unreadable; as they are unless the night is beyond doubt:
    one step back by less than an hour, or the same hour twice where readings are an hour apart, on a Sunday between one
    and four o'clock, and none elsewhere.
    """
    known_at = np.flatnonzero(np.isfinite(hours))
    order = oldest_first(hours, known_at)
    steps = np.diff(hours[order])
    back = np.flatnonzero(steps < 0.0)
    if len(back) == 0 and len(steps) and abs(float(np.median(steps)) - 1.0) < 0.01:  # the same hour twice
        back = np.flatnonzero(np.abs(steps) < 0.01)
    if len(steps) < LEAST_STEPS or len(back) != 1 or steps[back[0]] <= -1.0:
        return hours, ()
    at = _instant(float(hours[order[back[0]]]))
    if not _is_small_hours(at) or at.month not in (3, 4, 10, 11):
        return hours, ()
    out = hours.copy()
    out[order[back[0] + 1 :]] += 1.0
    return out, (f"clocks put back an hour on {at:%Y-%m-%d}: counted on from there",)


def put_ahead(hours: Array) -> tuple[Array, tuple[str, ...]]:
    """Local times over the night in which clocks are put ahead: what comes after is an hour earlier, and a remark.

    hours: (n,) since 1970 in the order of the file, NaN where unreadable; as they are unless a device that reads every
    hour or oftener, with hardly a gap, is silent for an hour more than usual, and that is a whole hour of the clock, in
    a night in which some country puts its clocks ahead.
    """
    known_at = np.flatnonzero(np.isfinite(hours))
    order = oldest_first(hours, known_at)
    steps = np.diff(hours[order])
    usual_h = float(np.median(steps)) if len(steps) >= LEAST_STEPS else 0.0
    if not 0.0 < usual_h <= 1.01 or np.count_nonzero(steps > 1.5 * usual_h) * 20 > len(steps) + 19:
        return hours, ()
    for i in np.flatnonzero(np.abs(steps - usual_h - 1.0) <= 0.25 * usual_h).tolist():
        before_h, after_h = hours[order[i : i + 2]].tolist()
        skipped = _instant(float(np.floor(before_h + 1e-6)) + 1.0)
        whole = np.floor(before_h + 1e-6) + 2.0 <= after_h + 1e-6
        if whole and _begins_summer(skipped):
            out = hours.copy()
            out[order[i + 1 :]] -= 1.0
            return out, (f"clocks put ahead an hour on {skipped:%Y-%m-%d}: counted on from there",)
    return hours, ()


def _of_even_steps(hours: Array) -> tuple[Array, tuple[str, ...]]:
    """The same of a device that reads every few hours to the minute, but for one step that is an hour longer or shorter
    over the night in which clocks are changed."""
    order = oldest_first(hours, np.flatnonzero(np.isfinite(hours)))
    steps = np.diff(hours[order])
    usual_h = float(np.median(steps)) if len(steps) >= LEAST_STEPS else 0.0
    odd = np.flatnonzero(np.abs(steps - usual_h) > EVEN_H)
    if not 1.01 < usual_h <= SLOWEST_H or len(odd) != 1 or abs(abs(steps[odd[0]] - usual_h) - 1.0) > EVEN_H:
        return hours, ()
    i, is_ahead = int(odd[0]), bool(steps[odd[0]] > usual_h)
    first, last = np.floor(hours[order[i : i + 2]]).tolist()
    between = [_instant(hour) for hour in np.arange(first, last + 1.0).tolist()]
    changes = _begins_summer if is_ahead else _ends_summer
    night = next((at for at in between if changes(at)), None)
    if night is None:
        return hours, ()
    out = hours.copy()
    out[order[i + 1 :]] += -1.0 if is_ahead else 1.0
    put = f"put {'ahead' if is_ahead else 'back'} an hour on {night:%Y-%m-%d}"
    return out, (f"clocks {put}: counted on from there",)


def _instant(hour: float) -> datetime:
    """Of hours since 1970; of those beyond what a log can hold, the first."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour if 0.0 < hour < FARTHEST_H else 0.0)


def _is_small_hours(at: datetime) -> bool:
    """Between one and four of a Sunday, when clocks are changed."""
    return at.weekday() == 6 and 1 <= at.hour < 4


def _begins_summer(at: datetime) -> bool:
    is_last = (at + timedelta(days=7)).month != at.month
    which = {(at.month, (at.day + 6) // 7), (at.month, -1 if is_last else 0)}
    return _is_small_hours(at) and bool(which & _SUMMER_BEGINS)


def _ends_summer(at: datetime) -> bool:
    return _is_small_hours(at) and at.month in (3, 4, 10, 11)
