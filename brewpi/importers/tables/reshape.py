"""Tables that are not a row a reading: turned on their side, a column a tank, a column a time of day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from brewpi.importers.columns.headless import ferments
from brewpi.importers.sheet import Sheet, is_absent, numbers
from brewpi.importers.text.delimited import FIRST_ROWS
from brewpi.importers.times.parts_of_day import HOURS
from brewpi.importers.times.written_times import is_row_of_times, parse, span_of_times
from brewpi.importers.units.gravity_units import SCALES
from brewpi.importers.units.unit_columns import unit_of_og
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head, head, simple
from brewpi.importers.words.said_units import unit_said

MOST_TOTALS = 8  # kinds of rows of sums in a table
MOST_KINDS = 12  # texts of a column that says what its rows are
_DATED = re.compile(r"\d[-/.]\d{1,2}[-/.]\d|\d:\d\d")
_CLOCK = re.compile(r"\b(\d{1,2})\s*(?:[:h](\d{2})|\s*(?=[ap]\.?\s?m\b))\s*(?:([ap])\.?\s?m\b\.?)?(?:\s*uhr\b)?")


def upright(sheet: Sheet) -> Sheet | None:
    """A table whose rows are columns: a row of times, then a row a quantity or a tank; None if it is another."""
    written: Sequence[Sequence[str]] = _with_one_label([sheet.heads, *sheet.rows] if sheet.heads else sheet.rows)
    i = next((i for i, row in enumerate(written[:FIRST_ROWS]) if is_row_of_times(row)), None)
    if i is None or (sheet.heads and i and not _is_preamble(written[:i], written[i])):
        return None
    row = written[i]
    below = [row for row in written[i + 1 :] if row and row[0].strip() and any(not is_absent(c) for c in row[1:])]
    rows = [row, *below]
    if len(rows) < 2 or not any(c.isalpha() or c == "#" for row in rows[1:] for c in row[0]):
        return None
    first = (
        row[0]
        if head(row[0]).is_time or head(row[0]).says(known.MOMENT) or head(row[0]).says(known.ELAPSED)
        else "date"
    )
    width = max(map(len, rows))
    columns = zip(*([*row, *[""] * (width - len(row))] for row in rows), strict=True)
    heads, *body = [list(column) for column in columns]
    corner = [row[0]] if head(row[0]).is_gravity else []
    above = " ".join([*(cell for upper in written[:i] for cell in upper if cell), *corner])
    facts = {**sheet.facts, **({"title": above} if above else {})}
    return replace(sheet, heads=(first, *heads[1:]), rows=body, facts=facts, line=1)


def _with_one_label(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Tank, quantity and unit, each in a column of its own before those of the moments, as one; a tank counts until the
    next. A unit may stand behind them; targets and means go. As they are where anything else has numbers."""
    found = ((i, span_of_times(row)) for i, row in enumerate(rows[:FIRST_ROWS]))
    at, times = next(((i, times) for i, times in found if times is not None), (0, slice(1, None)))
    others = [n for n in range(len(rows[at])) if not times.start <= n < times.stop] if rows and times.stop else []
    kinds = {n: head(rows[at][n]) for n in others}
    labels = [n for n in others if n < times.start and not kinds[n].says(known.TARGET)]
    units = [n for n in others if kinds[n].says(known.UNIT_COLUMN)]
    words = [n for n in labels if not any(map(kinds[n].says, (known.BATCH, known.DEVICE, known.NAME)))]
    cells = [_cell(row, n) for row in rows[at + 1 :] for n in (*words, *units)]
    if len(others) < 2 or np.isfinite(numbers(cells, strict=False)[0]).any():
        return rows
    out: list[Sequence[str]] = [*rows[:at], [rows[at][0], *rows[at][times]]]
    last = ""
    for row in rows[at + 1 :]:
        last = _cell(row, 0) if _cell(row, 0).strip() or len(labels) < 2 else last
        said = [last, *(_cell(row, n) for n in labels[1:] if n not in units)]
        named = [cell for cell in (*said, *(f"({_cell(row, n)})" for n in units)) if not is_absent(cell.strip("()"))]
        out.append([" ".join(named), *row[times]])
    return out


