"""Times of day that are counted: seconds or minutes since midnight beside a date, and the shifts of a working day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from brewpi.importers.sheet import Sheet, is_absent, numbers
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import simple
from brewpi.records import Array

_UNITS = ((r"\b(?:ms|milli)", 3_600_000.0), (r"\bs(?:e[ckg]|\b)", 3600.0), (r"\bmin", 60.0))  # an hour's
_MIDNIGHT = re.compile(
    r"midnight|of(?: the)? day|mitternacht|des tages|minuit|du jour|medianoche|del d[ií]a|mezzanotte|middernacht"
)
_OF_A_SHIFT = re.compile(r"\b(?:shift|schicht|turno|poste|quart|equipe|ploeg|zmiana|smena|skift|vuoro|vardia)\b")
_NUMBERED = re.compile(r"(?:[a-z]{3,8}[ .-]?)?(?:(?P<figure>[1-4])|(?P<roman>i{1,3}|iv))(?:\.|st|nd|rd|th|e|er|eme|a)?")
_NAMED = re.compile(
    r"[fstndma]|am|fs|ss|ns|ts|fruh|spat|nacht|tag|(?:fruh|spat|nacht|tag)schicht|early|late|night|day|morning|evening"
    r"|afternoon|matin|apres-midi|soir|nuit|jour|manana|tarde|noche|mattin[ao]|pomeriggio|sera|notte|ochtend|middag"
    r"|avond|rano|popoludnie|noc|ranni|odpoledni|nocni|manha|noite"
)
CLOCK = "clock time"  # a head that says so
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_HOURS = {2: (8, 20), 3: (6, 14, 22), 4: (3, 9, 15, 21)}  # of how many shifts a day


def clocked(sheet: Sheet) -> Sheet:
    """The table with such a column as times of day, where another has the date and none a time."""
    counted = [i for i in range(len(sheet.heads)) if _may_count(sheet, i)]
    shifts = [i for i in range(len(sheet.heads)) if _OF_A_SHIFT.search(sheet.head(i).plain)]
    if not (counted or shifts) or (dates := _dates(sheet)) is None:
        return sheet
    for i in counted:
        if (clocks := _since_midnight(sheet, i, dates)) is not None:
            return sheet.with_cells(i, clocks, CLOCK)
    timed = any(":" in cell for row in sheet.rows[:20] for cell in row)
    for i in () if timed else shifts:
        if hours := _of_shifts(sheet.cells(i), dates):
            notes = tuple(f'"{label}" taken as {hour:02d}:00' for label, hour in sorted(hours.items()))
            clocks = [f"{hours[cell.strip()]:02d}:00" if cell.strip() in hours else "" for cell in sheet.cells(i)]
            return replace(sheet.with_cells(i, clocks, CLOCK), notes=(*sheet.notes, *notes))
    return sheet


def _dates(sheet: Sheet) -> Array | None:
    """Hours of each row's day in the first column of dates; one that is written once counts until the next."""
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        if not h.says(known.MOMENT) or h.says(known.OTHER_TIME):
            continue
        times = parse(sheet.cells(i))
        if times is None or times.kind not in ("date", "moment"):
            continue
        if np.any(times.hours[np.isfinite(times.hours)] % 24.0):
            return None
        days = times.hours.copy()
        for n in range(1, len(days)):
            days[n] = days[n - 1] if np.isnan(days[n]) and is_absent(sheet.cells(i)[n]) else days[n]
        return days
    return None


def _may_count(sheet: Sheet, i: int) -> bool:
    """Whether a column by its head, and its first cell, may count since midnight."""
    h = sheet.head(i)
    if not (_MIDNIGHT.search(" ".join(h.words)) or h.names_moment) or h.of_gravity or h.is_temperature:
        return False
    first = next((cell for cell in sheet.cells(i) if not is_absent(cell)), "")
    return re.fullmatch(r"\d{1,8}", first.strip()) is not None


