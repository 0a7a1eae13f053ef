"""Which columns hold the gravity and the beer's temperature, where a table has several of both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from brewpi.importers.columns import devices, own_temperature, quantiles, samples, water
from brewpi.importers.columns.column import NOT_OF_BEER, Column, stem
from brewpi.importers.columns.headless import ferments, is_sg
from brewpi.importers.columns.temperature_columns import is_of_a_cell, temperatures, unnamed_temperatures
from brewpi.importers.sheet import Sheet, is_absent, left_out, numbers, unread_words
from brewpi.importers.units.gravity_units import NEAR_WATER, WORDS
from brewpi.importers.units.unit_columns import as_word, common, gravity_by_row, unit_beside, unit_of_og
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head, head

_UNITS_FIRST = (
    "sg", "g/cm3", "g/l", "kg/hl", None, "plato", "g/100ml", "g/l of extract", "brix", "oechsle", "points", "baume",
    "kmw", "twaddell", "refractometer",
)  # fmt: skip
LEAST_DENSITY_G_L = 900.0
_DENSITY = re.compile("density|dichte|dichtheid|rho")  # in French and Spanish it is the word for SG
_FOR_TEMPERATURE = re.compile("for|to|at|by|temp(erature)?|reading|value|20|15|60|68|c|f|deg|degrees")
_WORKED_OUT = re.compile("fg|sg|calc(ulated)?|real|true")
_AT_20_C = re.compile(r"(?:@|\bat|\bbei|\ba)\s?(?:15|20|60|68)(?!\d)|[([](?:15|20|60|68) ?°? ?[cf][)\]]")
FACTORS = (0.9, 1.15)  # of refractometers, most are 1.00 to 1.06


@dataclass(frozen=True, slots=True)
class Pair:
    """A gravity with the temperature that goes with it, and the words that tell its device from the others."""

    gravity: Column
    temp: Column | None
    name: str
    notes: tuple[str, ...] = ()


def pairs(sheet: Sheet) -> list[Pair]:
    """One pair for each device that has a gravity. Raises LogError for words where numbers should be."""
    found = [
        column
        for i in range(len(sheet.heads))
        if (h := sheet.head(i)).is_gravity and (column := _gravity(sheet, i, h)) is not None
    ]
    filled = quantiles.medians([column for column in found if column.filled])
    filled = [column for column in filled if not column.head.is_og] or filled  # OE beside AE
    if not filled:
        return []
    filled += _corrected_alone(sheet, filled)
    gravities = {column.index for column in filled}
    temps = [t for t in temperatures(sheet) if t.index not in gravities and not is_of_a_cell(t, sheet)]
    temps = quantiles.medians(temps)
    unnamed = [] if temps else unnamed_temperatures(sheet)
    of_one = samples.of_one_beer(filled, temps, sheet)
    groups, told = of_one or (devices.by_device(filled), samples.drift_apart(filled))
    devices.check_names(groups)
    some = []
    for words, columns in groups.items():
        best = _best(columns)
        temp = own_temperature.temperature_for(best, temps, groups)
        others = [c for c in filled if len(groups) == 1 and c is not best]
        counted, zeros = _without_zeros(best, temp)
        some.append(
            Pair(
                counted,
                temp,
                _name(best, words) if len(groups) > 1 else "",
                (
                    *_remarks(best, others, temps), *zeros, *told,
                    *own_temperature.of_nobody(temp, temps, groups), *unnamed,
                    *_unread(sheet, best), *own_temperature.unread(sheet, temp, groups), *_corrected(sheet, best),
                    *own_temperature.of_a_probe(temp), *_passed_over(sheet),
                ),
            )
        )
    return some


def _gravity(sheet: Sheet, i: int, h: Head) -> Column | None:
    values, units = numbers(sheet.cells(i), h.text.lower(), strict=False, line=sheet.line)
    if np.count_nonzero(np.isfinite(values)) == 0 and _is_text(sheet.cells(i)):
        return None
    values, _ = numbers(sheet.cells(i), h.text.lower(), strict=True, line=sheet.line)
    by_row = gravity_by_row(sheet, i, values, units)
    unit = (
        "sg"
        if by_row is not None
        else _of_cells(h, units)
        or h.named_gravity_unit
        or common(units, WORDS)
        or unit_beside(sheet, i, WORDS, ("gravity", "grav", "sg", "density", "ferm"))
        or h.gravity_unit
        or unit_of_og(sheet, values)
    )
    if unit == "brix" and any("refra" in text.lower() or "rifra" in text.lower() for text in sheet.facts.values()):
        unit = "refractometer"
    values = values if by_row is None else by_row
    if unit in ("brix", "refractometer") and (factor := wort_factor(sheet)) is not None:
        values, unit = values / factor, "refractometer"  # of nothing else is there one
    if unit == "g/l" and h.is_extract and float(np.nanmedian(values)) < LEAST_DENSITY_G_L:
        unit = "g/l of extract"
    put_right = h.says(known.CALIBRATED) or "true" in h.words
    rank = devices.RAW if h.says(known.RAW) else 0.0 if put_right else 1.0
    return Column(i, h, values, unit, stem(h), rank + 0.3 * h.says(known.SMOOTHED))


def _of_cells(h: Head, units: list[str]) -> str | None:
    """The unit of all cells where these say degrees below a head that says SG: each counts in its own."""
    said = {WORDS.get(as_word(unit)) for unit in units if unit}
    unit = said.pop() if len(said) == 1 and all(units) else None
    return unit if unit in NEAR_WATER and h.gravity_unit == "sg" else None


def _corrected_alone(sheet: Sheet, gravities: list[Column]) -> list[Column]:
    """A column called "Corrected" or "Adjusted" and no more beside the one gravity, whose numbers follow it closely, or
    fall as a wort's in another unit; that is what an FG beside a refractometer's °Brix may do as well."""
    if len(gravities) != 1 or gravities[0].head.says(known.CALIBRATED):
        return []
    (one,) = gravities
    largest = float(np.nanmax(np.abs(one.values)))
    near = (0.2 if one.unit in NEAR_WATER else 0.012) * largest
    for i in range(len(sheet.heads)):
        if i == one.index or not _is_corrected(h := sheet.head(i)):
            continue
        values, _ = numbers(sheet.cells(i), strict=False)
        unit = h.named_gravity_unit or ("sg" if is_sg(values) else one.unit)
        if unit != one.unit and one.unit in NEAR_WATER and ferments(values, unit):
            return [Column(i, h, values, unit, one.stem, 0.0)]
        apart = values - one.values
        if np.count_nonzero(np.isfinite(apart)) >= 2 and float(np.nanmax(np.abs(apart))) <= near:
            return [Column(i, h, values, one.unit, one.stem, 0.0)]
    return []


def _is_corrected(h: Head) -> bool:
    """"Corrected", "Corrected for temp", "Adjusted to 20 °C", "FG corr."."""
    is_one = h.says(known.CALIBRATED) or "fg" in h.words
    return is_one and h.only(known.CALIBRATED, _FOR_TEMPERATURE, known.HYDROMETER, _WORKED_OUT)


def _is_text(cells: Sequence[str]) -> bool:
    """A column of words: a name that sounds like a gravity."""
    filled = [cell for cell in cells if not is_absent(cell)]
    return bool(filled) and all(any(c.isalpha() for c in cell) for cell in filled[:20])


def _best(columns: list[Column]) -> Column:
    """Calibrated before plain before raw; SG before what has to be converted; that at 20 °C; the first of two alike.

    A column with less than half as many readings as another does not count, nor one that begins when a tenth is over.
    """
    fullest = max(columns, key=lambda column: column.filled)
    latest = fullest.first + 0.1 * len(fullest.values)
    full = [column for column in columns if 2 * column.filled >= fullest.filled and column.first <= latest]
    return min(full, key=lambda c: (c.rank, _UNITS_FIRST.index(c.unit), not _AT_20_C.search(c.head.plain), c.index))


def _without_zeros(gravity: Column, temp: Column | None) -> tuple[Column, tuple[str, ...]]:
    """Where 0 is water's gravity, rows of 0 below the temperature as well are no readings: a sheet was filled with them
    before, or a device was off; and a remark."""
    if temp is None or gravity.unit not in NEAR_WATER:
        return gravity, ()
    zero = (gravity.values == 0.0) & (temp.values == 0.0)
    n = int(np.count_nonzero(zero))
    if n == 0 or np.count_nonzero(temp.values[gravity.values != 0.0] == 0.0) > 0:
        return gravity, ()
    row = "1 row" if n == 1 else f"{n} rows"
    return replace(gravity, values=np.where(zero, np.nan, gravity.values)), (f"{row} of zeros left out",)


def _name(column: Column, stem: tuple[str, ...]) -> str:
    """As the head writes it, without quantity and unit: "FST 111" of "FST 111 Average Plato"."""
    words = column.stem or stem
    plain = column.head.plain
    begin = plain.find(words[0]) if words else -1
    end = plain.rfind(words[-1]) + len(words[-1]) if words else -1
    text = column.head.text[begin:end] if begin >= 0 and len(column.head.text) == len(plain) else " ".join(words)
    return text.replace("_", " ").strip(" ./-:") or column.head.text


def _passed_over(sheet: Sheet) -> list[str]:
    """A remark on columns that fall like a wort and are called after something that no gravity of now is, and a name:
    "Full Moon SG"."""
    others = (known.NO_GRAVITY, known.TARGET, known.DEVICE, known.NUMBER, known.BATCH)
    found = []
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        named = [word for word in stem(h) if not any(kind.fullmatch(word) for kind in others)]
        if h.of_gravity and not h.is_gravity and named:
            values, units = numbers(sheet.cells(i), strict=False)
            if ferments(values, h.gravity_unit or common(units, WORDS)):
                found.append(h.text)
    shown = ", ".join(f'"{text}"' for text in found[:3])
    return [f"{shown} not used; if it is a beer of its own, give it another name"] if found else []


def _unread(sheet: Sheet, column: Column) -> list[str]:
    """What stands in a gravity's cells and is no number."""
    words = unread_words(sheet.cells(column.index), column.values)
    return [left_out(words, column.head.text, words[0])] if words else []


