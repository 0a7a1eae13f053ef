"""What a batch itself says of network and curves: how far to follow each.

Every batch tests its forecasts as it goes. Where the network keeps moving its completion later, by more than its own
intervals allowed for, the batch is none of those it was made for; where the curves are sure of a later time, too, as
far as the network's has moved that way. But curves that keep moving theirs earlier were made for slower batches, and
are not believed. The numbers were chosen on
real logs, each kind by curves that had not seen it (docs/model-studies.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import floor, log, log1p

import numpy as np

from brewpi.estimation.gravity import unlike_usual
from brewpi.forecast.curve_bank import Posterior
from brewpi.forecast.features import retold
from brewpi.forecast.fitted_curve import posterior
from brewpi.forecast.likely_media import ASSUMED
from brewpi.forecast.pool import Share, mean_of
from brewpi.forecast.quantiles import Band, Quantiles
from brewpi.forecast.sampling import FLOATING, STAMPED, original_gravity
from brewpi.forecast.tflite_model import Model, OutOfDistribution
from brewpi.records import Array, BatchSeries

FIRST_MARK_H, MARK_RATIO = 6.0, 2.0**0.5  # earlier moments that are looked back to: the same whoever asks when
LOG_RATIO = log(MARK_RATIO)
LOOK_BACK = 0.75  # to the latest mark before that share of the time, and the one before it
KEPT = 256
UNTOLD = 0.5  # of what the network says, told no medium, where none is clear: it has seen batches of every kind so
ROOM_H = (0.1, 0.1, 1.0)  # an hour earlier or later is no news


@dataclass(frozen=True, slots=True)
class Weights:
    """How the share of the curves follows the evidence; see `Evidence.share`. A half-interval is from the median to the
    p10 or the p90 of what was said then, in the log of the hours since pitching."""

    usual: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.1)  # logged, stamped by day, by hand, floating
    unnamed: float = 0.2  # of the odds that it is no beer, where nobody named it
    unnamed_stamped: float = 0.2  # and more where only the day of its readings was kept
    late_from: float = 0.5  # half-intervals by which the network's completion has moved later since both marks
    late: float = 2.0
    drift_from: float = 1.0  # the same since one of them
    drift: float = 1.2
    differ_from: float = 0.95  # half-intervals of both by which the curves are later, once the network moved later too
    differ: float = 1.8
    believed: float = 0.3  # half-intervals by which the curves have moved earlier, until they are not believed
    most: float = 0.8
    unlike: float = 0.8  # where it was told to end as no usual one does, which only they take at its word
    onward: float = 0.1  # of the way by which both have moved later, that they move on
    spread: tuple[float, float, float, float] = (1.05, 0.98, 1.04, 1.0)  # of the intervals, by way of reading
    later: float = 1.9  # how much farther the upper quantiles of what floats lie: tails nobody foresees
    later_strong: float = 2.4  # and those of a strong beer, which is read more than once a day
    later_slow: float = 1.6  # and those of a slow one, which is read as often and is not strong
    slow: float = 0.4  # the least share of the curves in it
    sooner_fast: float = 2.0  # how much farther the lower quantile of a fast beer lies, which is read as often
    sooner_from: float = 0.4  # half-intervals by which the network's completion has moved earlier since a mark, as it
    sooner: float = 1.0  # does for what is faster than its world: so much farther for each more of them
    most_sooner: float = 2.5
    final: float = 0.45  # of the final gravity, and what is added where it may not be beer
    final_unlike_beer: float = 0.7
    most_final: float = 0.95


WEIGHTS = Weights()
STRONG_FROM_SG, STRONG_SG = 1.080, 1.095  # original gravities from which a beer is strong, and wholly so
SLOW_FROM_H, WHOLLY_SLOW = 100.0, 1.4  # hours to completion from which a beer is slow; times that, wholly
FAST_BELOW_H, WHOLLY_FAST = 75.0, 1.5  # under which it is fast; under that part of them, wholly
NEAR_END = 0.2  # of its time is left


@dataclass(frozen=True, slots=True)
class Drift:
    """By how much the completion has moved since earlier marks. In half-intervals: the network's later, at most and at
    least, and the curves', at least (negative is earlier); by how much both moved later, in log hours."""

    most: float = 0.0
    least: float = 0.0
    curves: float = 0.0
    both: float = 0.0


