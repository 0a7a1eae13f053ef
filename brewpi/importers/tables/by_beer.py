"""A column a beer, under names that are words of a log as well: "Start Up", "Full Moon", "Set Free" beside "Pils"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from brewpi.importers.columns.headless import ferments
from brewpi.importers.sheet import Sheet, is_absent, numbers
from brewpi.importers.times.time_columns import candidates
from brewpi.importers.units.gravity_units import SCALES
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head
from brewpi.importers.words.said_units import unit_said
from brewpi.records import Array

APART_SG = 0.003  # by which the distance of two beers changes at least; that of raw and calibrated stays
MOST_BEERS = 40
# Names of nothing but these words are of another number of the same beer, "Target SG"; or may be, "Original", "AM SG".
_OF_THE_SAME = (known.TARGET, known.FORESEEN, known.RAW, known.CALIBRATED, known.SMOOTHED, known.ACTUAL, known.SUMMARY)
_OF_ONE_BEER = (
    *_OF_THE_SAME, known.NO_GRAVITY, known.GRAVITY, known.TEMPERATURE, known.FILLER, known.HYDROMETER, known.SAMPLE,
    known.MORNING, known.NOON, known.EVENING, known.ELAPSED, known.OTHER_QUANTITY,
)  # fmt: skip


NOT_USED = "not used; if it is a beer of its own, give it another name"


def as_rows(sheet: Sheet, unit: str | None, read: set[int]) -> tuple[Sheet | None, tuple[str, ...]]:
    """A row a reading of such a table; None where a column beside the times is anything else than the gravity of a beer
    of its own, or all of them are read as they are, and a remark where only a name speaks against it.

    unit: of the gravity as a person gave it; read: the columns that are gravities by their names.
    """
    titles = (sheet.facts.get("title", ""), sheet.title)
    said = unit or unit_said(sheet.facts, False) or next((u for t in titles if (u := head(t).gravity_unit)), None)
    filled = {i: cell for i in range(len(sheet.heads)) if (cell := _first(sheet, i))}
    columns = [i for i, cell in filled.items() if _may_be_a_gravity(cell, sheet.head(i).named_gravity_unit or said)]
    if not max(len(read) + 1, 2) <= len(columns) <= MOST_BEERS:
        return None, ()
    times = {option.column for option in candidates(sheet)} - set(columns)
    units = {sheet.head(i).named_gravity_unit or said or "sg" for i in columns}
    if not times or filled.keys() - times - set(columns) or len(units) > 1:
        return None, ()
    (stated,) = units
    values = {i: numbers(sheet.cells(i), strict=False)[0] for i in columns}
    if not all(ferments(one, stated) for one in values.values()) or not _go_apart(values, stated):
        return None, ()
    names = _names({i: sheet.heads[i] for i in columns})
    if len(set(names.values())) < len(names) or not all(map(_may_be_a_beer, names.values())):
        lost = [sheet.heads[i] for i, name in names.items() if i not in read and not head(name).only(*_OF_THE_SAME)]
        shown = ", ".join(f'"{text}"' for text in lost[:4])
        return None, (f"{shown} {NOT_USED}",) if read and lost else ()
    return _long(sheet, sorted(times), names, SCALES[stated].label), ()


def _long(sheet: Sheet, times: Sequence[int], names: Mapping[int, str], label: str) -> Sheet:
    rows = [
        [*(row[n] if n < len(row) else "" for n in times), name, row[i] if i < len(row) else ""]
        for i, name in names.items() for row in sheet.rows
    ]  # fmt: skip
    shown = ", ".join(f'"{name}"' for name in list(names.values())[:4])
    heads = (*(sheet.heads[i] for i in times), "Beer", f"gravity ({label})")
    return replace(sheet, heads=heads, rows=rows, notes=(*sheet.notes, f"{shown} taken as beers, for all columns fall"))


def _names(heads: Mapping[int, str]) -> dict[int, str]:
    """The heads without the unit or quantity in which all of them end: "Full Moon" of "Full Moon SG"."""
    last = {text.split()[-1] if text.strip() else "" for text in heads.values()}
    ends = last.pop() if len(last) == 1 else ""
    if not ends or not head(ends).is_gravity:
        return dict(heads)
    return {i: text.strip().removesuffix(ends).strip(" -:_") for i, text in heads.items()}


def _first(sheet: Sheet, i: int) -> str:
    return next((cell for cell in sheet.cells(i) if not is_absent(cell)), "")


def _may_be_a_gravity(cell: str, unit: str | None) -> bool:
    """Whether the first number of a column is one of a wort: a temperature is none in SG."""
    value = numbers([cell], strict=False)[0][0]
    if unit in (None, "sg"):
        return bool(1.0 <= value < 1.2 or 1000.0 <= value < 1200.0)
    return bool(SCALES[unit].low <= value <= SCALES[unit].high)


def _may_be_a_beer(name: str) -> bool:
    h = head(name)
    return bool(h.words) and (h.only(known.NUMBER, known.DRINK) or not h.only(*_OF_ONE_BEER, known.NUMBER))


def _go_apart(values: Mapping[int, Array], unit: str) -> bool:
    """Whether no two have one distance all the time, as two numbers of one beer have."""
    sg = [SCALES[unit].to_sg(one / (1000.0 if unit == "sg" and np.nanmedian(one) > 900.0 else 1.0))
          for one in values.values()]  # fmt: skip
    apart = (one - other for one, other in combinations(sg, 2))
    return all(np.isfinite(d).any() and float(np.nanmax(d) - np.nanmin(d)) > APART_SG for d in apart)
