"""The plain form: `hours,sg,temp_c`."""

from __future__ import annotations

from brewpi.importers.sheet import Readings, Sheet


class Plain:
    """Hours since the first reading, SG, and °C (may be empty or absent)."""

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("hours", "sg")

    def readings(self, sheet: Sheet) -> Readings:
        """As they stand."""
        temp = sheet.numbers("temp_c", strict=False) if sheet.has("temp_c") else None
        return Readings(sheet.numbers("hours"), sheet.numbers("sg"), "sg", temp, "c")
