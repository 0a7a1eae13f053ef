"""Which columns hold a temperature, and how likely it is the beer's."""

from __future__ import annotations

import re

import numpy as np

from brewpi.importers.columns.column import NOT_OF_BEER, Column, stem
from brewpi.importers.sheet import Sheet, numbers
from brewpi.importers.units.degrees import BEERS, SAME_BEER_C, are_of_a_beer, celsius_of_r, go_up_and_down
from brewpi.importers.units.gravity_units import TEMPERATURE_WORDS
from brewpi.importers.units.unit_columns import common, temperature_by_row, unit_beside
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head
from brewpi.records import Array

ABOUT_A_BEER = (-5.0, 110.0)  # °C or °F of a room, a fridge or a target
CELL_TEMPERATURES = (15.0, 15.56, 20.0, 25.0, 60.0, 68.0)  # of density meters, in °C and °F
COLDEST_LAGER = 4.0  # °C, beside a gravity in a column of its own
CELL_OFF = 0.021  # which they keep to a few hundredths
_PLACE = re.compile(
    "top|bottom|upper|lower|mid|middle|cent(?:er|re)|oben|unten|mitte|haut|bas|arriba|abajo|[a-e]|t|tic|pv"
)
_IN = re.compile("in|im|the|of|der|de|du|dans|nel")
_HUNDREDTHS = re.compile(r"[.,]\d\d")
_DENSITY = re.compile("densit[a-z]*|dichte|dichtheid|rho|gestosc|hustota")


def temperatures(sheet: Sheet) -> list[Column]:
    """Every measured temperature, with its unit and how likely it is the beer's (0 best; from 5 on it is not)."""
    called = [i for i in range(len(sheet.heads)) if sheet.head(i).is_temperature]
    found = []
    called = called or _called_t(sheet) or _beside_another(sheet) or _in_degrees(sheet)
    own = {word for h in map(sheet.head, range(len(sheet.heads))) if h.is_gravity for word in stem(h)}
    of_beer = any(_temp_rank(sheet.head(i), own) < NOT_OF_BEER for i in called)
    probes = [] if of_beer else _of_a_probe(sheet) or _that_agree(sheet)
    for i in dict.fromkeys([*probes, *called]):
        h = sheet.head(i)
        values, units = numbers(sheet.cells(i), h.text.lower(), strict=False, line=sheet.line)
        if not np.isfinite(values).any():
            continue
        by_row = temperature_by_row(sheet, i, units)
        unit: str | None = "c"
        if by_row is not None:
            values = by_row
        else:
            stated = h.temp_unit or common(units, TEMPERATURE_WORDS)
            unit = stated or unit_beside(sheet, i, TEMPERATURE_WORDS, ("temp",))
        if unit == "r":
            values, unit = celsius_of_r(values), "c"
        rank = 1.0 if i in probes else _temp_rank(h, own)
        found.append(Column(i, h, values, unit, () if i in probes else stem(h), rank))
    return sorted(found, key=lambda column: (column.rank, -column.filled > 0, column.index))


def is_of_beer(sheet: Sheet, i: int) -> bool:
    """Whether the head of a column calls it a temperature, and none of a room, a fridge or a target."""
    return sheet.head(i).is_temperature and _temp_rank(sheet.head(i), set()) < NOT_OF_BEER


def _called_t(sheet: Sheet) -> list[int]:
    """A column called T beside one for the time, or PV (process value) beside a controller's setpoint: of a beer's
    numbers that go up and down."""
    heads = [sheet.head(i) for i in range(len(sheet.heads))]
    if not any(h.is_time or h.says(known.MOMENT) for h in heads):
        return []
    controlled = any(h.plain in ("sp", "sv", "setpoint") for h in heads)
    alone = [i for i, h in enumerate(heads) if h.plain in ("t", "t1") or (controlled and h.plain == "pv")]
    return [i for i in alone if _varies(numbers(sheet.cells(i), strict=False)[0])][:1]


def _beside_another(sheet: Sheet) -> list[int]:
    """The one column called "Beer" or "Wort" beside "Fridge" or "Ambient", or "Actual" beside "Target", of numbers that
    a beer and what is around it can have."""
    gravities = any(sheet.head(i).is_gravity for i in range(len(sheet.heads)))
    coldest = COLDEST_LAGER if gravities else BEERS[0]
    for own, other in (((known.BEER, known.NUMBER), known.NOT_BEER), ((known.ACTUAL,), known.TARGET)):
        mine, beside = (
            {i: numbers(sheet.cells(i), strict=False)[0] for i in range(len(sheet.heads)) if sheet.head(i).only(*kinds)}
            for kinds in (own, (other,))
        )
        found = [i for i, values in mine.items() if are_of_a_beer(values, coldest)]
        if len(found) == 1 and any(map(_is_warm, beside.values())):
            return found
    return []


