"""What a tank asks when it wants to know how long: the forecaster that `[model]` names, failing it the fitted curves,
failing both nobody, with a why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import inf

import numpy as np

from brewpi.estimation.late_start import from_pitching
from brewpi.estimation.misread import without_misread
from brewpi.estimation.moved import moved
from brewpi.estimation.state import batch_series
from brewpi.forecast import CannotForecast, fitted_curve
from brewpi.forecast.forecaster import Forecaster, ForecasterOptions
from brewpi.forecast.pauses import without_pauses
from brewpi.forecast.pool import verdict
from brewpi.forecast.what_if import Hold, WhatIf, grid
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import BatchSeries, Forecast, Interval, SiteHistory, TankState
from brewpi.sanitize import clean_text
from brewpi.seam import Seam
from brewpi.sentences import Sentence, joined

NEEDS_TWO = (Sentence("needs two readings; has none"), Sentence("needs two readings; has one"))
NO_FORECAST = Forecast(0.0, None, "none", why=Sentence("the forecast failed; control goes on without it"))
FARTHEST_C = 8.0  # a plan farther from the present temperature is not what any model learned from

# The mean temperature planned over so many hours from now on, by what is expected without a plan.
Plan = Callable[[Forecast, float], float | None]


def forecast_seam() -> Seam:
    """Whatever goes wrong in a forecast costs the forecast."""
    return Seam("forecast", Sentence("control goes on, without a forecast or with the fitted curve's"))


class TankForecaster:
    """One per tank.

    Fill `site_history` with what past batches were like, and the forecast knows the site without retraining.
    Without `follows_plan` no planned temperature is an input: what is played from a log obeys no setpoint.
    """

    def __init__(
        self, asked: Forecaster | None, why_none: str | None = None, every_s: float = 900.0,
        site_history: SiteHistory | None = None,
    ) -> None:  # fmt: skip
        """asked: who forecasts; why_none: why nobody does."""
        self.asked, self.why_none, self.every_s, self.site_history = asked, why_none, every_s, site_history
        self.follows_plan = True
        self.failed = ""  # what went wrong in the one that is asked, since it is
        self.seam = forecast_seam()
        self.forget()

    @classmethod
    def of(cls, options: ForecasterOptions, context: PlugContext) -> TankForecaster:
        """The one loader, for daemon and command line. A forecaster that cannot be opened is no reason to stop cooling:
        the fitted curves answer and say why."""
        try:
            return cls(options.open(context), None, options.every_s)
        except CannotForecast as error:
            return cls(None, _said(error), options.every_s)
        except Exception as error:  # whatever somebody else's package does
            why = Sentence("the forecaster cannot be opened ({error})", error=f"{type(error).__name__}: {error}")
            return cls(None, why, options.every_s)

    def exchange(self, asked: Forecaster | None, why_none: str | None = None) -> None:
        """Somebody else answers from the next forecast on; what was said, and what is known of the site, stays."""
        self.asked, self.why_none, self.failed = asked, why_none, ""

    def forget(self) -> None:
        """A new batch: what was said of the last one is no longer true."""
        self._said: Forecast | None = None
        self._due_at = float("-inf")
        self._now = 0.0

    def renew(self) -> None:
        """The next forecast is a fresh one, whenever the last was made: somebody has just typed a reading in."""
        self._due_at = float("-inf")

    def forecast(self, state: TankState, now: float, plan: Plan | None = None) -> Forecast:
        """The forecast of `every_s` seconds ago at most."""
        if self._said is None or now >= self._due_at:
            self._said = self.seam.run(now, partial(self._fresh, state, now, plan), NO_FORECAST)
            self._due_at = now + self.every_s
        return self._said

    def _fresh(self, state: TankState, now: float, plan: Plan | None) -> Forecast:
        """Asked again where a temperature is planned: when it comes depends on how far the batch is by then."""
        self._now = now
        if not state.history:
            return Forecast(0.0, None, "none", why=Sentence("needs two readings of gravity; has none"))
        series, at_h = batch_series(state, self.site_history), (now - state.history[0][0]) / 3600.0
        unplanned = self.of_this_beer(series, at_h)
        planned = self._planned(series, unplanned, plan, unplanned.remaining_h)
        if planned.planned_c is None or planned.remaining_h is None or planned.rest_h is None:
            return unplanned
        # What comes with the rest cue brings completion forward and not the cue: else a step would end the earlier for
        # what follows it.
        until_rest, done = self._planned(series, unplanned, plan, unplanned.rest_h), planned.remaining_h
        rest = until_rest.rest_h or planned.rest_h
        rest = Interval(min(rest.p10, done.p10), min(rest.p50, done.p50), min(rest.p90, done.p90))
        return replace(planned, rest_h=rest)

    def _planned(self, series: BatchSeries, unplanned: Forecast, plan: Plan | None, until: Interval | None) -> Forecast:
        """With the temperature that is planned until then; the unplanned one where none is."""
        known_c = series.temp_c[np.isfinite(series.temp_c)]
        if plan is None or not self.follows_plan or until is None or until.p50 <= 0.0 or not known_c.size:
            return unplanned
        planned_c = plan(unplanned, until.p50)
        if planned_c is None or abs(planned_c - known_c[-1]) > FARTHEST_C:
            return unplanned
        return self.at(replace(series, planned_temp_c=planned_c), unplanned.at_h)

    def of_this_beer(self, series: BatchSeries, at_h: float) -> Forecast:
        """The same, and none while the hydrometer lies in something else."""
        past = series.until(at_h)
        why = moved(past)
        return self.at(past, at_h) if why is None else Forecast(at_h, float(past.sg[-1]), "none", why=why)

    def at(self, series: BatchSeries, at_h: float) -> Forecast:
        """What is expected of a batch, from its readings up to `at_h` hours and nothing later."""
        past = without_misread(series.until(at_h))
        begun, begun_h = from_pitching(past, at_h)
        return self._at(past, at_h) if begun is past else replace(self._at(begun, begun_h), at_h=at_h)

    def _at(self, past: BatchSeries, at_h: float) -> Forecast:
        count = past.hours.size
        if count < 2:
            sg = float(past.sg[-1]) if count else None
            return Forecast(at_h, sg, "none", why=NEEDS_TWO[count])
        why = self.why_none
        if self.asked is not None:
            try:
                answer = _sound(self.asked.forecast(past, at_h))
                name, planned_c = self.asked.name, past.planned_temp_c
                return answer if (answer.model, answer.planned_c) == (name, planned_c) else replace(
                    answer, model=name, planned_c=planned_c
                )  # fmt: skip
            except CannotForecast as error:
                why = _said(error)
            except Exception as error:
                self.seam.failed(error, self._now)
                self.failed = clean_text(f"{type(error).__name__}: {error}", 200)
                why = Sentence("the model failed")
        return _of_curves(past, at_h, why or Sentence("no model"))

    def what_if(
        self,
        forecast: Forecast,
        state: TankState,
        beer_c: float | None,
        target_c: float | None,
        limits_c: tuple[float, float],
    ) -> WhatIf:
        """What `forecast`, the last of this state, would be at other temperatures between the limits, around the
        target or, without one, around what the beer is now; with a why where that cannot be said."""
        low_c, high_c = limits_c
        as_it_is = WhatIf(forecast, beer_c, target_c)
        if self.asked is None or not forecast.actionable:
            return replace(as_it_is, why=Sentence("only the model knows temperature; {reason}", reason=forecast.why))
        if beer_c is None:
            return replace(as_it_is, why=Sentence("needs a fresh beer temperature"))
        centre_c = beer_c if target_c is None else target_c
        holds_c = grid(centre_c, max(low_c, beer_c - FARTHEST_C), min(high_c, beer_c + FARTHEST_C))
        if not holds_c:
            why = Sentence(
                "nothing near {centre_c:.1f} °C is within {low_c:g} to {high_c:g} °C",
                centre_c=centre_c, low_c=low_c, high_c=high_c,
            )  # fmt: skip
            return replace(as_it_is, why=why)
        past = without_misread(batch_series(state, self.site_history).until(forecast.at_h))
        if np.isnan(past.temp_c).all():
            return replace(as_it_is, why=Sentence("no gravity reading has a beer temperature with it yet"))
        answers = self._held_at(self.asked, *from_pitching(past, forecast.at_h), holds_c)
        if isinstance(answers, str):
            return replace(as_it_is, why=answers)
        holds = [
            Hold(hold_c, answer.remaining_h, answer.rest_h)
            for hold_c, answer in zip(holds_c, answers, strict=True)
            if answer.remaining_h and answer.rest_h
        ]
        return replace(as_it_is, holds=tuple(holds))

    def _held_at(
        self, asked: Forecaster, past: BatchSeries, at_h: float, holds_c: Sequence[float]
    ) -> list[Forecast] | str:
        """An answer for each temperature, or why there is none."""
        try:
            answers = [_sound(answer) for answer in asked.what_if(past, at_h, holds_c)]
        except CannotForecast as error:
            return _said(error)
        except Exception as error:
            self.seam.failed(error, self._now)
            return Sentence("the model failed")
        return answers or Sentence("{model} knows no temperature", model=asked.name)


def _said(error: CannotForecast) -> str:
    """Its sentence, with what that is made of."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else str(error)


