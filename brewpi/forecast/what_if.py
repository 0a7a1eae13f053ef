"""What the forecast would be if the tank were held at other temperatures from now on. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.records import Forecast, Interval

STEPS_C = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class Hold:
    """Hours to completion and to the rest cue if the tank is held at `hold_c`."""

    hold_c: float
    remaining_h: Interval
    rest_h: Interval


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Beside `planned`, the forecast as it was said, the same for other temperatures, coldest first.

    beer_c: what the beer is now; `holds` is empty where `why` says what is missing.
    """

    planned: Forecast
    beer_c: float | None = None
    target_c: float | None = None
    holds: tuple[Hold, ...] = ()
    why: str | None = None


def grid(centre_c: float, low_c: float, high_c: float) -> tuple[float, ...]:
    """Temperatures around `centre_c`, a degree apart and rounded to half a degree, that lie within the limits."""
    middle_c = round(2.0 * centre_c) / 2.0
    return tuple(middle_c + step_c for step_c in STEPS_C if low_c <= middle_c + step_c <= high_c)
