"""Workbooks of spreadsheets (xlsx, xlsb, xls, ods), every sheet of them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from brewpi.importers import delimited
from brewpi.importers.sheet import MANY, LogError, Sheet


def sheets(data: bytes) -> list[Sheet]:
    """The tables of all sheets, titled by them. Raises LogError where python-calamine is absent or the book broken."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum
    except ImportError:
        raise LogError("is a workbook; pip install 'brewpi-edge[logs]' to read it, or export it as CSV.") from None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=True)) for name in book.sheet_names]
        hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible}
    except (CalamineError, ValueError, OSError, TypeError, KeyError) as error:
        raise LogError(
            f"is a workbook that cannot be read ({str(error)[:60] or 'broken'}); save it again or export it as CSV."
        ) from None
    found: list[Sheet] = []
    for name, grid in grids:
        rows = [[_text(cell) for cell in row] for row in grid[: 2 * MANY]]
        if any(any(row) for row in rows):
            found += [replace(sheet, hidden=name in hidden) for sheet in _tables(rows, name)]
    if not found:
        raise LogError("is a workbook without readings; log at least two.")
    return found


def _tables(rows: list[list[str]], name: str) -> list[Sheet]:
    try:
        return delimited.from_rows(rows, name)
    except LogError as error:
        return [Sheet((), [], name, {"refused": str(error)})]


def _text(cell: Any) -> str:
    """A cell as an export to CSV would have written it."""
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    if isinstance(cell, float):
        return f"{cell:.10g}" if cell != int(cell) else str(int(cell))
    return "" if cell is None else str(cell)
