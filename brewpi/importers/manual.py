"""A brewer's own hydrometer sheet: a day count and a gravity."""

from __future__ import annotations

from brewpi.importers.sheet import Readings, Sheet, one_of


class Manual:
    """`Brew,Day,SG,Note,Batch`: days since pitching, with decimals, and SG."""

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("day", "sg")

    def readings(self, sheet: Sheet) -> Readings:
        """Days are 24 h."""
        if sheet.has("batch"):
            one_of(sheet.text("batch"), "batches")
        temp = sheet.find("temp")
        return Readings(sheet.numbers("day") * 24.0, sheet.numbers("sg"), "sg",
                        sheet.numbers(temp, strict=False) if temp else None)
