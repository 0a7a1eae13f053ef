"""Who answers when a tank asks how long: the network and the curves together, failing it the curves alone, failing both
nobody, with a why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import isfinite

import numpy as np

from brewpi.estimation.state import course as course_of
from brewpi.forecast import fitted_curve
from brewpi.forecast.evidence import Evidence, told
from brewpi.forecast.fitted_curve import Posterior
from brewpi.forecast.pool import Quantiles, pooled, verdict
from brewpi.forecast.tflite_model import Model, OutOfDistribution
from brewpi.forecast.what_if import Hold, WhatIf, grid
from brewpi.records import Assumed, BatchSeries, Forecast, Interval, SiteHistory, TankState
from brewpi.seam import Seam

WORDS = ("no", "one")
NO_FORECAST = Forecast(0.0, None, "none", why="the forecast failed; control goes on without it")
FARTHEST_C = 8.0  # a plan farther from the present temperature is not what the model learned from


def forecast_seam() -> Seam:
    """Whatever goes wrong in a forecast costs the forecast."""
    return Seam("forecast", "control goes on, without a forecast or with the fitted curve's")


class Forecaster:
    """One per tank; the model may be shared.

    Fill `house` with what past batches of the site were like, and the forecast knows the site without retraining.
    """

    def __init__(
        self,
        model: Model | None,
        why_no_model: str | None = None,
        every_s: float = 900.0,
        house: SiteHistory | None = None,
        planned_c: float | None = None,
    ) -> None:
        self.model, self.why_no_model, self.every_s = model, why_no_model, every_s
        self.house, self.planned_c = house, planned_c
        self.seam = forecast_seam()
        self._evidence = Evidence()
        self.forget()

    def forget(self) -> None:
        """A new batch: what was said of the last one is no longer true."""
        self._said: Forecast | None = None
        self._due_at = float("-inf")
        self._now = 0.0

    def renew(self) -> None:
        """The next forecast is a fresh one, whenever the last was made: somebody has just typed a reading in."""
        self._due_at = float("-inf")

    def forecast(self, state: TankState, now: float) -> Forecast:
        """The forecast of `every_s` seconds ago at most."""
        if self._said is None or now >= self._due_at:
            self._said = self.seam.run(now, partial(self._fresh, state, now), NO_FORECAST)
            self._due_at = now + self.every_s
        return self._said

    def _fresh(self, state: TankState, now: float) -> Forecast:
        self._now = now
        if not state.history:
            return Forecast(0.0, None, "none", why="needs two readings of gravity; has none")
        return self.at(self._course(state), (now - state.history[0][0]) / 3600.0)

    def _course(self, state: TankState) -> BatchSeries:
        return replace(course_of(state, self.house), planned_temp_c=self.planned_c)

    def what_if(
        self,
        said: Forecast,
        state: TankState,
        beer_c: float | None,
        target_c: float | None,
        limits_c: tuple[float, float],
    ) -> WhatIf:
        """What `said`, the last forecast of this state, would be at other temperatures between the limits, around the
        target or, without one, around what the beer is now; with a why where that cannot be said."""
        low_c, high_c = limits_c
        as_it_is = WhatIf(said, beer_c, target_c)
        if self.model is None or said.source != "model":
            return replace(as_it_is, why=f"only the model knows temperature; {said.why}")
        if beer_c is None:
            return replace(as_it_is, why="needs a fresh beer temperature")
        centre_c = beer_c if target_c is None else target_c
        holds_c = grid(centre_c, max(low_c, beer_c - FARTHEST_C), min(high_c, beer_c + FARTHEST_C))
        if not holds_c:
            return replace(as_it_is, why=f"nothing near {centre_c:.1f} °C is within {low_c:g} to {high_c:g} °C")
        past = self._course(state).until(said.at_h)
        if np.isnan(past.temp_c).all():
            return replace(as_it_is, why="no gravity reading has a beer temperature with it yet")
        curves = fitted_curve.posterior(past, said.at_h)
        answers = [
            verdict(expected, past, said.at_h, self.model.card.name)
            for expected in self._expected(self.model, past, said.at_h, curves, holds_c)
        ]
        holds = [
            Hold(hold_c, answer.remaining_h, answer.rest_h)
            for hold_c, answer in zip(holds_c, answers, strict=True)
            if answer.remaining_h and answer.rest_h
        ]
        return replace(as_it_is, holds=tuple(holds))

    def at(self, course: BatchSeries, at_h: float) -> Forecast:
        """What is expected of a batch, from its readings up to `at_h` hours and nothing later."""
        past = course.until(at_h)
        count = past.hours.size
        if count < 2:
            sg = float(past.sg[-1]) if count else None
            return Forecast(at_h, sg, "none", why=f"needs two readings; has {WORDS[count]}")
        why = self.why_no_model or "no model"
        curves = fitted_curve.posterior(past, at_h)
        assumed = None if past.medium is not None else _likeliest(curves)
        if self.model is not None:
            try:
                (expected,) = self._expected(self.model, past, at_h, curves, [past.planned_temp_c])
                said = _sound(verdict(expected, past, at_h, self.model.card.name))
                return replace(said, assumed=assumed)
            except OutOfDistribution as depth:
                why = str(depth)
            except Exception as error:
                self.seam.failed(error, self._now)
                why = "the model failed"
        alone = Quantiles(curves.remaining_h, curves.rest_h, curves.final_sg)
        said = verdict(alone, past, at_h, None, "curve")
        return replace(said, assumed=assumed, why=f"fitted curve: {why}")

    def _expected(
        self, model: Model, past: BatchSeries, at_h: float, curves: Posterior, plans_c: Sequence[float | None]
    ) -> list[Quantiles]:
        """Network and curves together, for each temperature that is planned. Raises OutOfDepth."""
        as_it_is, *planned = told(model, past, at_h, curves, [None, *plans_c])
        share = self._evidence.share(model, past, at_h, curves, as_it_is)
        return [pooled(network, curves, share, as_it_is) for network in planned]


def _likeliest(curves: Posterior) -> Assumed:
    medium = max(curves.media, key=curves.media.__getitem__)
    return Assumed(medium, curves.media[medium])


def _sound(said: Forecast) -> Forecast:
    """The same, if it can be true whatever the weights are. Raises ValueError."""
    for band, lowest in ((said.remaining_h, 0.0), (said.rest_h, 0.0), (said.final_sg, 0.9)):
        if band is not None and not _ordered(band, lowest):
            raise ValueError(f"the model said {band}")
    if said.p_stuck is not None and not 0.0 <= said.p_stuck <= 1.0:
        raise ValueError(f"the model said p_stuck {said.p_stuck}")
    return said


def _ordered(band: Interval, lowest: float) -> bool:
    return all(map(isfinite, (band.p10, band.p50, band.p90))) and lowest <= band.p10 <= band.p50 <= band.p90
