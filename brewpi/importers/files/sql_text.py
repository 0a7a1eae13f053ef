"""A database as text: what mysqldump, phpMyAdmin and sqlite3's .dump write."""

from __future__ import annotations

import re

from brewpi.importers.sheet import Sheet, at_most_many

_NAME = r"[`\"\[]?([\w ]+)[`\"\]]?"
_CREATE = re.compile(rf"CREATE TABLE (?:IF NOT EXISTS )?(?:\w+\.)?{_NAME}\s*\((.*?)\)[^();]*;", re.I | re.S)
_COLUMN = re.compile(rf"^\s*{_NAME}\s+\w", re.I)
_NO_COLUMN = re.compile(r"^\s*(?:primary|unique|key|constraint|foreign|index|check|fulltext)\b", re.I)
_INSERT = re.compile(rf"INSERT (?:IGNORE )?INTO (?:\w+\.)?{_NAME}\s*(?:\(([^()]*)\))?\s*VALUES\s*", re.I)
_VALUE = r"(?:'(?:[^'\\]|\\.|'')*'|[^',()]*)"
_ROW = re.compile(rf"\s*\(\s*({_VALUE}(?:,\s*{_VALUE})*)\)\s*(,|;|$)", re.S)
_CELL = re.compile(rf"\s*({_VALUE})\s*(?:,|$)", re.S)


def sheets(text: str) -> list[Sheet] | None:
    """A sheet a table; None if the text inserts nothing."""
    if not _INSERT.search(text[:200_000]):
        return None
    declared = {found[1]: _columns(found[2]) for found in _CREATE.finditer(text)}
    tables: dict[tuple[str, tuple[str, ...]], list[list[str]]] = {}
    for found in _INSERT.finditer(text):
        named = found[2].split(",") if found[2] else declared.get(found[1], ())
        heads = tuple(part.strip(" `\"[]\n") for part in named)
        rows = tables.setdefault((found[1], heads), [])
        at = found.end()
        while (row := _ROW.match(text, at)) is not None:
            rows.append([_plain(cell[1]) for cell in _CELL.finditer(row[1])][: len(heads) or None])
            at = row.end()
            if row[2] != ",":
                break
    return [
        Sheet(heads, at_most_many(rows), name, {}, 1) for (name, heads), rows in tables.items() if rows
    ] or None


def _columns(body: str) -> tuple[str, ...]:
    parts = re.split(r",\s*(?![^()]*\))", body)
    return tuple(found[1] for part in parts if not _NO_COLUMN.match(part) and (found := _COLUMN.match(part)))


def _plain(cell: str) -> str:
    cell = cell.strip()
    if cell.startswith("'"):
        return re.sub(r"\\(.)|''", lambda found: found[1] or "'", cell[1:-1])
    return "" if cell.upper() == "NULL" else cell
