"""Gravities under the name of something else, known by their fall: a column called after the original gravity, which
would be the same throughout, or after points, of which there are others."""

from __future__ import annotations

import re
from dataclasses import replace

from brewpi.importers.headless import ferments
from brewpi.importers.sheet import Sheet, numbers

PER_PLATO = 4.0  # points, roughly
_OG_AND_FG = re.compile("og|sg|fg|cg|gravity")  # OG/SG/FG, over what is read each time
_POINTS = re.compile(r"(?:points?|pts|gp)\.?")


def named(sheet: Sheet) -> Sheet:
    """The table with that column called a gravity, where it is the only one."""
    units: dict[int, str | None] = {}
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        if _POINTS.fullmatch(h.plain):
            units[i] = "points"
        elif h.is_og or h.only(_OG_AND_FG):
            units[i] = h.gravity_unit
    falls = [
        i for i, unit in units.items()
        if ferments(numbers(sheet.cells(i), strict=False)[0] / (PER_PLATO if unit == "points" else 1.0), unit)
    ]  # fmt: skip
    if len(falls) != 1:
        return sheet
    heads = list(sheet.heads)
    heads[falls[0]] = f"gravity ({units[falls[0]]})" if units[falls[0]] else "gravity"
    note = f'"{sheet.heads[falls[0]]}" taken as the gravity of each reading, for its numbers fall'
    return replace(sheet, heads=tuple(heads), notes=(*sheet.notes, note))
