"""The beer has come to the temperature that the step wants."""

from typing import ClassVar

from pydantic import Field

from brewpi.control.conditions import Condition, Verdict, View
from brewpi.sentences import Sentence


class TemperatureReached(Condition):
    """`{ kind = "temperature_reached", within_c = 0.5, dwell_h = 2 }`"""

    example: ClassVar[str] = '{ kind = "temperature_reached", within_c = 0.5, dwell_h = 2 }'

    within_c: float = Field(default=0.5, gt=0.0, le=5.0, description="°C to either side of the step's target")
    fresh_s: float = Field(default=600.0, ge=10.0, le=7200.0, description="an older temperature does not count")

    def evaluate(self, view: View) -> Verdict:
        """Met when a fresh beer temperature is `within_c` of the target."""
        beer_c = view.state.fresh("beer_c", view.now, self.fresh_s)
        if beer_c is None or view.target_c is None:
            return Verdict(False, Sentence("needs a fresh beer temperature and a target"))
        why = Sentence("beer at {beer_c:.1f} of {target_c:.1f} °C", beer_c=beer_c, target_c=view.target_c)
        return Verdict(abs(beer_c - view.target_c) <= self.within_c, why)
