"""Rows of the tables: the statements that write them, and the records that they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from brewpi.records import Dose, Event

HISTORY = "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)"
FORGET_POINT = "DELETE FROM history WHERE tank = ? AND at = ?"
MOVE_POINTS = "UPDATE OR REPLACE history SET tank = ? WHERE tank = ? AND at >= ?"
MOVE_DOSES = "UPDATE dose SET tank = ? WHERE tank = ? AND batch = ?"
MOVE_FORECASTS = "UPDATE OR REPLACE told SET tank = ? WHERE tank = ? AND batch = ?"
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
COMMAND = "INSERT OR REPLACE INTO command VALUES (?, ?)"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A setting that is no JSON any more; `text` is what is there instead."""

    text: str


def value_of(text: str) -> Any:
    """A setting as it was set, or Unreadable."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError, TypeError):
        return Unreadable(str(text))


def dose_row(tank: str, batch: str, dose: Dose) -> tuple[Any, ...]:
    """In the order of the table."""
    amounts = (dose.number, dose.volume_ml, dose.nitrogen_mg_l, dose.standing, dose.given_ml)
    return (dose.id, tank, batch, dose.at, *amounts)


def event_row(event: Event) -> tuple[Any, ...]:
    """In the order of EVENT_COLUMNS."""
    details = json.dumps(dict(event.details), default=str)
    return (event.id, event.at, event.tank, event.kind, event.severity, event.text, details)


def event_of(row: tuple[Any, ...]) -> Event:
    """The reverse of `event_row`."""
    key, at, tank, kind, severity, text, details = row
    return Event(key, at, tank, kind, severity, text, json.loads(details))