def network_quantiles(
    model: Model,
    past: BatchSeries,
    at_h: float,
    curves: Posterior,
    plans_c: Sequence[float | None],
    row: Array | None = None,
) -> list[Quantiles]:
    """What the network says, for each planned temperature. Of a medium that nobody named and the curves do not show
    clearly: a mean over the two that they make likeliest, and of the times with that what it says told no medium. row:
    the model's features of it where they are at hand. Raises OutOfDistribution."""
    row = model.row(past, at_h) if row is None else row
    if past.medium is not None:
        return model.planned(past, at_h, plans_c, row)
    likeliest, second = sorted(curves.media, key=curves.media.__getitem__, reverse=True)[:2]
    answers = model.planned(past, at_h, plans_c, retold(row, likeliest))
    if curves.media[likeliest] >= ASSUMED:
        return answers
    share = curves.media_at_temp[second] / (curves.media_at_temp[likeliest] + curves.media_at_temp[second])
    with suppress(OutOfDistribution):
        more = model.planned(past, at_h, plans_c, retold(row, second))
        answers = [mean_of(one, two, share, share) for one, two in zip(answers, more, strict=True)]
    with suppress(OutOfDistribution):
        more = model.planned(past, at_h, plans_c, row)
        answers = [mean_of(one, two, UNTOLD, 0.0) for one, two in zip(answers, more, strict=True)]
    return answers


def _no_beer(media: dict[str, float]) -> float:
    """How likely it is none; nought where it is clearly one."""
    return 0.0 if media["beer"] >= ASSUMED else 1.0 - media["beer"]


class Evidence:
    """Remembers what was said at earlier marks of a batch, so that looking back costs nothing the second time."""

    def __init__(self) -> None:
        self._then: dict[tuple[object, ...], tuple[Band | None, Band]] = {}

    def share(self, model: Model, past: BatchSeries, at_h: float, curves: Posterior, now: Quantiles) -> Share:
        """How much of the curves, how much wider than both, and how much later."""
        w, how = WEIGHTS, curves.sampling
        other, other_at_temp = (_no_beer(media) for media in (curves.media, curves.media_at_temp))
        drift = self.drift(model, past, at_h, curves, now)
        tested = w.late * max(drift.least - w.late_from, 0.0) + w.drift * max(drift.most - w.drift_from, 0.0)
        if drift.most > 0.0:
            moved = min(drift.most / w.late_from, 1.0)
            tested += w.differ * moved * max(difference(now, curves) - w.differ_from, 0.0)
        share = tested * min(max(1.0 + drift.curves / w.believed, 0.0), 1.0)
        if model.forest is None:  # what a site taught knows its batches better than any curve of other sites
            usual = w.usual[how]
            if past.medium is None and other > 0.0:
                usual += (w.unnamed_stamped if how == STAMPED else 0.0) + w.unnamed * other
            share += usual
        strong, slow, sooner = 0.0, 0.0, 1.0  # by day the simulated beers are as the real ones, and the intervals wide
        is_beer = past.medium == "beer" or (past.medium is None and other == 0.0)
        if is_beer and how != STAMPED and model.forest is None:
            strong = _strength(past)
            slow = (1.0 - strong) * _slowness(at_h, now, curves)
            sooner = _sooner(at_h, now, drift)
        share = min(max(share, w.slow * slow), w.most)
        told = past.expected_attenuation
        unlike = 0.0 if told is None or model.forest is not None else unlike_usual(told, past.medium)
        share = max(share, w.unlike * unlike)
        final = min(max(w.final + w.final_unlike_beer * other_at_temp, share, unlike), w.most_final)
        later = w.later if how == FLOATING else 1.0
        later = max(later, 1.0 + (w.later_strong - 1.0) * strong)
        later = max(later, 1.0 + (w.later_slow - 1.0) * slow) * w.spread[how]
        return Share(share, final, w.spread[how], sooner, later, w.onward * max(drift.both, 0.0))

    def drift(self, model: Model, past: BatchSeries, at_h: float, curves: Posterior, now: Quantiles) -> Drift:
        """Since the marks of `at_h`; none before there are any."""
        marked = [self.said(model, past, mark_h) for mark_h in marks(at_h)]
        network_log = _log_done(now, at_h)
        ours = [_moved(then[0], network_log) for then in marked if then is not None and then[0] is not None]
        if not ours:
            return Drift()
        curves_log = _log_done(curves, at_h)
        theirs = [_moved(then[1], curves_log) for then in marked if then is not None]
        (most, log_most), (least, _) = max(ours), min(ours)
        earlier, log_earlier = min(theirs)
        return Drift(most, least, earlier, min(log_most, log_earlier))

    def said(self, model: Model, past: BatchSeries, mark_h: float) -> tuple[Band | None, Band] | None:
        """What network and curves said at a mark; None before there are readings, and no network's where the batch was
        strange to it then."""
        n = int(past.hours.searchsorted(mark_h, side="right"))
        if n < 2:
            return None
        key = mark_h, n, past.hours.item(n - 1), float(np.add.reduce(past.sg[:n])), past.told
        known = self._then.get(key)
        if known is None:
            if len(self._then) >= KEPT:
                self._then.clear()
            known = self._then[key] = _of(model, past.until(mark_h), mark_h)
        return known


