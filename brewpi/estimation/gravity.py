"""How far the sugar has come down, from what is measured: shared by conditions, nutrients and the drain."""

from __future__ import annotations

from bisect import bisect_right
from itertools import takewhile
from operator import itemgetter
from statistics import median

from brewpi.records import TankState

HALF = 0.5  # of the sugar: nitrogen added later is left for spoilage
COVERED = 0.8  # of a window has to lie between its readings, or nobody knows what happened in it

# Apparent attenuation of a usual finished batch; what a batch says of itself goes before it.
USUAL_ATTENUATION = {"beer": 0.77, "wine": 1.05, "cider": 1.02, "mead": 0.98}
ABV_PER_SG = 131.25  # % by volume for each unit of gravity lost: the usual brewer's rule, good to 0.3 % below 10 %


def original_gravity(state: TankState) -> float | None:
    """Declared, else the largest of the batch's first day."""
    batch, history = state.batch, state.history
    if batch is not None and batch.og is not None:
        return batch.og
    if not history:
        return None
    first_day = history[: bisect_right(history, history[0][0] + 86_400.0, key=itemgetter(0))]
    return float(max(map(itemgetter(1), first_day)))


def attenuation(state: TankState, now: float, fresh_h: float) -> float | None:
    """Apparent attenuation from a gravity at most `fresh_h` old, or None."""
    og, sg = original_gravity(state), state.fresh("sg", now, fresh_h * 3600.0)
    return None if og is None or sg is None or og <= 1.0 else (og - sg) / (og - 1.0)


def sugar_gone(state: TankState, now: float, fresh_h: float) -> float | None:
    """Share of the fermentable sugar that is gone, 0 to 1, from a fresh gravity; None without one."""
    apparent = attenuation(state, now, fresh_h)
    return None if apparent is None else apparent / expected_attenuation(state)


def expected_attenuation(state: TankState) -> float:
    """What the batch is expected to end at, its own word before the medium's."""
    batch = state.batch
    if batch is not None and batch.expected_attenuation is not None:
        return batch.expected_attenuation
    return USUAL_ATTENUATION[(batch and batch.medium) or "beer"]


def alcohol_pct(state: TankState, now: float, fresh_h: float) -> float | None:
    """Alcohol so far in % by volume, from a fresh gravity; None without one."""
    og, sg = original_gravity(state), state.fresh("sg", now, fresh_h * 3600.0)
    return None if og is None or sg is None else max(0.0, og - sg) * ABV_PER_SG


def stable(state: TankState, now: float, window_h: float, change_sg: float) -> tuple[bool, str]:
    """Whether gravity has stood still over the window, and the numbers.

    Compared are the medians of its first and its last quarter: single readings of a floating hydrometer wander by more
    than a finished beer does. A gravity that swings in between by twice as much is not believed to be stable either.
    """
    start = now - window_h * 3600.0
    window = [(at, sg) for at, sg, _ in takewhile(lambda point: point[0] >= start, reversed(state.history))]
    covered_h = (window[0][0] - window[-1][0]) / 3600.0 if window else 0.0
    if len(window) < 3 or covered_h < COVERED * window_h:
        return False, f"readings cover {covered_h:.0f} of {window_h:.0f} h"
    quarters: list[list[float]] = [[], [], [], []]
    for at, sg in window:
        quarters[min(3, int(4.0 * (at - start) / (window_h * 3600.0)))].append(sg)
    medians = [median(gravities) for gravities in quarters if gravities]
    moved_sg, swing_sg = abs(medians[-1] - medians[0]), max(medians) - min(medians)
    if swing_sg > 2.0 * change_sg:
        return False, f"gravity swings by {swing_sg:.4f} in {window_h:.0f} h, at most {2.0 * change_sg:.4f}"
    return moved_sg <= change_sg, f"gravity moved {moved_sg:.4f} in {window_h:.0f} h, at most {change_sg:.4f}"
