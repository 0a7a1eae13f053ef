"""Richards' (1959) logistic of bent time (Box & Cox 1964): the share of the drop by hours, and back. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array


@dataclass(frozen=True, slots=True)
class Curves:
    """Many curves, ready to be asked: six numbers of each, (6, m). Hours to the middle; how steep it is there; bend,
    near 1 a logistic of the hours, near 0 one of their logarithm, with a long tail; skew; half, where the middle is;
    and what is still to come at hour 0, before the curve is scaled."""

    numbers: Array

    @classmethod
    def of(cls, numbers: Array) -> Curves:
        """From (m, 4): log of hours to the middle, log of the steepness there, logit of the bend, log of the skew."""
        middle_h, steep = np.exp(numbers[:, 0]), np.exp(np.minimum(np.maximum(numbers[:, 1], -1.5), 3.5))
        bend = 0.05 + 1.95 / (1.0 + np.exp(-numbers[:, 2]))
        skew = np.exp(np.minimum(np.maximum(numbers[:, 3], -3.0), 2.5))
        half = np.log(np.expm1(skew * np.log(2.0)))
        return cls(np.array([middle_h, steep, bend, skew, half, 1.0 - _richards(-steep / bend, half, skew)]))

    def some(self, which: NDArray[np.intp]) -> Curves:
        """Those at these places."""
        return Curves(self.numbers.take(which, axis=1))

    def share(self, hours: Array) -> Array:
        """Share of the drop done: hours (n,) -> (m, n), 0 at hour 0."""
        middle_h, steep, bend, skew, half, to_come = self.numbers[:, :, None]
        bent = ((np.maximum(hours, 0.0) / middle_h) ** bend - 1.0) / bend
        return np.asarray(1.0 - (1.0 - _richards(steep * bent, half, skew)) / to_come)

    def until_left(self, left: Array | float) -> Array:
        """Hours from the first reading until no more than the share `left` of the drop is to come: (m,)."""
        middle_h, steep, bend, skew, half, to_come = self.numbers
        log_done = np.log1p(-to_come * np.maximum(left, 1e-4))
        bent = (half - np.log(np.expm1(-skew * log_done))) / steep
        log_ratio = np.log1p(np.maximum(bent * bend, -0.999)) / bend
        return np.asarray(middle_h * np.exp(np.minimum(np.maximum(log_ratio, -9.0), 8.0)))


def _richards(x: Array, half: Array, skew: Array) -> Array:
    """Richards' curve with 1/2 at 0."""
    return np.asarray(np.exp(-np.logaddexp(0.0, half - x) / skew))
