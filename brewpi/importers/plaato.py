"""Plaato Pro, "export readings": inline density probe, every half hour."""

from __future__ import annotations

import numpy as np

from brewpi.importers.sheet import Readings, Sheet
from brewpi.importers.times import hours_of
from brewpi.quantities import GravityUnit


class Plaato:
    """`timestamp,isoTime,density,temperature`: °P or SG as the account is set, and °C.

    No wort is under 2 °P, so a log that never is above 2 is in SG. -616.87 °P is how it says "no density".
    """

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("isotime", "density")

    def readings(self, sheet: Sheet) -> Readings:
        """Sentinels are dropped by the unit's bounds."""
        density = sheet.numbers("density")
        unit: GravityUnit = "plato" if np.nanmax(density, initial=0.0) > 2.0 else "sg"
        temp = sheet.numbers("temperature", strict=False) if sheet.has("temperature") else None
        return Readings(hours_of(sheet.text("isotime")), density, unit, temp, "c")