def _since_midnight(sheet: Sheet, i: int, dates: Array) -> list[str] | None:
    """Whole seconds, minutes or thousandths of a second that begin anew each day, and never go back within one."""
    h = sheet.head(i)
    words = " ".join(h.words)
    values, _ = numbers(sheet.cells(i), strict=False)
    filled = np.isfinite(values) & np.isfinite(dates)
    counts = values[filled]
    if len(counts) < 3 or np.any((counts % 1.0 != 0.0) | (counts < 0.0)) or not _goes_on(dates[filled], counts):
        return None
    per_hour = next((hour for unit, hour in _UNITS if re.search(unit, words)), None)
    if per_hour is None and (_MIDNIGHT.search(words) or (h.only(known.MOMENT) and h.plain not in ("x", "at"))):
        per_hour = _by_size(counts)
    if per_hour is None or float(counts.max()) >= 24.0 * per_hour:
        return None
    return [_clock(value / per_hour) for value in values.tolist()]


def _by_size(counts: Array) -> float | None:
    """How many an hour has, where they can be no other time of day: 860 is no 8:60, and 8400 no 0:84:00."""
    most = float(counts.max())
    if 24.0 < most < 1_440.0 and np.any(counts % 100.0 >= 60.0):
        return 60.0
    no_clock = np.any((counts % 100.0 >= 60.0) | (counts // 100.0 % 100.0 >= 60.0))
    return 3600.0 if 2_400.0 < most < 86_400.0 and no_clock else None


def _goes_on(dates: Array, counts: Array) -> bool:
    """Whether day and time together go one way through the file, and the time alone goes round."""
    days, steps = np.diff(dates), np.diff(counts)
    for way in (1.0, -1.0):
        if np.all((way * days > 0.0) | ((days == 0.0) & (way * steps >= 0.0))):
            return bool(np.any(way * steps < 0.0))
    return False


def _clock(hour: float) -> str:
    if not np.isfinite(hour):
        return ""
    seconds = round(hour * 3600.0)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _of_shifts(cells: Sequence[str], dates: Array) -> dict[str, int]:
    """The hour for which each shift stands; nothing where a day has but one, or they are not told apart."""
    texts = [cell.strip() for cell in cells]
    labels = {text: simple(text).strip(" .") for text in texts if not is_absent(text)}
    found = {text: _NUMBERED.fullmatch(label) for text, label in labels.items()}
    days = list(_by_day(texts, dates))
    if max(map(len, days), default=0) < 2 or any(len(set(day)) < len(day) for day in days):
        return {}
    if all(found.values()):
        places = {text: int(f["figure"] or _ROMAN[f["roman"]]) for text, f in found.items() if f}
        several = max(places.values())
    elif all(_NAMED.fullmatch(label) for label in labels.values()) and (order := _in_order(days)):
        places = {text: n for n, text in enumerate(order, 1)}
        several = len(order)
    else:
        return {}
    return {text: _HOURS[several][place - 1] for text, place in places.items()} if several in _HOURS else {}


def _by_day(texts: Sequence[str], dates: Array) -> Iterator[list[str]]:
    """The shifts of each day, the first one first."""
    known_dates = dates[np.isfinite(dates)]
    newest_first = len(known_dates) > 1 and known_dates[0] > known_dates[-1]
    for day in np.unique(known_dates):
        of_day = [texts[n] for n in np.flatnonzero(dates == day) if not is_absent(texts[n])]
        yield of_day[::-1] if newest_first else of_day


def _in_order(days: Sequence[Sequence[str]]) -> list[str]:
    """All of them as every day has them; nothing where two days differ or no day has all."""
    fullest = max(days, key=len)
    for day in days:
        if any(one not in fullest for one in day):
            return []
        if any(fullest.index(a) > fullest.index(b) for a, b in pairwise(day)):
            return []
    return list(fullest)
