"""`[store]` of a config."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class StoreOptions(BaseModel):
    """`[store]`: where the record is kept, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path = Field(default=Path("brewpi.sqlite"), description="the SQLite file; `:memory:` keeps nothing")
    batch_s: float = Field(default=60.0, ge=1.0, le=3600.0, description="seconds of reports written at once")
    keep_days: float = Field(
        default=14.0, ge=1.0, le=3650.0, description="days of full reports; gravity history and events stay"
    )
