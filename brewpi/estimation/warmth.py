"""How fast a fermentation warms its beer, by what gravity says."""

from __future__ import annotations

from bisect import bisect_left

from brewpi.estimation.gravity import level_history, middle
from brewpi.physics import C_PER_SG
from brewpi.records import TankState

COVERED = 0.5  # of the hours asked for
LEAST_READINGS = 6
NEWEST_S = 2 * 3600.0


def warmth_c_per_h(state: TankState, now: float, over_h: float) -> float | None:
    """°C/h without any loss, over the last hours; None where gravity is not read often enough to know."""
    history = level_history(state)
    points = history[bisect_left(history, (now - 3600.0 * over_h,)) :]
    if len(points) < LEAST_READINGS or points[-1][0] - points[0][0] < COVERED * 3600.0 * over_h:
        return None
    if now - points[-1][0] > NEWEST_S:
        return None
    third = len(points) // 3
    (before, before_sg), (after, after_sg) = middle(points[:third]), middle(points[-third:])
    return max(0.0, before_sg - after_sg) * 3600.0 / (after - before) * C_PER_SG
