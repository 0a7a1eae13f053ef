"""Text in columns, whatever its separator, preamble or comments, as sheets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from brewpi.importers.sheet import BROKEN_OFF, MANY, LogError, Sheet, is_absent, is_number
from brewpi.importers.text import boxes_beside, day_headings, printed, rejoined, side_by_side
from brewpi.importers.text.header_rows import find_header, header_at, roles, units_in
from brewpi.importers.text.row_sections import with_sections
from brewpi.importers.text.text_rows import HEADER_WITHIN, Rows, has_numbers, rows_of, without_short
from brewpi.importers.times.written_times import is_row_of_times
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head
from brewpi.importers.words.said_units import says_units

LONGEST_LINE, MOST_TEXT = 100_000, 12_000_000  # characters; of more text every second line is read
WIDEST = 500  # columns
FIRST_ROWS = 20  # so far down a row of times is looked for
_AS_TEXT = re.compile(r'^="(.*)"$', re.S)  # ="1.052", which keeps a spreadsheet from changing it
# **1.052** and `1.052`, as Markdown and wikis mark what counts; >. 1.052 and <style="...">, as they place it.
_EMPHASIS = re.compile(r"^(\*{1,3}|`|''')([^*`']+)\1$")
_STRUCK = re.compile(r"~~[^~]*~~|<(s|del|strike)>[^<]*</\1>", re.I)  # ~~1.033~~ 1.028: only the second stands
_PLACED = re.compile(r"^(?:[_<>=]{1,2}\.\s+|<(?:style|bgcolor|align|width|rowspan|colspan)\b[^>]*>\s*)")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_WITH_UNIT = re.compile(r"-?\d+[.,]\d+(\D{1,8})")
LEAST_ABOVE = 3  # rows of a table of its own, above the gravities
LEAST_CELLS = 4  # above the last, to see how they are written
_BEGIN = re.compile(r"\A(?:[ \t]*(?:\r\n?|\n))+|\A\s+\Z")  # blanks before the first head say where it stands
_NAME_OF_BATCH = re.compile(r"[A-Za-z]|^\d{2,4}-\d{3}$")  # 2026-014
_WORD = re.compile(r"[^\W\d_]{3,}")
_GAP = re.compile(r"(?:\r?\n[ \t]*){3,}")


def sheets(text: str) -> list[Sheet]:
    """The tables in a text. Raises LogError for what is not in rows."""
    lines = _GAP.sub("\n\n", _BEGIN.sub("", text).rstrip()).splitlines()
    if lines and lines[0].lower().startswith("sep="):
        del lines[0]
    if not lines:
        raise LogError("is empty; log at least two readings.")
    longest = max(map(len, lines))
    if longest > LONGEST_LINE:
        raise LogError(f"has a line of {longest} characters, which no table has; export one reading a line.")
    every = max(len(lines) // MANY, len(text) // MOST_TEXT) + 1
    if every > 1:
        lines = [*lines[:HEADER_WITHIN], *lines[HEADER_WITHIN:-1:every], lines[-1]]
    rows, left_out = without_short(rows_of(lines))
    rows, glued = rejoined.without_glued(rows)
    return [replace(sheet, notes=(*sheet.notes, *left_out, *glued)) for sheet in _tables(text, rows)]


def _tables(text: str, rows: Rows) -> list[Sheet]:
    """The tables in the rows of a text, without its last reading if that breaks off."""
    if text.endswith(("\n", "\r")):
        return from_rows(rows)
    if _breaks_off(rows):
        rows = rows[:-1]
    elif (begun := _begun(rows)) is not None:
        rows = [*rows[:-1], [*rows[-1][:-1], begun]]
    elif _ends_in_half_a_number(rows):
        rows = [*rows[:-1], [*rows[-1][:-1], ""]]
    else:
        return from_rows(rows)
    return [replace(sheet, notes=(*sheet.notes, BROKEN_OFF)) for sheet in from_rows(rows)]


def _breaks_off(rows: Rows) -> bool:
    """Whether the last row has fewer cells than all others and ends in a short one, which may be half of a number."""
    body = [row for row in rows[1:-1] if row]
    if len(body) < 2 or len({len(row) for row in body}) > 1 or not 2 <= len(rows[-1]) < len(body[0]):
        return False
    usual = float(np.median([len(row[len(rows[-1]) - 1].strip()) for row in body]))
    return len(rows[-1][-1].strip()) < usual


def _begun(rows: Rows) -> str | None:
    """What the last cell would have been, where it is the beginning of the same name as above, or lacks the unit that
    all above have: then nothing, for its number may be half of one. None where it is neither."""
    column = [row[-1].strip() for row in rows[1:] if row and len(row) == len(rows[-1])]
    body, last = column[:-1], column[-1] if column else ""
    if len(body) < LEAST_CELLS or not last:
        return None
    if len(set(body)) == 1 and _NAME_OF_BATCH.search(body[0]) and body[0] != last and body[0].startswith(last):
        return body[0]
    units = {found[1] if (found := _WITH_UNIT.fullmatch(cell)) else "" for cell in body}
    lacks = len(units) == 1 and "" not in units and re.fullmatch(r"-?\d+[.,]?\d*\D{0,8}", last)
    return "" if lacks and not last.endswith(units.pop()) else None


def _ends_in_half_a_number(rows: Rows) -> bool:
    """Whether the last cell has fewer decimals than every one above it, and is farther from it than any two are, or has
    two fewer, or zeros are written at the end of others."""
    width = len(rows[-1]) if rows else 0
    if width < 2:
        return False
    column = [row[-1].strip().replace(",", ".") for row in rows[1:] if len(row) == width]
    body, last = column[:-1], column[-1] if column else ""
    if len(body) < LEAST_CELLS or not all(map(_DECIMAL.fullmatch, body)) or not re.fullmatch(r"\d+\.?\d*", last):
        return False
    fewest = min(len(cell.partition(".")[2]) for cell in body)
    steps = np.abs(np.diff([float(cell) for cell in (*body, last)]))
    lacks = fewest - len(last.partition(".")[2])
    padded = fewest > 1 and any(cell.endswith("0") for cell in body)
    return lacks > 0 and (padded or lacks > 1 or float(steps[-1]) > float(steps[:-1].max()))


def from_rows(rows: Rows, title: str = "") -> list[Sheet]:
    """The tables in rows of text: those one under the other and those side by side are apart.

    Raises LogError if there is none.
    """
    widest = max(map(len, rows), default=0)
    if widest > WIDEST:
        raise LogError(f"has {widest} columns; export time, gravity and temperature only.")
    rows = [[_unmarked(_AS_TEXT.sub(r"\1", cell.strip())) for cell in row] for row in rows]
    rows, box = boxes_beside.parted(day_headings.in_rows(rows))
    said = facts_of(box)
    start = find_header(rows)
    if start is None:
        return [_headless(rows, title)]
    found: list[Sheet] = _temperatures_above(rows[:start], title)
    while start is not None:
        key = _key(rows[start])
        end = next((i for i in range(start + 1, len(rows)) if _is_next_table(rows, i, key)), len(rows))
        above = start
        try:
            tables = side_by_side.parted(_under(rows, above, end, title))
        except _NoReadings:
            if not found:
                raise
            tables = []  # heads below the last reading, as of the next page
        found += [replace(sheet, facts=said | dict(sheet.facts)) for sheet in tables]
        rows = rows[end:]
        start = find_header(rows) if rows else None
    several = len({sheet.facts.get("title") for sheet in found}) == len(found) > 1
    return [_under_its_title(sheet, title) for sheet in found] if several else found


class _NoReadings(LogError):
    """A header with nothing below it."""


def _temperatures_above(rows: Rows, title: str) -> list[Sheet]:
    """A table of temperatures that ends where the first one of gravities begins."""
    for i, row in enumerate(rows):
        heads = [head(cell) for cell in row]
        names_both = any(h.names_moment for h in heads) and any(h.is_temperature for h in heads)
        below = [cells for cells in rows[i + 1 :] if any(cells)]
        if names_both and not has_numbers(row) and len(below) >= LEAST_ABOVE and all(map(has_numbers, below)):
            return [_under(rows, i, len(rows), title)]
    return []


def _unmarked(cell: str) -> str:
    if "~~" in cell or "</" in cell:
        cell = _STRUCK.sub("", cell).strip()
    if cell[:1] not in "*`'_<>=" or not cell:
        return cell
    return _EMPHASIS.sub(r"\2", _PLACED.sub("", cell)).strip()


def _under_its_title(sheet: Sheet, title: str) -> Sheet:
    """One of several tables below each other goes by what stands above it."""
    return replace(sheet, title=f"{title} {sheet.facts.get('title', '')}".strip()) if sheet.title == title else sheet


def _key(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.lower() for cell in row)


def _is_next_table(rows: Rows, i: int, key: tuple[str, ...]) -> bool:
    """Whether another table begins here: a gap or a comment, and then a header, the same or another one; or another
    header at once, below readings."""
    row = rows[i]
    if sum(map(bool, row)) == 1 and not has_numbers(row) and i + 1 < len(rows) and _key(rows[i + 1]) == key:
        return has_numbers(rows[i - 1])  # a title, and the same header again
    if any(row) and not _is_comment(row):
        return not has_numbers(row) and has_numbers(rows[i - 1]) and _key(row) != key and roles(row) >= 2
    ahead = [j for j in range(i, min(i + 12, len(rows))) if any(rows[j])]
    return any(roles(rows[j]) >= 2 and not has_numbers(rows[j]) for j in ahead)


def _under(rows: Rows, start: int, end: int, title: str) -> Sheet:
    """The table from its header down to `end`, with what stands above it as facts."""
    first, start, heads = header_at(rows, start)
    heads = [cell.lstrip("#").strip() if i == 0 else cell for i, cell in enumerate(heads)]
    facts = facts_of(rows[:first])
    body = [
        row
        for row in rows[start + 1 : end]
        if not all(is_absent(cell) for cell in row) and _key(row) != _key(rows[start]) and not _is_comment(row)
    ]
    body = [row for row in body if not (printed.is_row_of_types(row) or printed.is_elided(row))]
    whole, body = body, _without_footer(body)
    if not body:
        raise _NoReadings("holds a header and no readings; log at least two.")
    facts = facts_of([row for row in whole[len(body) :] if says_units(row[0])]) | facts
    if units := units_in(heads, body[0]):
        body = body[1:]
    elif first == start:
        units = units_in(heads, rows[first - 1], alone=True) if first else None
    heads = [f"{name} ({unit})" if unit else name for name, unit in zip(heads, units or [""] * len(heads), strict=True)]
    body = rejoined.notes(heads, rejoined.dates(heads, body))
    heads, body = with_sections(heads, body)
    _check_width(heads, body)
    heads = _with_titles(heads, rows[first - 1] if first else [])
    return Sheet(
        tuple(heads),
        body,
        " ".join(word for word in (title, _title(facts)) if word),
        facts,
        start + 2,
        _left_out(rows[start], rows[start + 1 : end]),
    )


def _without_footer(body: Rows) -> Rows:
    """Without lines below the readings that have words in their first cell and nothing else: the date in "Exported on
    2026-05-01" says nothing of how those above are written."""
    end = len(body)
    while end > 1 and _is_words_alone(body[end - 1]):
        end -= 1
    return body[:end] if end < len(body) and sum(map(bool, body[end - 1])) > 1 else body


