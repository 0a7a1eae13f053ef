"""Which side should run, and where the setpoint is on its way to the target. Compressor rest is not here: wishing
and permitting are two rooms."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Side = Literal["heat", "cool"]
LEAD_H = 0.5
WAY: dict[Side, int] = {"heat": 1, "cool": -1}  # the direction of the outputs that a side wants


class Temperature(BaseModel):
    """`[tanks.<name>.temperature]`: the beer temperature that the brewer wants, and how it gets there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target_c: float = Field(ge=-2.0, le=45.0, description="beer temperature to hold, until an operator says otherwise")
    deadband_c: float = Field(
        default=0.3, ge=0.1, le=3.0, description="heating or cooling starts this far from the setpoint and stops at it"
    )
    ramp_c_per_h: float = Field(
        default=2.0, gt=0.0, le=20.0, description="how fast the setpoint moves to a new target; 2-4 for a crash"
    )


def duty(beer_c: float, setpoint_c: float, deadband_c: float, was: Side | None) -> Side | None:
    """Which side should run. Starts outside the band, stops at the setpoint, so a relay turns once per swing."""
    if (was == "heat" and beer_c < setpoint_c) or beer_c < setpoint_c - deadband_c:
        return "heat"
    if (was == "cool" and beer_c > setpoint_c) or beer_c > setpoint_c + deadband_c:
        return "cool"
    return None


def share(beer_c: float, c_per_h: float, setpoint_c: float, deadband_c: float, side: Side) -> float:
    """How much of full power a side in cycles should give: all of it two deadbands away from the setpoint, none at
    it. It looks LEAD_H ahead, for what carries the heat (air, jacket, mat) goes on after the power is off. In steps
    of 5 %, from 0 to 1. c_per_h: how fast the beer moves."""
    away_c = WAY[side] * (setpoint_c - beer_c - LEAD_H * c_per_h)
    return round(20.0 * min(max(away_c / (2.0 * deadband_c), 0.0), 1.0)) / 20.0


def ramped(from_c: float, target_c: float, ramp_c_per_h: float, elapsed_h: float) -> float:
    """The setpoint `elapsed_h` after it left `from_c` for `target_c`: a straight line that ends there."""
    way_c = target_c - from_c
    gone_c = ramp_c_per_h * max(elapsed_h, 0.0)
    if gone_c >= abs(way_c):
        return target_c
    return from_c + (gone_c if way_c > 0 else -gone_c)