def wort_factor(sheet: Sheet) -> float | None:
    """The wort correction factor of a refractometer, where a column or the preamble says one for all readings."""
    labelled = [(h, sheet.cells(i)) for i, h in enumerate(map(head, sheet.heads))]
    labelled += [(head(name), [text]) for name, text in sheet.facts.items()]
    for h, cells in labelled:
        if "wcf" in h.words or "correction factor" in h.plain:
            factors, _ = numbers(cells, strict=False)
            known_factors = np.unique(factors[np.isfinite(factors)])
            if len(known_factors) == 1 and FACTORS[0] <= known_factors[0] <= FACTORS[1]:
                return float(known_factors[0])
    return None


def _corrected(sheet: Sheet, best: Column) -> list[str]:
    factor = wort_factor(sheet) if best.unit == "refractometer" else None
    return [] if factor is None else [f"°Brix divided by the wort correction factor of {factor:g}"]


def _remarks(best: Column, others: list[Column], temps: list[Column]) -> tuple[str, ...]:
    notes = []
    if best.rank >= devices.RAW:
        notes.append(f'gravity from "{best.head.text}", which is not calibrated')
    elif others:
        notes.append(f'gravity from "{best.head.text}", not from ' + ", ".join(f'"{c.head.text}"' for c in others[:3]))
    if temps and all(t.rank >= NOT_OF_BEER for t in temps):
        notes.append(f'"{temps[0].head.text}" is not the temperature of the beer and left out')
    return tuple(notes)


def density_remark(column: Column) -> tuple[str, ...]:
    """What is assumed of a density without a unit that is finer than SG is read, as a density meter shows g/cm³ or
    kg/m³."""
    finite = column.values[np.isfinite(column.values)]
    unit, thousand = ("g/l", 1.0) if np.all(finite > LEAST_DENSITY_G_L) else ("g/cm3", 1000.0)
    near = np.all((finite * thousand > LEAST_DENSITY_G_L) & (finite * thousand < 1250.0))
    fine = np.any(np.abs(finite * thousand - np.round(finite * thousand)) > 0.01)
    if column.unit is not None or not (column.head.says(_DENSITY) and near and fine):
        return ()
    shown = {"g/l": "kg/m³", "g/cm3": "g/cm³"}[unit]
    missing = (1000.0 / water.kg_m3(water.reference_c(column.head.plain) or 20.0) - 1.0) * 1000.0
    taken = f'"{column.head.text}" taken as SG; if it is in {shown}'
    return (f"{taken}, {missing:.1f} points are missing: say --unit {unit}",)
