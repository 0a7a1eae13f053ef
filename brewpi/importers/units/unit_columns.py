"""Units that stand beside a column: in its cells, in another column or the preamble; one for all rows or for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from brewpi.importers.sheet import Sheet, is_absent, numbers
from brewpi.importers.units.degrees import celsius_of_r
from brewpi.importers.units.gravity_units import NEAR_WATER, SCALES, TEMPERATURE_WORDS, WORDS
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head
from brewpi.importers.words.said_units import unit_said
from brewpi.records import Array

GOES_ON_SG = 0.008  # from one reading to the next
NEAR_OG = 0.07  # a share of the original gravity, by which the first reading may be off


def unit_beside(sheet: Sheet, i: int, words: dict[str, str], about: Sequence[str]) -> str | None:
    """The unit that a column such as `temp_units` names, where all rows agree; the preamble's else."""
    columns = _unit_columns(sheet, about)
    for column in columns:
        units = {words.get(as_word(cell)) for cell in sheet.cells(column) if not is_absent(cell)}
        if len(units) == 1 and None not in units:
            return units.pop()
    for name, value in sheet.facts.items():
        h = head(name)
        of_this = len(h.words) == 1 or any(word.startswith(a) for word in h.words for a in about)
        if h.is_unit_of and of_this and (unit := words.get(as_word(value))) is not None:
            return unit
    return unit_said(sheet.facts, of_temperature="temp" in about)


def unit_of_og(sheet: Sheet, values: Array) -> str | None:
    """The unit in which the original gravity stands above the table, or in a column, where the readings begin near it:
    a column without a unit that begins at 12.7 below "OG: 12.9 °P"."""
    declared = [(head(name), [text]) for name, text in sheet.facts.items()]
    declared += [(sheet.head(i), sheet.cells(i)) for i in range(len(sheet.heads))]
    finite = values[np.isfinite(values) & (values != 0.0)]
    found = set()
    for h, cells in declared if len(finite) else ():
        if not h.is_og:
            continue
        og, units = numbers(cells, strict=False)
        unit = h.gravity_unit or next((WORDS[as_word(u)] for u in units if as_word(u) in WORDS), None)
        near = np.abs(og[np.isfinite(og)] / float(np.max(finite[:3])) - 1.0) < NEAR_OG
        if unit is not None and len(near) and near.all():
            found.add(unit)
    return found.pop() if len(found) == 1 else None


def _unit_columns(sheet: Sheet, about: Sequence[str]) -> list[int]:
    columns = [j for j in range(len(sheet.heads)) if sheet.head(j).is_unit_of]
    own = [j for j in columns if any(word.startswith(a) for word in sheet.head(j).words for a in about)]
    return own or [j for j in columns if all(known.UNIT_COLUMN.fullmatch(word) for word in sheet.head(j).words)]


def gravity_by_row(sheet: Sheet, i: int, values: Array, units: list[str]) -> Array | None:
    """Gravities in SG where several units stand in one column, each row with its own; else None."""
    stated = sheet.head(i).gravity_unit
    for labels in (units, *(sheet.cells(j) for j in _unit_columns(sheet, ("gravity", "grav", "sg", "density")))):
        marks = [WORDS.get(as_word(label)) for label in labels]
        in_degrees = any(mark in NEAR_WATER for mark in marks) or (stated in NEAR_WATER and any(marks))
        if labels is units and in_degrees and stated != "refractometer":  # which is corrected as a whole
            marks = [mark or _unit_of(cell, stated) for mark, cell in zip(marks, sheet.cells(i), strict=True)]
        if labels is units and not any(marks) and stated in NEAR_WATER and stated != "refractometer":
            marks = _sg_among_degrees(sheet.cells(i), values, stated)
        kinds = set(marks) - {None}
        if len(kinds) > 1 and 2 * sum(mark is not None for mark in marks) > np.count_nonzero(np.isfinite(values)):
            out = np.full(len(values), np.nan)
            for unit in kinds:
                mine = np.array([mark == unit for mark in marks])
                divisor = 1000.0 if unit == "sg" and np.nanmedian(values[mine]) > 900.0 else 1.0
                out[mine] = SCALES[str(unit)].to_sg(values[mine] / divisor)
            return out
    return None


