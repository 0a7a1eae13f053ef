"""RAPT Pill, exported from the RAPT portal."""

from __future__ import annotations

import numpy as np

from brewpi.importers.sheet import Readings, Sheet
from brewpi.importers.times import hours_of


class Rapt:
    """`timestamp,gravity,temperature`: SG, or SG times 1000 as the RAPT interface has it, and °C."""

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("timestamp", "gravity", "temperature") and not sheet.has("tilt")

    def readings(self, sheet: Sheet) -> Readings:
        """A gravity of 1043 is 1.043."""
        gravity = sheet.numbers("gravity")
        thousands = np.nanmedian(gravity) > 500.0 if np.isfinite(gravity).any() else False
        temp = sheet.numbers("temperature", strict=False)
        return Readings(hours_of(sheet.text("timestamp")), gravity / 1000.0 if thousands else gravity, "sg", temp, "c")
