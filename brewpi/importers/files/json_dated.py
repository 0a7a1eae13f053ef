"""JSON of home-made scripts whose keys say when: lists of values under times, or the readings of a day under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brewpi.importers.times.dates import Times
from brewpi.importers.times.written_times import parse
from brewpi.importers.words.heads import head

LEAST_TIMES, LEAST_DAYS = 3, 2


def rows(node: Mapping[str, Any]) -> list[list[str]] | None:
    """{"2026-03-09T14:20": [1.052, 19.1], ...} as rows, the time first; None of anything else."""
    lists = [value for value in node.values() if isinstance(value, list)]
    if not LEAST_TIMES <= len(lists) == len(node) or len({len(value) for value in lists}) != 1 or not lists[0]:
        return None
    if any(isinstance(cell, (dict, list)) for value in lists for cell in value) or not _are(list(node), ("moment",)):
        return None
    return [[key, *("" if cell is None else str(cell) for cell in value)] for key, value in node.items()]


def records(node: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """{"2026-03-09": [{"time": "14:20", "sg": 1.052}, ...], ...}, or with objects under times of day, as objects with
    their date; None of anything else."""
    if len(node) < LEAST_DAYS or not _are(list(node), ("date",)):
        return None
    found: list[dict[str, Any]] = []
    for day, value in node.items():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            items = list(value)
        elif isinstance(value, dict) and value and all(isinstance(item, dict) for item in value.values()):
            if not _are(list(value), ("clock",)):
                return None
            items = [{"time": clock, **item} for clock, item in value.items()]
        else:
            return None
        if any("date" in item for item in items):
            return None
        found += [{"date": day, **item} for item in items]
    return found


def columns(node: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """{"time": {"0": ..., "1": ...}, "sg": {"0": ..., "1": ...}}, as pandas writes a table by itself, as objects; with
    the time of each if the rows are called after it. None of anything else."""
    inner = [value for value in node.values() if isinstance(value, dict)]
    if len(inner) != len(node) or not inner or len(inner[0]) < LEAST_TIMES:
        return None
    if any(value.keys() != inner[0].keys() for value in inner) or not any(head(name).is_gravity for name in node):
        return None
    if any(isinstance(cell, (dict, list)) for value in inner for cell in value.values()):
        return None
    keys = list(inner[0])
    timed = _are(keys, ("moment", "date"))
    rows = [{name: value[key] for name, value in node.items()} for key in keys]
    return [{"time": key, **row} for key, row in zip(keys, rows, strict=True)] if timed else rows


def _are(keys: Sequence[str], kinds: Sequence[str]) -> bool:
    """Whether all of the first keys are times of these kinds."""
    times: Times | None = parse(keys[:50])
    return times is not None and times.kind in kinds and not any(hour != hour for hour in times.hours)
