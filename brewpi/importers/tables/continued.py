"""Tables that go on where another one ends: the months of one batch, each in its own sheet or below the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from brewpi.importers.sheet import Readings, Sheet, is_number
from brewpi.importers.units.gravity_units import SCALES
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head
from brewpi.records import Array
from brewpi.units import celsius_from_f

LONGEST_PAUSE_H = 72.0  # between the last reading of one table and the first of the next
NEAR_SHARE = 0.1  # of the fall until then: by so much the next may begin elsewhere
LEAST_FALL_SG = 0.006  # until then: a wort is like any other
NEAR_SG, NEXT_STEPS = 0.002, 1.5  # from one reading to the next, in a wort that does not ferment yet
MOST_SG_PER_H = 0.0025  # no yeast is faster for long
PIECES = re.compile(
    "|".join(f"{month}[a-z]*" for names in known.MONTHS for month in names)
    + r"|\d+|sheet|tabelle|feuil(le)?|hoja|foglio|blad|arkusz|list|page|part|teil|table|data|daten|log|export"
    r"|week|wk|kw|woche|semaine|semana|settimana|tyden|tydzien"
    # what people and loggers write where a log was interrupted
    r"|re-?start(ed)?|re-?connect(ed|ion)?|resum(ed?|ing)|re-?boot(ed)?|boot|reset|power|fail(ure|ed)?|outage|battery"
    r"|chang(ed|e)|replaced|swapped|session|new|file|logger|logging|interrupt(ed|ion)|cont(inued)?|tilt|device|sensor"
    r"|neustart|neu|stromausfall|batterie|akku|redemarrage|coupure|reinicio|reconexion|riavvio|herstart"
)
_CONVERTED = SCALES.keys() - {"refractometer"}  # which takes the original gravity
NOTE = "a table that goes on where another ends is of the same batch"

Part = tuple[Sheet, Readings, str]  # the kind of its importer last


def whole(parts: Sequence[Part]) -> list[Part]:
    """The readings of several tables or devices, those that go on put together under the first.

    If a table names its batches or does not know when it was read, all stay as they are.
    """
    read = [part for _, part, _ in parts]
    named = any(part.name and not part.of_device for part in read)
    alike = {part.start_h for part in read} in ({0.0}, {None})
    if len(parts) < 2 or named or not alike or not all(_known(part).any() for part in read):
        return list(parts)
    ordered = sorted(parts, key=lambda part: float(np.min(part[1].hours[_known(part[1])])))
    out = [ordered[0]]
    for part in ordered[1:]:
        candidates = range(len(out)) if part[1].of_device else [len(out) - 1]
        before = [i for i in candidates if _are_one(out[i], part)]
        if len(before) == 1:
            first, readings, kind = out[before[0]]
            out[before[0]] = (first, _joined(readings, part[1]), kind)
        else:
            out.append(part)
    return out if len(out) < len(parts) else list(parts)


def with_heads(sheets: Sequence[Sheet]) -> list[Sheet]:
    """A second page without heads under those of the one before it, where numbers and words stand in the same places
    and neither is called after a beer."""
    out: list[Sheet] = []
    for sheet in sheets:
        before = out[-1] if out else sheet
        untitled = _are_pieces(sheet, before) and bool(sheet.title and before.title)
        if not sheet.heads and before.heads and untitled and sheet.rows and _looks(sheet) == _looks(before):
            sheet = replace(sheet, heads=before.heads)
        out.append(sheet)
    return out


def _looks(sheet: Sheet) -> list[bool]:
    """Which cells of its first row are numbers."""
    return [is_number(cell) for cell in sheet.rows[0]]


def _are_one(before: Part, part: Part) -> bool:
    """Whether nothing but time has passed between two parts: of two tables that are not called after beers, or of one
    device that was renamed or changed for another."""
    (sheet, one, kind), (later_sheet, other, later_kind) = before, part
    if kind != later_kind or one.of_device != other.of_device:
        return False
    if one.of_device:
        return sheet is later_sheet and (_goes_on(one, other) or _is_next(one, other))
    if later_sheet.title != sheet.title and not _are_pieces(sheet, later_sheet):
        return False
    interrupted = head(later_sheet.facts.get("title", "")).only(PIECES)
    return _goes_on(one, other) or (interrupted and _is_next(one, other))


def _are_pieces(*sheets: Sheet) -> bool:
    """Whether no title calls a beer or a tank, but a part of a log, or why it was interrupted."""
    return all(not sheet.title or head(sheet.title).only(PIECES) for sheet in sheets)


def _known(part: Readings) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(part.hours) & np.isfinite(part.gravity))


def _alike(one: Readings, other: Readings) -> tuple[Readings, Readings]:
    """Both in the same units where each says its own: a table that goes on in °P or °F."""
    if one.unit != other.unit and all(of.unit in _CONVERTED for of in (one, other)):
        one, other = (replace(of, gravity=SCALES[str(of.unit)].to_sg(of.gravity), unit="sg") for of in (one, other))
    if one.temp_unit != other.temp_unit and all(of.temp is None or of.temp_unit in ("c", "f") for of in (one, other)):
        one, other = _in_celsius(one), _in_celsius(other)
    return one, other


def _in_celsius(part: Readings) -> Readings:
    """°F are no °C in a part that says so; a part without temperatures has none to come."""
    temp = np.full(len(part.hours), np.nan) if part.temp is None else part.temp
    return replace(part, temp=celsius_from_f(temp) if part.temp_unit == "f" else temp, temp_unit="c")


def _goes_on(one: Readings, other: Readings) -> bool:
    """Whether the second begins where the first ends, in time and in gravity, and that had begun to ferment."""
    one, other = _alike(one, other)
    if one.unit != other.unit or one.temp_unit != other.temp_unit or (one.temp is None) != (other.temp is None):
        return False
    (h, g), (later_h, later_g) = _ordered(one), _ordered(other)
    if one.start_h is None and later_h[0] <= h[-1]:
        return False  # hours of another batch begin at 0 as well
    if _repeats((h, g), (later_h, later_g)):
        return True
    if not 0.0 <= later_h[0] - h[-1] <= LONGEST_PAUSE_H:
        return False
    at = float(np.interp(later_h[0], h, g))
    fallen, step = float(np.max(g)) - at, float(later_g[0]) - at
    lowest = -MOST_SG_PER_H * max(float(later_h[0] - h[-1]), 0.0) - NEAR_SHARE * fallen
    return fallen >= LEAST_FALL_SG and lowest <= step <= NEAR_SHARE * fallen


def _is_next(one: Readings, other: Readings) -> bool:
    """Whether the second begins at the next reading of the first, a wort that neither had fermented until then."""
    (h, g), (later_h, later_g) = _ordered(one), _ordered(other)
    if later_h[0] <= h[-1]:
        return False
    usual_h = max(float(np.median(np.diff(times))) if len(times) > 1 else 0.0 for times in (h, later_h))
    alike = one.unit == other.unit and one.temp_unit == other.temp_unit
    near = abs(float(later_g[0] - g[-1])) <= NEAR_SG and float(np.ptp(g)) < LEAST_FALL_SG
    return alike and near and later_h[0] - h[-1] <= NEXT_STEPS * usual_h


def _repeats(one: tuple[Array, Array], other: tuple[Array, Array]) -> bool:
    """Whether the second begins with readings that the first ends with."""
    shared = other[0] <= one[0][-1]
    if shared.all() or np.count_nonzero(shared) < 2:
        return False
    pairs = set(zip(one[0].tolist(), one[1].tolist(), strict=True))
    return all(pair in pairs for pair in zip(other[0][shared].tolist(), other[1][shared].tolist(), strict=True))


def _ordered(part: Readings) -> tuple[Array, Array]:
    known = _known(part)
    order = np.argsort(part.hours[known], kind="stable")
    return part.hours[known][order], part.gravity[known][order]


def _joined(one: Readings, other: Readings) -> Readings:
    one, other = _alike(one, other)
    temp = None if one.temp is None or other.temp is None else np.concatenate([one.temp, other.temp])
    note = NOTE if not one.of_device else f'"{one.name.rpartition(", ")[2]}" goes on as "{other.name}": one batch'
    name = f"{one.name}, {other.name}" if one.of_device else one.name
    return replace(
        one, name=name, hours=np.concatenate([one.hours, other.hours]),
        gravity=np.concatenate([one.gravity, other.gravity]), temp=temp, og=one.og or other.og,
        notes=tuple(dict.fromkeys((*one.notes, *other.notes, note))),
        facts={**other.facts, **one.facts},
    )  # fmt: skip
