"""Who answers when a tank asks how long: the model, failing that the fitted curve, failing that nobody, with a why."""

from __future__ import annotations

from dataclasses import replace

from brewpi import curve
from brewpi.model import Model, OutOfDepth
from brewpi.records import Course, Forecast, House, TankState
from brewpi.state import course as course_of

WORDS = ("no", "one")


class Forecaster:
    """One per tank; the model may be shared.

    Fill `house` with what past batches of the site were like, and the forecast knows the site without retraining.
    """

    def __init__(
        self,
        model: Model | None,
        why_no_model: str | None = None,
        every_s: float = 900.0,
        house: House | None = None,
        planned_c: float | None = None,
    ) -> None:
        self.model, self.why_no_model, self.every_s = model, why_no_model, every_s
        self.house, self.planned_c = house, planned_c
        self.forget()

    def forget(self) -> None:
        """A new batch: what was said of the last one is no longer true."""
        self._said: Forecast | None = None
        self._due_at = float("-inf")

    def renew(self) -> None:
        """The next forecast is a fresh one, whenever the last was made: somebody has just typed a reading in."""
        self._due_at = float("-inf")

    def forecast(self, state: TankState, now: float) -> Forecast:
        """The forecast of `every_s` seconds ago at most."""
        if self._said is None or now >= self._due_at:
            self._said = self._fresh(state, now)
            self._due_at = now + self.every_s
        return self._said

    def _fresh(self, state: TankState, now: float) -> Forecast:
        if not state.history:
            return Forecast(0.0, None, "none", why="needs two readings of gravity; has none")
        course = replace(course_of(state, self.house), planned_temp_c=self.planned_c)
        return self.at(course, (now - state.history[0][0]) / 3600.0)

    def at(self, course: Course, at_h: float) -> Forecast:
        """What is expected of a batch, from its readings up to `at_h` hours and nothing later."""
        past = course.until(at_h)
        count = past.hours.size
        if count < 2:
            sg = float(past.sg[-1]) if count else None
            return Forecast(at_h, sg, "none", why=f"needs two readings; has {WORDS[count]}")
        why = self.why_no_model or "no model"
        if self.model is not None:
            try:
                return self.model.forecast(past, at_h)
            except OutOfDepth as depth:
                why = str(depth)
        return replace(curve.forecast(past, at_h), why=f"fitted curve: {why}")
