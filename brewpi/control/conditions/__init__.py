"""When a recipe step may end: one small file a condition, combined by all and any.

Add a condition with one file, one line in KINDS and one test. A condition is a pydantic model of its options
with `evaluate(view) -> Verdict`: whether it is met, and the numbers that decide in an operator's words. It is asked
at every tick, needs fresh data, and knows nothing of outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from brewpi.estimation import gravity
from brewpi.estimation.trusted import fault_of
from brewpi.media import COMPLETE_ABOVE_TERMINAL, REST_FRACTION, WATER_SG
from brewpi.records import Forecast, Requirement, TankState
from brewpi.sentences import Sentence

KINDS: dict[str, str] = {
    "attenuation": "brewpi.control.conditions.attenuation:Attenuation",
    "elapsed": "brewpi.control.conditions.elapsed:Elapsed",
    "forecast_remaining": "brewpi.control.conditions.forecast_remaining:ForecastRemaining",
    "gravity_at_most": "brewpi.control.conditions.gravity_at_most:GravityAtMost",
    "operator": "brewpi.control.conditions.operator:Operator",
    "rest_cue": "brewpi.control.conditions.rest_cue:RestCue",
    "stable": "brewpi.control.conditions.stable:Stable",
    "temperature_reached": "brewpi.control.conditions.temperature_reached:TemperatureReached",
}


@dataclass(frozen=True, slots=True)
class View:
    """What a condition may look at: the tank now, and since when its step runs.

    confirmations: words that operators have confirmed during this step ("vdk"); target_c: where the step wants
    the beer to be.
    """

    state: TankState
    forecast: Forecast
    now: float
    step_since: float
    target_c: float | None = None
    confirmations: frozenset[str] = frozenset()

    def gravity(self, within_h: float) -> float | None:
        """A fresh specific gravity, or None."""
        return gravity.gravity_now(self.state, self.now, within_h)

    def attenuation(self, within_h: float) -> float | None:
        """Apparent attenuation from a fresh gravity, or None."""
        return gravity.attenuation(self.state, self.now, within_h)

    def hours_to(self, sg: float) -> float:
        """Until gravity is expected to have come down to `sg`: straight lines from the last one through the rest cue to
        completion; infinite where that is not expected before completion, or nothing is."""
        forecast, og = self.forecast, gravity.original_gravity(self.state)
        rest_h, remaining_h, final_sg = forecast.rest_h, forecast.remaining_h, forecast.final_sg
        if og is None or forecast.sg is None or rest_h is None or remaining_h is None or final_sg is None:
            return inf
        final = final_sg.p50
        way = [
            (0.0, forecast.sg),
            (rest_h.p50, og - REST_FRACTION * (og - final)),
            (remaining_h.p50, final + COMPLETE_ABOVE_TERMINAL),
        ]
        if sg >= forecast.sg:
            return 0.0
        for (early_h, high), (late_h, low) in pairwise(way):
            if low <= sg < high:
                return early_h + (late_h - early_h) * (high - sg) / (high - low)
        return inf


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition is met, and why: "attenuation 0.61 of 0.68". `parts`: each single condition that was looked
    at, met or not."""

    met: bool
    why: str
    parts: tuple[Requirement, ...] = ()


class Condition(BaseModel):
    """What every condition has in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    example: ClassVar[str]  # a TOML value that a test builds and the docs show

    dwell_h: float = Field(default=0.0, ge=0.0, le=240.0, description="has to hold this long without a break")

    def evaluate(self, view: View) -> Verdict:
        """Whether it is met now. Pure."""
        raise NotImplementedError

    def expected_h(self, view: View) -> float:
        """Hours until it is likely to be met, for the temperature that the forecast counts on; infinite where nobody
        can tell, or not before fermentation is complete. Pure."""
        return inf


class NeedsGravity(Condition):
    """A condition on gravity: without a fresh one it is never met, and says so."""

    fresh_h: float = Field(default=6.0, gt=0.0, le=96.0, description="a gravity older than this does not count")

    def stale(self, view: View) -> Verdict:
        """The verdict when there is no fresh gravity."""
        fault = fault_of(view.state, "sg")
        if fault is not None:
            return Verdict(False, Sentence("needs a gravity to go by ({reason})", reason=fault.text))
        age_s = view.state.age_s("sg", view.now)
        if age_s is None:
            return Verdict(False, Sentence("needs a fresh gravity, none so far"))
        sg = view.gravity(self.fresh_h)
        if sg is not None and sg < WATER_SG:
            return Verdict(False, Sentence("needs the gravity of a wort, {sg:.3f} is that of water", sg=sg))
        if sg is not None:
            return Verdict(False, Sentence("needs a gravity of this batch, none so far"))
        return Verdict(False, Sentence("needs a fresh gravity, the last is {age_h:.0f} h old", age_h=age_s / 3600.0))
