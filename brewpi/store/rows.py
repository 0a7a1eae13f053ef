"""Rows of the tables: the statements that write them, and the records that they are.

A disk may say anything: every row is checked when it is read, and one that cannot be true raises ValueError.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from brewpi.forecast.scorecard import ForecastScore, PastForecast
from brewpi.records import Dose, DoseStanding, Event, Forecast, Interval, Severity
from brewpi.sanitize import SURROGATES, clean_text
from brewpi.snapshot import At
from brewpi.store.packing import Recorded, unpack

HISTORY = "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)"
THIN_HISTORY = """DELETE FROM history WHERE at >= ? AND at < ? AND EXISTS (
    SELECT 1 FROM history AS first WHERE first.tank = history.tank AND first.at < history.at
    AND first.at >= 3600.0 * CAST(history.at / 3600.0 AS INTEGER))"""
# One statement, however many points.
HISTORY_ANEW = """INSERT OR REPLACE INTO history
    SELECT ?, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?)"""
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


def _sendable(value: object) -> object:
    return SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value


Row = tuple[Any, ...]
Rows = Callable[..., list[Any]]  # reads a table: its name, what makes a record of a row, the statement, parameters
Words = Annotated[str, BeforeValidator(_sendable)]
Name = Annotated[Words, Field(min_length=1)]
Hours = Annotated[float, Field(ge=0.0, le=1e6)]
Amount = Annotated[float, Field(ge=0.0, le=1e7)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Gravity = Annotated[float, Field(ge=0.8, le=1.3)]
Reading = Annotated[float, Field(ge=0.9, le=1.3)]
Degrees = Annotated[float, Field(ge=-30.0, le=120.0)]

STRICT = ConfigDict(strict=True, allow_inf_nan=False)  # a disk has no numbers in words, and no yes for a 1
_SETTING = TypeAdapter(tuple[Words, Name, Any, At], config=STRICT)
_COMMAND = TypeAdapter(tuple[Name, At], config=STRICT)
_POINT = TypeAdapter(tuple[At, Reading, Degrees | None], config=STRICT)
_TOLD = TypeAdapter(tuple[Hours, Hours, Hours, Hours, Name, Gravity | None, Gravity | None], config=STRICT)
_MARK = TypeAdapter(tuple[Words, Share, Annotated[float, Field(ge=-1e6, le=1e6)], Share, Name], config=STRICT)
_DOSE = TypeAdapter(
    tuple[Name, At, Annotated[float, Field(ge=0, le=10_000)], Amount, Amount, DoseStanding, Amount], config=STRICT
)
_EVENT = TypeAdapter(tuple[Name, At, Words, Name, Severity, Words, Any], config=STRICT)


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


def setting_of(row: Row) -> tuple[tuple[str, str], tuple[Any, float]]:
    """(tank, key), (value, at). Raises ValueError."""
    tank, key, value, at = _SETTING.validate_python(row)
    return (tank, key), (value_of(value), at)


def setting_row(tank: str, key: str, value: Any, at: float) -> Row:
    """In the order that `setting_of` reads."""
    return (tank, key, json.dumps(value), at)


def command_of(row: Row) -> tuple[str, float]:
    """id, at. Raises ValueError."""
    return _COMMAND.validate_python(row)


def point_of(row: Row) -> tuple[float, float, float]:
    """at, sg, beer_c of the history. Raises ValueError."""
    at, sg, beer_c = _POINT.validate_python(row)
    return at, sg, nan if beer_c is None else beer_c


def past_forecast_of(row: Row) -> PastForecast:
    """Raises ValueError."""
    return PastForecast(*_TOLD.validate_python(row))


def past_forecast_row(forecast: Forecast, band: Interval) -> Row:
    """A forecast of completion, in the order that `past_forecast_of` reads. band: its `remaining_h`."""
    final_sg = forecast.final_sg.p50 if forecast.final_sg else None
    return (forecast.at_h, band.p10, band.p50, band.p90, forecast.source, forecast.sg, final_sg)


def mark_of(row: Row) -> tuple[str, ForecastScore]:
    """The batch, and how one of its forecasts turned out. Raises ValueError."""
    batch, way, error_h, inside, source = _MARK.validate_python(row)
    return batch, ForecastScore(way, error_h, bool(inside), source)


def dose_row(tank: str, batch: str, dose: Dose) -> Row:
    """In the order of the table."""
    amounts = (dose.number, dose.volume_ml, dose.nitrogen_mg_l, dose.standing, dose.given_ml)
    return (dose.id, tank, batch, dose.at, *amounts)


def dose_of(row: Row) -> Dose:
    """In the order of DOSE_COLUMNS. Raises ValueError."""
    key, at, number, volume_ml, nitrogen_mg_l, standing, given_ml = _DOSE.validate_python(row)
    return Dose(key, at, int(number), volume_ml, nitrogen_mg_l, standing, given_ml)


def event_row(event: Event) -> Row:
    """In the order of EVENT_COLUMNS."""
    details = json.dumps(dict(event.details), default=str)
    return (event.id, event.at, event.tank, event.kind, event.severity, event.text, details)


def event_of(row: Row) -> Event:
    """The reverse of `event_row`. Raises ValueError."""
    key, at, tank, kind, severity, text, details = _EVENT.validate_python(row)
    known = value_of(details)
    if not isinstance(known, dict):
        raise ValueError("details are no JSON object")
    return Event(key, at, tank, kind, severity, text, known)


def unpacked(data: object) -> list[Recorded]:
    """The reports of a block. Raises ValueError for whatever is wrong with it."""
    if not isinstance(data, bytes):
        raise ValueError("a block is no text")
    try:
        return list(unpack(data))
    except (zlib.error, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None
