"""What the network and the curves say, as one forecast; and what may be said of it: "done" is measured, never guessed.

Quantiles are averaged on the log of the hours (Lichtendahl, Grushka-Cockayne & Winkler 2013, "Is it better to average
probabilities or quantiles?"). The share of the curves follows the evidence of this very batch (`evidence.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, hypot, log1p

from brewpi.estimation.stability import at_rest, level_of
from brewpi.forecast.additions import Then, added_to
from brewpi.forecast.quantiles import Band, Quantiles
from brewpi.forecast.sampling import gap_h
from brewpi.forecast.standstill import Standstill, standstill, waiting
from brewpi.forecast.tail import tail_h
from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.records import BatchSeries, Forecast, Interval, Source

UNSURE_H = 1.5  # what is not measured flat is not done
DRIEST_SG = 0.98  # no beer, wine or mead ends below: that is alcohol of 16 % in water
NARROWEST_H, LONGEST_GAP_H = 1.0, 24.0
LIFTED_SG = 0.002
FARTHEST_LOG, FARTHEST_H = 1.1, 72.0  # over the median, that an upper quantile is moved to; what lies farther stays
NEAR_H = 48.0  # said to be complete within that: is it?
HIDDEN = 0.4  # of what lies between two readings, before and after: four fifths of the hours at which it may have ended


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the curves, 0 to 1, in the times and in the final gravity; how much farther from their median the
    times below and above it lie, and those below, and those above; by how much later all are, in log hours."""

    curves: float
    final: float = 0.3
    spread: float = 1.0
    sooner: float = 1.0
    later: float = 1.0
    onward: float = 0.0


@dataclass(frozen=True, slots=True)
class Rest:
    """What was measured, whatever is expected: whether gravity is at its end, or stands short of it."""

    at_its_end: bool
    standing: Standstill | None = None

    @classmethod
    def of(cls, past: BatchSeries, at_h: float) -> Rest:
        """By all its readings, as they are known at `at_h`."""
        return cls(True) if at_rest(past, at_h) else cls(False, standstill(past))


def pooled(network: Quantiles, curves: Quantiles, share: Share, unplanned: Quantiles) -> Quantiles:
    """The network's, with a share of the curves. These know no temperature: what a plan gains is what it gains by the
    network, whose answer without one is `unplanned`."""
    return Quantiles(
        _mean(network.remaining_h, curves.remaining_h, share, unplanned.remaining_h),
        _mean(network.rest_h, curves.rest_h, share, unplanned.rest_h),
        _weighted(network.final_sg, curves.final_sg, share.final),
        network.p_stuck,
    )


def mean_of(one: Quantiles, other: Quantiles, share: float, of_final: float) -> Quantiles:
    """`share` of the other's times and odds, `of_final` of its final gravity."""
    both, stuck = Share(share), None
    if one.p_stuck is not None and other.p_stuck is not None:
        stuck = (1.0 - share) * one.p_stuck + share * other.p_stuck
    return Quantiles(
        _mean(one.remaining_h, other.remaining_h, both, one.remaining_h),
        _mean(one.rest_h, other.rest_h, both, one.rest_h),
        _weighted(one.final_sg, other.final_sg, of_final),
        stuck,
    )


def verdict(
    quantiles: Quantiles,
    past: BatchSeries,
    at_h: float,
    model: str | None,
    source: Source = "model",
    then: Then | None = None,
    measured: Rest | None = None,
) -> Forecast:
    """The forecast of a batch of which this is expected: 0 hours once gravity is measured flat, and not before. then:
    asked what is expected of a part of the readings, where it stands still and is not done, or was added to; measured:
    what `Rest.of` says of it, where that is at hand."""
    if measured is None:
        measured = Rest(at_rest(past, at_h)) if then is None else Rest.of(past, at_h)
    standing = measured.standing
    if then is not None and not measured.at_its_end:
        if standing is None:
            quantiles = added_to(quantiles, past, at_h, then)
        else:
            quantiles = waiting(quantiles, then(past.until(standing.since_h), standing.since_h), standing)
    done = (0.0, 0.0, 0.0) if measured.at_its_end else _not_done(quantiles.remaining_h, past)
    rest, final = quantiles.rest_h, quantiles.final_sg
    if measured.at_its_end:
        final = _where_it_stands(final, level_of(past))
    return Forecast(
        at_h=at_h,
        sg=float(past.sg[-1]),
        source=source,
        remaining_h=Interval(*done),
        rest_h=Interval(min(rest[0], done[0]), min(rest[1], done[1]), min(rest[2], done[2])),
        final_sg=Interval(max(final[0], DRIEST_SG), max(final[1], DRIEST_SG), max(final[2], DRIEST_SG)),
        p_stuck=quantiles.p_stuck,
        why=None if standing is None else standing.why,
        model=model,
        actionable=model is not None,  # the curves alone are for people to see
    )


def _where_it_stands(final: Band, sg: float) -> Band:
    """Done is within so much of the end; above by as much as chilling lifts a hydrometer."""
    low, middle, high = final
    middle = min(max(middle, sg - COMPLETE_ABOVE_TERMINAL), sg + LIFTED_SG)
    return min(max(low, sg - 2.0 * COMPLETE_ABOVE_TERMINAL), middle), middle, max(min(high, sg + LIFTED_SG), sg, middle)


def _not_done(band: Band, past: BatchSeries) -> Band:
    """A pause of a day looks like an end: in one craft brewery all that was said to be done too early had stood still
    for a day, and then fell two to seven points further. Nor does anybody see into what lies between two readings: it
    adds to the interval as an error of its own, and half of it is the least there is above the median."""
    unseen_h = min(gap_h(past.hours, 0.5), LONGEST_GAP_H)
    p10, p50, p90 = band
    p10, p90 = p50 - hypot(p50 - p10, HIDDEN * unseen_h), p50 + hypot(p90 - p50, HIDDEN * unseen_h)
    p50, room_h = max(p50, UNSURE_H), max(0.5 * unseen_h, NARROWEST_H)
    if p90 < NEAR_H:
        p90 = max(p90, tail_h(past))
    return max(min(p10, p50 - NARROWEST_H), 0.0), p50, max(p90, p50 + room_h)


def _mean(network_h: Band, curves_h: Band, share: Share, unplanned_h: Band) -> Band:
    """Of two bands of hours, on their logs."""
    logs, others = _logs(network_h), _logs(curves_h)
    if network_h is not unplanned_h:
        later = logs[1] - log1p(unplanned_h[1])
        others = max(others[0] + later, 0.0), max(others[1] + later, 0.0), max(others[2] + later, 0.0)
    p10, p50, p90 = _weighted(logs, others, share.curves)
    p10, usual_p90, above = p50 + share.spread * share.sooner * (p10 - p50), p50 + share.spread * (p90 - p50), p90 - p50
    p90 = max(usual_p90, p50 + min(share.later * above, max(FARTHEST_LOG, log1p(FARTHEST_H * exp(-p50)))))
    return _hours(p10 + share.onward), _hours(p50 + share.onward), _hours(p90 + share.onward)


def _weighted(one: Band, other: Band, share: float) -> Band:
    """`share` of the other."""
    kept = 1.0 - share
    return kept * one[0] + share * other[0], kept * one[1] + share * other[1], kept * one[2] + share * other[2]


def _logs(band_h: Band) -> Band:
    p10, p50, p90 = band_h
    return log1p(p10), log1p(p50), log1p(p90)


def _hours(log_h: float) -> float:
    return expm1(min(max(log_h, 0.0), 8.0))
