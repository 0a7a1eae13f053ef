"""What a batch's chart remembers: its moments (steps, doses, a drain) and how the promise of completion went. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from brewpi.forecast.scorecard import PastForecast
from brewpi.records import Event, Forecast

MOMENTS_KEPT = 40
PROMISE_EVERY_H = 6.0
PROMISES_KEPT = 1000  # most of a year


@dataclass(slots=True)
class BatchHistory:
    """Of the batch in one tank; `news` is whether a moment was added since it was drawn."""

    moments: deque[Event] = field(default_factory=lambda: deque(maxlen=MOMENTS_KEPT))
    promises: deque[PastForecast] = field(default_factory=lambda: deque(maxlen=PROMISES_KEPT))
    news: bool = False

    def hear(self, events: Iterable[Event]) -> None:
        """Keep what belongs on a chart; another batch begins with an empty page."""
        for event in events:
            if event.kind in ("batch_started", "batch_ended"):
                self.moments.clear()
                self.promises.clear()
                self.news = True
            elif _is_moment(event):
                self.moments.append(event)
                self.news = True

    def promise(self, said: Forecast) -> None:
        """Keep a forecast, the first in every six hours."""
        told = promised(said)
        if told is not None:
            self.restore([told])

    def restore(self, promises: Iterable[PastForecast]) -> None:
        """The forecasts that the store remembers, in order."""
        for told in promises:
            if not self.promises or told.at_h // PROMISE_EVERY_H > self.promises[-1].at_h // PROMISE_EVERY_H:
                self.promises.append(told)

    def before(self, at_h: float, most: int) -> list[PastForecast]:
        """At most so many of the forecasts said before `at_h`, evenly spread."""
        earlier = [told for told in self.promises if told.at_h < at_h]
        if len(earlier) <= most:
            return earlier
        step = (len(earlier) - 1) / (most - 1)
        return [earlier[round(i * step)] for i in range(most)]


def promised(said: Forecast) -> PastForecast | None:
    """A forecast of completion in a row; None if it makes none, or if it is complete."""
    ends, finals = said.remaining_h, said.final_sg
    if ends is None or ends.p90 <= 0.0:
        return None
    return PastForecast(said.at_h, ends.p10, ends.p50, ends.p90, said.source, said.sg, finals.p50 if finals else None)


def _is_moment(event: Event) -> bool:
    """Steps, cues, doses that were given, a transfer that is over, another target by an operator."""
    details = event.details
    match event.kind:
        case "step" | "rest_cue" | "complete" | "note" | "addition" | "moved":
            return True
        case "dose":
            return details.get("standing") != "intended"
        case "drain":
            return details.get("standing") == "closed" and details.get("before") == "open"
        case "command":
            return details.get("command") == "target"
    return False
