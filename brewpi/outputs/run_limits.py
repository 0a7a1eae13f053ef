"""How long an output may run and must rest: options of every kind, kept by the interlocks."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

CEILING_WINDOW_S = 3600.0  # of a ceiling without cycles
COMPRESSOR_REST_S = 300.0  # what makers of small refrigeration compressors ask for between starts


class RunLimits(BaseModel):
    """How long an output may run and must rest; every kind of output has these options."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_run_s: float = Field(
        default=6 * 3600.0, ge=10.0, le=172_800.0, description="switched off and alarmed after this long on"
    )
    min_on_s: float = Field(default=60.0, ge=0.0, le=3600.0, description="stays on at least this long, unless unsafe")
    min_off_s: float = Field(
        default=180.0, ge=0.0, le=7200.0, description="rests at least this long; 300 or more for a compressor"
    )
    compressor: bool = Field(default=False, description="rests 5 minutes or more, also after a restart or a fault")
    power_w: float | None = Field(
        default=None, gt=0.0, le=1e6, description="heat that it brings or takes: how soon the beer has to move"
    )

    cycle_s: float | None = Field(
        default=None,
        ge=60.0,
        le=7200.0,
        description="for a solenoid or a lamp: on for a share of each cycle, the larger the farther the beer is off",
    )
    duty_max: float = Field(
        default=1.0, ge=0.05, le=1.0, description="share of a cycle that it is on at most (without cycle_s: of an hour)"
    )

    @property
    def window_s(self) -> float | None:
        """Over which its share of the time is counted; None if it simply is on or off."""
        return self.cycle_s or (CEILING_WINDOW_S if self.duty_max < 1.0 else None)

    @property
    def rest_s(self) -> float:
        """How long it rests between runs."""
        return max(self.min_off_s, COMPRESSOR_REST_S) if self.compressor else self.min_off_s
