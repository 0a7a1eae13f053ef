"""Fermonitor's Tilt log: one or more Tilts in one file, the day before the month."""

from __future__ import annotations

from brewpi.importers.sheet import Readings, Sheet, one_of
from brewpi.importers.times import hours_of


class Fermonitor:
    """`Device,Time,Temp,Gravity`: SG and °C."""

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("device", "time", "gravity")

    def readings(self, sheet: Sheet) -> Readings:
        """One Tilt's readings."""
        one_of(sheet.text("device"), "hydrometers")
        temp = sheet.numbers("temp", strict=False) if sheet.has("temp") else None
        return Readings(hours_of(sheet.text("time")), sheet.numbers("gravity"), "sg", temp)
