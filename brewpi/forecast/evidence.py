"""What a batch itself says of the network: how far to follow it, and how much the curves should be heard beside it.

Every batch tests the forecast as it goes. Where the network keeps moving its completion later, by more than its own
intervals allowed for, the batch is none of those it was made for; where the curves are sure of another time, too. The
numbers were chosen on simulated families that neither had seen and on real logs (docs/model.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from brewpi.forecast.fitted_curve import ASSUMED, FLOATING, Posterior, posterior, sampling
from brewpi.forecast.pool import Quantiles, Share
from brewpi.forecast.tflite_model import Model, OutOfDistribution
from brewpi.records import BatchSeries

FIRST_MARK_H, MARK_RATIO = 6.0, 2.0**0.5  # earlier moments that are looked back to: the same whoever asks when
LOOK_BACK = 0.75  # to the latest mark before that share of the time, and the one before it
KEPT = 256


@dataclass(frozen=True, slots=True)
class Weights:
    """How the share of the curves follows the evidence; see `Evidence.share`."""

    usual: tuple[float, float, float, float] = (0.06, 0.25, 0.03, 0.2)  # logged, stamped by day, by hand, floating
    unnamed: float = 0.3  # where nobody named the medium and it may not be beer
    drift_from: float = 0.7  # half-intervals by which the completion has moved later
    drift: float = 0.8
    differ_from: float = 0.95  # half-intervals of both by which the curves are later
    differ: float = 1.0
    most: float = 0.9
    wider: float = 0.2  # by drift
    later: float = 1.9  # how much farther the upper quantiles of what floats lie: tails nobody foresees
    final: float = 0.3  # of the final gravity, and what is added where it may not be beer
    final_unlike_beer: float = 0.7


WEIGHTS = Weights()
MOST_DRIFT = 1.5


def told(
    model: Model, past: BatchSeries, at_h: float, curves: Posterior, plans_c: Sequence[float | None]
) -> list[Quantiles]:
    """What the network says, for each planned temperature; of an unnamed medium a mean over the two that the curves
    make likeliest. Raises OutOfDistribution."""
    if past.medium is not None:
        return model.planned(past, at_h, plans_c)
    likeliest, second = sorted(curves.media, key=curves.media.__getitem__, reverse=True)[:2]
    first = model.planned(replace(past, medium=likeliest), at_h, plans_c)
    if curves.media[likeliest] >= ASSUMED:
        return first
    share = curves.media[second] / (curves.media[likeliest] + curves.media[second])
    try:
        other = model.planned(replace(past, medium=second), at_h, plans_c)
    except OutOfDistribution:
        return first
    return [one.mean_with(two, share) for one, two in zip(first, other, strict=True)]


class Evidence:
    """Remembers what was said at earlier marks of a batch, so that looking back costs nothing the second time."""

    def __init__(self) -> None:
        self._then: dict[tuple[object, ...], Quantiles | None] = {}

    def share(self, model: Model, past: BatchSeries, at_h: float, curves: Posterior, now: Quantiles) -> Share:
        """How much of the curves, and how much wider than both."""
        w, beer = WEIGHTS, curves.media["beer"]
        other = 0.0 if beer >= ASSUMED else 1.0 - beer
        how = sampling(past)
        late = max(self.drift(model, past, at_h, now) - w.drift_from, 0.0)
        share = w.usual[how] + w.drift * late
        share += w.differ * max(difference(now, curves) - w.differ_from, 0.0)
        share += w.unnamed * other if past.medium is None else 0.0
        share = min(share, w.most)
        final = min(max(w.final + w.final_unlike_beer * other, share), w.most)
        wider = 1.0 + w.wider * min(late, MOST_DRIFT)
        return Share(share, final, wider, wider * (w.later if how == FLOATING else 1.0))

    def drift(self, model: Model, past: BatchSeries, at_h: float, now: Quantiles) -> float:
        """By how many of its then half-intervals the completion has moved later since an earlier mark: the most of two,
        0 without any."""
        moved = [0.0]
        for mark_h in marks(at_h):
            then = self._said(model, past, mark_h)
            if then is not None:
                moved.append(_moved(then, mark_h, now, at_h))
        return max(moved[1:]) if len(moved) > 1 else 0.0

    def _said(self, model: Model, past: BatchSeries, mark_h: float) -> Quantiles | None:
        earlier = past.until(mark_h)
        n = earlier.hours.size
        if n < 2:
            return None
        readings = (mark_h, n, float(earlier.hours[-1]), float(earlier.sg.sum()))
        key = (*readings, past.medium, past.og, past.style, past.yeast, past.house, past.expected_attenuation)
        if key not in self._then:
            if len(self._then) >= KEPT:
                self._then.clear()
            self._then[key] = _of(model, earlier, mark_h)
        return self._then[key]


def marks(at_h: float) -> list[float]:
    """The moments that are looked back to: at most two."""
    if LOOK_BACK * at_h < FIRST_MARK_H:
        return []
    k = int(np.floor(np.log(LOOK_BACK * at_h / FIRST_MARK_H) / np.log(MARK_RATIO) + 1e-9))
    return [FIRST_MARK_H * MARK_RATIO**i for i in (k, k - 1) if i >= 0]


def difference(network: Quantiles, curves: Posterior) -> float:
    """By how many half-intervals, of both together, the curves are later than the network; log hours."""
    ours, theirs = np.log1p(network.remaining_h), np.log1p(curves.remaining_h)
    apart = float(theirs[3] - ours[3])
    above, below = (ours, theirs) if apart > 0.0 else (theirs, ours)
    room = (above[5] - above[3]) + (below[3] - below[1])
    return float(np.clip(apart / max(float(room), 0.1), -3.0, 3.0))


def _of(model: Model, earlier: BatchSeries, mark_h: float) -> Quantiles | None:
    try:
        return told(model, earlier, mark_h, posterior(earlier, mark_h), [None])[0]
    except OutOfDistribution:
        return None


def _moved(then: Quantiles, mark_h: float, now: Quantiles, at_h: float) -> float:
    was = np.log(mark_h + then.remaining_h[[1, 3, 5]] + np.array([0.1, 0.1, 1.0]))
    later = float(np.log(at_h + now.remaining_h[3] + 0.1) - was[1])
    room = was[2] - was[1] if later > 0.0 else was[1] - was[0]
    return float(np.clip(later / max(float(room), 0.05), -3.0, 4.0))
