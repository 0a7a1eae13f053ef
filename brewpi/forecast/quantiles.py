"""What somebody expects of a batch, as quantiles: the form in which network and curves are pooled."""

from __future__ import annotations

from dataclasses import dataclass

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)  # that the network gives
BAND = (1, 3, 5)  # which of them are said
LONGEST_H = 2900.0  # four months: nobody says what is farther away
Band = tuple[float, float, float]  # p10, p50, p90


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Bands of the hours to completion and to the rest cue, and of the final SG."""

    remaining_h: Band
    rest_h: Band
    final_sg: Band
    p_stuck: float | None = None
