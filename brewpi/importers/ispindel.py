"""iSpindel through InfluxDB: the gravity is whatever the owner's polynomial makes of the angle."""

from __future__ import annotations

import numpy as np

from brewpi.forecast.labels import median_of_five
from brewpi.importers.sheet import LogError, Readings, Sheet
from brewpi.importers.table import read_table
from brewpi.records import Array


class ISpindel:
    """`name,time,...,gravity,...,temp_units,temperature,tilt`: °P or SG by the owner's polynomial."""

    def matches(self, sheet: Sheet) -> bool:
        return sheet.has("time", "gravity", "tilt", "temperature")

    def readings(self, sheet: Sheet) -> list[Readings]:
        """SG if it reads like that from the start; another unit must be named."""
        found = read_table(sheet)
        for r in found:
            known = np.isfinite(r.gravity) & np.isfinite(r.hours)
            _check_calibrated(r.gravity[known][np.argsort(r.hours[known], kind="stable")])
        return found


def _check_calibrated(gravity: Array) -> None:
    """A beer does not gain 10 °P: such a device lies on its side, or has no polynomial yet."""
    smooth = median_of_five(gravity)
    if len(smooth) == 0 or np.median(smooth) < 1.2:
        return
    rise = float((smooth - np.minimum.accumulate(smooth)).max())
    if rise > 10.0:
        raise LogError(
            f"gravity rises by {rise:.0f} and swings from {smooth.min():.1f} to {smooth.max():.1f}; "
            "the iSpindel is not calibrated: fit its polynomial first."
        )
