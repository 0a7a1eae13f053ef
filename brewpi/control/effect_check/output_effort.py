"""What an output has been driven for, and how far the beer went its way meanwhile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class OutputEffort:
    """Since the output last had an effect. on_s: it had power; driven_s: it was asked for, in cycles also while it had
    none; gain_c: how far the beer went its way, within runs."""

    on_s: float = 0.0
    driven_s: float = 0.0
    gain_c: float = 0.0

    @property
    def share(self) -> float:
        """Of the time in which it was asked for, how much it was on."""
        return self.on_s / self.driven_s if self.driven_s > 0.0 else 1.0

    @property
    def c_per_h(self) -> float:
        """How the beer went its way; 0 of one that was not driven."""
        return 3600.0 * self.gain_c / self.driven_s if self.driven_s else 0.0

    def add(self, passed_s: float, gain_c: float, on: bool) -> None:
        """It was driven for so long. on: with power."""
        self.driven_s += passed_s
        self.on_s += passed_s if on else 0.0
        self.gain_c += gain_c
