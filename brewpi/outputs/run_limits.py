"""How long an output may run and must rest: options of every kind, kept by the interlocks."""

from pydantic import BaseModel, ConfigDict, Field


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
