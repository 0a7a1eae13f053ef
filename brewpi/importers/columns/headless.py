"""Tables without a header: which column is what shows in the numbers, where only one reading of them is possible."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from brewpi.importers.sheet import LogError, Sheet, is_absent, is_number, numbers
from brewpi.importers.times.written_times import looks_like_times, parse, unreadable
from brewpi.importers.units import marked_cells
from brewpi.importers.units.gravity_units import TEMPERATURE_WORDS, WORDS
from brewpi.importers.units.unit_columns import common
from brewpi.importers.words.heads import Head, head
from brewpi.records import Array

PLAIN = "hours,sg,temp_c"
POINTS_PER_PLATO = 4.0  # roughly
UNIT_WORDS = {*TEMPERATURE_WORDS, *WORDS}
_LIKE_A_CLOCK = re.compile(r"\W{0,4}\d{1,2}[:h]\d\d(?!\d)")


def named(sheet: Sheet, unit: str | None) -> Sheet:
    """The table with heads. unit: of the gravity, as a person gave it.

    Raises LogError where the times, the gravity or the unit are not beyond doubt.
    """
    sheet = _with_units(sheet)
    columns = [sheet.cells(i) for i in range(max((len(row) for row in sheet.rows), default=0))]
    times = [i for i, cells in enumerate(columns) if looks_like_times(cells)]
    clocks = [i for i, cells in enumerate(columns) if i not in times and _is_clock(cells)]
    if not times:
        raise LogError(f"has no header that names its columns; write one such as {PLAIN}.", "columns")
    if not clocks and (unread := next((c for c in columns if _is_nearly_clock(c)), None)) is not None:
        raise unreadable([cell for cell in unread if _LIKE_A_CLOCK.match(cell)])
    heads = ["" for _ in columns]
    heads[times[0]] = "date"
    if clocks:
        heads[clocks[0]] = "clock time"
    known = {
        i: values
        for i, cells in enumerate(columns)
        if i not in (*times, *clocks)
        and _is_numeric(cells)
        and np.isfinite(values := numbers(cells, strict=False)[0]).any()
    }
    topic = next(
        (i for i, cells in enumerate(columns) if i not in known and i not in times and _names_gravity(cells)), None
    )
    valued = [i for i, cells in enumerate(columns) if i not in (*times, *clocks, topic) and _is_half_numeric(cells)]
    if topic is not None and valued:
        heads[topic], heads[valued[0]] = "topic", "value"
        return replace(sheet, heads=tuple(heads))
    marked = marked_cells.gravity_column(sheet)
    gravity = _gravity(known, unit) if marked is None else marked
    heads[gravity] = "gravity"
    in_degrees = [i for i in known if i != gravity and common(numbers(columns[i], strict=False)[1], TEMPERATURE_WORDS)]
    temp = in_degrees[0] if len(in_degrees) == 1 else _temperature(known, gravity)
    if temp is not None:
        heads[temp] = "temp"
    notes = [
        f"no header: gravity from column {gravity + 1}"
        + ("" if temp is None else f", temperature from column {temp + 1}")
    ]
    return replace(sheet, heads=tuple(heads), notes=(*sheet.notes, *notes))


def _with_units(sheet: Sheet) -> Sheet:
    """A column of nothing but one unit, behind each of its numbers: 1.052,SG,18.5,C."""
    columns = [sheet.cells(i) for i in range(min(map(len, sheet.rows), default=0))]
    units = [i for i, cells in enumerate(columns) if len(set(cells)) == 1 and cells[0].lower() in UNIT_WORDS]
    if not all(i > 0 and all(map(is_number, columns[i - 1])) for i in units):
        return sheet
    for i in units:
        sheet = sheet.with_cells(
            i - 1, [f"{number} {unit}" for number, unit in zip(*columns[i - 1 : i + 1], strict=True)]
        )
        sheet = sheet.with_cells(i, [""] * len(sheet.rows))
    return sheet


def guessed(sheet: Sheet) -> Sheet:
    """The table with the one column of a meaningless name (field1, A, series 1) that reads like SG called gravity."""
    unknown = {
        i: values
        for i in range(len(sheet.heads))
        if _means_nothing(sheet.head(i))
        and _is_numeric(sheet.cells(i))
        and np.isfinite(values := numbers(sheet.cells(i), strict=False)[0]).any()
    }
    sure = [i for i, values in unknown.items() if is_sg(values)]
    if len(sure) != 1:
        return sheet
    temp = _temperature(unknown, sure[0])
    heads = list(sheet.heads)
    heads[sure[0]] = "gravity"
    if temp is not None:
        heads[temp] = "temp"
    note = f'"{sheet.heads[sure[0]]}" taken as the gravity' + (
        "" if temp is None else f', "{sheet.heads[temp]}" as the temperature'
    )
    return replace(sheet, heads=tuple(heads), notes=(*sheet.notes, f"{note}, for its numbers read like that"))


def ferments(values: Array, unit: str | None) -> bool:
    """Whether numbers fall as a wort's do: by four points of SG or a fifth in another unit, mostly down."""
    finite = values[np.isfinite(values)]
    if len(finite) < 3:
        return False
    if unit in (None, "sg", "g/cm3", "g/l"):
        if not is_sg(values):
            return False
        scale = 1000.0 if np.median(finite) > 900.0 else 1.0
        drop = float(np.max(finite[:3]) - np.min(finite)) / scale
        return drop >= 0.004 and float(np.max(finite - np.minimum.accumulate(finite))) / scale < 0.25 * drop
    return falls(values / POINTS_PER_PLATO if unit in ("oechsle", "points") else values)


