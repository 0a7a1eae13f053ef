"""Which columns of a table may say when its readings were taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brewpi.importers.sheet import Sheet, is_absent
from brewpi.importers.times import clocks, dense, spans
from brewpi.importers.times.dates import Times
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head, head

_EPOCH = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?")  # from 2001 to 2033
_LIKE_A_TIME = re.compile(r"\d(?:[-/.]|\. )\d|[a-z]{3} \d|\d ?[a-z]{1,3}\b|\d:\d|\d ?[年년月월]")
LEAST_OF_DAYS = 4  # readings of a day: with more, its number tells too few of them apart
MOST_ALIKE = 12  # columns: a table of a tank's whole life has a date in each of several hundred


@dataclass(frozen=True, slots=True)
class Option:
    """A column that may say when."""

    column: int
    head: Head
    times: Times
    rank: float  # 0 the reading's time, 1 perhaps, a half more when it was written down, 2 another time

    @property
    def distinct(self) -> int:
        """How many moments it tells apart."""
        return len(np.unique(self.times.hours[np.isfinite(self.times.hours)]))


def candidates(sheet: Sheet) -> list[Option]:
    """Every column that may say when; read once for all devices of a sheet."""
    found: list[Option] = []
    seen: set[int] = set()
    if (together := clocks.composed(sheet)) is not None:
        return [Option(-1, head(together[0]), together[1], 0)]
    if (parts := clocks.of_day(sheet)) is not None:
        found.append(Option(parts[0], sheet.head(parts[0]), parts[1], 0))
        seen.add(parts[0])
    for strict in (True, False):
        for i in range(len(sheet.heads)):
            h = sheet.head(i)
            if i in seen or h.is_gravity or (h.is_temperature and not set(h.words) & {"temps"}):
                continue
            if h.plain == "min" and "max" in sheet.names:
                continue  # the lowest, not minutes
            elapsed = spans.is_span(h) or (spans.says_elapsed(h) and not h.of_gravity)
            named = h.plain == "t" or h.says(known.MOMENT) or h.is_time or elapsed
            if strict and not named:
                continue
            seen.add(i)
            cells = sheet.cells(i)
            if not elapsed and _is_one_too_many(cells, sheet, found):
                continue
            times = dense.by_head(cells, h, parse(cells)) if strict else _by_look(cells)
            if times is not None and (option := _option(i, h, times)) is not None:
                found.append(option)
        if any(o.rank < 2 and _says_enough(o, len(sheet.rows)) for o in found):
            break
    used = {o.column for o in found}
    if {o.times.kind for o in found} == {"date"}:
        alone = clocks.by_look(sheet, used, found[0].times.hours)
        found += [Option(alone[0], sheet.head(alone[0]), alone[1], 1)] if alone is not None else []
    return found


def _says_enough(option: Option, rows: int) -> bool:
    """Whether a named column says when; the number of the day alone does not where a day has many readings."""
    kind = option.times.kind
    return kind in ("moment", "date") or (kind == "elapsed" and LEAST_OF_DAYS * option.distinct >= rows)


def _is_one_too_many(cells: Sequence[str], sheet: Sheet, found: Sequence[Option]) -> bool:
    """Whether enough columns before this one are written as it is and tell as many readings apart: the first counts."""
    alike = [o for o in found if o.rank == 0 and _form(sheet.cells(o.column)) == _form(cells)]
    return len(alike) >= MOST_ALIKE and len(set(cells)) <= max(o.distinct for o in alike)


def _form(cells: Sequence[str]) -> str:
    """How the first cell that is filled is written, whatever its figures."""
    return re.sub(r"\d+", "0", next((cell for cell in cells if not is_absent(cell)), ""))


def _by_look(cells: Sequence[str]) -> Times | None:
    """A column of another name counts only if it shows dates, or counts seconds or ms since 1970 in full: other numbers
    may be anything."""
    filled = [cell for cell in cells if not is_absent(cell)]
    if filled and all(map(_EPOCH.fullmatch, filled)):
        return parse(cells)
    if not filled or not _LIKE_A_TIME.search(filled[0].lower()):
        return None
    times = parse(cells)
    return times if times and times.kind in ("moment", "date", "elapsed") else None


def _option(i: int, h: Head, times: Times) -> Option | None:
    of_day = clocks.is_hour(h) and bool(np.any(np.diff(times.hours) < 0.0))  # Hodina over 15:34, 03:02
    if times.kind == "clock" and spans.says_elapsed(h) and not h.says(known.MOMENT) and not of_day:
        times = Times(times.hours, "elapsed")
    times = clocks.as_clock(times, h) or clocks.whole_days(times)
    if times.kind == "number":
        per_unit = h.hours_per_unit if spans.is_span(h) else None
        if per_unit is None:
            return Option(i, h, times, 3)
        days = clocks.over_a_month(times.hours) if per_unit == 24.0 else times.hours
        times = Times(days * per_unit, "elapsed")
    if times.kind == "elapsed" and spans.NOT_OF_BATCH & set(h.words):
        return None
    other = h.says(known.OTHER_TIME) and times.kind != "elapsed"
    if "changed" in h.words and "last" in h.words:  # Home Assistant's moment of a new state
        other = False
    later = 0.5 * (h.says(known.RECORDED) and not h.says(known.SAMPLED))
    return Option(i, h, times, 2 if other else later + (not (h.says(known.MOMENT) or spans.is_span(h))))
