"""iSpindel through InfluxDB: the gravity is whatever the owner's polynomial makes of the angle."""

from __future__ import annotations

import numpy as np

from brewpi.forecast.labels import median_of_five
from brewpi.importers.sheet import LogError, Readings, Sheet
from brewpi.importers.times import hours_of
from brewpi.quantities import GravityUnit
from brewpi.records import Array


class ISpindel:
    """`name,time,...,gravity,...,temp_units,temperature,tilt`: °P or SG by the owner's polynomial."""

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("time", "gravity", "tilt", "temperature")

    def readings(self, sheet: Sheet) -> Readings:
        """SG if it reads like that from the start; another unit must be named."""
        gravity = sheet.numbers("gravity")
        hours = hours_of(sheet.text("time"))
        known = np.isfinite(gravity) & np.isfinite(hours)
        _check_calibrated(gravity[known][np.argsort(hours[known], kind="stable")])
        units = {text.strip().lower() for text in sheet.text("temp_units")} if sheet.has("temp_units") else set()
        return Readings(
            hours, gravity, _unit(gravity[known]), sheet.numbers("temperature", strict=False),
            "f" if units & {"f", "°f"} else "c",
        )  # fmt: skip


def _unit(gravity: Array) -> GravityUnit | None:
    return "sg" if len(gravity) and 0.95 < np.median(gravity) < 1.2 else None


def _check_calibrated(gravity: Array) -> None:
    """A beer does not gain 10 °P: such a device lies on its side, or has no polynomial yet."""
    smooth = median_of_five(gravity)
    if len(smooth) == 0 or np.median(smooth) < 1.2:
        return
    rise = float((smooth - np.minimum.accumulate(smooth)).max())
    if rise > 10.0:
        raise LogError(f"gravity rises by {rise:.0f} and swings from {smooth.min():.1f} to {smooth.max():.1f}; "
                       "the iSpindel is not calibrated: fit its polynomial first.")