def _sg_among_degrees(cells: Sequence[str], values: Array, stated: str) -> list[str | None]:
    """The units of a column of degrees in which some cells are written as only SG is and go on from the others as SG,
    which in degrees none of them would; none of any other."""
    known_rows = np.isfinite(values) & (values != 0.0)
    plain = np.array([is_plain_sg(cell) for cell in cells], bool) & known_rows
    degrees = known_rows & ~plain
    nothing: list[str | None] = [None] * len(cells)
    if np.count_nonzero(plain) < 2 or np.count_nonzero(degrees) < 2:
        return nothing
    at = np.flatnonzero(plain)
    between = np.interp(at, np.flatnonzero(degrees), SCALES[stated].to_sg(values[degrees]))
    as_degrees = SCALES[stated].to_sg(values[at])
    if np.any(np.abs(values[at] - between) > GOES_ON_SG) or np.max(np.abs(as_degrees - between)) < 2.0 * GOES_ON_SG:
        return nothing
    return ["sg" if sg else stated if number else None for sg, number in zip(plain, known_rows, strict=True)]


def _unit_of(cell: str, stated: str | None) -> str | None:
    """Of a cell without one, beside others that name theirs: the head's, else SG where it is written like one."""
    return stated if stated is not None and not is_absent(cell) else "sg" if is_plain_sg(cell) else None


def is_plain_sg(cell: str) -> bool:
    """Whether a number without a unit is written as only SG is: 1.048, where °P have a decimal or two."""
    return re.fullmatch(r"\s*(?:1[.,][01]|0[.,]9[89])\d{2,3}\s*", cell) is not None


def temperature_by_row(sheet: Sheet, i: int, units: list[str]) -> Array | None:
    """Temperatures in °C where °C and °F stand in one column, each row with its own unit; else None."""
    stated = sheet.head(i).temp_unit
    marked = {TEMPERATURE_WORDS.get(u.lower()) for u in units if u} - {None}
    beside = marked - {stated} if stated else set()  # 67F in a column of °C: what is not marked is as its head says
    by_cell = len(marked) > 1 or (beside and "" in units)
    labels = [u if u.lower() in TEMPERATURE_WORDS else stated or "" for u in units] if by_cell else None
    for column in _unit_columns(sheet, ("temp",)) if labels is None else ():
        cells = [cell.strip().lower() for cell in sheet.cells(column)]
        if len({TEMPERATURE_WORDS.get(cell) for cell in cells if cell} - {None}) > 1:
            labels = cells
    if labels is None:
        return None
    values, _ = numbers(sheet.cells(i), strict=False)
    marks = [TEMPERATURE_WORDS.get(label.lower()) for label in labels]
    out = np.full(len(values), np.nan)
    for n, mark in enumerate(marks):
        if mark is not None:
            out[n] = (values[n] - 32.0) / 1.8 if mark == "f" else values[n] - 273.15 * (mark == "k")
    of_r = np.array([mark == "r" for mark in marks])
    out[of_r] = celsius_of_r(out[of_r])
    return out


def common(units: list[str], words: dict[str, str]) -> str | None:
    """The unit behind most numbers of a column."""
    marks = [words.get(as_word(unit)) for unit in units if unit]
    known_units = [unit for unit in marks if unit]
    return max(set(known_units), key=known_units.count) if 2 * len(known_units) > len(units) else None


def as_word(unit: str) -> str:
    """As it stands in the tables of units."""
    return unit.lower().strip(" .").replace("º", "°").replace("° ", "°")
