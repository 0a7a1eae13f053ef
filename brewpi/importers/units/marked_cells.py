"""Columns that say in each cell what they hold (12.6 °P, 19,5 °C), whatever they are called."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from brewpi.importers.sheet import Sheet, is_absent, numbers
from brewpi.importers.units.gravity_units import NEAR_WATER, SCALES, TEMPERATURE_WORDS, WORDS
from brewpi.importers.units.unit_columns import as_word, common, is_plain_sg
from brewpi.importers.words import vocabulary as known

# "12 g" is also hops, "4 g/l" carbon dioxide, "7 points" a judge's
OF_MUCH_ELSE = {"g", "g/l", "g/dl", "g/100ml", "g/100 ml", "% w/v", "% w/w", "pts", "points"}
NEARLY_ALL, MANY = 0.9, 0.3  # of the cells that are filled


def named(sheet: Sheet) -> Sheet:
    """The table with such columns called after what they hold. Where gravities and temperatures share one, each gets
    its own; where there are several gravities, each is a batch that is called as its column."""
    sheet = _with_units_of_next(sheet)
    gravities, temps = _columns(sheet)
    notes = tuple(f'"{sheet.heads[i]}" taken as the gravity, for its cells carry a unit of it' for i in gravities[:4])
    heads = list(sheet.heads)
    if len(gravities) == 1 and gravities == temps:
        return _parted(replace(sheet, notes=(*sheet.notes, *notes)), gravities[0])
    for i in gravities:
        heads[i] = "gravity" if len(gravities) == 1 else f"{heads[i]} {_label(sheet, i)}"
    if len(temps) == 1 and len(gravities) == 1 and not any(sheet.head(i).is_temperature for i in range(len(heads))):
        heads[temps[0]] = "temp"
    return replace(sheet, heads=tuple(heads), notes=(*sheet.notes, *notes)) if gravities else sheet


def _with_units_of_next(sheet: Sheet) -> Sheet:
    """The table with each unit of a column called "Unit" behind the number to its left."""
    for i in range(1, len(sheet.heads)):
        units = [as_word(cell) for cell in sheet.cells(i)]
        if sheet.head(i).only(known.UNIT_COLUMN) and any(unit in WORDS or unit in TEMPERATURE_WORDS for unit in units):
            both = zip(sheet.cells(i - 1), sheet.cells(i), strict=True)
            sheet = sheet.with_cells(i - 1, [f"{number} {unit}" if number else "" for number, unit in both])
    return sheet


def gravity_column(sheet: Sheet) -> int | None:
    """Its number, in a table without heads; None where there is none, or not one alone."""
    gravities, _ = _columns(sheet)
    return gravities[0] if len(gravities) == 1 else None


def is_measured(text: str) -> bool:
    """Whether a text is a number with a unit, and so is no name."""
    values, units = numbers([text], strict=False)
    unit = "".join(map(as_word, units))
    return bool(np.isfinite(values[0])) and (unit in WORDS or unit in TEMPERATURE_WORDS)


def _columns(sheet: Sheet) -> tuple[list[int], list[int]]:
    """Those of gravities, which move, and those of temperatures; the same one is in both where it holds both."""
    gravities, temps = [], []
    for i in range(max((len(row) for row in sheet.rows), default=0)):
        cells = [cell for cell in sheet.cells(i) if not is_absent(cell)]
        if len(set(cells)) < 2 or (sheet.heads and (sheet.head(i).is_og or sheet.head(i).says(known.TARGET))):
            continue
        units = [as_word(unit) for unit in numbers(cells, strict=False)[1]]
        if any(unit in WORDS and WORDS[unit] in NEAR_WATER and unit not in OF_MUCH_ELSE for unit in units):
            units = [unit or ("sg" if is_plain_sg(cell) else "") for unit, cell in zip(units, cells, strict=True)]
        of_gravity = sum(unit in WORDS and unit not in OF_MUCH_ELSE for unit in units) / len(cells)
        of_temp = sum(unit in TEMPERATURE_WORDS for unit in units) / len(cells)
        if of_gravity + of_temp < NEARLY_ALL:
            continue
        if of_gravity >= MANY:
            gravities.append(i)
        if of_temp >= MANY:
            temps.append(i)
    return gravities, temps


def _parted(sheet: Sheet, i: int) -> Sheet:
    """A row has one of both, and is of the gravity or of the temperature."""
    rows, units = [], {"gravity": set[str](), "temp": set[str]()}
    for row in sheet.rows:
        cell = row[i] if i < len(row) else ""
        unit = "".join(map(as_word, numbers([cell], strict=False)[1]))
        is_temp = unit in TEMPERATURE_WORDS
        units["temp" if is_temp else "gravity"].add(unit)
        filled = [*row, *[""] * (i + 1 - len(row))]
        rows.append([*filled[:i], *(("", cell) if is_temp else (cell, "")), *filled[i + 1 :]])
    both = (f"{name} ({next(iter(of))})" if len(of) == 1 else name for name, of in units.items())
    return replace(sheet, heads=(*sheet.heads[:i], *both, *sheet.heads[i + 1 :]), rows=rows)


def _label(sheet: Sheet, i: int) -> str:
    return SCALES[common(numbers(sheet.cells(i), strict=False)[1], WORDS) or "sg"].label
