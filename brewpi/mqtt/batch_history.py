"""What a batch's chart remembers: its moments (steps, doses, a drain) and its past forecasts. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from brewpi.forecast.scorecard import PastForecast
from brewpi.records import Event, Forecast

MOMENTS_KEPT = 40
FORECAST_EVERY_H = 6.0
FORECASTS_KEPT = 1000  # most of a year


@dataclass(slots=True)
class BatchHistory:
    """Of the batch in one tank; `changed` is whether a moment was added since it was drawn."""

    moments: deque[Event] = field(default_factory=lambda: deque(maxlen=MOMENTS_KEPT))
    forecasts: deque[PastForecast] = field(default_factory=lambda: deque(maxlen=FORECASTS_KEPT))
    changed: bool = False

    def record_events(self, events: Iterable[Event]) -> None:
        """Keep what belongs on a chart; another batch begins with an empty page."""
        for event in events:
            if event.kind in ("batch_started", "batch_ended"):
                self.moments.clear()
                self.forecasts.clear()
                self.changed = True
            elif is_moment(event):
                self.moments.append(event)
                self.changed = True

    def record_forecast(self, forecast: Forecast) -> None:
        """Keep a forecast, the first in every six hours."""
        past = past_forecast(forecast)
        if past is not None:
            self.restore([past])

    def restore(self, forecasts: Iterable[PastForecast]) -> None:
        """The forecasts that the store remembers, in order."""
        for past in forecasts:
            if not self.forecasts or past.at_h // FORECAST_EVERY_H > self.forecasts[-1].at_h // FORECAST_EVERY_H:
                self.forecasts.append(past)

    def before(self, at_h: float, most: int) -> list[PastForecast]:
        """At most so many of the forecasts said before `at_h`, evenly spread."""
        earlier = [past for past in self.forecasts if past.at_h < at_h]
        if len(earlier) <= most:
            return earlier
        step = (len(earlier) - 1) / (most - 1)
        return [earlier[round(i * step)] for i in range(most)]


def past_forecast(forecast: Forecast) -> PastForecast | None:
    """A forecast of completion in a row; None if it makes none, or if it is complete."""
    ends, finals = forecast.remaining_h, forecast.final_sg
    if ends is None or ends.p90 <= 0.0:
        return None
    final_sg = finals.p50 if finals else None
    return PastForecast(forecast.at_h, ends.p10, ends.p50, ends.p90, forecast.source, forecast.sg, final_sg)


def is_moment(event: Event) -> bool:
    """Steps, cues, doses that were given, a transfer that is over, another target by an operator."""
    details = event.details
    match event.kind:
        case "step" | "rest_cue" | "complete" | "note" | "addition" | "moved" | "left_out":
            return True
        case "dose":
            return details.get("standing") != "intended"
        case "drain":
            return details.get("standing") == "closed" and details.get("before") == "open"
        case "command":
            return details.get("command") == "target"
    return False
