"""Plaato Pro, "export readings": inline density probe, every half hour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from brewpi.importers.sheet import Readings, Sheet
from brewpi.importers.table import read_table


class Plaato:
    """`timestamp,isoTime,density,temperature`: °P or SG as the account is set, and °C.

    No wort is under 2 °P, so a log that never is above 2 is in SG. -616.87 °P is how it says "no density".
    """

    def matches(self, sheet: Sheet) -> bool:
        return sheet.has("isotime", "density")

    def readings(self, sheet: Sheet) -> list[Readings]:
        """Sentinels are dropped by the unit's bounds."""
        return [
            replace(r, unit="plato" if np.nanmax(r.gravity, initial=0.0) > 2.0 else "sg", temp_unit=r.temp_unit or "c")
            for r in read_table(sheet)
        ]
