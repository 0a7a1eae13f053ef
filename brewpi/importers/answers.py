"""What people have said about logs that leave something open, remembered in a small file beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from brewpi.importers.folder import ANSWERS
from brewpi.importers.sheet import Sheet
from brewpi.importers.units.gravity_units import SCALES

ROLES = ("time", "gravity", "temp")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person has said about a file.

    unit: of its gravity, a name of `units.SCALES`; temp_unit: c or f; og: in SG, which a refractometer needs; columns:
    by role (time, gravity, temp) the number of the column, from 1. forms: remembered answers by the form of a table.
    """

    unit: str | None = None
    temp_unit: str | None = None
    og: float | None = None
    columns: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, sheet: Sheet) -> Answers:
        """Those for one table: what was said now goes before what is remembered of its form."""
        answer = self.forms.get(form(sheet))
        if not isinstance(answer, Mapping):
            return self
        unit, temp_unit, columns = answer.get("unit"), answer.get("temp_unit"), answer.get("columns")
        numbers = (
            {role: n for role, n in columns.items() if role in ROLES and isinstance(n, int)}
            if isinstance(columns, dict)
            else {}
        )
        return replace(
            self,
            unit=self.unit or (unit if unit in SCALES else None),
            temp_unit=self.temp_unit or (temp_unit if temp_unit in ("c", "f") else None),
            columns={**numbers, **self.columns},
        )


def form(sheet: Sheet) -> str:
    """What makes two tables of one kind: their heads, or how many columns they have."""
    if sheet.heads:
        return ",".join(name for name in sheet.names if name)[:300]
    return f"{sheet.width} columns without a header"


def with_given_heads(sheet: Sheet, columns: Mapping[str, int]) -> Sheet:
    """The table with the heads that a person has given."""
    width = sheet.width
    if not columns or not all(1 <= n <= width for n in columns.values()):
        return sheet
    heads: Sequence[str] = sheet.heads or ("",) * width
    named = {n - 1: role for role, n in columns.items()}
    units = {n: heads[n] for n in named}
    return replace(sheet, heads=tuple(_head(named[i], units[i]) if i in named else "" for i in range(width)))


def _head(role: str, written: str) -> str:
    """The role with what the head says of a unit; a head of that role stays."""
    return f"{role} {written}".strip()


def remembered(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """The answers kept beside the logs of a folder; none if there are none or they are broken."""
    try:
        kept = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def remember(folder: Path, form_: str, answer: Mapping[str, Any]) -> None:
    """Keep an answer for all logs of this form in the folder. Raises OSError."""
    kept = {key: dict(value) for key, value in remembered(folder).items() if isinstance(value, Mapping)}
    kept.setdefault(form_, {}).update(answer)
    (folder / ANSWERS).write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
