"""Two quantities or two units in one column, "SG/°P" or "Temp (°C/°F)" over 1.052/12.9, or cells of a tank such as
12.9 °P / 19.5 °C, as two columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from brewpi.importers.columns.temperature_columns import is_of_beer
from brewpi.importers.sheet import Sheet, is_absent
from brewpi.importers.words.heads import head

LEAST = 3  # cells
_NUMBER = r"[-+]?\d{1,4}(?:[.,]\d{1,6})?"
_TWO = re.compile(rf"\s*({_NUMBER})\s*[^\d\s/|.,-]{{0,3}}\s*[/|]\s*({_NUMBER})\s*[^\d\s/|.,-]{{0,3}}\s*")
# 12.9 °P / 19.5 °C, 1.050 @ 66F, 1.050 (19.5 °C), SG 1.050 T 19.5: the second says that it is a temperature.
_WITH_TEMP = re.compile(
    r"(?:(s\.?g\.?)\W{0,2})?([01][.,]\d{3,4}|(?:9[89]|1[01]\d)\d(?:[.,]\d)?(?:\s*(?:g/l|kg/m[³3]))?"
    r"|\d{1,2}(?:[.,]\d{1,2})?\s*°?\s?(?:plato|p|brix|bx|blg)|\d{1,3}\s*°?\s?oe)"
    r"(?:\s+|\s*[/|;@(–-]\s*|,\s+)(?:(?:at|bei|à|a|bij|przy)\s+)?"
    r"((?:t|temp\.?)\W{0,2}-?\d{1,3}(?:[.,]\d{1,2})?\s*(?:°?\s?[CF])?|-?\d{1,3}(?:[.,]\d{1,2})?\s*(?:°?\s?[CF]|°))\)?",
    re.I,
)
_LABEL = re.compile(r"^[a-z]+\W{0,2}(?=[\d-])", re.I)


def parted(sheet: Sheet) -> Sheet:
    """The table with such columns as two each; units stand in their heads, or in the cells of a tank."""
    return _by_heads(_by_cells(sheet))


def _by_cells(sheet: Sheet) -> Sheet:
    """With a temperature behind each gravity in a column of its own, where the table has none else."""
    if any(is_of_beer(sheet, i) for i in range(len(sheet.heads))):
        return sheet
    for i in reversed(range(len(sheet.heads))):
        cells = [cell.strip() for cell in sheet.cells(i)]
        found = [_WITH_TEMP.fullmatch(cell) for cell in cells]
        filled = sum(not is_absent(cell) for cell in cells)
        if filled < LEAST or 5 * sum(f is not None for f in found) < 4 * filled:
            continue
        both = [
            (f"{f[2].strip()} {f[1] or ''}", _LABEL.sub("", f[3].strip())) if f else (cell, "")
            for f, cell in zip(found, cells, strict=True)
        ]
        sheet = _in_two(sheet, i, (sheet.heads[i], f"{sheet.heads[i]} temp"), both)
    return sheet


def _by_heads(sheet: Sheet) -> Sheet:
    for i in reversed(range(len(sheet.heads))):
        heads = _two_heads(sheet.heads[i])
        if heads is None:
            continue
        cells = sheet.cells(i)
        found = [None if is_absent(cell) else _TWO.fullmatch(cell) for cell in cells]
        if not any(found) or not all(f or is_absent(cell) for f, cell in zip(found, cells, strict=True)):
            continue
        both = [(f[1], f[2]) if f else ("", "") for f in found]
        sheet = _in_two(sheet, i, heads, both)
    return sheet


def _in_two(sheet: Sheet, i: int, heads: tuple[str, str], both: Sequence[tuple[str, str]]) -> Sheet:
    """With two columns in place of one."""
    rows = [[*row[:i], *two, *row[i + 1 :]] for row, two in zip(sheet.rows, both, strict=True)]
    return replace(sheet, heads=(*sheet.heads[:i], *heads, *sheet.heads[i + 1 :]), rows=rows)


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
    moments = [h.names_moment and not is_one for h, is_one in zip(pair, measured, strict=True)]  # H of a tank 90-01H
    if not any(measured) or any(moments) or any(h.is_og for h in pair):
        return None
    return first.strip(), second.strip()
