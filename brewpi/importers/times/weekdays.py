"""Readings that are dated by the day of the week alone: Mon 2:20 pm, or a column of weekdays beside one of times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from brewpi.importers.sheet import Sheet, is_absent
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import simple

_WEEKS = tuple(
    tuple(names.split())
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lunes martes miercoles jueves viernes sabado domingo",
        "lunedi martedi mercoledi giovedi venerdi sabato domenica",
        "segunda terca quarta quinta sexta sabado domingo",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        "poniedzialek wtorek sroda czwartek piatek sobota niedziela",
        "pondeli utery streda ctvrtek patek sobota nedele",
        "mandag tirsdag onsdag torsdag fredag lordag sondag",
    )
)
_DAY_AND_TIME = re.compile(r"([^\W\d_]{2,12})\.?(?:[\s,;@-]+(\d.{0,12}))?")
_WEEK = re.compile(r"\s*(?:\d{4}[ -]?)?(?:W|KW|CW|wk)\.?\s?\d{1,2}\s*", re.I)  # of the year
MONDAY = datetime(2000, 1, 3)  # where dates without a year are put
LEAST, LONGEST_PAUSE_D, LONGEST_D = 3, 4, 60.0  # beyond a pause of so many days it may be the next week's


def dated(sheet: Sheet) -> Sheet:
    """The table with a date for each such weekday, counted on from the first, and a remark; where another column has a
    date, a weekday says nothing new."""
    found = None
    for i in range(len(sheet.heads)):
        cells = sheet.cells(i)
        first = next((cell for cell in cells if not is_absent(cell)), "")
        if _DAY_AND_TIME.fullmatch(simple(first[:30])) and (dates := _dates(cells)) is not None:
            found = i, dates
            break
    if found is None or any(_may_be_dates(sheet, i) for i in range(len(sheet.heads)) if i != found[0]):
        return sheet
    at, dates = found
    columns = map(sheet.cells, range(len(sheet.heads)))
    if not any(":" in date for date in dates) and not any(map(_is_of_clocks, columns)):
        return sheet  # which day of the week alone is too little
    note = f'"{sheet.heads[at]}" has weekdays and no dates: each taken as the next of its name'
    return replace(sheet.with_cells(at, dates, "date"), notes=(*sheet.notes, note))


def _is_of_clocks(cells: Sequence[str]) -> bool:
    times = parse(cells) if any(":" in cell for cell in cells[:20]) else None
    return times is not None and times.kind == "clock"


def _may_be_dates(sheet: Sheet, i: int) -> bool:
    h = sheet.head(i)
    cells = sheet.cells(i)
    times = None if all(is_absent(cell) or _WEEK.fullmatch(cell) for cell in cells) else parse(cells)
    if times is None or times.kind == "clock" or h.is_gravity or h.is_temperature:
        return False
    return times.kind != "number" or h.says(known.ELAPSED) or h.says(known.DATE)


def _dates(cells: Sequence[str]) -> list[str] | None:
    """A date, or a date and a time, for each cell; None unless all are weekdays that go on, or back, through weeks."""
    cells = ["" if is_absent(cell) else simple(cell) for cell in cells]
    texts = list(dict.fromkeys(filter(None, cells)))
    parted = {text: _DAY_AND_TIME.fullmatch(text) for text in texts}
    if len(texts) < 2 or not all(parted.values()):
        return None
    days = {text: f[1] for text, f in parted.items() if f}
    clocks = {text: f[2] or "" for text, f in parted.items() if f}
    timed = any(clocks.values())
    hours = {text: _hour(clock) if timed else 0.0 for text, clock in clocks.items()}
    filled = [cell for cell in cells if cell]
    ways: list[tuple[float, list[float]]] = []
    for week in _WEEKS:
        numbers = {text: _number(day, week) for text, day in days.items()}
        rows = [
            (number, hour)
            for text in filled
            if (number := numbers[text]) is not None and (hour := hours[text]) is not None
        ]
        if len(rows) == len(filled) >= LEAST:
            ahead, back = _counted(rows), _counted(rows[::-1])[::-1]
            ways += [(ahead[-1] - ahead[0], ahead), (back[0] - back[-1], back)]
    if not ways:
        return None
    length, best = min(ways)
    doubtful = any(way != best and other < 2.0 * length for other, way in ways)
    pause = max(abs(b - a) for a, b in pairwise(best))
    if doubtful or length > 24.0 * LONGEST_D or pause > 24.0 * LONGEST_PAUSE_D:
        return None
    moments = iter(best)
    form = "%Y-%m-%d %H:%M:%S" if timed else "%Y-%m-%d"
    return [(MONDAY + timedelta(hours=next(moments))).strftime(form) if cell else "" for cell in cells]


def _number(day: str, week: tuple[str, ...]) -> int | None:
    """Which day of a week of these names begins like this, if only one does."""
    found = [n for n, name in enumerate(week) if name.startswith(day)]
    return found[0] if len(found) == 1 else None


def _hour(text: str) -> float | None:
    """Of a time of day; None of anything else."""
    times = parse([text]) if text else None
    return float(times.hours[0]) if times is not None and times.kind == "clock" else None


def _counted(rows: list[tuple[int, float]]) -> list[float]:
    """Hours since Monday, each row on the next day of its name."""
    hours: list[float] = []
    for day, clock in rows:
        at = 24.0 * day + clock
        while hours and at < hours[-1]:
            at += 168.0
        hours.append(at)
    return hours
