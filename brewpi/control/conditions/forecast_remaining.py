"""The forecast says that completion is near: by default with its cautious end."""

from typing import ClassVar, Literal

from pydantic import Field

from brewpi.control.conditions import Condition, Verdict, View


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
        if band is None or view.forecast.source != "model":
            return Verdict(False, f"needs a forecast of the model: {view.forecast.why or 'none so far'}")
        hours = getattr(band, self.quantile)
        why = f"forecast {band.p10:.0f}-{band.p90:.0f} h, waits for {self.quantile} of {self.at_most_h:.0f} h"
        return Verdict(hours <= self.at_most_h, why)
