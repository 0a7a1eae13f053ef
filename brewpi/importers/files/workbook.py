"""Workbooks of spreadsheets (xlsx, xlsb, xls, ods), every sheet of them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from brewpi.importers.files.shown_cells import STRUCK, Look, looks
from brewpi.importers.sheet import MANY, LogError, Sheet
from brewpi.importers.text import delimited

Rows = list[list[str]]


def sheets(data: bytes) -> list[Sheet]:
    """The tables of all sheets, titled by them. Raises LogError where python-calamine is absent or the book broken."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum
    except ImportError:
        raise LogError("is a workbook; pip install 'brewpi-edge[logs]' to read it, or export it as CSV.") from None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found_sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
        grids = [(name, sheet.to_python(skip_empty_area=True), sheet.start or (0, 0)) for name, sheet in found_sheets]
        hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible}
    except (CalamineError, ValueError, OSError, TypeError, KeyError) as error:
        raise LogError(
            f"is a workbook that cannot be read ({str(error)[:60] or 'broken'}); save it again or export it as CSV."
        ) from None
    found: list[Sheet] = []
    shown = looks(data)
    for name, grid, start in grids:
        look = shown.get(name, Look())
        rows = [[_text(cell) for cell in row] for row in grid[: 2 * MANY]]
        rows, struck = _as_shown(rows, look, start)
        if not any(any(row) for row in rows):
            continue
        part, note = _shown(rows, look, start)
        whole = [replace(sheet, shows="whole" if note else "") for sheet in _tables(rows, name)]
        of_part = _tables(part, name) if note else []
        whole += [replace(sheet, shows="part", notes=(*sheet.notes, note)) for sheet in of_part]
        found += [replace(sheet, hidden=name in hidden, notes=(*sheet.notes, *struck)) for sheet in whole]
    if not found:
        raise LogError("is a workbook without readings; log at least two.")
    return found


def _as_shown(rows: Rows, look: Look, start: tuple[int, int]) -> tuple[Rows, tuple[str, ...]]:
    """With the units that the formats of cells show, without what is struck through, and a remark on that."""
    out, struck = [list(row) for row in rows], 0
    for place, mark in look.marks.items():
        row, column = place[0] - start[0], place[1] - start[1]
        if 0 <= row < len(out) and 0 <= column < len(out[row]) and out[row][column]:
            out[row][column] = "" if mark == STRUCK else f"{out[row][column]} {mark}"
            struck += mark == STRUCK
    return out, (f"{struck} cell{'s' if struck > 1 else ''} struck through left out",) if struck else ()


def _shown(rows: Rows, look: Look, start: tuple[int, int]) -> tuple[Rows, str]:
    """What a sheet shows of its cells, and a remark on what it does not; "" where it shows all."""
    width = max(map(len, rows), default=0)
    filled = [n for n in range(width) if any(row[n] for row in rows if n < len(row))]
    columns = {n for n in filled if n + start[1] in look.hidden_columns}
    hidden = {n for n, row in enumerate(rows) if n + start[0] in look.hidden_rows and any(row)}
    kept = [[cell for n, cell in enumerate(row) if n not in columns] for i, row in enumerate(rows) if i not in hidden]
    counts = [(len(some), word) for some, word in ((columns, "column"), (hidden, "row")) if some]
    what = " and ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts)
    return kept, f"{what} that the workbook does not show left out" if what else ""


def _tables(rows: Rows, name: str) -> list[Sheet]:
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
