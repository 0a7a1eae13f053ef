"""A device's clock that was set on the way: to another zone, or for the first time. Pure."""

from __future__ import annotations

import numpy as np

from brewpi.importers.times.clocks import oldest_first
from brewpi.records import Array

LEAST = 8  # readings, to see how often a device reads
ZONES_H = 26.0  # no two zones are farther apart
REGULAR = 0.25  # of the usual step, by so much others may differ
UNSET_H = 60 * 24.0  # a pause nobody's beer ferments on after
BESIDE_H, BESIDE, STANDS = 6.0, 5, 0.2  # hours and readings beside a gap; a share of its fall that is none
NEAR, APART = 0.1, 0.03  # of the whole fall: from one reading to the next; between hours of one beer


def continued(hours: Array, gravity: Array) -> tuple[Array, list[str]]:
    """Moments as if the clock had always been what it was first (zone) or last (never set, set ahead), and a remark.

    hours, gravity: (n,) in the order of the file, NaN where unreadable; in any unit. As they are unless it is certain.
    """
    at = np.flatnonzero(np.isfinite(hours) & np.isfinite(gravity))
    if len(at) < LEAST:
        return hours, []
    order = oldest_first(hours, at)
    x, g = hours[order], gravity[order]
    steps = np.diff(x)
    usual_h = float(np.median(steps))
    turn = int(np.argmax(np.abs(steps - usual_h)))
    if np.count_nonzero(np.abs(steps - usual_h) > REGULAR * usual_h) * 20 > len(steps) + 19 or usual_h <= 0.0:
        return hours, []
    out = hours.copy()
    others = np.delete(np.abs(np.diff(g)), turn)
    if abs(float(g[turn + 1] - g[turn])) > max(NEAR * float(np.ptp(g)), 2.0 * float(np.quantile(others, 0.9))):
        return hours, []
    if steps[turn] < 0.0 and (back_h := _zone_h(x, g, turn, usual_h)):
        later = order[turn + 1 :]
        out[later] += back_h
        return out, [f"clock set back by {back_h:g} h at {_shown(x[turn])}: counted on from there"]
    if steps[turn] >= UNSET_H and _ferments_on(g, turn):
        out[order[: turn + 1]] += steps[turn] - usual_h
        which = f"the first {turn + 1} readings" if turn else "the first reading"
        days = f"{steps[turn] / 24.0:.0f} days before the rest"
        return out, [f"{which} counted as just before the others: of a clock not yet set, {days}"]
    if _is_no_pause(x, g, turn, usual_h):
        ahead_h = float(steps[turn]) - usual_h
        out[order[: turn + 1]] += ahead_h
        return out, [f"clock set ahead by {ahead_h:.3g} h at {_shown(x[turn])}, for gravity knows no pause: counted on"]
    return hours, []


def _zone_h(x: Array, g: Array, turn: int, usual_h: float) -> float:
    """By how many half hours the clock was put back; 0 where that is not what happened."""
    back_h = round(2.0 * (usual_h - float(x[turn + 1] - x[turn]))) / 2.0
    off_h = abs(usual_h - float(x[turn + 1] - x[turn]) - back_h)
    if np.count_nonzero(np.diff(x) < 0.0) != 1 or not 0.5 <= back_h <= ZONES_H or off_h > REGULAR * min(usual_h, 0.5):
        return 0.0
    again = (x[turn + 1 :] <= x[turn]) & (x[turn + 1 :] >= x[0])  # rows that come twice agree with those before them
    apart = np.abs(np.interp(x[turn + 1 :], x[: turn + 1], g[: turn + 1]) - g[turn + 1 :])[again]
    return back_h if len(apart) >= 2 and float(np.median(apart)) > APART * float(np.ptp(g)) else 0.0


def _ferments_on(g: Array, turn: int) -> bool:
    """A wort that falls before the turn and after it, as in one go."""
    fell, falls_on = float(g[0] - g[turn]), float(g[turn + 1] - g[-1])
    least = NEAR * float(np.ptp(g))
    return turn < len(g) - 3 and fell >= 0.0 and falls_on > 3.0 * least and float(g[turn] - g[-1]) > 3.0 * least


def _is_no_pause(x: Array, g: Array, turn: int, usual_h: float) -> bool:
    """Whether a beer that falls before the gap and after it has not fallen in it, nor risen, as by sugar."""
    sides = [(x > x[turn] - BESIDE_H) & (x <= x[turn]), (x >= x[turn + 1]) & (x < x[turn + 1] + BESIDE_H)]
    if min(map(np.count_nonzero, sides)) < BESIDE:
        return False
    a_h, b_h = float(x[turn]), float(x[turn + 1])
    lines = [np.polyfit(x[side] - at_h, g[side], 1) for side, at_h in zip(sides, (a_h, b_h), strict=True)]
    noise = max(
        float(np.std(g[side] - np.polyval(line, x[side] - at_h)))
        for side, line, at_h in zip(sides, lines, (a_h, b_h), strict=True)
    )
    slowest = float(min(-line[0] for line in lines))
    fallen, expected = float(lines[0][1] - lines[1][1]), slowest * (b_h - a_h - usual_h)
    clear = expected >= max(NEAR * float(np.ptp(g)), 8.0 * noise)
    return clear and -STANDS * expected <= fallen <= slowest * usual_h + STANDS * expected


def _shown(hour: float) -> str:
    return str(np.datetime64(int(hour * 60.0), "m")).replace("T", " ")
