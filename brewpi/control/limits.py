"""`[tanks.<name>.limits]` of a config."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """`[tanks.<name>.limits]`: what no recipe and no operator gets past."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    beer_low_c: float = Field(default=-1.0, ge=-3.0, le=30.0, description="no cooling at or below: beer freezes")
    beer_high_c: float = Field(default=32.0, ge=5.0, le=50.0, description="no heating at or above")
    witness_within_c: float = Field(
        default=2.0, gt=0.0, le=10.0, description="a sensor named witness differs by more for 5 minutes: neither runs"
    )
    changeover_s: float = Field(
        default=600.0, ge=60.0, le=7200.0, description="between the end of heating and the start of cooling, or back"
    )
