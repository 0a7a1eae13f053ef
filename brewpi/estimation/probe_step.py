"""In which steps a beer probe shows the beer: a DS18B20 in sixteenths of a °C, a Tilt in whole °F, some radios in 0.5
or 1 °C. Beer that is held to less than a step flickers between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

ALIKE_C = 0.03  # two steps that were rounded to a hundredth, and what that leaves over
COARSE_C, COARSEST_C = 0.2, 1.2  # below the one all is made for it; above the other it is a few values by chance
MOVES = 3  # of which a step is known
SOON_S = 150.0  # in which beer goes no such way by itself: a Tilt speaks every few seconds, a bridge once a minute


@dataclass(slots=True)
class ProbeStep:
    """Tell it every reading. shown_c: the largest step of which all moves so far were multiples; moves: those that say
    so. Of a sensor that sleeps in between, moves that are alike may only be those of beer that goes its way evenly."""

    shown_c: float = 0.0
    moves: int = 0
    read_at: float = float("-inf")
    read_c: float = nan  # last
    moved_c: float = 0.0  # last

    def note(self, read_at: float, read_c: float) -> None:
        """What the probe said last, before any filter."""
        if read_at == self.read_at:
            return
        moved_c = 0.0 if isnan(self.read_c) else read_c - self.read_c
        is_soon, self.read_at, self.read_c = read_at - self.read_at <= SOON_S, read_at, read_c
        if abs(moved_c) > ALIKE_C and not 0.0 < self.shown_c < COARSE_C:
            self.moves = min(self.moves + (is_soon or moved_c * self.moved_c < 0.0), MOVES)
            self.shown_c, self.moved_c = _common_c(self.shown_c, abs(moved_c)), moved_c

    def recall(self, coarse_c: float) -> None:
        """What was known before a restart."""
        if coarse_c > 0.0:
            self.shown_c, self.moves = coarse_c, MOVES

    @property
    def coarse_c(self) -> float:
        """Its step, where that is coarse; 0 of a fine probe, and while nobody knows."""
        is_coarse = self.moves >= MOVES and COARSE_C <= self.shown_c <= COARSEST_C
        return round(self.shown_c, 2) if is_coarse else 0.0


def _common_c(one_c: float, other_c: float) -> float:
    """The largest step that both are multiples of (Euclid), up to what rounding leaves over."""
    while other_c > ALIKE_C:
        rest_c = one_c % other_c
        one_c, other_c = other_c, min(rest_c, other_c - rest_c)
    return one_c