def _is_preamble(above: Sequence[Sequence[str]], row: Sequence[str]) -> bool:
    """Whether what stands above a row of times is narrower than half of it, as facts of a batch are."""
    return 2 * max(sum(map(bool, cells)) for cells in above) <= sum(map(bool, row))


def with_dates_in_the_corner(sheet: Sheet) -> Sheet:
    """A column of dates below the unit of all others, as "°Plato" stands in the corner of a table of tanks."""
    cells = [cell for cell in sheet.cells(0) if not is_absent(cell)] if sheet.heads and sheet.head(0).is_gravity else []
    times = parse(cells) if cells else None
    if times is None or times.kind not in ("date", "moment"):
        return sheet
    facts = {**sheet.facts, "title": f"{sheet.facts.get('title', '')} {sheet.heads[0]}".strip()}
    return replace(sheet, heads=("date", *sheet.heads[1:]), facts=facts)


def named_by_batch(sheet: Sheet, unit: str | None) -> Sheet:
    """Columns called after tanks or beers whose numbers fall like a wort's, as the gravity of each.

    unit: of the gravity as a person gave it; else that of the title, else SG.
    """
    titles = (sheet.facts.get("title", ""), sheet.title)
    stated = unit or next((u for text in titles if (u := head(text).gravity_unit)), None)
    stated = stated or unit_said(sheet.facts, of_temperature=False)
    columns = {
        i: values
        for i in range(len(sheet.heads))
        if (h := sheet.head(i)).words
        and not _means_something(h)
        and np.isfinite(values := numbers(sheet.cells(i), strict=False)[0]).any()
        and ferments(values, stated or unit_of_og(sheet, values))
    }
    if not columns:
        return sheet
    stated = stated or next((u for values in columns.values() if (u := unit_of_og(sheet, values))), None)
    label = SCALES[stated or "sg"].label
    heads = [f"{name} {label}" if i in columns else name for i, name in enumerate(sheet.heads)]
    shown = ", ".join(f'"{sheet.heads[i]}"' for i in list(columns)[:4])
    return replace(
        sheet,
        heads=tuple(heads),
        notes=(*sheet.notes, f"{shown} taken as gravities in {label}, for their numbers fall"),
    )


def _means_something(h: Head) -> bool:
    kinds = (known.TARGET, known.NO_GRAVITY, known.RAW, known.CALIBRATED, known.SMOOTHED, known.OTHER_QUANTITY)
    return h.is_temperature or h.is_time or h.is_og or h.is_gravity or any(h.says(kind) for kind in kinds)


def by_time_of_day(sheet: Sheet) -> Sheet:
    """A row a day with a gravity for each time of day, such as "AM SG" and "PM SG" or "SG 8:00", as a row a reading."""
    parts = [_part_of_day(name) for name in sheet.heads]
    moved = {
        i: part
        for i, part in enumerate(parts)
        if part is not None and sum(p is not None and p[0] == part[0] for p in parts) > 1
    }
    clocks = sorted({clock for _, clock, _ in moved.values()})
    stems = list(dict.fromkeys(stem for stem, _, _ in moved.values()))
    if len(clocks) < 2 or not any(head(stem).is_gravity for stem in stems):
        return sheet
    kept = [i for i in range(len(sheet.heads)) if i not in moved]
    at = {(stem, clock): i for i, (stem, clock, _) in moved.items()}
    rows = []
    for row in sheet.rows:
        for clock in clocks:
            cells = [_cell(row, at.get((stem, clock))) for stem in stems]
            if any(not is_absent(cell) for cell in cells):
                rows.append([*(_cell(row, i) for i in kept), clock, *cells])
    words = dict.fromkeys(f'"{word}" taken as {clock}' for _, clock, word in moved.values() if word)
    heads = (*(sheet.heads[i] for i in kept), "clock time", *stems)
    return replace(sheet, heads=heads, rows=rows, notes=(*sheet.notes, *words))


def _cell(row: Sequence[str], i: int | None) -> str:
    return row[i] if i is not None and i < len(row) else ""


