"""Long tables, where one column says what the value of a row is, as tables with a column for each quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from brewpi.importers.sheet import Sheet, is_absent, is_number
from brewpi.importers.units.gravity_units import WORDS
from brewpi.importers.units.marked_cells import is_measured
from brewpi.importers.units.unit_columns import as_word
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head

MOST_SERIES = 400
MOST_CELLS = 1_000_000  # of several tables put together


def widened(sheet: Sheet) -> Sheet:
    """The table with a column for each gravity and temperature that its rows name; as it is if it is not long."""
    if any(sheet.head(i).is_gravity and any(map(is_number, sheet.cells(i)[:50])) for i in range(len(sheet.heads))):
        return sheet
    value, variables = _value(sheet), _variables(sheet)
    if value is None or not variables:
        return sheet
    names = [" ".join(parts) for parts in zip(*(_cells(sheet, i) for i in variables), strict=True)]
    unit = next((i for i in range(len(sheet.heads)) if i not in variables and _is_unit(sheet, i)), None)
    others = [i for i in range(len(sheet.heads)) if i not in (value, unit, *variables)]
    values = sheet.cells(value)
    units = [""] * len(names) if unit is None else sheet.cells(unit)
    for rows_of_one in _by_turns(sheet, others, names, units):
        for n in rows_of_one:  # "°P" and "SG" by turns may be all that tells them from temperatures
            values[n] = f"{values[n]} {units[n] or names[n]}"
            names[n], units[n] = names[n] if units[n] else "gravity", ""
    names = _with_units(names, units)
    names = _with_ends(names)
    wanted = [name for name in dict.fromkeys(names) if (h := head(name)).is_gravity or h.is_temperature or h.is_og]
    if not any(head(name).is_gravity for name in wanted):
        return sheet
    wanted += [name for name in dict.fromkeys(names) if head(name).plain == "t" and name not in wanted]
    at = {name: len(others) + n for n, name in enumerate(wanted[:MOST_SERIES])}
    rows = []
    for row, name, written in zip(sheet.rows, names, values, strict=True):
        if name in at:
            cells = [row[i] if i < len(row) else "" for i in others] + [""] * len(at)
            cells[at[name]] = written
            rows.append(cells)
    return replace(sheet, heads=(*(sheet.heads[i] for i in others), *at), rows=rows, long=True)


def _by_turns(sheet: Sheet, others: Sequence[int], names: Sequence[str], units: Sequence[str]) -> Iterator[list[int]]:
    """The rows of each gravity that comes in several units and in one at a time, as where a laboratory changes its
    meter. names, units: of each row, no unit where the name is one."""
    keyed = (known.MOMENT, known.ELAPSED, known.BATCH, known.DEVICE)
    keys = [i for i in others if sheet.head(i).is_time or any(map(sheet.head(i).says, keyed))]
    of_name: dict[str, list[int]] = {}
    for n, (name, unit) in enumerate(zip(names, units, strict=True)):
        if as_word(unit or name) in WORDS:
            of_name.setdefault(name if unit else "", []).append(n)
    for name, rows in of_name.items():
        marks = {WORDS[as_word(units[n] or names[n])] for n in rows}
        moments = {tuple(row[i] for i in keys if i < len(row)) for row in (sheet.rows[n] for n in rows)}
        if len(marks) > 1 and len(moments) == len(rows) and (not name or head(name).is_gravity):
            yield rows


def _with_units(names: list[str], units: list[str]) -> list[str]:
    """Each name with the unit of its row; where only some rows of a name have one, that is the unit of all."""
    units_of: dict[str, set[str]] = {}
    for name, unit in zip(names, units, strict=True):
        if not is_absent(unit):
            units_of.setdefault(name, set()).add(unit)
    only = {name: next(iter(units)) for name, units in units_of.items() if len(units) == 1}
    written = zip(names, units, strict=True)
    return [f"{n} ({unit})" if (unit := only.get(n) or ("" if is_absent(u) else u)) else n for n, u in written]


def _with_ends(names: list[str]) -> list[str]:
    """A list of nothing but gravities that calls its first one OG and its last one FG: all are readings."""
    gravities = [name for name in dict.fromkeys(names) if head(name).is_gravity]
    ends = {name for name in set(names) if names.count(name) == 1 and (head(name).is_og or is_final(name))}
    if len(gravities) != 1 or set(names) - {*gravities, *ends}:
        return names
    return [gravities[0] if name in ends else name for name in names]


def is_final(name: str) -> bool:
    """FG, final gravity."""
    return head(name).plain.rstrip(": ") in ("fg", "final gravity", "endvergarung", "restextrakt")


def gathered(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Long tables of one file under one title as one: each may hold one quantity only."""
    together: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        together.setdefault(sheet.title, []).append(sheet)
    found = []
    for alike in together.values():
        whole = _whole(alike) if 1 < len(alike) <= MOST_SERIES else None
        found += [whole] if whole and widened(whole).long else alike
    return found


def _whole(sheets: Sequence[Sheet]) -> Sheet | None:
    """The rows of all under the heads of all; None where they share no two heads."""
    shared = set.intersection(*(set(sheet.heads) for sheet in sheets))
    if len(shared - {""}) < 2:
        return None
    heads = tuple(dict.fromkeys(name for sheet in sheets for name in sheet.heads))
    if len(heads) * sum(len(sheet.rows) for sheet in sheets) > MOST_CELLS:
        return None
    rows = []
    for sheet in sheets:
        where = [sheet.heads.index(name) if name in sheet.heads else -1 for name in heads]
        rows += [[row[i] if 0 <= i < len(row) else "" for i in where] for row in sheet.rows]
    return replace(sheets[0], heads=heads, rows=rows)


def _cells(sheet: Sheet, i: int) -> list[str]:
    """A name for people: sensor.tilt_red_gravity is "tilt_red_gravity"; a topic ends in what it is of."""
    return [re.sub(r"^(sensor|input_number|number)\.", "", cell) for cell in sheet.cells(i)]


def _value(sheet: Sheet) -> int | None:
    """The column of numbers called value, state or the like."""
    named = [
        i for kind in (known.VALUE, known.SMOOTHED) for i in range(len(sheet.heads)) if sheet.head(i).only(kind)
    ]  # a mean is of a statistic
    numeric = [
        i
        for i in named
        if (cells := [c for c in sheet.cells(i)[:400] if not is_absent(c)])
        and 2 * sum(re.match(r"[-+]?\d", c) is not None for c in cells) >= len(cells)
    ]
    return numeric[0] if numeric else None


def _variables(sheet: Sheet) -> list[int]:
    """The column whose texts name quantities, gravity among them, and one that names the device in the same words."""
    named: list[int] = []
    others: list[int] = []
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        texts = set(sheet.cells(i))
        names = (text for text in texts if text and not is_number(text) and head(text).is_gravity)
        if len(texts) <= MOST_SERIES and not all(map(is_measured, names)):
            is_named = h.says(known.VARIABLE) or h.says(known.NAME) or h.says(known.DEVICE)
            (named if is_named else others).append(i)
    return named[:1] or sorted(others, key=lambda i: (_is_unit(sheet, i), len(set(sheet.cells(i)))))[:1]


def _is_unit(sheet: Sheet, i: int) -> bool:
    h = sheet.head(i)
    return h.says(known.UNIT_COLUMN) and ("of" in h.words or h.only(known.UNIT_COLUMN))
