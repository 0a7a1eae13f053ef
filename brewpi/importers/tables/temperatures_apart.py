"""Temperatures in a table of their own beside one of gravities, as in a workbook with a sheet for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from brewpi.importers.columns.column import stem
from brewpi.importers.sheet import LogError, Sheet, is_absent
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head

FARTHEST_H = 6.0  # from a gravity to a temperature that still is of it


def beside(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Where one table has gravities and no temperature, and one other temperatures alone, each gravity with the nearest
    of them; the same tables where that is not so, or their titles name different tanks or beers."""
    gravities = [sheet for sheet in sheets if _has(sheet, gravity=True) and not _has(sheet, gravity=False)]
    temps = [sheet for sheet in sheets if _has(sheet, gravity=False) and not _has(sheet, gravity=True)]
    if len(gravities) != 1 or len(temps) != 1 or sum(_has(sheet, gravity=True) for sheet in sheets) > 1:
        return list(sheets)
    titles = [head(sheet.title) for sheet in (gravities[0], temps[0])]
    of_one = stem(titles[0]) == stem(titles[1])
    if not of_one and any(title.says(known.DEVICE) or title.says(known.BATCH) for title in titles):
        return list(sheets)
    if any(title.says(known.FORESEEN) for title in titles) or (joined := _joined(gravities[0], temps[0])) is None:
        return list(sheets)
    if temps[0].title:
        joined = replace(joined, notes=(*joined.notes, f'temperatures from "{temps[0].title}"'))
    return [joined if sheet is gravities[0] else sheet for sheet in sheets if sheet is not temps[0]]


def _has(sheet: Sheet, gravity: bool) -> bool:
    heads = [sheet.head(i) for i in range(len(sheet.heads))]
    return bool(sheet.rows) and any(h.is_gravity if gravity else h.is_temperature for h in heads)


def _joined(gravities: Sheet, temps: Sheet) -> Sheet | None:
    """None where one of them has not one column of moments alone."""
    columns = [
        [i for i in range(len(sheet.heads)) if sheet.head(i).says(known.MOMENT) and not sheet.head(i).is_temperature]
        for sheet in (gravities, temps)
    ]
    if [len(found) for found in columns] != [1, 1]:
        return None
    try:
        wanted, at = parse(gravities.cells(columns[0][0])), parse(temps.cells(columns[1][0]))
    except LogError:
        return None
    if wanted is None or at is None or wanted.kind != at.kind or wanted.kind not in ("moment", "date"):
        return None
    measured = [i for i in range(len(temps.heads)) if temps.head(i).is_temperature]
    usable = [
        n for n, row in enumerate(temps.rows)
        if np.isfinite(at.hours[n]) and not all(is_absent(cell) for i in measured for cell in row[i : i + 1])
    ]  # fmt: skip
    if not usable:
        return None
    order = np.array(usable)[np.argsort(at.hours[usable], kind="stable")]
    after = np.searchsorted(at.hours[order], wanted.hours)
    before, later = order[np.clip(after - 1, 0, None)], order[np.clip(after, None, len(order) - 1)]
    nearer = np.abs(at.hours[before] - wanted.hours) < np.abs(at.hours[later] - wanted.hours)
    nearest = np.where(nearer, before, later)
    rows = []
    for n, row in enumerate(gravities.rows):
        near = abs(at.hours[nearest[n]] - wanted.hours[n]) <= FARTHEST_H
        of = temps.rows[nearest[n]] if near else ()
        filled = [*row, *[""] * (len(gravities.heads) - len(row))][: len(gravities.heads)]
        rows.append([*filled, *(of[i] if i < len(of) else "" for i in measured)])
    return replace(gravities, heads=(*gravities.heads, *(temps.heads[i] for i in measured)), rows=rows)
