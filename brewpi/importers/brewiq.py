"""BrewIQ (Precision Fermentation): inline sensor, every ten to thirty minutes."""

from __future__ import annotations

from brewpi.importers.sheet import Readings, Sheet


class BrewIQ:
    """`Hours from Pitch`, `Gravity (°P)`, `Fluid Temp (°C)`; rows before pitching are knockout and rinse water."""

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("hours from pitch") and sheet.find("gravity (") is not None

    def readings(self, sheet: Sheet) -> Readings:
        """In hours from pitch; the unit stands in the column's name."""
        gravity, temp = sheet.find("gravity (") or "", sheet.find("fluid temp")
        return Readings(
            sheet.numbers("hours from pitch"),
            sheet.numbers(gravity),
            "plato" if "°p" in gravity or "plato" in gravity else "sg",
            sheet.numbers(temp, strict=False) if temp else None,
            "f" if temp and "°f" in temp else "c",
        )
