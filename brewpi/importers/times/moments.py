"""When each reading was taken: the choice among the columns that may say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from brewpi.importers.sheet import LogError, Sheet, is_absent
from brewpi.importers.times import clocks, date_slips, summer_time, zones_beside
from brewpi.importers.times.time_columns import Option
from brewpi.importers.times.written_times import is_day_and_clock, unreadable
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head
from brewpi.records import Array

SHORTEST_S = 180.0
PLAIN = "hours,sg,temp_c"
_LIKE_A_CLOCK = re.compile(r"\D{0,12}\d{1,2}(?:[:.h]|[^\d,;/-]{1,6})\d\d(?!\d)")
_CLOCK_AND_WORD = re.compile(r"\d{1,2}:\d\d(?::\d\d)?\s*[^\W\d]")
_SINCE = re.compile(r"\b(from|since|after|post|seit|nach|depuis|desde|dopo|dalla?|sinds|na|od|po|apres|elapsed)\b")
_ANCHOR = re.compile(rf"{_SINCE.pattern}|\b(in|into|ferm\w*)\b")
_OF_BATCH = re.compile(rf"{_ANCHOR.pattern}|pitch\w*|start|begin|total|number|no|count")


@dataclass(frozen=True, slots=True)
class When:
    """The times of the rows in hours, NaN where unreadable. absolute: since 1970; exact: more than the day is known;
    columns: whose they are; notes: what was decided."""

    hours: Array
    absolute: bool
    exact: bool
    columns: tuple[str, ...]
    from_pitch: bool = False
    notes: tuple[str, ...] = ()


def when(sheet: Sheet, rows: Array, options: Sequence[Option]) -> When:
    """The times of a sheet; `rows` says (n,) whether a row has a gravity, for only those have to have one.

    options: what `candidates` found.

    Raises LogError where there is none, or one that has lost what it takes to be one.
    """
    choices, ranks = _choices(sheet, options)
    if not choices:
        raise _none(sheet, options)
    wanted = rows & np.any([np.isfinite(choice.hours) for choice in choices], axis=0)
    usable = [
        i
        for i, c in enumerate(choices)
        if 2 * np.count_nonzero(np.isfinite(c.hours) & rows) >= np.count_nonzero(wanted)
    ]
    dated = [c for c, rank in zip(choices, ranks, strict=True) if c.absolute and rank < 2]
    passed = [(_span_h(c, rows), 0.0 if c.exact else 24.0) for c in dated]
    ranks = [2 if _is_of_else(c, passed, rows) else rank for c, rank in zip(choices, ranks, strict=True)]
    distinct = [len(np.unique(c.hours[np.isfinite(c.hours) & rows])) for c in choices]
    most = max(distinct)
    best = min(usable or range(len(choices)), key=lambda i: _order(choices[i], ranks[i], distinct[i], most, rows))
    chosen = choices[best]
    if not chosen.exact and len(chosen.columns) == 1:
        _check_clock(sheet, options, rows)
    if chosen.absolute and not chosen.from_pitch:
        _check_halves(sheet, chosen, options, rows)
        hours, turned = date_slips.day_for_month(chosen.hours) if chosen.exact else (chosen.hours, [])
        turned = turned if chosen.exact else [*date_slips.by_the_month(hours)]
        hours, typed = date_slips.old_year(hours)
        cells = [cell for o in options if o.head.text in chosen.columns for cell in sheet.cells(o.column)[:20]]
        is_local = not any(map(clocks.names_its_zone, (*chosen.columns, *cells)))
        ahead_h = zones_beside.ahead_of_utc(sheet, hours) if is_local and chosen.exact else None
        hours, notes = (hours, ()) if ahead_h is not None else summer_time.counted_on(hours, is_local)
        hours = hours if ahead_h is None else hours - ahead_h
        chosen = replace(chosen, hours=hours, notes=(*chosen.notes, *turned, *typed, *notes))
    return chosen


def _choices(sheet: Sheet, options: Sequence[Option]) -> tuple[list[When], list[float]]:
    """Each column, and each date or number of the day with a time of day; and their ranks."""
    dates = [o for o in options if o.times.kind == "date"]
    of_day = [o for o in options if o.times.kind == "clock"]
    choices = [_plain(o, sheet) for o in options if o.times.kind in ("moment", "date", "elapsed")]
    ranks = [o.rank for o in options if o.times.kind in ("moment", "date", "elapsed")]
    for date in dates:
        for clock in [c for c in of_day if c.rank <= date.rank or len(of_day) == 1][:1]:
            choices.append(_joined(date, clock, sheet))
            ranks.append(date.rank)
    for days in [o for o in options if _is_day_number(o)]:
        for clock in of_day[:1]:
            named = (days.head.text, clock.head.text)
            hours = clocks.joined(days.times.hours, sheet.cells(days.column), clock.times.hours)
            choices.append(When(hours, False, True, named))
            ranks.append(days.rank)
        for rest in [o for o in options if _is_rest(o, days)][:1]:
            choices.append(When(days.times.hours + rest.times.hours, False, True, (days.head.text, rest.head.text)))
            ranks.append(days.rank)
    return choices, ranks


def _is_rest(o: Option, whole: Option) -> bool:
    """Hours beyond whole days, as "Days" 2 and "Hours" 4 are of 52, or days beyond whole weeks: they fall only where
    the day, or week, goes on."""
    hours, per = o.times.hours, whole.head.hours_per_unit
    of = {24.0: 1.0, 168.0: 24.0}.get(per or 0.0)
    if o.times.kind != "elapsed" or of is None or o.head.hours_per_unit != of or per is None:
        return False
    if not (np.all(hours >= 0.0) and np.ptp(hours) < per):
        return False
    back, on = np.diff(hours) < 0.0, np.diff(whole.times.hours) > 0.0
    return bool(back.any() and np.all(on[back]) and np.all(np.diff(whole.times.hours + hours) > 0.0))


def _plain(o: Option, sheet: Sheet) -> When:
    absolute = o.times.kind != "elapsed"
    anchored = not absolute and (bool(_ANCHOR.search(o.head.plain)) or o.head.hours_per_unit is not None)
    anchored = anchored and not any(map(is_day_and_clock, sheet.cells(o.column)[:20]))  # which count from midnight
    notes: tuple[str, ...] = ()
    if anchored and _is_day_number(o) and float(np.nanmin(o.times.hours)) == o.head.hours_per_unit:
        unit = "days" if o.head.hours_per_unit == 24.0 else "weeks"
        anchored, notes = False, (f'{unit} of "{o.head.text}" count from 1: the first is hour 0',)
    return When(o.times.hours, absolute, o.times.kind != "date", (o.head.text,), anchored, notes)


def _is_day_number(o: Option) -> bool:
    """The first day or week, the second: whole numbers that do not say since when."""
    hours = o.times.hours[np.isfinite(o.times.hours)]
    return bool(
        o.times.kind == "elapsed"
        and o.head.hours_per_unit in (24.0, 168.0)
        and len(hours)
        and np.all(hours % o.head.hours_per_unit == 0.0)
        and not _SINCE.search(o.head.plain)
    )


def _joined(date: Option, clock: Option, sheet: Sheet) -> When:
    """Date and time of day from two columns."""
    hours = clocks.joined(date.times.hours, sheet.cells(date.column), clock.times.hours)
    return When(hours, True, True, (date.head.text, clock.head.text))


def _order(choice: When, rank: float, distinct: int, most: int, rows: Array) -> tuple[float, ...]:
    """The reading's own time first, then what tells most readings apart, then hours from pitching, then when a sample
    was taken before when a form was sent; of equals the first.

    distinct: how many moments it tells apart; most: how many any does.
    """
    cycles = not choice.absolute and _runs_back(choice.hours[np.isfinite(choice.hours) & rows])
    coarse = distinct * 1.2 < most
    taken = any(head(column).says(known.SAMPLED) for column in choice.columns)
    of_pitch = choice.from_pitch and not choice.absolute
    return (rank >= 2, cycles, coarse, rank, not of_pitch, not choice.exact, not taken)


def _is_of_else(choice: When, passed: Sequence[tuple[float, float]], rows: Array) -> bool:
    """Hours of something else, such as those that a fan ran: by their head, and not as many as passed by the dates. A
    date that is the same throughout is the batch's, and speaks against nothing.

    passed: hours from each date's first to its last, and by how many they may be wrong.
    """
    words = [word for column in choice.columns for word in head(column).words]
    plain = (known.ELAPSED, known.MOMENT, _OF_BATCH)
    if choice.absolute or all(any(kind.fullmatch(word) for kind in plain) for word in words):
        return False
    mine_h = _span_h(choice, rows)
    return any(hours > 0.0 and abs(hours - mine_h) > max(0.1 * hours, slack) for hours, slack in passed)


def _span_h(choice: When, rows: Array) -> float:
    hours = choice.hours[np.isfinite(choice.hours) & rows]
    return float(np.ptp(hours)) if len(hours) else 0.0


def _runs_back(hours: Array) -> bool:
    """Neither up nor down: hours of the day, or several batches under each other."""
    steps = np.diff(hours)
    return bool(len(steps) > 4 and min(np.count_nonzero(steps < 0), np.count_nonzero(steps > 0)) * 4 > len(steps))


def _none(sheet: Sheet, options: Sequence[Option]) -> LogError:
    for o in options:
        if o.times.kind == "number" and o.head.says(known.MOMENT) | o.head.says(known.ELAPSED):
            size = float(np.nanmedian(np.abs(o.times.hours)))
            return LogError(f"time of {size:g} has no unit; name the column hours, days or give dates.")
    for o in options:
        if o.times.kind == "clock":
            return unreadable(sheet.cells(o.column))
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        if (
            (h.names_moment or h.is_time)
            and not h.says(known.OTHER_TIME)
            and any(not is_absent(c) for c in sheet.cells(i))
        ):
            return unreadable(sheet.cells(i))
    return LogError(f"no column holds a time; brewpi reads {PLAIN}.", "columns")


def _check_clock(sheet: Sheet, options: Sequence[Option], rows: Array) -> None:
    """Raises LogError for a column called after the time of day that cannot be read, beside one with the date alone."""
    understood = {o.column for o in options if o.times.kind != "number"}
    go_round = {o.column for o in options if o.column not in understood and _runs_back(o.times.hours[rows])}
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        cells = [cell for cell, counts in zip(sheet.cells(i), rows, strict=True) if counts and not is_absent(cell)]
        times = sum(_LIKE_A_CLOCK.match(cell) is not None for cell in cells)
        named = i not in understood and h.says(known.MOMENT) and not h.says(known.OTHER_TIME)
        of_day = i in go_round and h.only(known.MOMENT) and h.plain not in ("x", "at")  # such as minutes since midnight
        if named and of_day:
            raise LogError(f'times of day such as "{cells[0][:30]}" cannot be read; write 14:20.')
        unread = i not in understood and not h.names_something and all(map(_CLOCK_AND_WORD.match, cells))
        if (named and 2 * times > len(cells) > 0) or (unread and len(cells) > 1):
            raise unreadable(cells)


def _check_halves(sheet: Sheet, chosen: When, options: Sequence[Option], rows: Array) -> None:
    """Twelve-hour clocks without AM and PM run back at noon and at midnight."""
    if not chosen.exact or any(o.times.halves for o in options if o.head.text in chosen.columns):
        return
    hours = chosen.hours[np.isfinite(chosen.hours) & rows]
    if len(hours) < 6 or float(hours.max() - hours.min()) < 12.0:
        return
    of_day = hours % 24.0
    steps = np.diff(hours)
    steps = -steps if hours[-1] < hours[0] else steps
    back = steps[steps < 0]
    if (
        of_day.min() >= 1.0
        and of_day.max() < 13.0
        and len(back) >= 1
        and np.all(np.abs(back) <= 12.0)
        and (len(np.unique(of_day)) > 2 or len(back) > 2)
    ):
        raise _halves_lost("times run back and forth within each day")


def _halves_lost(what: str) -> LogError:
    return LogError(f"{what}, as if AM and PM were lost; export them again with 24 hours.")


def checked(when_: When, rows: Array, gravity: Array) -> None:
    """Raises LogError for times of one batch that do not move, come twice each, or of which too many share one day."""
    known_rows = np.isfinite(when_.hours) & rows
    hours = when_.hours[known_rows]
    if len(hours) < 2:
        return
    span_s = float(hours.max() - hours.min()) * 3600.0
    column = " and ".join(when_.columns)
    if span_s == 0.0:
        raise LogError(
            f"no time passes between its {len(hours)} readings (column {column}); export each with its own time."
        )
    if span_s < SHORTEST_S:
        raise LogError(f"is too short: {span_s:.0f} s from the first reading to the last; log some hours first.")
    moments, counts = np.unique(hours, return_counts=True)
    distinct = len(moments)
    told_apart = len(np.unique(np.stack([hours, gravity[known_rows]]), axis=1)[0])
    pairs = bool(np.all(counts[1:-1] == 2) and np.all(counts <= 2))  # the first day may have an evening only
    twice = distinct > 2 and pairs and told_apart >= 1.5 * distinct
    at_one_time = bool(np.all(hours % 24.0 == hours[0] % 24.0)) and hours[0] % 24.0 < 13.0
    if when_.exact and when_.absolute and twice and at_one_time:
        raise _halves_lost("times come twice each")
    if len(hours) > 3 * distinct:
        what = "day, so their times of day are lost" if not when_.exact else "time, so their own is lost"
        raise LogError(f"{len(hours)} readings share {distinct} {what}; export each with date and time.")


def shared_days(when_: When, rows: Array, gravity: Array) -> tuple[str, ...]:
    """A remark on days with several gravities of which only the date is known, as where words of a shift that nobody
    here knows say when."""
    counted = np.isfinite(when_.hours) & rows
    told = np.unique(np.stack([when_.hours[counted], gravity[counted]]), axis=1)
    days, counts = np.unique(told[0], return_counts=True)
    if when_.exact or len(days) < 3 or 2 * np.count_nonzero(counts > 1) <= len(days):
        return ()
    return ("several readings share their day, and none says its time of day: give each a time",)
