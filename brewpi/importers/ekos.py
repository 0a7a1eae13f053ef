"""Ekos fermentation report: hand measurements by day, many batches in one file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from brewpi.importers.sheet import Readings, Sheet
from brewpi.importers.table import as_og, read_table


class Ekos:
    """`Batch Number`, `Original Gravity`, `Date`, `Temperature`, `Gravity`: °P unless it reads like SG."""

    def matches(self, sheet: Sheet) -> bool:
        return sheet.has("batch number", "date", "gravity") and sheet.find("original gravity") is not None

    def readings(self, sheet: Sheet) -> list[Readings]:
        return [self._in_plato(r, sheet) for r in read_table(sheet)]

    def _in_plato(self, r: Readings, sheet: Sheet) -> Readings:
        if r.unit is not None or (float(np.nanmedian(r.gravity)) < 1.2 and float(np.nanmax(r.gravity)) < 2.0):
            return r
        og = as_og(float(np.nanmax(r.gravity)), "plato") if r.og is None else r.og
        declared = sheet.find("original gravity")
        names = sheet.text("batch number")
        mine = [n for n, name in enumerate(names) if name.strip() and name.strip() in r.name]
        if declared and mine:
            og = as_og(float(np.nan_to_num(sheet.numbers(declared, strict=False)[mine[0]])), "plato")
        temp = None if r.temp is None else np.where(r.temp == 0.0, np.nan, r.temp)
        return replace(r, unit="plato", temp=temp, og=og)
