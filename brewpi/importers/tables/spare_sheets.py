"""Sheets of a workbook that hold no batch of their own: those it does not show, and copies of others. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from brewpi.importers.sheet import Sheet
from brewpi.importers.words.heads import simple

# "Log (2)", "Copy of Log", "Log - Kopie"
_COPY = re.compile(r"\s*\(\d+\)$|\b(?:copy|kopie|copie|copia|kopia|backup|back-up|sicherung|sauvegarde|respaldo)\b")


def is_copy(sheet: Sheet, sheets: Sequence[Sheet]) -> bool:
    """Whether it is called a copy, and all its rows stand in another one that is not."""
    if not _COPY.search(simple(sheet.title)):
        return False
    others = [other for other in sheets if other is not sheet and not _COPY.search(simple(other.title))]
    mine = {tuple(row) for row in sheet.rows}
    return any(other.heads == sheet.heads and mine <= {tuple(row) for row in other.rows} for other in others)


def set_aside(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """Remarks on such sheets."""
    found = []
    for what, some in (
        ("does not show, and that are", [sheet for sheet in sheets if sheet.hidden]),
        ("holds twice, and that are", [sheet for sheet in sheets if not sheet.hidden]),
    ):
        names = list(dict.fromkeys(f'"{sheet.title}"' for sheet in some))
        found += [f"sheets that the workbook {what} left out: {', '.join(names[:6])}"] * bool(names)
    return tuple(found)
