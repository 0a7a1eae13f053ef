"""Gravity has moved by at most so much over a window, and enough of it has gone: a lag phase is not stable."""

from typing import ClassVar

from pydantic import Field

from brewpi.control.conditions import NeedsGravity, Verdict, View
from brewpi.estimation.stability import stable
from brewpi.sentences import Sentence


class Stable(NeedsGravity):
    """`{ kind = "stable", window_h = 48, change_sg = 0.001, min_attenuation = 0.6 }`"""

    example: ClassVar[str] = '{ kind = "stable", window_h = 48, change_sg = 0.001, min_attenuation = 0.6 }'

    window_h: float = Field(default=48.0, ge=6.0, le=240.0, description="hours over which gravity is compared")
    change_sg: float = Field(default=0.001, gt=0.0, le=0.005, description="fall over the window, at the most")
    min_attenuation: float = Field(gt=0.2, le=1.2, description="below this nothing counts as stable")

    def evaluate(self, view: View) -> Verdict:
        """Met when gravity surely falls by less than `change_sg` in the window, or did and has not moved since, and
        attenuation is far enough."""
        attenuation = view.attenuation(self.fresh_h)
        if attenuation is None:
            return self.stale(view)
        if attenuation < self.min_attenuation:
            why = Sentence(
                "attenuation {reached:.2f} of {needed:.2f}, too early to be stable",
                reached=attenuation, needed=self.min_attenuation,
            )  # fmt: skip
            return Verdict(False, why)
        found = stable(view.state, self.window_h, self.change_sg)
        return Verdict(found.flat, found.text)
