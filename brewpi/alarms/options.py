"""`[tanks.<name>.alarms]`: when a person is called, and how often."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Alarming(BaseModel):
    """`[tanks.<name>.alarms]`: when a person is called, and how often."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repeat_alarm_s: float = Field(
        default=1800.0, ge=60.0, le=86_400.0, description="an alarm is said again until acknowledged"
    )
    repeat_warning_s: float = Field(default=21_600.0, ge=60.0, le=604_800.0, description="the same for a warning")
    off_target_c: float = Field(default=1.0, gt=0.0, le=10.0, description="beer further than this from its setpoint...")
    off_target_h: float = Field(default=3.0, gt=0.0, le=48.0, description="...for so long, and not on its way: alarm")
    lag_h: float | None = Field(
        default=None, ge=6.0, le=240.0,
        description="without 0.5 °P of drop so long after pitching: alarm; absent: 24 for warm beer, else 48",
    )  # fmt: skip
    yeast_low_c: float | None = Field(
        default=None, ge=-2.0, le=40.0, description="colder is out of the yeast's range; a batch may say otherwise"
    )
    yeast_high_c: float | None = Field(default=None, ge=0.0, le=50.0, description="the same for warmer")
    jump_h: float = Field(
        default=12.0, ge=1.0, le=240.0, description="forecast moved by more without cause, out of its interval: warning"
    )
