"""Series of points in JSON, as charts and time series databases write them, as one long table: series, time, value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brewpi.importers.sheet import Sheet
from brewpi.importers.times.written_times import parse
from brewpi.importers.words.heads import head

Points = list[tuple[Any, Any]]
_KEYS = ("datapoints", "data", "values", "points", "items")
_TIMES = ("x", "t", "time", "timestamp", "ts", "date", "at", "lu", "lc", "last_changed", "last_updated", "start")
_VALUES = ("y", "v", "value", "val", "s", "state", "mean")
_QUANTITIES = ("name", "key", "quantity", "parameter", "variable", "field", "type", "label", "sensor", "metric")
_UNITS = ("unit", "units", "uom")
_TIMES_BESIDE = ("timestamps", "times")  # as long a list as that of the values


def table(
    items: Sequence[Mapping[str, Any]], title: str, facts: Mapping[str, str], labels: Sequence[Any] = ()
) -> Sheet | None:
    """Every item is a series of Grafana, Prometheus or a chart; None if one of them is none.

    labels: the times of a chart whose series hold values only.
    """
    rows = []
    for item in items:
        points = _points(item, labels)
        if points is None:
            return None
        for first, second in points:
            swap = _size(second) > 1e8 > _size(first)  # Grafana writes the value before the time
            at, value = (second, first) if swap else (first, second)
            rows.append([_name(item), *("" if cell is None else str(cell) for cell in (at, value))])
    return Sheet(("series", "time", "value"), rows, title, facts, 1) if rows else None


def by_name(node: Mapping[str, Any], title: str, facts: Mapping[str, str]) -> Sheet | None:
    """{"gravity": [[time, value], ...], "temperature": [...]} and {"labels": [...], "datasets": [...]}."""
    labels: list[Any] = next((node[key] for key in ("labels", "categories") if isinstance(node.get(key), list)), [])
    for key in ("datasets", "series"):
        items = node.get(key)
        if labels and isinstance(items, list) and items and all(isinstance(item, dict) for item in items):
            return table(items, title, facts, labels)
    lists = {key: by_time(value) or value for key, value in node.items()}
    named = [{"name": key, "data": v} for key, v in lists.items() if isinstance(v, list) and _pairs(v) is not None]
    sure = len(named) >= 2 or (len(named) == 1 and head(str(named[0]["name"])).is_gravity)
    return table(named, title, facts) if sure else None


def by_time(node: Any) -> list[Any] | None:
    """{"2024-04-22T16:48": 1.052, ...} as pairs of time and value; None if it is something else."""
    if not isinstance(node, dict) or len(node) < 2 or any(isinstance(value, (dict, list)) for value in node.values()):
        return None
    times = parse(list(node)[:50])
    return [list(item) for item in node.items()] if times and times.kind == "moment" else None


def of_one_moment(items: Sequence[Any]) -> dict[str, str] | None:
    """The values of a list of quantities, [{"name": "gravity", "value": 1.052, "unit": "SG"}, ...], by their names with
    the units behind them; None of any other list, such as one of readings."""
    found: dict[str, str] = {}
    for item in items:
        small = _small(item) if isinstance(item, dict) else {}
        name = next((key for key in _QUANTITIES if isinstance(small.get(key), str)), None)
        value = next((key for key in _VALUES if key in small), None)
        unit = next((small[key] for key in _UNITS if isinstance(small.get(key), str)), "")
        if name is None or value is None or not small.keys() <= {name, value, *_UNITS, "id"} or small[name] in found:
            return None
        found[small[name]] = "" if small[value] is None else f"{small[value]} {unit}".strip()
    named = any((h := head(name)).is_gravity or h.is_temperature for name in found)
    return found if named else None


def _name(item: Mapping[str, Any]) -> str:
    metric = item.get("metric")
    if isinstance(metric, dict):
        return " ".join(str(value) for key, value in metric.items() if key not in ("job", "instance"))
    item = _small(item)
    return str(next((item[key] for key in ("target", "name", "label", "title", "key") if item.get(key)), ""))


def _small(item: Mapping[str, Any]) -> dict[str, Any]:
    """With its keys in small letters."""
    return {str(key).lower(): value for key, value in item.items()}


def _points(item: Mapping[str, Any], labels: Sequence[Any]) -> Points | None:
    item = _small(item)
    if "columns" in item:  # it says itself what is in its rows
        return None
    x, y = item.get("x"), item.get("y")
    if not isinstance(x, list):
        x = next((item[key] for key in _TIMES_BESIDE if isinstance(item.get(key), list)), None)
        y = next((item[key] for key in _KEYS if isinstance(item.get(key), list)), None)
    if isinstance(x, list) and isinstance(y, list) and len(x) == len(y) > 0:
        return list(zip(x, y, strict=True))
    for key in _KEYS:
        value = item.get(key)
        if isinstance(value, list) and value:
            if labels and len(value) == len(labels) and not any(isinstance(cell, (list, dict)) for cell in value):
                return list(zip(labels, value, strict=True))
            if (pairs := _pairs(value)) is not None:
                return pairs
    return None


def _pairs(value: list[Any]) -> Points | None:
    """Pairs of a time and a value, in lists or in objects that name no quantity of their own."""
    if value and all(isinstance(point, list) and len(point) == 2 for point in value):
        return [(point[0], point[1]) for point in value]
    if value and all(isinstance(point, dict) and 2 <= len(point) <= 6 for point in value):
        if any((h := head(str(key))).is_gravity or h.is_temperature for key in value[0]):
            return None
        value = [_small(point) for point in value]
        at = next((key for key in _TIMES if key in value[0]), None)
        of = next((key for key in _VALUES if key in value[0]), None)
        if at and of:
            return [(point.get(at), point.get(of)) for point in value]
    return None


def _size(value: Any) -> float:
    try:
        return abs(float(value))
    except (TypeError, ValueError, OverflowError):
        return 0.0
