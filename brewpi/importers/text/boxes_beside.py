"""What stands in a box of its own beside a table, as people put OG and FG there in a spreadsheet. Pure."""

from __future__ import annotations

from itertools import islice

from brewpi.importers.sheet import is_number
from brewpi.importers.text.text_rows import Rows
from brewpi.importers.words.heads import head

LEAST_ROWS = 5  # of a table, for what is beside it to be small
MOST_SHARE = 0.34  # of its rows
MOST_GAPS = 3


def parted(rows: Rows) -> tuple[Rows, Rows]:
    """The rows without that box, and those of the box: names with a number behind each, right of an empty column."""
    width = max(map(len, rows), default=0)
    gaps = (i for i in range(2, width - 2) if not any(row[i] for row in rows if len(row) > i))
    for gap in islice(gaps, MOST_GAPS):
        beside = [[cell for cell in row[gap + 1 :] if cell] for row in rows]
        filled = [cells for cells in beside if cells]
        tall = sum(any(row[:gap]) for row in rows)
        pairs = [cells for cells in filled if _is_pair(cells)]
        if not pairs or (len(filled[0]) > 1 and not _is_pair(filled[0])):  # heads of columns of their own
            continue
        if tall >= LEAST_ROWS and len(filled) <= MOST_SHARE * tall and 2 * len(pairs) > len(filled):
            return [row[:gap] for row in rows], pairs
    return rows, []


def _is_pair(cells: list[str]) -> bool:
    """A name that is none of a column of readings, and one number, perhaps with its unit."""
    if len(cells) != 2 or not any(c.isalpha() for c in cells[0]) or is_number(cells[0]):
        return False
    return is_number(cells[1].rstrip(" %°CFPcf")) and not head(cells[0]).names_moment
