"""Home Assistant's recorder: states and hourly statistics, whose entities and units stand in tables of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from brewpi.importers.sheet import MANY, Sheet
from brewpi.importers.words.heads import head

Select = Callable[..., list[Any]]  # the rows of a query with its values; none where a table or a column is not there
_NAMES = ("time", "entity_id", "state", "unit")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table of readings and the one that names what they are of; `entities` gives the key, name and unit of each."""

    readings: str
    key: str
    value: str
    at: str
    entities: str


_STATES = _Kept(
    "states", "metadata_id", "state", "last_updated_ts",
    "SELECT m.metadata_id, m.entity_id, (SELECT a.shared_attrs FROM states s JOIN state_attributes a USING"
    " (attributes_id) WHERE s.metadata_id = m.metadata_id LIMIT 1) FROM states_meta m",
)  # fmt: skip
_STATISTICS = _Kept(
    "statistics", "metadata_id", "mean", "start_ts",
    "SELECT id, statistic_id, unit_of_measurement FROM statistics_meta",
)  # fmt: skip


def sheets(select: Select) -> list[Sheet]:
    """The states of gravities and temperatures, or the hourly statistics where these go farther back, for states are
    deleted after ten days; nothing where the database is of another program."""
    found = [(_span(sheet), sheet) for kept in (_STATES, _STATISTICS) if (sheet := _table(select, kept)) is not None]
    return [max(found, key=lambda of: of[0])[1]] if found else []


def _table(select: Select, kept: _Kept) -> Sheet | None:
    named = {key: (str(name), _unit(unit)) for key, name, unit in select(kept.entities) if _is_measured(str(name))}
    if not any(head(name).is_gravity for name, _ in named.values()):
        return None
    rows: list[list[str]] = []
    for key, (name, unit) in named.items():
        rows += [[str(at), name, str(state), unit] for at, state in _readings(select, kept, key)]
    return Sheet(_NAMES, rows, "", {}, 1) if rows else None


def _readings(select: Select, kept: _Kept, key: Any) -> list[Any]:
    """Moments and states of one entity, every second one where they are too many."""
    where = f"FROM {kept.readings} WHERE {kept.key} = ? AND {kept.value} IS NOT NULL"
    found = select(f"SELECT {kept.at}, {kept.value} {where} ORDER BY {kept.at}", key)
    return found[:: len(found) // MANY + 1]


def _is_measured(name: str) -> bool:
    h = head(name.partition(".")[2] or name)
    return h.is_gravity or h.is_temperature


def _unit(said: Any) -> str:
    """Of a statistic in words, of a state among its attributes."""
    if not isinstance(said, str) or not said.startswith("{"):
        return said if isinstance(said, str) else ""
    try:
        unit = json.loads(said).get("unit_of_measurement")
    except ValueError:
        return ""
    return unit if isinstance(unit, str) else ""


def _span(sheet: Sheet) -> float:
    """From the first gravity to the last, in s."""
    times = [float(at) for at, name, *_ in sheet.rows if head(name).is_gravity and at.replace(".", "", 1).isdigit()]
    return max(times) - min(times) if times else 0.0
