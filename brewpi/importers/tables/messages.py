"""Readings in the remarks or messages of a table: "SG 1.042, 19.5 °C, smells fine", where no column is a gravity."""

from __future__ import annotations

import re
from dataclasses import replace

from brewpi.importers.columns.headless import ferments
from brewpi.importers.sheet import Sheet, is_absent, numbers
from brewpi.importers.text.labelled import LONGEST_LINE, bare_gravity, named_numbers
from brewpi.importers.units.spoken_degrees import temperature
from brewpi.importers.words.heads import head

LEAST = 3  # readings
_MAY_BE = re.compile(r"\b1[.,]?[01]\d\d|plato|brix|oe|ext", re.I)
_WORD = re.compile(r"[^\W\d_]{2,}")
_TANK = re.compile(r"\b(?:fv|tank|batch|sud|cuve|fermenter|fermentor|bbt|cct|brew|kettle)\s?#?\d+", re.I)


def opened(sheet: Sheet) -> Sheet:
    """The table with the gravities and temperatures of such a column as columns, and a remark; as it is where two
    columns hold some, where they are of several tanks or units, or do not fall as a wort's."""
    found = []
    for i in range(len(sheet.heads)):
        cells = sheet.cells(i)
        if sum(len(cell) > 6 and any(map(str.isalpha, cell)) and any(map(str.isdigit, cell)) for cell in cells) < LEAST:
            continue
        if bare_gravity(sheet.heads[i]):
            continue  # a line of notes, cut at its commas, and no head
        if (columns := _columns(cells)) is not None:
            found.append((i, *columns))
    if len(found) != 1:
        return sheet
    i, name, gravities, temps = found[0]
    heads = [*sheet.heads, name]
    rows = [[*row, *[""] * (len(sheet.heads) - len(row)), sg] for row, sg in zip(sheet.rows, gravities, strict=True)]
    if any(temps) and not any(sheet.head(n).is_temperature for n in range(len(sheet.heads))):
        heads.append("temp")
        rows = [[*row, temp] for row, temp in zip(rows, temps, strict=True)]
    note = f'gravities taken from the text of "{sheet.heads[i]}"'
    return replace(sheet, heads=tuple(heads), rows=rows, notes=(*sheet.notes, note))


def _columns(cells: list[str]) -> tuple[str, list[str], list[str]] | None:
    """The name of a gravity, and the texts of gravities and temperatures, one a cell."""
    names, gravities, temps, tanks = set(), [], [], set()
    for cell in cells:
        may_be = len(cell) <= LONGEST_LINE and not is_absent(cell) and _MAY_BE.search(cell) is not None
        pairs = named_numbers(cell) if may_be else {}
        unnamed = may_be and not any(head(name).of_gravity for name in pairs)
        said = unnamed and (len(_WORD.findall(cell)) > 1 or temperature(cell))  # and is no mere 1.048 SG
        if said and (bare := bare_gravity(cell)):
            pairs["sg"] = bare
        of_gravity = [name for name in pairs if head(name).is_gravity]
        if len(of_gravity) > 1:
            return None
        tanks |= {tank.lower() for tank in _TANK.findall(cell[:LONGEST_LINE])} if of_gravity else set()
        names |= {head(name).gravity_unit or "sg" for name in of_gravity}
        gravities.append(pairs[of_gravity[0]] if of_gravity else "")
        beside = [value for name, value in pairs.items() if of_gravity and head(name).is_temperature]
        temps.append(beside[0] if beside else "")
    if len(names) != 1 or len(tanks) > 1 or sum(map(bool, gravities)) < LEAST:
        return None
    (name,) = names
    values, _ = numbers(gravities, strict=False)
    return (name, gravities, temps) if ferments(values, name) else None
