"""So many hours of the step are over; never alone the end of a fermentation: combine it with what is measured."""

from typing import ClassVar

from pydantic import Field

from brewpi.control.conditions import Condition, Verdict, View
from brewpi.sentences import Sentence


class Elapsed(Condition):
    """`{ kind = "elapsed", hours = 48 }`"""

    example: ClassVar[str] = '{ kind = "elapsed", hours = 48 }'

    hours: float = Field(gt=0.0, le=10_000.0, description="hours since the step began")

    def evaluate(self, view: View) -> Verdict:
        """Met `hours` after the step began."""
        elapsed_h = (view.now - view.step_since) / 3600.0
        why = Sentence("{elapsed_h:.0f} h of {needed_h:.0f} h", elapsed_h=elapsed_h, needed_h=self.hours)
        return Verdict(elapsed_h >= self.hours, why)

    def expected_h(self, view: View) -> float:
        return max(self.hours - (view.now - view.step_since) / 3600.0, 0.0)
