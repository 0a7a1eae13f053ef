"""Temperatures as people write them who looked twice: 19-20, 18,7 → 19,1 °C, 19 bis 20, 19.0 ± 0.2, as their middle."""

from __future__ import annotations

import re
from dataclasses import replace

from brewpi.importers.sheet import Sheet, decimal, left_out, numbers, unread_words

WIDEST = 12.0  # degrees of either kind from one to the other; beyond it they are of two moments
_NUMBER = r"(\d{1,3}(?:[.,]\d{1,2})?)"
_TO = r"-+>?|[–—→⇒]|=>|\.\.+|\b(?:to|bis|tot|à|a)\b|±|\+/?-"
_RANGE = re.compile(
    rf"^\s*{_NUMBER}\s*(?:°\s?[cf]?|[cf])?\s*(?P<between>{_TO})\s*{_NUMBER}\s*(?P<unit>(?:°\s?)?[cf]?)\s*$", re.I
)


def halved(sheet: Sheet) -> Sheet:
    """The table with the middle for each such cell of its temperatures, and a remark."""
    for i in range(len(sheet.heads)):
        sheet = _column_halved(sheet, i) if sheet.head(i).is_temperature else sheet
    return sheet


def _column_halved(sheet: Sheet, i: int) -> Sheet:
    cells = sheet.cells(i)
    middles = {n: middle for n, cell in enumerate(cells) if (middle := _middle(cell)) is not None}
    if not middles:
        return sheet
    first = next(iter(middles))
    note = f'"{sheet.heads[i]}" of "{cells[first].strip()[:20]}" taken as {middles[first]}, the middle'
    sheet = sheet.with_cells(i, [middles.get(n, cell) for n, cell in enumerate(cells)])
    return replace(sheet, notes=(*sheet.notes, note))


def _middle(cell: str) -> str | None:
    found = _RANGE.match(cell)
    if found is None:
        return None
    first, second = decimal(found[1]), decimal(found[3])
    if first is None or second is None:
        return None
    if found["between"] in ("±", "+-", "+/-"):
        middle = first
    elif abs(second - first) <= WIDEST:
        middle = (first + second) / 2.0
    else:
        return None
    return f"{middle:.4g} {found['unit']}".strip()


def unread(sheet: Sheet, i: int) -> list[str]:
    """A remark on the cells of a temperature that say something and are no number."""
    cells = sheet.cells(i)
    words = unread_words(cells, numbers(cells, strict=False)[0])
    shown = next((word for word in words if any(c.isdigit() for c in word)), None)
    return [] if shown is None else [left_out(words, sheet.heads[i], shown)]