def _is_words_alone(row: Sequence[str]) -> bool:
    return bool(row) and not any(row[1:]) and _WORD.search(row[0]) is not None


def _title(facts: Mapping[str, str]) -> str:
    """The batch or tank that a preamble names."""
    for pattern in (known.BATCH, known.DEVICE):
        for name, value in facts.items():
            h = head(name)
            if h.says(pattern) and h.only(pattern, known.NAME) and len(value) <= 60:
                return value
    return ""


def _left_out(heads: Sequence[str], rows: Rows) -> tuple[str, ...]:
    comments = sum(1 for row in rows if _is_comment(row))
    said = [f"{comments} comment{'s' if comments > 1 else ''} between the readings left out"] * bool(comments)
    for what, lines in (("rows", rows), ("columns", [[name] for name in heads])):
        said += [f"was printed in part: the {what} in place of ... are missing"] * any(map(printed.is_elided, lines))
    return tuple(said)


def facts_of(rows: Rows) -> dict[str, str]:
    """What a preamble says: "Batch: Amber", "Batch","Amber" and "# OG = 1.052"; under "title" what is only one text."""
    facts: dict[str, str] = {}
    for row in rows:
        cells = [cell.lstrip("#").strip() for cell in row if cell.strip("# ")]
        if not cells:
            continue
        pair = re.match(r"([^:=]{2,30})[:=]\s*(.+)$", ", ".join(cells) if len(cells) == 1 else cells[0])
        if len(cells) == 1 and pair:
            facts[pair[1].strip().lower()] = pair[2].strip()
        elif len(cells) == 1:
            facts["units" if says_units(cells[0]) else "title"] = cells[0]
        else:
            for name, value in zip(cells[::2], cells[1::2], strict=False):
                facts[name.rstrip(":= ").lower()] = value
    return facts


