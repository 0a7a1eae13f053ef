"""A log as a tank would remember it: the one way from readings to what a forecast sees, of files and of tanks. Pure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from brewpi.estimation.signal_filter import SignalSource
from brewpi.estimation.state import StateEstimator
from brewpi.records import BatchSeries, Reading, TankState

LEAST_STALE_S = 7200.0
TICK_S = 60.0  # a tank looks once a minute


def stale_s(series: BatchSeries) -> float:
    """When silence counts: three times the log's usual interval."""
    usual_s = float(np.median(np.diff(series.hours))) * 3600.0 if series.hours.size > 1 else 0.0
    return max(LEAST_STALE_S, 3.0 * usual_s)


def as_remembered(series: BatchSeries) -> BatchSeries:
    """The same batch, its readings filtered and thinned as a tank that is looked at once a minute does it."""
    allowed_s = stale_s(series)
    state = StateEstimator([SignalSource("sg", "log_sg", allowed_s), SignalSource("beer_c", "log_beer_c", allowed_s)])
    seen, waiting, tick = TankState(), list[Reading](), 0
    for hours, sg, beer_c in zip(series.hours.tolist(), series.sg.tolist(), series.temp_c.tolist(), strict=True):
        at = hours * 3600.0
        due = int(np.ceil(at / TICK_S - 1e-9))
        if waiting and due > tick:
            seen = state.absorb(seen, waiting, tick * TICK_S)
            waiting = []
        tick = due
        waiting.append(Reading(at, "sg", sg, "log_sg"))
        if np.isfinite(beer_c):
            waiting.append(Reading(at, "beer_c", beer_c, "log_beer_c"))
    seen = state.absorb(seen, waiting, tick * TICK_S)
    points = np.array(seen.history, dtype=np.float64).reshape(-1, 3)
    return replace(series, hours=points[:, 0] / 3600.0, sg=points[:, 1], temp_c=points[:, 2])
