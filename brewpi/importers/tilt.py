"""Tilt hydrometer, Google sheet or app export: often newest first."""

from __future__ import annotations

from brewpi.importers.sheet import Readings, Sheet, one_of
from brewpi.importers.times import hours_of


class Tilt:
    """`Timepoint,SG,Temp (°C)` or `Timestamp,Timepoint,SG,Temp,Color,Beer,Comment`: SG, °C or °F."""

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("timepoint", "sg")

    def readings(self, sheet: Sheet) -> Readings:
        """The order does not matter; two beers in one sheet do."""
        if sheet.has("beer"):
            one_of(sheet.text("beer"), "beers")
        temp = sheet.find("temp (", "temp")
        unit = None if temp is None else "f" if "f)" in temp else "c" if "c)" in temp else None
        return Readings(
            hours_of(sheet.text("timepoint")),
            sheet.numbers("sg"),
            "sg",
            sheet.numbers(temp, strict=False) if temp else None,
            unit,
        )
