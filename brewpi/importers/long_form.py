"""Long tables, where one column says what the value of a row is, as tables with a column for each quantity."""

from __future__ import annotations

import re
from dataclasses import replace

from brewpi.importers import vocabulary as known
from brewpi.importers.heads import head
from brewpi.importers.sheet import Sheet, is_absent, is_number

MOST_SERIES = 400


def widened(sheet: Sheet) -> Sheet:
    """The table with a column for each gravity and temperature that its rows name; as it is if it is not long."""
    if any(sheet.head(i).is_gravity and any(map(is_number, sheet.cells(i)[:50])) for i in range(len(sheet.heads))):
        return sheet
    value, variables = _value(sheet), _variables(sheet)
    if value is None or not variables:
        return sheet
    names = [" ".join(parts) for parts in zip(*(_cells(sheet, i) for i in variables), strict=True)]
    unit = next((i for i in range(len(sheet.heads)) if i not in variables and _is_unit(sheet, i)), None)
    if unit is not None:
        names = [
            f"{name} ({text})" if text and not is_absent(text) else name
            for name, text in zip(names, sheet.cells(unit), strict=True)
        ]
    wanted = [name for name in dict.fromkeys(names) if (h := head(name)).is_gravity or h.is_temperature or h.is_og]
    if not any(head(name).is_gravity for name in wanted):
        return sheet
    others = [i for i in range(len(sheet.heads)) if i not in (value, unit, *variables)]
    at = {name: len(others) + n for n, name in enumerate(wanted[:MOST_SERIES])}
    rows = []
    for row, name in zip(sheet.rows, names, strict=True):
        if name in at:
            cells = [row[i] if i < len(row) else "" for i in others] + [""] * len(at)
            cells[at[name]] = row[value] if value < len(row) else ""
            rows.append(cells)
    return replace(sheet, heads=(*(sheet.heads[i] for i in others), *at), rows=rows, long=True)


def _cells(sheet: Sheet, i: int) -> list[str]:
    """A name for people: sensor.tilt_red_gravity is "tilt_red_gravity"; a topic ends in what it is of."""
    return [re.sub(r"^(sensor|input_number|number)\.", "", cell) for cell in sheet.cells(i)]


def _value(sheet: Sheet) -> int | None:
    """The column of numbers called value, state or the like."""
    named = [i for i in range(len(sheet.heads)) if sheet.head(i).only(known.VALUE)]
    named = named or [i for i in range(len(sheet.heads)) if sheet.head(i).only(known.SMOOTHED)]  # of a statistic
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
        if len(texts) <= MOST_SERIES and any(head(text).is_gravity for text in texts if text and not is_number(text)):
            said = h.says(known.VARIABLE) or h.says(known.NAME) or h.says(known.DEVICE)
            (named if said else others).append(i)
    return (named or others)[:1]


def _is_unit(sheet: Sheet, i: int) -> bool:
    h = sheet.head(i)
    return h.says(known.UNIT_COLUMN) and ("of" in h.words or h.only(known.UNIT_COLUMN))
