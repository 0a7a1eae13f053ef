"""The general reader: any table that says in words or numbers when what gravity was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from brewpi.importers.columns import falling, headless, quality, two_in_a_cell, water
from brewpi.importers.columns.gravity_columns import Pair, density_remark, pairs
from brewpi.importers.files import json_cells
from brewpi.importers.sheet import PATH, LogError, Readings, Sheet, is_absent, numbers
from brewpi.importers.tables import by_beer, grouping, long_form, messages, reshape, stacked, times_once
from brewpi.importers.times import moments, parts_of_day, times_of_day, weekdays
from brewpi.importers.times.time_columns import Option, candidates
from brewpi.importers.times.written_times import looks_like_times
from brewpi.importers.units import hand_typed, marked_cells, temperature_ranges
from brewpi.importers.units.gravity_units import DENSITIES, SCALES, measured
from brewpi.importers.words.heads import head
from brewpi.records import Array

Rows = grouping.Rows
PLAIN = "hours,sg,temp_c"


class NoGravity(LogError):
    """A table about something else, which other tables of its file may make up for."""


class Table:
    """Columns of times and gravities, found by their names and numbers; docs/logs.md lists the rules."""

    def matches(self, sheet: Sheet) -> bool:
        """Takes what nobody else knows."""
        return True

    def readings(self, sheet: Sheet) -> list[Readings]:
        """Raises LogError with what is missing."""
        return read_table(sheet)


def read_table(sheet: Sheet, unit: str | None = None) -> list[Readings]:
    """Every batch in a table. unit: of the gravity as a person gave it, for tables without a header.

    Raises LogError: NoGravity where no column is one.
    """
    if "refused" in sheet.facts and not sheet.rows:
        raise NoGravity(sheet.facts["refused"])
    sheet = reshape.upright(sheet) or sheet
    if not sheet.heads:
        sheet = _with_heads(sheet, unit)
    sheet = reshape.with_dates_in_the_corner(sheet)
    sheet = reshape.without_totals(sheet)
    sheet = times_of_day.clocked(weekdays.dated(times_once.filled_down(sheet)))
    sheet = reshape.measured_only(reshape.by_time_of_day(parts_of_day.with_halves(json_cells.opened(sheet))))
    sheet = long_form.widened(quality.good_only(sheet))
    sheet = temperature_ranges.halved(hand_typed.put_right(two_in_a_cell.parted(sheet)))
    found, written = pairs(sheet), sheet
    if not found:
        sheet = messages.opened(falling.in_order(sheet))
        found = pairs(sheet)
    if not found:
        sheet = marked_cells.named(sheet)
        found = pairs(sheet)
    if not found:
        sheet = headless.guessed(sheet)
        found = pairs(sheet)
    if not found:
        sheet = reshape.named_by_batch(sheet, unit)
        found = pairs(sheet)
    if not found:
        sheet = falling.named(sheet)
        found = pairs(sheet)
    beers, lost = by_beer.as_rows(written, unit, {pair.gravity.index for pair in found})
    if beers is not None:
        sheet, found = beers, pairs(beers)
    elif not any(by_beer.NOT_USED in note or ", not from " in note for pair in found for note in pair.notes):
        sheet = replace(sheet, notes=(*sheet.notes, *lost))
    if not found:
        shown = ", ".join(name for name in sheet.heads if name)[:80].lower()
        if named := reshape.named_by_batch(sheet, "plato").notes[len(sheet.notes) :]:
            which = named[0].partition(" taken")[0]
            raise NoGravity(f"{which} falls like a wort, in a unit that is not said; name it with --unit.", "unit")
        raise NoGravity(f"no column holds a gravity ({shown}); brewpi reads {PLAIN}.", "columns")
    if unit is None:
        found = [replace(pair, notes=(*pair.notes, *density_remark(pair.gravity))) for pair in found]
    found = [replace(pair, gravity=water.put_at_20(pair.gravity, unit, sheet.facts)) for pair in found]
    times, names = candidates(sheet), grouping.naming(sheet)
    return [readings for pair in found for readings in _of_pair(sheet, pair, times, names)]


def _with_heads(sheet: Sheet, unit: str | None) -> Sheet:
    """Raises NoGravity where none of several columns without heads is of times: a box of something else."""
    try:
        return headless.named(sheet, unit)
    except LogError as error:
        timed = any(looks_like_times(sheet.cells(i)) for i in range(sheet.width))
        raise error if timed or sheet.width < 2 else NoGravity(str(error), error.ask) from None


def _of_pair(sheet: Sheet, pair: Pair, times: Sequence[Option], names: Sequence[grouping.Naming]) -> Iterator[Readings]:
    rows = measured(pair.gravity.values, pair.gravity.unit)
    when = moments.when(sheet, rows, times)
    labels, of_batches = grouping.labels(names, rows, when.hours, pair.gravity.values)
    notes = (*sheet.notes, *pair.notes, *when.notes)
    undated = int(np.count_nonzero(rows & ~np.isfinite(when.hours)))
    if undated > 1 and 8 * undated > np.count_nonzero(rows):
        raise _undated(sheet, when, rows, undated)
    if undated:
        notes = (*notes, f"{undated} reading{'s' if undated > 1 else ''} without a time left out")
    of = np.array(labels, dtype=object)
    for label in dict.fromkeys(label for label, counts in zip(labels, rows, strict=True) if counts):
        mine = of == label
        of_label = replace(when, hours=when.hours[mine])
        moments.checked(of_label, rows[mine], pair.gravity.values[mine])
        told = (*notes, *moments.shared_days(of_label, rows[mine], pair.gravity.values[mine]))
        where = np.flatnonzero(mine)
        parts, moved = (
            stacked.runs(when.hours[mine], pair.gravity.values[mine])
            if when.absolute
            else grouping.runs(when.hours[mine], pair.gravity.values[mine])
        )
        for n, part in enumerate(parts):
            index = where[part]
            name = " ".join(word for word in (pair.name, label, f"batch {n + 1}" if len(parts) > 1 else "") if word)
            readings = _readings(sheet, pair, when, index, name, (*told, *moved))
            yield replace(readings, of_device=bool(name) and not of_batches and len(parts) == 1)


def _undated(sheet: Sheet, when: moments.When, rows: NDArray[np.bool_], undated: int) -> LogError:
    """Times in two forms, as where a spreadsheet took some for dates and left others as text."""
    missing = np.flatnonzero(rows & ~np.isfinite(when.hours))
    named = [name for name in when.columns if name in sheet.heads]
    cells = sheet.cells(sheet.heads.index(named[0])) if named else []
    shown = next((cells[i] for i in missing if i < len(cells) and cells[i].strip()), "")
    what = f' ("{shown[:30]}")' if shown else ""
    return LogError(
        f"{undated} of {np.count_nonzero(rows)} readings have no time that can be read{what}; write all in one form."
    )


def _readings(sheet: Sheet, pair: Pair, when: moments.When, index: Rows, name: str, notes: tuple[str, ...]) -> Readings:
    hours, gravity = when.hours[index], pair.gravity.values[index]
    temp = None if pair.temp is None else _temps_at(hours, gravity, pair.temp.values[index])
    if sheet.long or pair.name:
        only = np.isfinite(gravity) if sheet.long else _of_this_tank(pair, gravity, temp)
        hours, gravity, temp = hours[only], gravity[only], None if temp is None else temp[only]
    return Readings(
        hours, gravity, pair.gravity.unit, temp, None if pair.temp is None else pair.temp.unit,
        _og(sheet, pair, index), name, from_pitch=when.from_pitch, start_h=0.0 if when.absolute else None, notes=notes,
        facts=_facts(sheet, index),
    )  # fmt: skip


def _of_this_tank(pair: Pair, gravity: Array, temp: Array | None) -> NDArray[np.bool_]:
    """Which rows hold something of it: those of other tanks say nothing of when this one was pitched."""
    of_gravity = measured(gravity, pair.gravity.unit)
    return of_gravity if temp is None else of_gravity | np.isfinite(temp)


def _temps_at(hours: Array, gravity: Array, temp: Array) -> Array:
    """Temperatures at the gravities: where they come in rows of their own, by interpolation over at most six hours."""
    rows = np.isfinite(gravity) & np.isfinite(hours)
    known = np.isfinite(temp) & np.isfinite(hours)
    if not known.any() or 2 * np.count_nonzero(rows & known) >= np.count_nonzero(rows):
        return temp
    order = np.argsort(hours[known], kind="stable")
    at, values = hours[known][order], temp[known][order]
    between = np.interp(hours, at, values)
    after = np.clip(np.searchsorted(at, hours), 0, len(at) - 1)
    distance = np.minimum(np.abs(at[after] - hours), np.abs(at[np.maximum(after - 1, 0)] - hours))
    return np.where(distance <= 6.0, between, temp)


def _og(sheet: Sheet, pair: Pair, index: Rows) -> float | None:
    """The original gravity that the table declares for these rows, or what stands above it, in SG."""
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        if h.is_og and i != pair.gravity.index:
            cells = sheet.cells(i)
            values, _ = numbers([cells[n] for n in index], strict=False)
            known = values[np.isfinite(values) & (values > 0.0)]
            if len(known) and (og := as_og(float(known[-1]), h.gravity_unit or pair.gravity.unit)) is not None:
                return og
    for name, text in sheet.facts.items():
        value = numbers([text], strict=False)[0][0]
        if head(name.rpartition(PATH)[2]).is_og and np.isfinite(value):
            return as_og(float(value), head(name).gravity_unit or pair.gravity.unit)
    return None


def as_og(value: float, unit: str | None) -> float | None:
    """A declared original gravity as SG, if it can be one in this unit, in SG or in SG without its point."""
    if 1.0 < value <= 1.2:
        return value
    if 1000.0 < value <= 1200.0:
        return value / 1000.0
    if unit is None or unit in DENSITIES:
        return None
    sg = float(SCALES[unit].to_sg(np.array([value]))[0])
    return sg if 1.0 < sg <= 1.2 else None


TOLD = {"style": ("style",), "yeast": ("yeast",), "brand": ("brand", "beer", "product", "recipe")}


def _facts(sheet: Sheet, index: Rows) -> Mapping[str, str]:
    """Style, yeast and brand, where a column or the preamble names one and the same for the whole batch."""
    found = {}
    for word, names in TOLD.items():
        for i, name in enumerate(sheet.names):
            if name.replace("_", " ").removesuffix(" name") in names:
                cells = sheet.cells(i)
                texts = {cells[n].strip() for n in index} - {""}
                if len(texts) == 1 and not is_absent(text := texts.pop()):
                    found[word] = text
        if word not in found and (fact := sheet.facts.get(word)) and not is_absent(fact):
            found[word] = fact
    return found


def with_unit(readings: Readings, unit: str) -> Readings:
    """The same with its gravity in another unit."""
    return replace(readings, unit=unit)
