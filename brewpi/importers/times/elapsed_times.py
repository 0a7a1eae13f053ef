"""Spans since the start: 36 h, 1 d 12 h, 1 days 12:00:00, 36:00:00, P1DT12H, Day 3."""

from __future__ import annotations

import re

import numpy as np

from brewpi.importers.times.date_forms import OF_PROGRAMS
from brewpi.importers.times.dates import AT, CLOCK_ONLY, Times
from brewpi.importers.words.heads import simple

_HOURS_EACH = (168.0, 24.0, 1.0, 1 / 60.0, 1 / 3600.0, 1.0, 1 / 60.0, 1 / 3600.0)  # weeks to seconds, then a clock
_ELAPSED = re.compile(
    r"^(?:t\+|[dt])?\s*\+?\s*(?:(\d+(?:[.,]\d+)?)\s*(?:w|wks?|weeks?)(?![a-z])\s*,?)?\s*"
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:d|days?|tage?|j|jours?|dias?|giorni|dagen|dni|dny)(?![a-z])\s*,?)?\s*"
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|std|stunden|horas|heures|ore|uur|godz|hod)(?![a-z])\.?)?\s*"
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:m|mins?|minutes?|minuten|(?<=\dh\d\d)$)(?![a-z])\.?)?\s*"
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:s|secs?|seconds?|sekunden)(?![a-z])\.?)?\s*"
    r"(?:(\d+):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?$",
    re.I,
)
_SPAN_WITH_DOT = re.compile(r"^(\d{1,3})\.(\d\d:\d\d:\d\d)(?:\.\d+)?$")  # days and a clock, as .NET writes a span
_ISO_SPAN = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
DAY_LABEL = re.compile(
    r"^(?:day|tag|dia|jour|giorno|dag|dzien|den|[dj])\s*[+#]?\s*(\d+(?:[.,]\d+)?)"
    rf"(?:[\s,;/@-]+({AT}?\d{{1,2}}[:h]\d\d.*))?$",
    re.I,
)
_COLONS = re.compile(r"^(\d{1,3}):(\d\d:\d\d:\d\d)$")  # days, hours, minutes and seconds


def elapsed(texts: list[str]) -> Times | None:
    """The hours of a column of spans; None where most are none."""
    hours = np.array([_span(text) if text else np.nan for text in texts])
    known = np.count_nonzero(np.isfinite(hours))
    if known == 0 or 2 * known < sum(map(bool, texts)):
        return None
    return Times(hours, "elapsed")


def _span(text: str) -> float:
    if OF_PROGRAMS.fullmatch(text):
        return float("nan")
    text = _COLONS.sub(r"\1 d \2", _SPAN_WITH_DOT.sub(r"\1 d \2", simple(text)))
    if (label := DAY_LABEL.match(text)) is not None:
        clock = CLOCK_ONLY.match(label[2]) if label[2] else None
        if label[2] and clock is None:
            return float("nan")
        return 24.0 * float(label[1].replace(",", ".")) + (of_day(clock) if clock else 0.0)
    if (found := _ELAPSED.match(text)) is not None and any(found.groups()):
        return float(np.dot([_decimal(part) for part in found.groups()], _HOURS_EACH))
    if (found := _ISO_SPAN.match(text.upper())) is not None and any(found.groups()):
        return float(np.dot([_decimal(part) for part in found.groups()], _HOURS_EACH[1:5]))
    return float("nan")


def _decimal(digits: str | None) -> float:
    return float(digits.replace(",", ".")) if digits else 0.0


def of_day(f: re.Match[str]) -> float:
    """Hours since midnight, of a match of CLOCK_ONLY."""
    hour = int(f[1]) % 12 + (12 if f[4].lower() == "p" else 0) if f[4] else int(f[1])
    return hour + int(f[2]) / 60.0 + int(f[3] or 0) / 3600.0
