"""Times of day in words, in a column of their own: AM and PM, or morning and evening as a cellar's sheet has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from brewpi.importers.sheet import Sheet, is_absent
from brewpi.importers.times.times_of_day import CLOCK
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import simple

HOURS = {8: known.MORNING, 13: known.NOON, 20: known.EVENING}  # where only a word says when
_BEHIND_A_DAY = re.compile(r"^([^:]{0,30}\d[^:\d]{0,12}?)[\s,]+([^\W\d][\w.-]{1,13})$")
LONGEST = 14  # characters of a cell that says the part of the day and nothing else
_HALF_OF = {8: "am", 13: "pm", 20: "pm"}
_IS_HALF = re.compile(r"[ap]\.?m\.?", re.I)
_TWELVE_HOURS = re.compile(r"(?<![\d:.])(?:0?\d|1[0-2]):\d\d")


def with_halves(sheet: Sheet) -> Sheet:
    """A column of parts of the day, put as AM or PM behind the time to its left, else the one to its right; where there
    is none, as a time."""
    sheet = _parted(sheet)
    for i in range(len(sheet.heads)):
        if (hours := _hours(sheet.cells(i))) is None:
            continue
        timed = [j for j in range(i) if any(":" in cell for cell in sheet.cells(j)[:20])]
        if not timed and _all_of_twelve_hours(sheet.cells(i + 1)):
            timed = [i + 1]
        if not timed and i == 0:
            continue  # no date stands before it
        if not timed:
            return _as_times(sheet, i, hours)
        j = timed[-1]
        in_words = not any(_IS_HALF.fullmatch(cell.strip()) for cell in sheet.cells(i))
        if in_words and (13 in hours or not _all_of_twelve_hours(sheet.cells(j))):
            continue  # the time says it already
        halves = ["" if hour is None else _HALF_OF[hour] for hour in hours]
        return sheet.with_cells(j, [f"{cell} {half}" for cell, half in zip(sheet.cells(j), halves, strict=True)])
    return sheet


def _all_of_twelve_hours(cells: Sequence[str]) -> bool:
    """Whether a clock of twelve hours shows all of these."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(map(_TWELVE_HOURS.search, filled))


def _parted(sheet: Sheet) -> Sheet:
    """A day and its part in one cell, "22.4. abends" or "Day 3 AM", in two columns; but not "22/4 4 pm"."""
    for i in range(len(sheet.heads)):
        if not (parts := _day_and_part(sheet.cells(i))):
            continue
        whole, days = parse(list(parts)), parse([day for day, _ in parts.values()])
        if whole is not None or days is None or days.kind not in ("date", "elapsed"):
            continue
        cells = [parts.get(cell, (cell, "")) for cell in sheet.cells(i)]
        rows = [[*row[:i], *both, *row[i + 1 :]] for row, both in zip(sheet.rows, cells, strict=True)]
        return replace(sheet, heads=(*sheet.heads[: i + 1], CLOCK, *sheet.heads[i + 1 :]), rows=rows)
    return sheet


def _day_and_part(cells: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What stands before the part of the day and that, for each text; nothing if one has no such word at its end."""
    found: dict[str, tuple[str, str]] = {}
    for cell in cells:
        if is_absent(cell) or cell in found:
            continue
        parts = _BEHIND_A_DAY.match(cell)
        if parts is None or _hour(parts[2]) is None:
            return {}
        found[cell] = (parts[1], parts[2])
    return found


def _hours(cells: Sequence[str]) -> list[int | None] | None:
    """The hour for which each word stands, None where the cell is empty; None if one says anything else, or they never
    change and are no AM or PM, as a column of remarks may."""
    by_text: dict[str, int | None] = {}
    for cell in cells:
        text = cell.strip()
        if text not in by_text:
            if (hour := _hour(text)) is None and not is_absent(text):
                return None
            by_text[text] = hour
    told = {hour for hour in by_text.values() if hour is not None}
    if len(told) < 2 and not any(map(_IS_HALF.fullmatch, by_text)):
        return None
    return [by_text[cell.strip()] for cell in cells]


def _hour(text: str) -> int | None:
    plain = simple(text).replace(".", "") if len(text) <= LONGEST else ""
    return next((hour for hour, words in HOURS.items() if words.fullmatch(plain)), None)


def _as_times(sheet: Sheet, i: int, hours: Sequence[int | None]) -> Sheet:
    clocks = ["" if hour is None else f"{hour:02d}:00" for hour in hours]
    words = dict(zip(map(str.strip, sheet.cells(i)), clocks, strict=True))
    shown = {word.upper() if _IS_HALF.fullmatch(word) else word: clock for word, clock in sorted(words.items())}
    notes = tuple(f'"{word}" taken as {clock}' for word, clock in shown.items() if clock)
    return replace(sheet.with_cells(i, clocks, CLOCK), notes=(*sheet.notes, *notes))
