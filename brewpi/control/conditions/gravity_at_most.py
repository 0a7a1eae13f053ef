"""Gravity has come down to a number."""

from typing import ClassVar

from pydantic import Field

from brewpi.control.conditions import NeedsGravity, Verdict, View
from brewpi.sentences import Sentence


class GravityAtMost(NeedsGravity):
    """`{ kind = "gravity_at_most", sg = 1.016 }`"""

    example: ClassVar[str] = '{ kind = "gravity_at_most", sg = 1.016 }'

    sg: float = Field(ge=0.95, le=1.20, description="specific gravity")

    def evaluate(self, view: View) -> Verdict:
        """Met once a fresh gravity is `sg` or lower."""
        sg = view.gravity(self.fresh_h)
        if sg is None:
            return self.stale(view)
        return Verdict(sg <= self.sg, Sentence("gravity {sg:.4f}, waits for {needed_sg:.4f}", sg=sg, needed_sg=self.sg))

    def expected_h(self, view: View) -> float:
        """When gravity has come down so far."""
        return view.hours_to(self.sg)
