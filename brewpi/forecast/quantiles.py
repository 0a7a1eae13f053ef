"""What somebody expects of a batch, as quantiles: the form in which network and curves are pooled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brewpi.records import Array

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
Band = tuple[float, float, float]  # p10, p50, p90


@dataclass(frozen=True, slots=True)
class Quantiles:
    """QUANTILES, rising: hours to completion and hours to the rest cue (2, 7), final SG (7,)."""

    hours: Array
    final_sg: Array
    p_stuck: float | None = None

    @property
    def remaining_h(self) -> Array:
        """Hours to completion (7,)."""
        return np.asarray(self.hours[0])

    @property
    def rest_h(self) -> Array:
        """Hours to the rest cue (7,)."""
        return np.asarray(self.hours[1])


def band(quantiles: Array) -> Band:
    """The 80 % interval of QUANTILES (7,), with its median."""
    _, p10, _, p50, _, p90, _ = quantiles.tolist()
    return p10, p50, p90
