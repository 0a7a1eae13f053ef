"""Ekos fermentation report: hand measurements by day, many batches in one file."""

from __future__ import annotations

import numpy as np

from brewpi.importers.sheet import Readings, Sheet, one_of
from brewpi.importers.times import hours_of
from brewpi.quantities import sg_from_plato


class Ekos:
    """`Batch Number`, `Original Gravity`, `Date`, `Temperature`, `Gravity`: °P and °C, 0.00 where not measured."""

    def matches(self, sheet: Sheet) -> bool:
        """By its header."""
        return sheet.has("batch number", "date", "gravity")

    def readings(self, sheet: Sheet) -> Readings:
        """One batch's readings."""
        one_of(sheet.text("batch number"), "batches")
        og = sheet.numbers("original gravity", strict=False) if sheet.has("original gravity") else np.zeros(1)
        temp = sheet.numbers("temperature", strict=False) if sheet.has("temperature") else None
        return Readings(
            hours_of(sheet.text("date")),
            sheet.numbers("gravity"),
            "plato",
            None if temp is None else np.where(temp == 0.0, np.nan, temp),
            "c",
            sg_from_plato(float(og[0])) if og[0] > 0.0 else None,
        )
