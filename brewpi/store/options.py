"""`[store]` of a config."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from brewpi.hardware.files import FilePath


class StoreOptions(BaseModel):
    """`[store]`: where the record is kept, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: FilePath = Field(
        default=Path("brewpi.sqlite"),
        description="the SQLite file, beside this one where no / begins it; `:memory:` keeps nothing",
    )
    batch_s: float = Field(default=60.0, ge=1.0, le=3600.0, description="seconds of reports written at once")
    keep_days: float = Field(
        default=14.0, ge=1.0, le=3650.0, description="days of full reports; gravity history and events stay"
    )

    @field_validator("path")
    @classmethod
    def _names_a_file(cls, value: Path) -> Path:
        if not value.name:
            raise ValueError("should be a file, which / and . are not")
        return value
