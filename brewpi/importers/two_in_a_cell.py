"""Two quantities or two units in one column, "SG/°P" or "Temp (°C/°F)" over 1.052/12.9, as two columns."""

from __future__ import annotations

import re
from dataclasses import replace

from brewpi.importers.heads import head
from brewpi.importers.sheet import Sheet, is_absent

_NUMBER = r"[-+]?\d{1,4}(?:[.,]\d{1,6})?"
_TWO = re.compile(rf"\s*({_NUMBER})\s*[^\d\s/|.,-]{{0,3}}\s*[/|]\s*({_NUMBER})\s*[^\d\s/|.,-]{{0,3}}\s*")


def parted(sheet: Sheet) -> Sheet:
    """The table with such columns as two each; units stand in their heads."""
    for i in reversed(range(len(sheet.heads))):
        heads = _two_heads(sheet.heads[i])
        if heads is None:
            continue
        cells = sheet.cells(i)
        found = [None if is_absent(cell) else _TWO.fullmatch(cell) for cell in cells]
        if not any(found) or not all(f or is_absent(cell) for f, cell in zip(found, cells, strict=True)):
            continue
        both = [(f[1], f[2]) if f else ("", "") for f in found]
        rows = [[*row[:i], *two, *row[i + 1 :]] for row, two in zip(sheet.rows, both, strict=True)]
        sheet = replace(sheet, heads=(*sheet.heads[:i], *heads, *sheet.heads[i + 1 :]), rows=rows)
    return sheet


def _two_heads(text: str) -> tuple[str, str] | None:
    """The heads of both, None where a head is not of two, one of them a gravity or a temperature."""
    first, _, second = text.partition("/")
    if not second.strip() or "/" in second:
        return None
    if "(" in first and ")" in second and ")" not in first:
        base, _, unit = first.partition("(")
        first, second = f"{base}({unit.strip()})", f"{base}({second.strip()}"
    pair = head(first), head(second)
    measured = [h.is_gravity or h.is_temperature for h in pair]
    if not any(measured) or any(h.names_moment or h.is_og for h in pair):
        return None
    return first.strip(), second.strip()
