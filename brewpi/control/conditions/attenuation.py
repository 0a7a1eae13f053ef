"""Apparent attenuation has come up to a share of the extract."""

from math import inf
from typing import ClassVar

from pydantic import Field

from brewpi.control.conditions import NeedsGravity, Verdict, View
from brewpi.estimation.gravity import original_gravity
from brewpi.sentences import Sentence


class Attenuation(NeedsGravity):
    """`{ kind = "attenuation", at_least = 0.68, dwell_h = 1 }`"""

    example: ClassVar[str] = '{ kind = "attenuation", at_least = 0.68, dwell_h = 1 }'

    at_least: float = Field(gt=0.0, le=1.2, description="(OG - SG) / (OG - 1); wine ends above 1")

    def evaluate(self, view: View) -> Verdict:
        """Met once the apparent attenuation of a fresh gravity is `at_least`."""
        attenuation = view.attenuation(self.fresh_h)
        if attenuation is None:
            return self.stale(view)
        why = Sentence("attenuation {reached:.2f} of {needed:.2f}", reached=attenuation, needed=self.at_least)
        return Verdict(attenuation >= self.at_least, why)

    def expected_h(self, view: View) -> float:
        """When gravity has come down so far."""
        og = original_gravity(view.state)
        return inf if og is None else view.hours_to(og - self.at_least * (og - 1.0))
