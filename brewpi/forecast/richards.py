"""Richards' (1959) logistic of bent time (Box & Cox 1964): the share of the drop by hours, and back. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array


class Curves(NamedTuple):
    """Many curves, ready to be asked; all (m,). bend: near 1 a logistic of the hours, near 0 one of their logarithm,
    with a long tail; half and at_start: where the middle is, and the share at hour 0, before the curve is scaled."""

    middle_h: Array
    steep: Array
    bend: Array
    skew: Array
    half: Array
    at_start: Array

    @classmethod
    def of(cls, numbers: Array) -> Curves:
        """From (m, 4): log of hours to the middle, log of the steepness there, logit of the bend, log of the skew."""
        middle_h, steep = np.exp(numbers[:, 0]), np.exp(np.minimum(np.maximum(numbers[:, 1], -1.5), 3.5))
        bend = 0.05 + 1.95 / (1.0 + np.exp(-numbers[:, 2]))
        skew = np.exp(np.minimum(np.maximum(numbers[:, 3], -3.0), 2.5))
        half = np.log(np.expm1(skew * np.log(2.0)))
        return cls(middle_h, steep, bend, skew, half, _richards(-steep / bend, half, skew))

    def some(self, which: NDArray[np.intp]) -> Curves:
        """Those at these places."""
        return Curves(*(column.take(which) for column in self))

    def share(self, hours: Array) -> Array:
        """Share of the drop done: hours (n,) -> (m, n), 0 at hour 0."""
        middle_h, steep, bend, skew, half, at_start = (column[:, None] for column in self)
        bent = ((np.maximum(hours, 0.0) / middle_h) ** bend - 1.0) / bend
        return np.asarray((_richards(steep * bent, half, skew) - at_start) / (1.0 - at_start))

    def reaches(self, done: Array | float) -> Array:
        """Hours from the first reading until the share `done` of the drop: (m,)."""
        level = self.at_start + np.minimum(np.maximum(done, 1e-4), 1.0 - 1e-4) * (1.0 - self.at_start)
        bent = (self.half - np.log(np.expm1(-self.skew * np.log(level)))) / self.steep
        log_ratio = np.log1p(np.maximum(bent * self.bend, -0.999)) / self.bend
        return np.asarray(self.middle_h * np.exp(np.minimum(np.maximum(log_ratio, -9.0), 8.0)))


def _richards(x: Array, half: Array, skew: Array) -> Array:
    """Richards' curve with 1/2 at 0."""
    return np.asarray(np.exp(-np.logaddexp(0.0, half - x) / skew))
