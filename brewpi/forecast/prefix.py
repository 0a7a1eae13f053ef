"""A batch so far, as every feature looks at it: the readings thinned, how far gravity has come down, and gravity at
fixed shares of the time. Pure."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from brewpi.records import Array, BatchSeries

LAGS_H = np.array([6.0, 12.0, 24.0, 36.0, 48.0, 72.0, 96.0, 144.0])
EIGHTHS = np.arange(1, 8) / 8
EVEN_24 = np.linspace(0.0, 1.0, 25)
# Gravity is asked for once, at these shares of the time so far less these hours: lags, then eighths, then even steps.
ASKED_SHARES = np.concatenate((np.ones(LAGS_H.size), EIGHTHS, EVEN_24))
ASKED_LAGS_H = np.concatenate((LAGS_H, np.zeros(EIGHTHS.size + EVEN_24.size)))
AT_EIGHTHS, AT_EVEN_24 = LAGS_H.size, LAGS_H.size + EIGHTHS.size


class Prefix(NamedTuple):
    """The readings, thinned to at most about 120, with what every feature needs of them."""

    at_h: float
    hours: Array
    sg: Array
    low: Array  # lowest so far
    og: float
    scale: float  # og - 1
    asked_sg: list[float]  # at ASKED_SHARES of the time less ASKED_LAGS_H; held outside the readings

    @classmethod
    def of(cls, past: BatchSeries, at_h: float) -> Self:
        """What `past`, of one reading at least and none later than `at_h` hours, shows."""
        hours, sg = past.hours, past.sg
        n = hours.size
        logged = n > 8 and hours[-1] / (n - 1) < 3.0
        late_h = float(hours[0]) if hours[0] > 24.0 else 0.0  # the first reading may come days after pitching
        day = int(hours.searchsorted(late_h + 24.0, side="right"))
        if logged:
            # not the largest, as elsewhere: the network learnt from labels' rule 2, which foam does not move
            og = float(np.sort(sg[:day])[int(0.9 * (day - 1))])
            hours, sg = _thin(hours, median_of_three(sg))
        else:
            og = float(sg[:day].max())
        asked_sg: list[float] = np.interp(at_h * ASKED_SHARES - ASKED_LAGS_H, hours, sg).tolist()
        return cls(at_h, hours, sg, np.minimum.accumulate(sg), og, max(og - 1.0, 0.01), asked_sg)


def median_of_three(x: Array) -> Array:
    """Each value replaced by the median of itself and its neighbours; the ends stay."""
    a, b, c = x[:-2], x[1:-1], x[2:]
    middle = x.copy()
    np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c), out=middle[1:-1])
    return middle


def _thin(hours: Array, sg: Array) -> tuple[Array, Array]:
    """Means over blocks of an hour, or of 1/100 of the time where that is longer, counted back from the last."""
    last_h = hours.item(-1)
    block = last_h - hours
    if (width_h := (last_h - hours.item(0)) / 100) > 1.0:
        block /= width_h
    np.floor(block, out=block)
    begins = np.empty(hours.size + 1, dtype=np.bool_)
    begins[0] = begins[-1] = True
    np.not_equal(block[1:], block[:-1], out=begins[1:-1])
    bounds = begins.nonzero()[0]
    starts = bounds[:-1]
    count = (bounds[1:] - starts).astype(np.float64)
    mean_h, mean_sg = np.add.reduceat(hours, starts), np.add.reduceat(sg, starts)
    mean_h /= count
    mean_sg /= count
    return mean_h, mean_sg
