"""What is expected of a batch. Add a forecaster with one file, one line in KINDS and one test.

A kind is a pydantic model of the options in `[model]` with `open(context)`, which returns a `Forecaster`: what it
expects of a batch, and what that would be at other temperatures. Everything else is done once for all of them in
`tank_forecaster.py`: how often it is asked, what it is told of the site and of the recipe's plan, that nonsense is not
passed on, and that the fitted curves answer where it cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from brewpi.hardware.plug_context import PlugContext
from brewpi.records import BatchSeries, Forecast

KINDS: dict[str, str] = {
    "network_and_curves": "brewpi.forecast.network_and_curves:NetworkAndCurves",
}
DEFAULT_KIND = "network_and_curves"


class Forecaster(Protocol):
    """Answers how long. Opened once for each tank; what tanks share lies in the context."""

    @property
    def name(self) -> str:
        """Of what answers, as published and recorded beside each forecast."""
        ...

    def forecast(self, series: BatchSeries, at_h: float) -> Forecast:
        """What is expected at `at_h` hours of a batch with two readings or more, none of them later; `series` says
        which temperature is planned, None if nobody knows.

        `Forecast.actionable` says whether recipe, drain and what-if may go by it; without, people only see it. Raises
        CannotForecast: then the fitted curves answer.
        """
        ...

    def what_if(self, series: BatchSeries, at_h: float, holds_c: Sequence[float]) -> list[Forecast]:
        """The same for each temperature in °C that the beer could be held at from now on, in their order; an empty list
        from one that knows no temperature. Raises CannotForecast."""
        ...


class ForecasterOptions(BaseModel):
    """`[model]`: what forecasts, and how often."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    example: ClassVar[str]  # lines of TOML below [model] that a test builds and the docs show

    every_s: float = Field(default=900.0, ge=10.0, le=86_400.0, description="seconds between forecasts of a tank")

    def open(self, context: PlugContext) -> Forecaster:
        """Touch the world. Raises CannotForecast."""
        raise NotImplementedError

    def why_unusable(self) -> tuple[str, str] | None:
        """An option that names files, and what is wrong with them, as far as looking at them tells."""
        return None
