"""Tables in which a date stands once, above or in a merged cell, for the tanks that were read then. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from brewpi.importers.sheet import Sheet, is_absent
from brewpi.importers.tables import grouping
from brewpi.importers.times.written_times import parse

MOST_FILLED = 2.0 / 3.0  # of the rows have the date: with more, it is missing in the others


def filled_down(sheet: Sheet) -> Sheet:
    """The table with each date in all rows that it is of: those below it without one, of a tank or batch each that no
    other row since the date is of."""
    names = [name.cells for name in grouping.naming(sheet)]
    for i in range(len(sheet.heads)) if names else ():
        cells = sheet.cells(i)
        filled = [n for n, cell in enumerate(cells) if not is_absent(cell)]
        if not 2 <= len(filled) <= MOST_FILLED * len(cells) or filled[0] != 0 or not sheet.head(i).names_moment:
            continue
        ends = list(zip(filled, [*filled[1:], len(cells)], strict=True))
        if not any(_tells_apart(of, ends) for of in names) or parse([cells[n] for n in filled]) is None:
            continue
        whole = [cells[first] for first, end in ends for _ in range(first, end)]
        note = f'"{sheet.heads[i]}" counts for the rows below it that have none, each of another tank or batch'
        sheet = replace(sheet.with_cells(i, whole), notes=(*sheet.notes, note))
    return sheet


def _tells_apart(names: Sequence[str], ends: Sequence[tuple[int, int]]) -> bool:
    """Whether all rows from one date to the next are of different names, and these come again."""
    return 2 * len(set(names)) <= len(names) and all(
        len({name.strip().casefold() for name in names[first:end] if not is_absent(name)}) == end - first
        for first, end in ends
    )
