"""Gravities under the name of something else, known by their fall: a column called after the original gravity, which
would be the same throughout, or after points, of which there are others."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from brewpi.importers.columns.headless import ferments
from brewpi.importers.sheet import Sheet, numbers
from brewpi.importers.times.time_columns import candidates
from brewpi.importers.times.written_times import parse
from brewpi.records import Array

LEAST_STEPS = 4  # by which a wort is said to have fallen, where each number comes more than twice
_OG_AND_FG = re.compile("og|sg|fg|cg|gravity|di|df|bg|eg")  # OG/SG/FG, over what is read each time
_POINTS = re.compile(r"(?:points?|pts|gp)\.?")


def in_order(sheet: Sheet) -> Sheet:
    """The table with the oldest row first, each once, where all are dated and the newest stands first or rows stand
    twice: only so numbers fall as a wort's do."""
    for i in range(len(sheet.heads)):
        times = parse(sheet.cells(i)) if sheet.head(i).names_moment else None
        if times is None or times.kind not in ("moment", "date") or not np.isfinite(times.hours).all():
            continue
        hours = dict(zip(map(tuple, sheet.rows), times.hours.tolist(), strict=True))
        rows, steps = list(map(list, hours)), np.diff(list(hours.values()))
        newest_first = bool(np.all(steps <= 0.0)) and float(np.sum(steps)) < 0.0
        return replace(sheet, rows=rows[::-1] if newest_first else rows)
    return sheet


def named(sheet: Sheet) -> Sheet:
    """The table with that column called a gravity, where it is the only one."""
    units: dict[int, str | None] = {}
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        if _POINTS.fullmatch(h.plain):
            units[i] = "points"
        elif h.is_og or h.only(_OG_AND_FG):
            units[i] = h.gravity_unit
    found = {i: numbers(sheet.cells(i), strict=False)[0] for i in units}
    falls = [i for i, unit in units.items() if ferments(found[i], unit) and not _stands(found[i])]
    if len(falls) != 1 or not candidates(sheet):  # a list of beers has no time
        return sheet
    heads = list(sheet.heads)
    heads[falls[0]] = f"gravity ({units[falls[0]]})" if units[falls[0]] else "gravity"
    note = f'"{sheet.heads[falls[0]]}" taken as the gravity of each reading, for its numbers fall'
    return replace(sheet, heads=tuple(heads), notes=(*sheet.notes, note))


def _stands(values: Array) -> bool:
    """Whether numbers are those of a few batches under each other, the same throughout each."""
    finite = values[np.isfinite(values)]
    distinct = len(np.unique(finite))
    return distinct < LEAST_STEPS and len(finite) > 2 * distinct
