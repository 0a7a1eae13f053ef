"""Which dose of nutrient is due, and how much: the wish. What is allowed is `dosing.py`.

Staggered additions after the practice of mead makers (TOSNA: equal doses at 24, 48 and 72 h and a last one at the
one-third sugar break or after a week, whichever is first): yeast takes up nitrogen while it grows, and what is added
past half of the sugar feeds something else.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from brewpi.estimation.gravity import HALF, fermentable_fraction_consumed, original_gravity
from brewpi.records import Dose, TankState
from brewpi.sentences import Sentence
from brewpi.units import plato_from_sg

# Milligrams of assimilable nitrogen for each gram of sugar, by the strain's appetite (Scott Laboratories, Fermentation
# Handbook, "Fermentation nutrition": 7.5, 9 and 12.5 mg/L for each °Brix).
NEED_MG_PER_G = {"low": 0.75, "medium": 0.90, "high": 1.25}


class Nutrients(BaseModel):
    """`[nutrients]` of a recipe: how much nitrogen, in how many doses, when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    nitrogen_mg_l: float | None = Field(
        default=None, gt=0.0, le=400.0, description="assimilable nitrogen to add in all, mg for each litre of must"
    )
    need: Literal["low", "medium", "high"] | None = Field(
        default=None, description="of the yeast, instead: from the sugar, 0.75, 0.9 or 1.25 mg for each gram"
    )
    must_nitrogen_mg_l: float = Field(default=0.0, ge=0.0, le=500.0, description="what is in the must already")
    at_h: tuple[float, ...] = Field(
        default=(24.0, 48.0, 72.0, 168.0), min_length=1, max_length=12, description="hours after pitching, one a dose"
    )
    break_share: float = Field(
        default=0.333, gt=0.1, le=0.45, description="share of the sugar; past it what is left is due, gap by gap"
    )
    gap_h: float = Field(default=8.0, ge=2.0, le=72.0, description="hours between two doses at least")
    portion_ml: float = Field(default=1000.0, gt=0.0, le=5000.0, description="at a stretch, then the foam settles")
    pause_s: float = Field(default=120.0, ge=0.0, le=3600.0, description="to rouse or degas between two portions")

    @model_validator(mode="after")
    def _says_how_much(self) -> Self:
        if (self.nitrogen_mg_l is None) == (self.need is None):
            raise ValueError("say either nitrogen_mg_l or need, and not both")
        if list(self.at_h) != sorted(self.at_h):
            raise ValueError("at_h has to rise: the hours of the doses, in order")
        if self.at_h[0] < 0.0:
            raise ValueError("at_h begins at pitching, which is 0, or later")
        return self

    def total_mg_l(self, og: float) -> float:
        """Nitrogen to add to a must of this original gravity, mg/L, all doses together."""
        if self.nitrogen_mg_l is not None:
            return self.nitrogen_mg_l
        assert self.need is not None
        sugar_g_l = 10.0 * float(plato_from_sg(og)) * og
        return max(0.0, NEED_MG_PER_G[self.need] * sugar_g_l - self.must_nitrogen_mg_l)

    def due(self, state: TankState, now: float, fresh_h: float) -> tuple[int, str]:
        """Number of the dose that is due, counted from 1, with the reason; 0 and what is waited for if none is."""
        batch = state.batch
        if batch is None:
            return 0, Sentence("no batch")
        done = [dose for dose in state.doses if dose.number > 0 and dose.standing != "intended"]
        number, count = len(done) + 1, len(self.at_h)
        if number > count:
            return 0, Sentence("all {count} doses are given", count=count)
        elapsed_h = (now - batch.started_at) / 3600.0
        wait_h = _gap_left_h(done, now, self.gap_h)
        if wait_h > 0.0:
            return 0, Sentence(
                "dose {number} of {count} waits {wait_h:.0f} h after the last",
                number=number, count=count, wait_h=wait_h,
            )  # fmt: skip
        gone = fermentable_fraction_consumed(state, now, fresh_h)
        if gone is not None and gone > HALF:
            return 0, Sentence(
                "dose {number} of {count} comes too late, {gone:.0%} of the sugar are gone",
                number=number, count=count, gone=gone,
            )  # fmt: skip
        if gone is not None and gone >= self.break_share:
            return number, Sentence("{gone:.0%} of the sugar are gone", gone=gone)
        if elapsed_h >= self.at_h[number - 1]:
            return number, Sentence("{elapsed_h:.0f} h after pitching", elapsed_h=elapsed_h)
        if any(dose.number == number for dose in state.doses):  # gravity was read a little higher
            return number, Sentence("it has begun")
        left_h = self.at_h[number - 1] - elapsed_h
        return 0, Sentence("dose {number} of {count} in {left_h:.0f} h", number=number, count=count, left_h=left_h)

    def nitrogen_of_a_dose_mg_l(self, state: TankState) -> float | None:
        """What one dose adds, mg/L; None while the original gravity is unknown."""
        og = original_gravity(state)
        return None if og is None else self.total_mg_l(og) / len(self.at_h)


def _gap_left_h(done: list[Dose], now: float, gap_h: float) -> float:
    return max((gap_h - (now - dose.at) / 3600.0 for dose in done), default=0.0)
