"""The hierarchical curve fit: generalised logistics of many families, weighted by how each passes the readings.

It knows what batches of other sites were like (`curve_families.py`) and nothing of this one but its readings. It
answers alone when the model is missing or out of its depth; else its quantiles are pooled with the model's (`pool.py`),
and what it makes of an unnamed medium is what the model is told. The same quasi-random curves for all, numpy only.
"""

from __future__ import annotations

from functools import cache

from brewpi.forecast.curve_bank import SLOTS, CurveBank, CurveFit, Posterior
from brewpi.forecast.curve_families import FAMILIES
from brewpi.forecast.sampling import lowest
from brewpi.records import Array, BatchSeries, Forecast, Interval
from brewpi.sentences import Sentence

MANY = 100  # readings


def forecast(series: BatchSeries, at_h: float) -> Forecast:
    """What the curves through the readings up to `at_h` say; "none" with fewer than two readings."""
    past = series.until(at_h)
    n = len(past.hours)
    if n < 2:
        sg = float(past.sg[-1]) if n else None
        why = Sentence("needs two readings; has one" if n else "needs two readings; has none")
        return Forecast(at_h, sg, "none", why=why)
    expected = posterior(past, at_h)
    done, rest = Interval(*expected.remaining_h), Interval(*expected.rest_h)
    return Forecast(
        at_h=at_h,
        sg=float(past.sg[-1]),
        source="curve",
        remaining_h=done,
        rest_h=Interval(min(rest.p10, done.p10), min(rest.p50, done.p50), min(rest.p90, done.p90)),
        final_sg=Interval(*expected.final_sg),
    )


def posterior(series: BatchSeries, at_h: float) -> Posterior:
    """What the curves say at `at_h`. Needs two readings up to then."""
    past = series.until(at_h)
    return fit(past).at(at_h, lowest(past.sg))


def fit(past: BatchSeries) -> CurveFit:
    """What the curves say of its readings, whenever one asks."""
    return bank().through(past.first(looked_at(past.hours)))


def looked_at(hours: Array) -> int:
    """How many readings of a batch, (n,): where there are many, the newest wait until they fill one of the SLOTS that a
    curve is fitted to, by their number or by their hours. Of few, as they are kept by hand, none waits."""
    count = hours.size
    if count < MANY:
        return count
    settled = count - count % (count // SLOTS)
    waiting_h = hours[-1] - hours[settled - 1]
    return settled if SLOTS * waiting_h <= hours[-1] - hours[0] else count


@cache
def bank() -> CurveBank:
    """The curves of all families that are shipped."""
    return CurveBank(FAMILIES)