def _means_nothing(h: Head) -> bool:
    return all(
        word.isdigit()
        or len(word) == 1
        or word in ("field", "column", "col", "series", "unnamed", "value", "data", "var", "y")
        for word in h.words
    )


def _is_clock(cells: list[str]) -> bool:
    filled = [cell for cell in cells[:50] if not is_absent(cell)]
    times = parse(filled) if all(":" in cell or _LIKE_A_CLOCK.match(cell) for cell in filled) else None
    return times is not None and times.kind == "clock"


def _is_nearly_clock(cells: list[str]) -> bool:
    """Whether most cells are times of day with something else about them, as where blanks cut a note in pieces."""
    filled = [cell for cell in cells[:50] if not is_absent(cell)]
    return 2 * sum(_LIKE_A_CLOCK.match(cell) is not None for cell in filled) > len(filled)


def _is_numeric(cells: list[str]) -> bool:
    filled = [cell for cell in cells[:200] if not is_absent(cell)]
    return bool(filled) and all(cell[:1] in "-+.,0123456789" for cell in filled)


def _is_half_numeric(cells: list[str]) -> bool:
    """As where states and units stand among the numbers of a broker."""
    filled = [cell for cell in cells[:200] if not is_absent(cell)]
    return bool(filled) and 2 * sum(is_number(cell) for cell in filled) >= len(filled)


def _names_gravity(cells: list[str]) -> bool:
    return any(head(text).is_gravity for text in set(cells[:400]) if len(text) > 2 and not text[0].isdigit())


def _gravity(known: dict[int, Array], unit: str | None) -> int:
    """The one column that reads like a wort that ferments."""
    sure = [i for i, values in known.items() if is_sg(values)]
    if len(sure) == 1:
        return sure[0]
    falling = [i for i, values in known.items() if unit not in (None, "sg") and falls(values)]
    if len(falling) > 1:  # an angle falls with the gravity that is worked out from it
        falling = [i for i in falling if not any(_is_angle_of(known[i], known[j]) for j in falling if j != i)]
    if not sure and len(falling) == 1:
        return falling[0]
    if len(sure) > 1 or falling:
        raise LogError(f"has no header, and several columns may be the gravity; write one such as {PLAIN}.", "columns")
    hint = ", or name the unit with --unit" if unit is None and any(falls(values) for values in known.values()) else ""
    raise LogError(f"has no header that names its columns; write one such as {PLAIN}{hint}.", "unit" if hint else "")


def is_sg(values: Array) -> bool:
    """Whether numbers are of SG or SG without its point, in more than ten points' steps, and move."""
    finite = values[np.isfinite(values)]
    middle = np.median(finite)
    fine = bool(np.any(np.abs(finite * 100.0 - np.round(finite * 100.0)) > 1e-6)) or middle > 900
    return bool(0.98 < middle < 1.16 or 980.0 < middle < 1160.0) and fine and len(np.unique(finite)) > 1


def falls(values: Array) -> bool:
    """From a wort's strength by a fifth at least, mostly downwards."""
    finite = values[np.isfinite(values)]
    if len(finite) < 3 or not 4.0 <= np.median(finite[:3]) <= 45.0:
        return False
    first, last = float(np.median(finite[:3])), float(np.median(finite[-3:]))
    return last < 0.85 * first and float(np.max(finite - np.minimum.accumulate(finite))) < 0.25 * first


def _follows(one: Array, other: Array) -> bool:
    both = np.isfinite(one) & np.isfinite(other)
    if np.count_nonzero(both) < 3 or np.ptp(one[both]) == 0.0 or np.ptp(other[both]) == 0.0:
        return False
    return bool(np.corrcoef(one[both], other[both])[0, 1] > 0.95)


def _is_angle_of(one: Array, other: Array) -> bool:
    """Degrees of tilt are some times the °P that they mean."""
    return _follows(one, other) and float(np.nanmedian(one)) > 1.6 * float(np.nanmedian(other))


def _counts(values: Array) -> bool:
    """Whether numbers are those of the rows: 0, 1, 2."""
    steps = np.diff(values)
    return len(steps) > 1 and bool(np.all(np.abs(steps) == 1.0)) and bool(np.all(steps == steps[0]))


def _temperature(known: dict[int, Array], gravity: int) -> int | None:
    """The only other column that can be a beer's temperature, if the numbers vary or it is alone."""
    fits = []
    for i, values in known.items():
        finite = values[np.isfinite(values)]
        if (
            i != gravity
            and 5.0 < np.median(finite) < 90.0
            and np.ptp(finite) < 40.0
            and not _counts(finite)
            and not (gravity in known and _follows(values, known[gravity]))
        ):
            fits.append(i)
    moving = [i for i in fits if np.ptp(known[i][np.isfinite(known[i])]) > 0.0]
    only = fits if len(fits) == 1 else moving
    return only[0] if len(only) == 1 else None
