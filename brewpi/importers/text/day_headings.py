"""Days on lines of their own above the times of their readings, as in a notebook: "4 March", below it "08:00 1.052"."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from brewpi.importers.text.text_rows import Rows
from brewpi.importers.times.dates import CLOCK_ONLY
from brewpi.importers.times.written_times import parse

LEAST_DAYS, LEAST_TIMES = 2, 3
MOST_DAYS = 400  # no fermentation lasts longer, and to look for a day takes time
MOST_LINES = 5000  # that a hand writes; a device puts the day into each
LONGEST = 40  # characters of a heading
_AROUND = " \t#*_=:;,|-–—•·>[]"  # what people set around a heading, and in front of a line
_NAMED = re.compile(r"^(?:date|datum|fecha|data)\s*[:=]\s*", re.I)
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?$")  # of a spreadsheet's date
_WORD = re.compile(r"^[^\W\d]{2,12}[.,]{0,2}\s+(?=\d)")  # Tuesday 4 March; not of March 4, whose 4 is no date
_FIRST_TIME = re.compile(r"(\d{1,2}[:h.]\d\d(?:\s?[ap]\.?m\b\.?)?)(?=[\s,;|:–—-])(.*\d.*)$", re.I)


def in_rows(rows: Rows) -> Rows:
    """Rows whose first cell is a time of day with the day above them in it; the same rows where no days stand above."""
    alone = [row[0] if row and not any(row[1:]) else "" for row in rows]
    if sum(map(bool, alone)) < LEAST_DAYS:
        return rows
    times = [row[0] if row and any(row[1:]) and CLOCK_ONLY.match(row[0]) else "" for row in rows]
    days = _days(alone, times)
    if days is None:
        return rows
    return [
        [f"{day} {row[0]}", *row[1:]] if time else row
        for row, time, day in zip(rows, times, days, strict=True)
        if day is not None
    ]


def in_lines(lines: Sequence[str]) -> list[str]:
    """The same of lines of text, which may begin with a dash or a dot."""
    if len(lines) > MOST_LINES:
        return list(lines)
    found = [_FIRST_TIME.match(line.strip(_AROUND)) for line in lines]
    days = _days(list(lines), [each[1] if each else "" for each in found])
    if days is None:
        return list(lines)
    return [
        f"{day} {each[1]} {each[2]}" if each else line
        for line, each, day in zip(lines, found, days, strict=True)
        if day is not None
    ]


def _days(texts: list[str], times: list[str]) -> list[str | None] | None:
    """The day that stands above each, and None for a heading itself. None altogether unless days go on from heading to
    heading, and no time stands above them."""
    may_be = [not time and any(map(str.isdigit, text[: 2 * LONGEST])) for text, time in zip(texts, times, strict=True)]
    if sum(map(bool, times)) < LEAST_TIMES or not LEAST_DAYS <= sum(may_be) <= MOST_DAYS:
        return None
    day, below = "", 0
    days: list[str | None] = []
    headings: list[str] = []
    for text, time, looked_at in zip(texts, times, may_be, strict=True):
        if looked_at and (heading := _day(text)):
            if headings and not below:
                return None  # a day without times: a list of days, or the title of a page
            day, below = heading, 0
            headings.append(day)
            days.append(None)
            continue
        if time:
            if not day:
                return None
            below += 1
        days.append(day)
    if len(headings) < LEAST_DAYS:
        return None
    when = parse(headings)
    if when is None or when.kind not in ("date", "elapsed") or not (np.diff(when.hours) >= 24.0).all():
        return None
    return days


def _day(text: str) -> str:
    """The day that a line is a heading for; nothing of any other line."""
    plain = _MIDNIGHT.sub("", _NAMED.sub("", text.strip(_AROUND)).strip(_AROUND))
    if not plain or len(plain) > LONGEST or not any(c.isdigit() for c in plain) or plain[0] == "+":
        return ""
    without_weekday = _WORD.sub("", plain)
    if _kind(without_weekday) == "date":
        return without_weekday
    return plain if _kind(plain) in ("date", "elapsed") else ""


def _kind(text: str) -> str:
    """Of whole days."""
    found = parse([text])
    return found.kind if found is not None and found.hours[0] % 24.0 == 0.0 else ""
