"""Rows of the tables: the statements that write them, and the records that they are.

A disk may say anything: every row is checked when it is read, and one that cannot be true raises ValueError.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from math import nan
from typing import Any, get_args

from brewpi.forecast.scorecard import ForecastScore, PastForecast
from brewpi.records import Dose, DoseStanding, Event, Severity
from brewpi.sanitize import SURROGATES, clean_text
from brewpi.store.packing import Recorded, unpack

HISTORY = "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)"
THIN_HISTORY = """DELETE FROM history WHERE at >= ? AND at < ? AND EXISTS (
    SELECT 1 FROM history AS first WHERE first.tank = history.tank AND first.at < history.at
    AND first.at >= 3600.0 * CAST(history.at / 3600.0 AS INTEGER))"""
FORGET_POINT = "DELETE FROM history WHERE tank = ? AND at = ?"
MOVE_POINTS = "UPDATE OR REPLACE history SET tank = ? WHERE tank = ? AND at >= ?"
MOVE_DOSES = "UPDATE dose SET tank = ? WHERE tank = ? AND batch = ?"
MOVE_FORECASTS = "UPDATE OR REPLACE told SET tank = ? WHERE tank = ? AND batch = ?"
DATED = {"block": "until", "history": "at", "event": "at", "setting": "at"}  # tables, and the column with the time
PUT_RIGHT = (
    "UPDATE OR REPLACE history SET at = at + ? WHERE at >= ?",
    "UPDATE dose SET at = at + ? WHERE at >= ?",
    "UPDATE event SET at = at + ? WHERE at >= ?",
    *(f"UPDATE batch SET {at} = {at} + ? WHERE {at} >= ?" for at in ("since", "started_at", "ended_at")),
)
BLOCK = "INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?)"
EVENT = """INSERT OR IGNORE INTO event (id, at, tank, kind, severity, text, details) VALUES (?, ?, ?, ?, ?, ?, ?)"""
EVENT_COLUMNS = "id, at, tank, kind, severity, text, details"
SENT = "UPDATE event SET sent = 1 WHERE id = ?"
SETTING = "INSERT OR REPLACE INTO setting VALUES (?, ?, ?, ?)"
INTENT = "INSERT INTO dose VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
DOSE = "INSERT OR REPLACE INTO dose VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
DOSE_COLUMNS = "id, at, number, volume_ml, nitrogen_mg_l, standing, given_ml"
TOLD = "INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
MARK = "INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)"
BATCH = "INSERT OR REPLACE INTO batch VALUES (?, ?, ?, ?, ?, ?)"
COMMAND = "INSERT OR REPLACE INTO command VALUES (?, ?)"


EARLIEST, LATEST = 0.0, 4e9  # times, Unix seconds: until the year 2096


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A setting that is no JSON any more; `text` is what is there instead."""

    text: str


def value_of(text: object) -> Any:
    """A setting as it was set, or Unreadable. What cannot be sent or shown is taken out of its texts."""
    try:
        if not isinstance(text, str):
            raise TypeError("no text")
        value = json.loads(text)
        plain = json.dumps(value, ensure_ascii=False)
        return json.loads(SURROGATES.sub("\ufffd", plain)) if SURROGATES.search(plain) else value
    except (ValueError, RecursionError, TypeError):
        return Unreadable(clean_text(str(text), 2000))


def setting_of(row: tuple[Any, ...]) -> tuple[tuple[str, str], tuple[Any, float]]:
    """(tank, key), (value, at). Raises ValueError."""
    tank, key, value, at = row
    return (_text(tank, empty=True), _text(key)), (value_of(value), _number(at, EARLIEST, LATEST))


def command_of(row: tuple[Any, ...]) -> tuple[str, float]:
    """id, at. Raises ValueError."""
    return _text(row[0]), _number(row[1], EARLIEST, LATEST)


def point_of(row: tuple[Any, ...]) -> tuple[float, float, float]:
    """at, sg, beer_c of the history. Raises ValueError."""
    at, sg, beer_c = row
    return (
        _number(at, EARLIEST, LATEST), _number(sg, 0.9, 1.3), nan if beer_c is None else _number(beer_c, -30.0, 120.0)
    )  # fmt: skip


def told_of(row: tuple[Any, ...]) -> PastForecast:
    """Raises ValueError."""
    at_h, p10, p50, p90, source, sg, final_sg = row
    at_h, p10, p50, p90 = (_number(value, 0.0, 1e6) for value in (at_h, p10, p50, p90))
    sg, final_sg = (None if value is None else _number(value, 0.8, 1.3) for value in (sg, final_sg))
    return PastForecast(at_h, p10, p50, p90, _text(source), sg, final_sg)


def mark_of(row: tuple[Any, ...]) -> tuple[str, ForecastScore]:
    """The batch, and how one of its forecasts turned out. Raises ValueError."""
    batch, way, error_h, inside, source = row
    mark = ForecastScore(
        _number(way, 0.0, 1.0), _number(error_h, -1e6, 1e6), bool(_number(inside, 0, 1)), _text(source)
    )
    return _text(batch, empty=True), mark


def dose_row(tank: str, batch: str, dose: Dose) -> tuple[Any, ...]:
    """In the order of the table."""
    amounts = (dose.number, dose.volume_ml, dose.nitrogen_mg_l, dose.standing, dose.given_ml)
    return (dose.id, tank, batch, dose.at, *amounts)


def dose_of(row: tuple[Any, ...]) -> Dose:
    """In the order of DOSE_COLUMNS. Raises ValueError."""
    key, at, number, volume_ml, nitrogen_mg_l, standing, given_ml = row
    if standing not in get_args(DoseStanding):
        raise ValueError(f"a dose is never {clean_text(str(standing), 40)}")
    amounts = [_number(value, 0.0, 1e7) for value in (volume_ml, nitrogen_mg_l, given_ml)]
    at, number = _number(at, EARLIEST, LATEST), int(_number(number, 0, 10_000))
    return Dose(_text(key), at, number, amounts[0], amounts[1], standing, amounts[2])


def event_row(event: Event) -> tuple[Any, ...]:
    """In the order of EVENT_COLUMNS."""
    details = json.dumps(dict(event.details), default=str)
    return (event.id, event.at, event.tank, event.kind, event.severity, event.text, details)


def event_of(row: tuple[Any, ...]) -> Event:
    """The reverse of `event_row`. Raises ValueError."""
    key, at, tank, kind, severity, text, details = row
    if severity not in get_args(Severity):
        raise ValueError(f"no event is {clean_text(str(severity), 40)}")
    known = value_of(details)
    if not isinstance(known, dict):
        raise ValueError("details are no JSON object")
    words = _text(tank, empty=True), _text(kind)
    return Event(_text(key), _number(at, EARLIEST, LATEST), *words, severity, _text(text, empty=True), known)


def unpacked(data: object) -> list[Recorded]:
    """The reports of a block. Raises ValueError for whatever is wrong with it."""
    if not isinstance(data, bytes):
        raise ValueError("a block is no text")
    try:
        return list(unpack(data))
    except (zlib.error, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


def _text(value: object, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value or empty):
        raise ValueError(f"no text: {clean_text(str(value), 40)}")
    return SURROGATES.sub("\ufffd", value)


def _number(value: object, lowest: float, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not lowest <= value <= highest:
        raise ValueError(f"no number from {lowest:g} to {highest:g}: {clean_text(str(value), 40)}")
    return float(value)
