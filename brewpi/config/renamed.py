"""Options that got a better name: the earlier one is still understood, in any table of a config."""

from __future__ import annotations

from typing import Any

RENAMED = {
    "longest_run_s": "max_run_s",
    "band_c": "deadband_c",
    "most_ml_per_dose": "max_ml_per_dose",
    "most_ml_per_day": "max_ml_per_day",
    "most_mg_l_per_batch": "max_mg_l_per_batch",
    "most_alcohol_pct": "max_alcohol_pct",
}


def in_todays_names(data: Any) -> Any:
    """The same tables with today's names of options. Where both stand, the earlier one stays, and is unknown."""
    if isinstance(data, list):
        return [in_todays_names(item) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        RENAMED[key] if key in RENAMED and RENAMED[key] not in data else key: in_todays_names(value)
        for key, value in data.items()
    }