def _of_curves(past: BatchSeries, at_h: float, why: str) -> Forecast:
    curves = fitted_curve.posterior(*without_pauses(past, at_h))
    assumed = None if past.medium is not None else curves.likeliest
    answer = verdict(curves, past, at_h, None, "curve", fitted_curve.posterior)
    said = Sentence("fitted curve: {reason}", reason=why)
    return replace(answer, assumed=assumed, why=joined("; ", [said, answer.why]) if answer.why else said)


def _sound(forecast: Forecast) -> Forecast:
    """The same, if it can be true whoever says it, and whole if it may be acted on. Raises ValueError."""
    for band, lowest in ((forecast.remaining_h, 0.0), (forecast.rest_h, 0.0), (forecast.final_sg, 0.9)):
        if band is not None and not _ordered(band, lowest):
            raise ValueError(f"the model said {band}")
    if forecast.p_stuck is not None and not 0.0 <= forecast.p_stuck <= 1.0:
        raise ValueError(f"the model said p_stuck {forecast.p_stuck}")
    if forecast.actionable and (forecast.remaining_h is None or forecast.rest_h is None):
        raise ValueError("the model said that its forecast may be acted on, and no times")
    return forecast


def _ordered(band: Interval, lowest: float) -> bool:
    return lowest <= band.p10 <= band.p50 <= band.p90 < inf  # which nothing that is not a number is
