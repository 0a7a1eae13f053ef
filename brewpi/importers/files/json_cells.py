"""JSON in the cells of a table, as brokers and databases keep what a device has sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brewpi.importers.files import json_text
from brewpi.importers.files.json_tables import from_objects
from brewpi.importers.sheet import Sheet


def opened(sheet: Sheet) -> Sheet:
    """The table with a column for each field of the JSON objects that stand in its cells, such as a payload's."""
    for i in range(sheet.width if sheet.heads else 0):
        cells = [cell for cell in sheet.cells(i) if cell]
        if not cells or 2 * sum(cell.startswith("{") and cell.endswith("}") for cell in cells) < len(cells):
            continue
        fields = from_objects([_object(cell) for cell in sheet.cells(i)], "", {})
        kept = [j for j in range(len(sheet.heads)) if j != i]
        rows = [
            [*(row[j] if j < len(row) else "" for j in kept), *inner]
            for row, inner in zip(sheet.rows, fields.rows, strict=True)
        ]
        sheet = replace(sheet, heads=(*(sheet.heads[j] for j in kept), *fields.heads), rows=rows)
    return sheet


def _object(cell: str) -> dict[str, Any]:
    try:
        found = json_text.loads(cell)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
