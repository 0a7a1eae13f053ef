"""Completion is near, by default at the late end of a forecast that is `actionable`: never a fitted curve's."""

from typing import ClassVar, Literal

from pydantic import Field

from brewpi.control.conditions import Condition, Verdict, View
from brewpi.sentences import Sentence


class ForecastRemaining(Condition):
    """`{ kind = "forecast_remaining", at_most_h = 12, quantile = "p90" }`"""

    example: ClassVar[str] = '{ kind = "forecast_remaining", at_most_h = 12, quantile = "p90" }'

    at_most_h: float = Field(ge=0.0, le=1000.0, description="hours to completion")
    quantile: Literal["p10", "p50", "p90"] = Field(
        default="p90", description="p90, the late end of the 80 % interval, is the cautious one"
    )

    def evaluate(self, view: View) -> Verdict:
        """Met when the model's chosen quantile is `at_most_h` or less; a fallback curve never decides."""
        band = view.forecast.remaining_h
        if band is None or not view.forecast.actionable:
            none = view.forecast.why or Sentence("none so far")
            return Verdict(False, Sentence("needs a forecast of the model: {reason}", reason=none))
        hours = getattr(band, self.quantile)
        why = Sentence("complete") if view.forecast.is_complete else Sentence(
            "forecast {early_h:.0f}-{late_h:.0f} h, waits for {quantile} of {needed_h:.0f} h",
            early_h=band.p10, late_h=band.p90, quantile=self.quantile, needed_h=self.at_most_h,
        )  # fmt: skip
        return Verdict(hours <= self.at_most_h, why)
