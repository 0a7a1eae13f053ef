"""The model says that three quarters of the drop are done, and attenuation agrees: time for a diacetyl rest."""

from math import inf
from typing import ClassVar, Literal

from pydantic import Field

from brewpi.control.conditions import NeedsGravity, Verdict, View
from brewpi.sentences import Sentence


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
        needed = self.min_attenuation
        measured = Sentence("attenuation {reached:.2f} of {needed:.2f}", reached=attenuation, needed=needed)
        band = view.forecast.rest_h
        if band is None or not view.forecast.actionable:
            return Verdict(False, Sentence("{measured}, needs a forecast of the model", measured=measured))
        hours = getattr(band, self.quantile)
        far_enough = attenuation >= needed
        why = Sentence(
            "{measured}, forecast {early_h:.0f}-{late_h:.0f} h", measured=measured, early_h=band.p10, late_h=band.p90
        )
        return Verdict(far_enough and hours <= 0.5, why)

    def expected_h(self, view: View) -> float:
        """The rest cue itself; measured attenuation rarely holds it up."""
        return view.forecast.rest_h.p50 if view.forecast.rest_h else inf
