"""How fast a fermentation warms its beer, by what gravity says."""

from __future__ import annotations

from bisect import bisect_left
from statistics import median

from brewpi.estimation.gravity import level_history
from brewpi.physics import C_PER_SG
from brewpi.records import TankState

OVER_S, COVERED_S = 12 * 3600.0, 6 * 3600.0
LEAST_READINGS = 6
NEWEST_S = 2 * 3600.0


def warmth_c_per_h(state: TankState, now: float) -> float | None:
    """°C/h without any loss, over half a day; None where gravity is not read often enough to know."""
    history = level_history(state)
    points = history[bisect_left(history, (now - OVER_S,)) :]
    if state.batch is None or len(points) < LEAST_READINGS:
        return None
    if points[-1][0] - points[0][0] < COVERED_S or now - points[-1][0] > NEWEST_S:
        return None
    third = len(points) // 3
    (before, before_sg), (after, after_sg) = (
        (median(at for at, _, _ in part), median(sg for _, sg, _ in part)) for part in (points[:third], points[-third:])
    )
    return max(0.0, before_sg - after_sg) * 3600.0 / (after - before) * C_PER_SG