def _in_degrees(sheet: Sheet) -> list[int]:
    """The one column that is called after a beer, of cells in °C or °F."""
    heads = [(i, sheet.head(i)) for i in range(len(sheet.heads))]
    of_beer = [i for i, h in heads if h.only(known.BEER, known.NUMBER, known.ACTUAL) and not h.of_gravity]
    found = [i for i in of_beer if common(numbers(sheet.cells(i), strict=False)[1], TEMPERATURE_WORDS)]
    return found if len(found) == 1 else []


def _is_warm(values: Array) -> bool:
    """Whether all numbers, (n,), may be temperatures about a beer, in °C or °F."""
    finite = values[np.isfinite(values)]
    return len(finite) > 0 and bool(np.all((finite >= ABOUT_A_BEER[0]) & (finite <= ABOUT_A_BEER[1])))


def _of_a_probe(sheet: Sheet) -> list[int]:
    """The one column that is called after what measures temperatures and nothing else, of a beer's numbers."""
    kinds = (known.PROBE, known.NUMBER, known.ACTUAL, known.BEER, _IN)
    found = [i for i in range(len(sheet.heads)) if sheet.head(i).says(known.PROBE) and sheet.head(i).only(*kinds)]
    return found if len(found) == 1 and are_of_a_beer(numbers(sheet.cells(found[0]), strict=False)[0]) else []


def _that_agree(sheet: Sheet) -> list[int]:
    """The first of several probes of one tank, numbered or at its top and bottom, that agree at every moment."""
    kinds = (known.PROBE, known.TEMPERATURE, known.NUMBER, known.ACTUAL, known.BEER, known.DEVICE, _PLACE)
    found: dict[int, Array] = {}
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        is_probe = (h.says(known.PROBE) or h.says(_PLACE)) and h.only(*kinds)
        if is_probe and not h.of_gravity and are_of_a_beer(values := numbers(sheet.cells(i), strict=False)[0]):
            found[i] = values
    if len(found) < 2:
        return []
    apart = np.ptp(np.stack(list(found.values())), axis=0)
    is_one = np.isfinite(apart).any() and float(np.nanmax(apart)) <= SAME_BEER_C
    return [next(iter(found))] if is_one else []


def is_of_a_cell(column: Column, sheet: Sheet) -> bool:
    """Whether a temperature is that at which a density meter measured, 20.00 °C beside a density, and so for all."""
    finite = column.values[np.isfinite(column.values)]
    fine = all(_HUNDREDTHS.search(cell) for cell in sheet.cells(column.index) if any(c.isdigit() for c in cell))
    dense = any(sheet.head(i).says(_DENSITY) for i in range(len(sheet.heads)))
    return dense and fine and any(np.all(np.abs(finite - kept) <= CELL_OFF) for kept in CELL_TEMPERATURES)


def unnamed_temperatures(sheet: Sheet) -> list[str]:
    """Columns of a beer's numbers under a head that says nothing: they are not guessed at, and that is said."""
    heads = [(i, sheet.head(i)) for i in range(len(sheet.heads))]
    others = (known.OTHER_QUANTITY, known.NO_GRAVITY, known.NOT_BEER, known.TARGET)
    unknown = [
        (i, h)
        for i, h in heads
        if h.text and not (h.is_time or h.names_moment or h.of_gravity or any(h.says(other) for other in others))
    ]
    found = [h.text for i, h in unknown if are_of_a_beer(numbers(sheet.cells(i), strict=False)[0])]
    if not found:
        return []
    names = ", ".join(f'"{text}"' for text in found[:3])
    return [f'{names} not used; if it is the beer\'s temperature, call it "beer temp"']


def _varies(values: Array) -> bool:
    finite = values[np.isfinite(values)]
    return bool(np.all((finite > -5.0) & (finite < 110.0))) and go_up_and_down(finite)


def _temp_rank(h: Head, own: set[str]) -> float:
    """own: words of the gravity's device, such as the cellar of "spindle_cellar_sg", which say nothing of a room."""
    elsewhere = any(known.NOT_BEER.fullmatch(word) for word in h.words if word not in own)
    if elsewhere and not {"beer", "wort", "fluid"} & set(h.words):
        return NOT_OF_BEER
    rank = 0.0 if h.says(known.BEER) else 1.0
    calibrated = h.says(known.CALIBRATED) and "comp" not in h.words
    rank += 0.4 * (h.says(known.RAW) - calibrated) + 0.1 * h.says(known.SMOOTHED)
    rank += 0.3 * ("sample" in h.words)  # which cools on its way
    rank += 0.3 * ("internal" in h.words)  # of a device, beside one that says beer
    return rank + 0.2 * ({"current", "gravity"} & set(h.words) == {"gravity"}) - 0.1 * ("current" in h.words)
