"""Sugar or fruit that came in late, told or seen as a rise: it lags, ferments as a batch of its own, and the tank is
not done sooner than that. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from brewpi.estimation.chilled import CHILLED_C
from brewpi.estimation.gravity import largest_of_first_day, usual_attenuation
from brewpi.estimation.stability import done_below, since_addition, since_rise
from brewpi.forecast.quantiles import LONGEST_H, Band, Quantiles
from brewpi.forecast.sampling import gap_h, lowest
from brewpi.records import Array, BatchSeries

Then = Callable[[BatchSeries, float], Quantiles]
BY_HAND_H = 3.0  # between readings; of closer ones three show a rise within hours
ROSE_SG = 0.005  # by one reading
LEAST_SG = 0.003
AT_OWN_PACE = (0.7, 2.0, 5.0)  # p10, p50 and p90, times as long as the batch took for as much: its yeast is tired
LAG_H = (0.0, 12.0, 36.0)
USUAL_SG_PER_H = 0.0005


def added_to(quantiles: Quantiles, past: BatchSeries, at_h: float, then: Then) -> Quantiles:
    """What is expected, no sooner than what ferments since. then: asked what is expected of the readings since."""
    since = since_addition(past, at_h) if past.added_h is not None else since_rise(past)
    if since is past and past.added_h is None:
        since = _since_one_reading(past)
    if since is past:
        return quantiles
    if since.hours.size < 2:
        hours, final_sg = _at_its_own_pace(past, since)
    else:
        began_h = float(since.hours[0])
        alone = replace(since, hours=since.hours - began_h, og=None, expected_attenuation=None, added_h=None)
        anew = then(alone, at_h - began_h)
        hours, final_sg = anew.remaining_h, anew.final_sg
    one, other = quantiles.final_sg, final_sg
    final = min(one[0], other[0]), 0.5 * (one[1] + other[1]), max(one[2], other[2])
    return replace(quantiles, remaining_h=_latest(quantiles.remaining_h, hours), final_sg=final)


def _latest(one: Band, other: Band) -> Band:
    return max(one[0], other[0]), max(one[1], other[1]), max(one[2], other[2])


def _since_one_reading(past: BatchSeries) -> BatchSeries:
    """A last reading by hand that lies above where the batch had nearly ended: mistyped, or fruit that nobody told."""
    n = past.hours.size
    if n < 4 or gap_h(past.hours, 0.5) < BY_HAND_H:
        return past
    before = past.first(n - 1)
    low_sg = lowest(before.sg)
    if float(past.sg[-1]) - low_sg < ROSE_SG or low_sg >= done_below(past):
        return past
    known_c = before.temp_c[np.isfinite(before.temp_c)]
    if known_c.size and float(np.median(known_c)) - float(past.temp_c[-1]) >= CHILLED_C:
        return past
    return past.without_first(n - 1)


def _at_its_own_pace(past: BatchSeries, since: BatchSeries) -> tuple[Band, Band]:
    """Hours and final gravity while one reading, or none, shows how the new sugar goes: as the batch went, but
    slower."""
    before = past.first(past.hours.size - since.hours.size)
    now_sg = float(past.sg[-1])
    end_sg = lowest(before.sg) if before.hours.size else now_sg
    if past.added_h is not None:  # its sugar counts as there from the start, so the end is not where it stood
        og = largest_of_first_day(past.hours, past.sg)
        stated = past.expected_attenuation
        end_sg = min(end_sg, og - (usual_attenuation(past.medium) if stated is None else stated) * (og - 1.0))
    own_h = max(now_sg - end_sg, LEAST_SG) / _sg_per_h(before.hours, before.sg)
    p10, p50, p90 = (min(lag_h + times * own_h, LONGEST_H) for lag_h, times in zip(LAG_H, AT_OWN_PACE, strict=True))
    return (p10, p50, p90), (end_sg, end_sg, max(end_sg, now_sg))


def _sg_per_h(hours: Array, sg: Array) -> float:
    """Of the middle half of its fall; an ale's where it has hardly fallen."""
    fall = np.maximum.accumulate(sg[:1] - sg)
    if hours.size < 3 or fall[-1] < LEAST_SG:
        return USUAL_SG_PER_H
    quarter_h, later_h = np.interp((0.25 * fall[-1], 0.75 * fall[-1]), fall + 1e-9 * np.arange(fall.size), hours)
    return float(0.5 * fall[-1] / max(later_h - quarter_h, 1.0))