def _part_of_day(name: str) -> tuple[str, str, str] | None:
    """What a head says without its time of day, that time, and the word for it where no clock is named."""
    plain = simple(name)
    if (found := _CLOCK.search(plain)) is not None and int(found[1]) < 24:
        hour = int(found[1]) % 12 + 12 * (found[3] == "p") if found[3] else int(found[1])
        return _without(plain, found[0]), f"{hour:02d}:{found[2] or '00'}", ""
    for hour, pattern in HOURS.items():
        for word in re.findall(r"[a-z]+", plain):
            if pattern.fullmatch(word):
                return _without(plain, word), f"{hour:02d}:00", word
    return None


def _without(plain: str, word: str) -> str:
    return " ".join(re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", plain).strip(" -_/()[],.").split())


def without_totals(sheet: Sheet) -> Sheet:
    """Without rows that say in their first cell that they are a sum or a mean of the others, or, below the last
    reading, what else is known of the batch: its OG, its alcohol."""
    first = [next((cell for cell in row if cell.strip()), "") for row in sheet.rows]
    below = _last_dated(sheet.rows, first)
    summed = [n >= below or _is_total(head(cell)) for n, cell in enumerate(first)]
    n, kinds = sum(summed), {cell for cell, total in zip(first, summed, strict=True) if total}
    if not 0 < len(kinds) <= MOST_TOTALS or 2 * n > len(summed):
        return sheet
    rows = [row for row, total in zip(sheet.rows, summed, strict=True) if not total]
    note = f'{n} row{"s" if n > 1 else ""} of "{first[summed.index(True)]}" left out'
    return replace(sheet, rows=rows, notes=(*sheet.notes, note))


def _is_total(h: Head) -> bool:
    """"Average", and "2026-03-04 Average" below the readings of each day."""
    return h.says(known.SUMMARY) and all(known.SUMMARY.fullmatch(word) or word.isdigit() for word in h.words)


def _last_dated(rows: Sequence[Sequence[str]], first: Sequence[str]) -> int:
    """How many rows there are down to the last that begins with a figure, if all above it do and none below it has a
    date: those are a footer."""
    figured = [any(c.isdigit() for c in cell) for cell in first]
    end = len(figured) - figured[::-1].index(True) if True in figured else len(figured)
    dated = any(_DATED.search(cell) for row in rows[end:] for cell in row)
    return end if all(figured[:end]) and not dated else len(figured)


def measured_only(sheet: Sheet) -> Sheet:
    """Without rows that a column marks as predicted, planned or a target, for a forecast is no reading; nor of what is
    no beer: calibrations, water, cleaning."""
    for i in range(len(sheet.heads)):
        kinds = _kinds(sheet.cells(i))
        if len(kinds) > MOST_KINDS or not any(any(c.isalpha() for c in kind) for kind in kinds):
            continue
        if sheet.head(i).says(known.FORESEEN):
            foreseen = {"true", "yes", "y", "x", "ja", "oui", "si"} & kinds
        else:
            foreseen = {kind for kind in kinds if (h := head(kind)).only(known.FORESEEN) or _is_of_no_beer(h)}
        if foreseen and foreseen != kinds:
            cells = map(simple, sheet.cells(i))
            rows = [row for row, cell in zip(sheet.rows, cells, strict=True) if cell not in foreseen]
            n = len(sheet.rows) - len(rows)
            note = f'{n} row{"s" if n > 1 else ""} that "{sheet.heads[i]}" calls {sorted(foreseen)[0]} left out'
            sheet = replace(sheet, rows=rows, notes=(*sheet.notes, note))
    return sheet


def _kinds(cells: Sequence[str]) -> set[str]:
    """Which texts a column holds, as soon as they are too many only those."""
    found: set[str] = set()
    for cell in cells:
        found.add(simple(cell))
        if len(found) > MOST_KINDS:
            break
    return found


def _is_of_no_beer(mark: Head) -> bool:
    """Calibration in water, but not "water added"."""
    return mark.says(known.NO_BEER) and mark.only(known.NO_BEER, known.FILLER, known.NUMBER)
