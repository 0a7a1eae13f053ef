"""What the network and the curves say, as one forecast; and what may be said of it: "done" is measured, never guessed.

Quantiles are averaged on the log of the hours (Lichtendahl, Grushka-Cockayne & Winkler 2013, "Is it better to average
probabilities or quantiles?"). The share of the curves follows the evidence of this very batch (`evidence.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

import numpy as np

from brewpi.estimation.stability import at_rest
from brewpi.forecast.quantiles import Band, Quantiles, band
from brewpi.forecast.sampling import gap_h
from brewpi.records import Array, BatchSeries, Forecast, Interval, Source

UNSURE_H = 1.5  # what is not measured flat is not done
DRIEST_SG = 0.98  # no beer, wine or mead ends below: that is alcohol of 16 % in water
NARROWEST_H, LONGEST_GAP_H = 1.0, 24.0
HIDDEN = 0.4  # of what lies between two readings, before and after: four fifths of the hours at which it may have ended


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the curves, 0 to 1, in the times and in the final gravity; how much farther from their median the
    times below and above it lie; by how much later all are, in log hours."""

    curves: float
    final: float = 0.3
    earlier: float = 1.0
    later: float = 1.0
    onward: float = 0.0


def pooled(network: Quantiles, curves: Quantiles, share: Share, unplanned: Quantiles) -> Quantiles:
    """The network's, with a share of the curves. These know no temperature: what a plan gains is what it gains by the
    network, whose answer without one is `unplanned`."""
    logs, others = np.log1p(network.hours), np.log1p(curves.hours)
    if network is not unplanned:
        others = np.maximum(others + (logs[:, 3:4] - np.log1p(unplanned.hours[:, 3:4])), 0.0)
    return Quantiles(
        _mean(logs, others, share),
        (1.0 - share.final) * network.final_sg + share.final * curves.final_sg,
        network.p_stuck,
    )


def mean_of(one: Quantiles, other: Quantiles, share: float) -> Quantiles:
    """`share` of the other."""
    stuck = None if one.p_stuck is None or other.p_stuck is None else (
        (1.0 - share) * one.p_stuck + share * other.p_stuck
    )  # fmt: skip
    return Quantiles(
        _mean(np.log1p(one.hours), np.log1p(other.hours), Share(share)),
        (1.0 - share) * one.final_sg + share * other.final_sg,
        stuck,
    )


def verdict(
    quantiles: Quantiles, past: BatchSeries, at_h: float, model: str | None, source: Source = "model"
) -> Forecast:
    """The forecast of a batch of which this is expected: 0 hours once gravity is measured flat, and not before."""
    done = (0.0, 0.0, 0.0) if at_rest(past, at_h) else _not_done(band(quantiles.remaining_h), past)
    rest, final = band(quantiles.rest_h), band(quantiles.final_sg)
    return Forecast(
        at_h=at_h,
        sg=float(past.sg[-1]),
        source=source,
        remaining_h=Interval(*done),
        rest_h=Interval(min(rest[0], done[0]), min(rest[1], done[1]), min(rest[2], done[2])),
        final_sg=Interval(max(final[0], DRIEST_SG), max(final[1], DRIEST_SG), max(final[2], DRIEST_SG)),
        p_stuck=quantiles.p_stuck,
        model=model,
        actionable=model is not None,  # the curves alone are for people to see
    )


def _not_done(band: Band, past: BatchSeries) -> Band:
    """A pause of a day looks like an end: in one craft brewery all that was said to be done too early had stood still
    for a day, and then fell two to seven points further. Nor does anybody see into what lies between two readings: it
    adds to the interval as an error of its own, and half of it is the least there is above the median."""
    unseen_h = min(gap_h(past.hours, 0.5), LONGEST_GAP_H)
    p10, p50, p90 = band
    p10, p90 = p50 - hypot(p50 - p10, HIDDEN * unseen_h), p50 + hypot(p90 - p50, HIDDEN * unseen_h)
    p50, room_h = max(p50, UNSURE_H), max(0.5 * unseen_h, NARROWEST_H)
    return max(min(p10, p50 - NARROWEST_H), 0.0), p50, max(p90, p50 + room_h)


def _mean(logs: Array, others: Array, share: Share) -> Array:
    """Hours (2, 7), from two sets of logs of hours."""
    mean = (1.0 - share.curves) * logs + share.curves * others
    middle = mean[:, 3:4]
    off = mean - middle
    off *= share.later if share.later == share.earlier else np.where(off > 0.0, share.later, share.earlier)
    off += middle + share.onward
    np.minimum(np.maximum(off, 0.0, out=off), 8.0, out=off)
    return np.asarray(np.expm1(off, out=off))