def marks(at_h: float) -> list[float]:
    """The moments that are looked back to: at most two."""
    if LOOK_BACK * at_h < FIRST_MARK_H:
        return []
    k = floor(log(LOOK_BACK * at_h / FIRST_MARK_H) / LOG_RATIO + 1e-9)
    return [FIRST_MARK_H * MARK_RATIO**i for i in (k, k - 1) if i >= 0]


def difference(network: Quantiles, curves: Quantiles) -> float:
    """By how many half-intervals, of both together, the curves are later than the network; log hours."""
    ours, theirs = ([log1p(hours) for hours in each.remaining_h] for each in (network, curves))
    apart = theirs[1] - ours[1]
    above, below = (ours, theirs) if apart > 0.0 else (theirs, ours)
    room = (above[2] - above[1]) + (below[1] - below[0])
    return min(max(apart / max(room, 0.1), -3.0), 3.0)


def _strength(past: BatchSeries) -> float:
    """0 to 1: how far its original gravity, told or seen, is that of a strong beer."""
    if past.og is None and float(past.sg[0]) < STRONG_FROM_SG - 0.01:
        return 0.0  # at a glance
    return min(max((original_gravity(past) - STRONG_FROM_SG) / (STRONG_SG - STRONG_FROM_SG), 0.0), 1.0)


def _slowness(at_h: float, network: Quantiles, curves: Quantiles) -> float:
    """0 to 1: how far network and curves agree that a beer takes longer than most that the network learnt from. Such a
    one takes longer still: who learnt from few of them is surer than they may be. Less so near its end, which shows."""
    left_h = min(network.remaining_h[1], curves.remaining_h[1])
    done_h = max(at_h + left_h, 1.0)
    slow = min(max((done_h / SLOW_FROM_H - 1.0) / (WHOLLY_SLOW - 1.0), 0.0), 1.0)
    return slow * min(left_h / (NEAR_END * done_h), 1.0)


def _sooner(at_h: float, network: Quantiles, drift: Drift) -> float:
    """How much farther the lower quantile lies, of what is faster than most that the network learnt from (kveik, small
    vessels, much yeast), or whose completion has kept moving earlier: such a one ends sooner than it believes."""
    w, done_h = WEIGHTS, max(at_h + network.remaining_h[1], 1.0)
    fast = min(max((FAST_BELOW_H / done_h - 1.0) / (WHOLLY_FAST - 1.0), 0.0), 1.0)
    moved = w.sooner * max(-drift.least - w.sooner_from, 0.0)
    return 1.0 + max((w.sooner_fast - 1.0) * fast, min(moved, w.most_sooner - 1.0))


def _of(model: Model, earlier: BatchSeries, mark_h: float) -> tuple[Band | None, Band]:
    curves = posterior(earlier, mark_h)
    try:
        (network,) = network_quantiles(model, earlier, mark_h, curves, [None])
    except OutOfDistribution:
        return None, _band(curves, mark_h)
    return _band(network, mark_h), _band(curves, mark_h)


def _band(quantiles: Quantiles, at_h: float) -> Band:
    """Logs of the hours since pitching at which completion is expected."""
    p10, p50, p90 = quantiles.remaining_h
    return log(at_h + p10 + ROOM_H[0]), log(at_h + p50 + ROOM_H[1]), log(at_h + p90 + ROOM_H[2])


def _log_done(quantiles: Quantiles, at_h: float) -> float:
    """Log of the hours since pitching at which completion is expected, most likely."""
    return log(at_h + quantiles.remaining_h[1] + ROOM_H[1])


def _moved(then: Band, log_done: float) -> tuple[float, float]:
    """By how much later it is expected now: in half-intervals of then, and in log hours."""
    low, middle, high = then
    later = log_done - middle
    room = high - middle if later > 0.0 else middle - low
    return min(max(later / max(room, 0.05), -3.0), 4.0), later
