"""Specific gravities as a hand leaves them: 1-048, 1.O48, l.048, [1.048]. What can be one number only is read and said;
everything else stays, for the reader of numbers to take or to refuse.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from brewpi.importers.sheet import Sheet, is_absent, numbers

_DIGIT_OF = str.maketrans("OoОоΟοlI|", "000000111")  # Latin, Cyrillic and Greek; a letter typed for a digit
_ONE = r"[1lI|]"
_FIGURES = r"[01OoОоΟοlI|][0-9OoОоΟοlI|]{2}"  # to 1.199: beyond it no wort is
_GRAVITY = re.compile(
    rf"^[\[({{#'\"]?\s*(?:(?P<one>{_ONE})(?:\s*[.,·]\s*|\.\.|,,|\s?[-–_:;/'’*]\s?)"
    rf"(?P<rest>{_FIGURES}[0-9OoОоΟοlI|]?)"
    r"|(?P<zero>[0OoОоΟο])[.,·](?P<below>9[0-9OoОоΟο]{2,3}))\s*[\])}'\"]?$"
)
_RANGE_SG = (0.9, 1.25)


def put_right(sheet: Sheet) -> Sheet:
    """The table with such cells of its columns of SG as numbers, and a remark for each column."""
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        if h.is_gravity and h.gravity_unit in (None, "sg"):
            sheet = _column_put_right(sheet, i)
    return sheet


def _column_put_right(sheet: Sheet, i: int) -> Sheet:
    """Only where all else in the column is SG, for °P and days have other numbers."""
    cells = sheet.cells(i)
    typed = {n: text for n, cell in enumerate(cells) if not _is_plain(cell) and (text := _gravity(cell)) is not None}
    if not typed:
        return sheet
    others, _ = numbers([cell for n, cell in enumerate(cells) if n not in typed], strict=False)
    known = others[np.isfinite(others) & (others != 0.0)]
    size = float(np.median(known)) if len(known) else 1.0
    if not _RANGE_SG[0] < (size / 1000.0 if size > 900.0 else size) < _RANGE_SG[1]:
        return sheet
    rows = [[*row[:i], typed[n], *row[i + 1 :]] if n in typed else row for n, row in enumerate(sheet.rows)]
    first = next(iter(typed))
    several = f"{len(typed)} cells" if len(typed) > 1 else "1 cell"
    note = f'{several} of "{sheet.heads[i]}" such as "{cells[first].strip()[:20]}" read as {typed[first]}'
    return replace(sheet, rows=rows, notes=(*sheet.notes, note))


def _is_plain(cell: str) -> bool:
    """Whether a cell is nothing, or a number that everybody writes so."""
    return is_absent(cell) or re.fullmatch(r"\s*\d+(?:[.,·]\d+)?\s*", cell) is not None


def _gravity(cell: str) -> str | None:
    """The gravity that a cell can mean alone, None if it is another text."""
    found = _GRAVITY.match(cell.strip())
    if found is None:
        return None
    if found["one"]:
        return f"1.{found['rest'].translate(_DIGIT_OF)}"
    return f"0.{found['below'].translate(_DIGIT_OF)}"
