"""A header of one row, or of two where words stand below merged titles. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from brewpi.importers.heads import head
from brewpi.importers.text_rows import Rows, has_numbers


def header_at(rows: Rows, start: int) -> tuple[int, int, list[str]]:
    """The first and the last row of a header, and its heads: of two rows where words stand below merged titles, as
    "Room" and "Beer" below "Temperature"; else of one. start: the row that looks most like one."""
    below, above = rows[start + 1 : start + 4], rows[start - 1 : start] if start else []
    if len(below) > 1 and any(map(has_numbers, below[1:])) and _are_below(rows[start], below[0]):
        heads = _joined_heads(rows[start], below[0])
        of_index = below[1][0] if not heads[0] and sum(map(bool, below[1])) == 1 else ""  # pandas, levels of columns
        return start, start + 1 + bool(of_index), [heads[0] or of_index, *heads[1:]]
    named = [head(cell).names_something for cell in above[0] if cell] if above else []
    if 2 * sum(named) > max(len(named), 2) and _are_below(above[0], rows[start]):
        alone = [head(cell) for i, cell in enumerate(above[0]) if cell and not _cell(rows[start], i)]
        if any(h.is_gravity or h.is_temperature or h.names_moment for h in alone):
            return start - 1, start, _joined_heads(above[0], rows[start])
    return start, start, list(rows[start])


def _are_below(titles: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row without numbers has words below the first of its titles and beside it, or below the same again; and
    none before it."""
    filled = [i for i, cell in enumerate(row) if cell]
    first = next((i for i, cell in enumerate(titles) if cell), len(titles))
    beside = [i for i in filled if not _cell(titles, i) or (i and _cell(titles, i) == _cell(titles, i - 1))]
    return bool(len(filled) > 1 and beside and filled[0] >= first and not has_numbers([*titles, *row]))


def _joined_heads(titles: Sequence[str], row: Sequence[str]) -> list[str]:
    heads, title = [], ""
    for i in range(max(len(titles), len(row))):
        title = _cell(titles, i) or title
        heads.append(f"{title} {row[i]}" if _cell(row, i) else _cell(titles, i))
    return heads


def _cell(row: Sequence[str], i: int) -> str:
    return row[i] if i < len(row) else ""
