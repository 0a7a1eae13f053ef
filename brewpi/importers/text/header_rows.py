"""Where the header of a table is: one row, or two where words stand below merged titles. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from brewpi.importers.sheet import is_number
from brewpi.importers.text.text_rows import HEADER_WITHIN, Rows, has_numbers
from brewpi.importers.times.written_times import is_row_of_times
from brewpi.importers.words.heads import head
from brewpi.importers.words.said_units import says_units

_UNIT = re.compile(
    r"|[([]?(?:[°º˚]?\s?(?:[cfkpb]|bx|plato|brix|oe)|deg ?[cfp]|sg|s\.g\.|k?g/[ml]3?|g/cm[3³]|k?pa|m?bar|psi|m?v|%|ppm"
    r"|ph|rpm|utc|gmt|local|iso|date|time|[dhms]|hrs?|hours?|days?|mins?|secs?|[dmy]{2,4}[-./][dmy]{2,4}.{0,20}|hh?[:.]mm.{0,6}|-)[)\]]?",
    re.IGNORECASE,
)
_WITH_REMARK = re.compile(r"\d{1,4}[.,]\d{1,4}\W+[^\W\d]|[~<>≈(]\s?\d")
_OF_A_TANK = re.compile(r"\d{1,4}")
LEAST_READINGS = 2  # below a header, that are no facts of a batch as a whole


def find_header(rows: Rows) -> int | None:
    """The row that names the columns: the first that names a time and a gravity right above readings, for below those
    another header may say more; else the one with most known heads, above rows with numbers."""
    best, best_score = None, 0
    for i, row in enumerate(rows[:HEADER_WITHIN]):
        if (
            sum(map(bool, row)) < 1
            or (has_numbers(row) and not _numbers_tanks(rows, i))
            or row[0].lower().startswith(("#group", "#default", "#datatype"))
        ):
            continue
        if not any(has_numbers(below) for below in rows[i + 1 : i + 8]) and len(rows) > i + 8:
            continue
        known = roles(row)
        if known >= 2 and _is_above_readings(rows, i):
            return i - 1 if i and _are_units_of(rows[i - 1], row) else i
        if known < 2 and any(len(above) >= len(row) and is_row_of_times(above) for above in rows[:i]):
            continue  # words of a table that is turned on its side
        score = 10 * known + min(sum(map(bool, row)), 9)
        if score > best_score and (known or _below_fits(rows, i)):
            best, best_score = i, score
    return best


def _are_units_of(titles: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row has nothing but units, each below a title that says more: "UTC", "°P", "K"."""
    return len(titles) == len(row) and roles(titles) >= roles(row) and all(map(is_unit, row)) and all(titles)


def is_unit(cell: str) -> bool:
    """Whether a cell is a unit of any quantity, the form of a date, or empty."""
    return _UNIT.fullmatch(cell) is not None


def _is_above_readings(rows: Rows, i: int) -> bool:
    """Whether a row names a time and a gravity, each above a number in the next rows, as wide as itself."""
    heads = [head(cell) for cell in rows[i]]
    times = [n for n, h in enumerate(heads) if h.names_moment and not h.is_gravity]
    gravities = [n for n, h in enumerate(heads) if h.is_gravity]
    below = rows[i + 1 : i + 1 + LEAST_READINGS]
    if not times or not gravities or len(below) < LEAST_READINGS:
        return False
    return all(
        len(row) == len(heads) and any(map(_is_reading, (row[n] for n in gravities))) and any(row[n] for n in times)
        for row in below
    )


def _is_reading(cell: str) -> bool:
    """A number, or one with a remark, 1.052 (OG)."""
    return is_number(cell) or _WITH_REMARK.match(cell) is not None


def _below_fits(rows: Rows, i: int) -> bool:
    """A row of unknown words is a header if the rows below are as wide."""
    wide = [len(row) for row in rows[i + 1 : i + 8] if any(row)]
    return bool(wide) and max(wide) >= 2 and len(rows[i]) >= 2 and abs(max(wide) - len(rows[i])) <= 1


def roles(row: Sequence[str]) -> int:
    """How many cells name something that a log holds."""
    return sum(head(cell).names_something for cell in row if cell and len(cell) <= 60)


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


def units_in(heads: Sequence[str], row: Sequence[str], alone: bool = False) -> list[str] | None:
    """Many loggers write the units in a row of their own under the heads, some above them, where nothing else may be in
    it (alone)."""
    cells = [*row, *[""] * (len(heads) - len(row))][: len(heads)]
    if has_numbers(cells) or not any(cells) or len(row) > len(heads):
        return None
    units = [cell.strip("()[] ") for cell in cells]
    fits = [
        unit
        for unit in units
        if unit and (head(f"({unit})").gravity_unit or head(f"({unit})").temp_unit or head(unit).hours_per_unit)
    ]
    if alone and not all(is_unit(unit) or (unit in fits and not says_units(unit)) for unit in units):
        return None
    return units if fits and all(len(unit) <= 20 for unit in units) else None


def _are_below(titles: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row without numbers has words below the first of its titles and beside it, or below the same again; and
    none before it."""
    filled = [i for i, cell in enumerate(row) if cell]
    first = next((i for i, cell in enumerate(titles) if cell), len(titles))
    beside = [i for i in filled if not _cell(titles, i) or (i and _cell(titles, i) == _cell(titles, i - 1))]
    of_words = not has_numbers(row) or _counts_below(titles, row)
    fits = len(filled) > 1 and beside and filled[0] >= first and of_words and not has_numbers(titles)
    return bool(fits) and not is_row_of_times(row)


def _counts_below(titles: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row without a time holds the numbers of tanks, which go up below each title: 1, 2, 3 below "SG"."""
    start = next((i for i, cell in enumerate(titles) if cell and not head(cell).names_moment), len(titles))
    ends = [i for i in range(start, len(row)) if _cell(titles, i)]
    parts = [[cell for cell in row[i:end] if cell] for i, end in pairwise([*ends, len(row)])]
    return start > 0 and not any(row[:start]) and any(len(part) > 1 for part in parts) and all(map(_go_up, parts))


def _numbers_tanks(rows: Rows, i: int) -> bool:
    """Whether a row has the word for a time and then the numbers of tanks, above rows with times: Date, 1, 2, 3."""
    first, *others = rows[i]
    is_time = head(first).names_moment and head(first).hours_per_unit is None
    if not is_time or len(others) < 2 or not all(others) or not _go_up(others):
        return False
    below = rows[i + 1 : i + 1 + LEAST_READINGS]
    return all(len(row) == len(rows[i]) and re.search(r"\d\D\d", row[0]) for row in below) and bool(below)


def _go_up(cells: Sequence[str]) -> bool:
    """Whether cells are whole numbers as tanks and batches have them, each larger than the one before."""
    return all(map(_OF_A_TANK.fullmatch, cells)) and all(int(a) < int(b) for a, b in pairwise(cells))


def _joined_heads(titles: Sequence[str], row: Sequence[str]) -> list[str]:
    heads, title = [], ""
    for i in range(max(len(titles), len(row))):
        title = _cell(titles, i) or title
        heads.append(f"{title} {row[i]}" if _cell(row, i) else _cell(titles, i))
    return heads


def _cell(row: Sequence[str], i: int) -> str:
    return row[i] if i < len(row) else ""
