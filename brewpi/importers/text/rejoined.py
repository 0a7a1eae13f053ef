"""Rows that commas in their cells have cut in pieces, put together again."""

from __future__ import annotations

from collections import Counter

from brewpi.importers.sheet import is_number
from brewpi.importers.text.text_rows import Rows
from brewpi.importers.times.written_times import parse
from brewpi.importers.words.heads import head


def dates(heads: list[str], body: Rows) -> Rows:
    """Rows in which a comma after the date cut it in two: 22/04/2024, 16:48:00."""
    width = len(heads) + 1
    if len(body) < 2 or not all(len(row) == width for row in body):
        return body
    full = all(row[-1] for row in body)
    for i in range(len(heads)):
        if not full and i + 1 < len(heads) and head(heads[i + 1]).names_moment:
            continue  # a date and a time in columns of their own, and a comma at the end of each line
        whole = parse([f"{row[i]}, {row[i + 1]}" for row in body[:20]])
        part = parse([row[i] for row in body[:20]])
        if whole is None or (part is not None and part.kind not in ("date", "elapsed")):
            continue
        span = whole.kind == "elapsed" and all(":" in row[i + 1] for row in body[:20])  # 2 days, 6:00:00
        if span or whole.kind == "moment":
            return [[*row[:i], f"{row[i]}, {row[i + 1]}", *row[i + 2 :]] for row in body]
    return body


def notes(heads: list[str], body: Rows) -> Rows:
    """Rows with a note that has commas in it and no quotation marks that hold it together: the one column of words."""
    width = len(heads)
    if not any(any(row[width:]) for row in body) or not any(head(name).is_gravity for name in heads):
        return body
    whole = [row for row in body if len(row) <= width]
    found = [i for i, name in enumerate(heads) if not head(name).names_something and _is_of_words(whole, i)]
    if len(found) != 1:
        return body
    at = found[0]
    return [_joined(row, at, len(row) - width) if any(row[width:]) else row for row in body]


def without_glued(rows: Rows) -> tuple[Rows, tuple[str, ...]]:
    """Lines that a full disk or a power cut glued together, a cell fewer than two rows have: the last cell of the one,
    which nobody can tell from the first of the other, and all of the other are left out, and that is said."""
    width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    long = [i for i in range(1, len(rows)) if len(rows[i]) == 2 * width - 1]
    if width < 2 or not long or 10 * often < 9 * len(rows):
        return rows, ()
    glued = [i for i in long if _are_two_rows(rows[i], rows[i - 1], width)]
    out = list(rows)
    for i in glued:
        out[i] = [*rows[i][: width - 1], ""]
    several = f"{len(glued)} lines run" if len(glued) > 1 else "1 line runs"
    said = f"{several} into the next: the cell between them and the reading behind it left out"
    return out, (said,) if glued else ()


def _are_two_rows(row: list[str], before: list[str], width: int) -> bool:
    """Whether numbers stand where the row before has them, and once more behind it."""
    if len(before) != width:
        return False
    first, last = [is_number(cell) for cell in row[: width - 1]], [is_number(cell) for cell in row[width:]]
    usual = [is_number(cell) for cell in before]
    return first == usual[:-1] and last == usual[1:] and any(first) and any(last)


def _is_of_words(rows: Rows, i: int) -> bool:
    """Whether no cell of a column is a number."""
    return not any(is_number(row[i]) for row in rows if i < len(row))


def _joined(row: list[str], at: int, more: int) -> list[str]:
    return [*row[:at], ", ".join(row[at : at + more + 1]), *row[at + more + 1 :]]
