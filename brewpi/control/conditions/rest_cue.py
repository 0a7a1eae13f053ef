"""The rest cue: three quarters of the drop, the usual moment for a diacetyl rest or free rise."""

from typing import ClassVar, Literal

from pydantic import Field

from brewpi.control.conditions import NeedsGravity, Verdict, View


class RestCue(NeedsGravity):
    """`{ kind = "rest_cue", min_attenuation = 0.5 }`"""

    example: ClassVar[str] = '{ kind = "rest_cue", min_attenuation = 0.5 }'

    quantile: Literal["p10", "p50", "p90"] = Field(
        default="p90", description="p90: nine in ten batches have passed the cue"
    )
    min_attenuation: float = Field(
        default=0.45, gt=0.2, le=1.0, description="what has to be measured before the forecast is believed"
    )

    def evaluate(self, view: View) -> Verdict:
        """Met when the model says that the cue has passed and the measured attenuation does not contradict."""
        attenuation = view.attenuation(self.fresh_h)
        if attenuation is None:
            return self.stale(view)
        measured = f"attenuation {attenuation:.2f} of {self.min_attenuation:.2f}"
        band = view.forecast.rest_h
        if band is None or view.forecast.source != "model":
            return Verdict(False, f"{measured}, needs a forecast of the model")
        hours = getattr(band, self.quantile)
        far_enough = attenuation >= self.min_attenuation
        return Verdict(far_enough and hours <= 0.5, f"{measured}, forecast {band.p10:.0f}-{band.p90:.0f} h")
