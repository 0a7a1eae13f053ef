"""What the network and the curves say, as one forecast; and what may be said of it: "done" is measured, never guessed.

Quantiles are averaged on the log of the hours (Lichtendahl, Grushka-Cockayne & Winkler 2013, "Is it better to average
probabilities or quantiles?"). The share of the curves follows the evidence of this very batch (`evidence.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brewpi.estimation.stability import at_rest
from brewpi.forecast.curve_bank import QUANTILES, Posterior
from brewpi.forecast.sampling import gap_h
from brewpi.records import Array, BatchSeries, Forecast, Interval, Source

__all__ = ["QUANTILES", "Quantiles", "Share", "pooled", "verdict"]

UNSURE_H = 1.5  # what is not measured flat is not done
DRIEST_SG = 0.98  # no beer, wine or mead ends below: that is alcohol of 16 % in water
NARROWEST_H, LONGEST_GAP_H = 1.0, 24.0


@dataclass(frozen=True, slots=True)
class Quantiles:
    """QUANTILES of hours to completion, of hours to the rest cue and of final SG, each (7,) and rising."""

    remaining_h: Array
    rest_h: Array
    final_sg: Array
    p_stuck: float | None = None

    def mean_with(self, other: Quantiles, share: float) -> Quantiles:
        """`share` of the other."""
        stuck = None if self.p_stuck is None or other.p_stuck is None else (
            (1.0 - share) * self.p_stuck + share * other.p_stuck
        )  # fmt: skip
        return Quantiles(
            _mean(np.log1p(self.remaining_h), np.log1p(other.remaining_h), Share(share)),
            _mean(np.log1p(self.rest_h), np.log1p(other.rest_h), Share(share)),
            (1.0 - share) * self.final_sg + share * other.final_sg,
            stuck,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the curves, 0 to 1, in the times and in the final gravity; how much farther from their median the
    times below and above it lie; by how much later all are, in log hours."""

    curves: float
    final: float = 0.3
    earlier: float = 1.0
    later: float = 1.0
    onward: float = 0.0


def pooled(network: Quantiles, curves: Posterior, share: Share, unplanned: Quantiles) -> Quantiles:
    """The network's, with a share of the curves. These know no temperature: what a plan gains is what it gains by the
    network, whose answer without one is `unplanned`."""
    return Quantiles(
        _pooled(network.remaining_h, curves.remaining_h, unplanned.remaining_h, share),
        _pooled(network.rest_h, curves.rest_h, unplanned.rest_h, share),
        (1.0 - share.final) * network.final_sg + share.final * curves.final_sg,
        network.p_stuck,
    )


def verdict(said: Quantiles, past: BatchSeries, at_h: float, model: str | None, source: Source = "model") -> Forecast:
    """The forecast of a batch of which this is expected: 0 hours once gravity is measured flat, and not before."""
    done = Interval(0.0, 0.0, 0.0) if at_rest(past, at_h) else _not_done(_band(said.remaining_h), past)
    rest, final = _band(said.rest_h), _band(np.maximum(said.final_sg, DRIEST_SG))
    return Forecast(
        at_h=at_h,
        sg=float(past.sg[-1]),
        source=source,
        remaining_h=done,
        rest_h=Interval(min(rest.p10, done.p10), min(rest.p50, done.p50), min(rest.p90, done.p90)),
        final_sg=final,
        p_stuck=said.p_stuck,
        model=model,
        actionable=model is not None,  # the curves alone are for people to see
    )


def _not_done(band: Interval, past: BatchSeries) -> Interval:
    """A pause of a day looks like an end: in one craft brewery all that was said to be done too early had stood still
    for a day, and then fell two to seven points further. Nor can an interval be narrower than half of what lies between
    two readings: nobody sees into that."""
    room_h = max(0.5 * min(gap_h(past.hours, 0.5), LONGEST_GAP_H), NARROWEST_H)
    p50 = max(band.p50, UNSURE_H)
    return Interval(max(min(band.p10, p50 - NARROWEST_H), 0.0), p50, max(band.p90, p50 + room_h))


def _pooled(network_h: Array, curves_h: Array, unplanned_h: Array, share: Share) -> Array:
    network, curves = np.log1p(network_h), np.log1p(curves_h)
    gained = network[3] - np.log1p(unplanned_h[3])
    return _mean(network, np.maximum(curves + gained, 0.0), share)


def _mean(logs: Array, others: Array, share: Share) -> Array:
    """Hours, from two sets of logs of hours."""
    mean = (1.0 - share.curves) * logs + share.curves * others
    off = mean - mean[3]
    wide = np.where(off > 0.0, share.later, share.earlier) * off
    return np.asarray(np.expm1(np.minimum(np.maximum(mean[3] + share.onward + wide, 0.0), 8.0)))


def _band(quantiles: Array) -> Interval:
    return Interval(float(quantiles[1]), float(quantiles[3]), float(quantiles[5]))
