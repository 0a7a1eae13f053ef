"""How fast an output moves the beer, by how the beer goes while more or less of it is on."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

LEAST_BLOCKS, LEAST_SPREAD, SURE = 8.0, 0.3, 4.0  # of what is seen, of the shares, and standard errors


@dataclass(slots=True)
class ShareFit:
    """Least squares, with a constant, of the beer's slope over the output's share. It forgets: glycol and mains change.
    A probe that drifts evenly does so at any share, and changes nothing here."""

    n: float = 0.0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0

    def add(self, share: float, c_per_h: float, kept: float) -> None:
        """One block more. kept: of all before."""
        self.n, self.x, self.y = kept * self.n + 1.0, kept * self.x + share, kept * self.y + c_per_h
        self.xx, self.xy = kept * self.xx + share * share, kept * self.xy + share * c_per_h
        self.yy = kept * self.yy + c_per_h * c_per_h

    def c_per_h(self) -> float | None:
        """What all of the output does; None while that is not sure, such as of one that never pauses."""
        if self.n <= LEAST_BLOCKS:
            return None
        spread = self.xx - self.x * self.x / self.n
        if spread < LEAST_SPREAD:
            return None
        gain = (self.xy - self.x * self.y / self.n) / spread
        left = max(self.yy - self.y * self.y / self.n - gain * gain * spread, 0.0)
        return gain if gain > SURE * sqrt(left / (self.n - 2.0) / spread) else None