def _check_width(heads: list[str], body: Rows) -> None:
    """Decimal commas between commas cut numbers in two, and every column after them would be read as another."""
    if any(is_row_of_times(row) for row in body[:FIRST_ROWS]):
        return
    wider = sum(1 for row in body if any(row[len(heads) :]))
    if 2 * wider > len(body):
        raise LogError(
            f"has {len(heads)} heads over {max(map(len, body))} columns, as where a decimal comma stands "
            "between commas; export with semicolons or decimal points."
        )


def _with_titles(heads: list[str], above: Sequence[str]) -> list[str]:
    """Heads that come twice get the merged title above them: "FV1" over "SG" and "Temp"."""
    names = [name.lower() for name in heads if name]
    titles = [cell for cell in above if cell]
    if (
        len(set(names)) == len(names)
        or not titles
        or (has_numbers(above) and not any(_NAME_OF_BATCH.search(title) for title in titles))
    ):
        return heads
    out, title = [], ""
    for i, name in enumerate(heads):
        title = above[i] if i < len(above) and above[i] else title
        out.append(f"{title} {name}".strip() if name and names.count(name.lower()) > 1 else name)
    return out


def _is_comment(row: Sequence[str]) -> bool:
    """A line behind #, which is neither a cell of a spreadsheet that was too narrow for its date nor a batch, #212."""
    if row and re.match(r"#\d+\b", row[0]) and any(map(is_number, row[1:]) if " " in row[0] else row[1:]):
        return False
    return bool(row) and row[0].startswith("#") and bool(row[0].strip("# ") or not any(row[1:]))


def _headless(rows: Rows, title: str) -> Sheet:
    body = [row for row in rows if any(row) and not _is_comment(row)]
    if not body:
        raise LogError("is empty; log at least two readings.")
    return Sheet((), body, title, {}, 1)
