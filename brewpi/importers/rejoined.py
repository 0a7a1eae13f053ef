"""Rows that commas in their cells have cut in pieces, put together again."""

from __future__ import annotations

from brewpi.importers.heads import head
from brewpi.importers.sheet import is_number
from brewpi.importers.text_rows import Rows
from brewpi.importers.times import parse


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


def _is_of_words(rows: Rows, i: int) -> bool:
    """Whether no cell of a column is a number."""
    return not any(is_number(row[i]) for row in rows if i < len(row))


def _joined(row: list[str], at: int, more: int) -> list[str]:
    return [*row[:at], ", ".join(row[at : at + more + 1]), *row[at + more + 1 :]]
