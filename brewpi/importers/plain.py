"""The plain form: `hours,sg,temp_c`."""

from __future__ import annotations

import numpy as np

from brewpi.importers.sheet import Readings, Sheet
from brewpi.importers.tables import grouping


class Plain:
    """Hours since the first reading, SG, and °C (may be empty or absent); other columns are for people."""

    def matches(self, sheet: Sheet) -> bool:
        return sheet.names in (("hours", "sg", "temp_c"), ("hours", "sg"))

    def readings(self, sheet: Sheet) -> list[Readings]:
        """As they stand; hours that begin again begin another batch."""
        hours, sg = sheet.numbers("hours"), sheet.numbers("sg")
        temp = sheet.numbers("temp_c", strict=False) if sheet.has("temp_c") else np.full(len(hours), np.nan)
        parts, moved = grouping.runs(hours, sg)
        return [
            Readings(
                hours[part],
                sg[part],
                "sg",
                temp[part],
                "c",
                name=f"batch {n}" if len(parts) > 1 else "",
                from_pitch=True,
                notes=moved,
            )
            for n, part in enumerate(parts, 1)
        ]
