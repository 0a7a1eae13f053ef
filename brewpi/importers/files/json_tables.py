"""JSON of any nesting as sheets: lists of objects, objects by key, columns and rows, series of points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from brewpi.importers.files import json_dated, json_relaxed, json_series, json_text
from brewpi.importers.sheet import PATH, LogError, Sheet, at_most_many
from brewpi.importers.text.text_rows import has_numbers
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head

DEEPEST = 40
MOST_AT_ONCE = 12_000_000  # characters; more is read only as a line a reading
_HEADS = ("columns", "cols", "header", "headers", "fields", "head")
_BODIES = ("rows", "values", "data", "datarows")
_LEAVES = {"value", "val", "v", "reading", "current", "state", "number", "unit", "units"}  # of what holds them
_MARKS = {"text_entities", "entities", "blocks", "attachments", "reactions", "files"}  # Telegram, Slack
_SECTION = re.compile(r"\s*\[{1,2}[\w. -]+\]{1,2}\s*\n")  # of TOML or an INI file
_DATED_LINE = re.compile(  # [22/04/2024, 16:48:10] and [16:48:10], as programs and chats begin a line
    r"\s*\[(?:\d{1,4}([./-])\d\d?\1\d|\d\d?:\d\d)"
)


def sheets(text: str) -> list[Sheet] | None:
    """The tables in a JSON document or in JSON lines; None if the text is neither. Raises LogError for broken ones."""
    if (inside := json_relaxed.unwrapped(text[:MOST_AT_ONCE])) is not None:
        return _scripted(inside)
    start = text.lstrip()[:1]
    quoted = start == '"' and re.match(r'\s*"[\[{][\s\[{]*(?![^\W\d])', text) is not None
    if (start not in ("{", "[") and not quoted) or _SECTION.match(text) or _DATED_LINE.match(text):
        return None
    if len(text) > MOST_AT_ONCE:
        return [_lines(text.splitlines())]
    try:
        document, remarks = json_text.documents(text)
    except RecursionError:
        raise LogError("is JSON nested deeper than any log; export the readings as a list.") from None
    found = tables(document)
    if not found:
        raise LogError("is JSON without a list of readings; export one object a reading.")
    return [replace(sheet, notes=(*sheet.notes, *remarks)) for sheet in found] if remarks else found


def _scripted(text: str) -> list[Sheet] | None:
    """The tables of JSON in a script; None if it is none, as in TOML, which begins alike."""
    document = json_text.relaxed(text)
    return tables(document) or None if document is not None else None


def tables(document: Any) -> list[Sheet]:
    """The tables in a document that is read already. Raises LogError for a recipe and for one that is too deep."""
    try:
        while isinstance(document, str) and document.lstrip()[:1] in ("{", "["):  # JSON in a JSON text
            document = json_text.loads(document)
        found = list(_walk(document, "", {}, 0))
    except (RecursionError, ValueError):
        raise LogError("is JSON nested deeper than any log; export the readings as a list.") from None
    timed = any(
        any(head(name).is_gravity for name in sheet.heads) and any(head(name).names_moment for name in sheet.heads)
        for sheet in found
    )
    if not timed and json_text.has_ingredients(document):
        raise LogError("is a recipe, which holds no readings of a gravity; export those of the batch.")
    return found


def _lines(lines: Sequence[str]) -> Sheet:
    """One object a line; what is nested counts under its inner name."""
    filled = [(i, line) for i, line in enumerate(lines, 1) if line.strip()]
    records: list[dict[str, Any]] = []
    for i, line in at_most_many(filled):
        try:
            record = json_text.loads(line.strip().rstrip(","))
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise LogError(f"line {i} is no JSON object; write one reading a line.")
        records.append(record)
    return from_objects(records, "", {})


def _walk(node: Any, title: str, facts: Mapping[str, str], depth: int) -> Iterator[Sheet]:
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(node, dict):
        yield from _walk_object(node, title, facts, depth)
    elif isinstance(node, list):
        yield from _walk_list(node, title, facts, depth)


def _walk_object(node: dict[str, Any], title: str, facts: Mapping[str, str], depth: int) -> Iterator[Sheet]:
    if (points := json_series.by_time(node)) is not None:
        yield Sheet(("time", title or "value"), [list(map(str, point)) for point in points], title, facts, 1)
        return
    if (rows := json_dated.rows(node)) is not None:
        yield Sheet((), at_most_many(rows), title, facts, 1)
        return
    if (records := json_dated.records(node) or json_dated.columns(node)) is not None:
        yield from_objects(records, title, facts)
        return
    facts = {**facts, **_scalars(node)}
    table = json_series.by_name(node, title, facts) or _from_columns(node, title, facts) or _by_key(node, title, facts)
    if table is not None:
        yield table
        return
    title = _name(node) or title
    for key, value in node.items():
        if isinstance(value, (dict, list)):
            yield from _walk(value, title or key, facts, depth + 1)


def _walk_list(node: list[Any], title: str, facts: Mapping[str, str], depth: int) -> Iterator[Sheet]:
    objects = [item for item in node if isinstance(item, dict)]
    if node and len(objects) == len(node):
        if (series := json_series.table(objects, title, facts)) is not None:
            yield series
            return
        parents = any(_holds_list(_without_marks(item)) for item in objects)
        if any(_scalars(item) for item in objects) and (
            not parents or any(head(key).is_gravity for key in _scalars(objects[0]))
        ):
            yield from_objects(objects, title, facts)
        for item in objects:
            if any(isinstance(value, (list, dict)) and _holds_list(value) for value in item.values()):
                yield from _walk_object(item, title, facts, depth + 1)
    elif _is_grid(node):
        yield _from_grid(node, title, facts)
    else:
        for item in node:
            yield from _walk(item, title, facts, depth + 1)


def _without_marks(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message of a chat without what says once more how its text looks."""
    return {key: value for key, value in item.items() if key not in _MARKS} if "text" in item else item


def _holds_list(value: Any, depth: int = 0) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, (dict, list)) for item in value) and json_series.of_one_moment(value) is None
    return isinstance(value, dict) and depth < 4 and any(_holds_list(inner, depth + 1) for inner in value.values())


def _scalars(node: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    """What an object says outright, nested objects under a path."""
    flat: dict[str, str] = {}
    for key, value in node.items():
        if isinstance(value, dict):
            if depth < 5 and len(value) == 1 and not isinstance(wrapped := next(iter(value.values())), list) and (
                next(iter(value)).startswith("$")  # MongoDB: {"$date": {"$numberLong": "..."}}
            ):
                flat |= _scalars({key: wrapped}, prefix, depth + 1)
            elif depth < 5:
                flat |= _scalars(value, f"{prefix}{key}{PATH}", depth + 1)
        elif isinstance(value, list):
            flat |= _scalars(json_series.of_one_moment(value) or {}, prefix, depth + 1)
        else:
            flat[prefix + key] = "" if value is None else str(value)
    return flat


def _name(node: Mapping[str, Any]) -> str:
    for key in ("name", "title", "batchName", "beerName", "beer_name", "label", "displayName", "color", "batchNo"):
        if isinstance(node.get(key), (str, int)):
            number = node.get("batchNo") if key != "batchNo" else None
            name = str(node[key])
            if name.lower() == "batch" and isinstance(recipe := node.get("recipe"), dict):
                name = str(recipe.get("name") or name)
            return name if number is None else f"{name} #{number}"
    of_tank = (value for key, value in node.items() if head(key).only(known.DEVICE, known.BATCH))
    return next((str(value) for value in of_tank if isinstance(value, (str, int))), "")


def from_objects(records: Sequence[Mapping[str, Any]], title: str, facts: Mapping[str, str]) -> Sheet:
    """Objects as rows. A nested field goes by its own name where that is clear, else by its path."""
    flat = [_scalars(record) for record in at_most_many(records)]
    paths = list({path: None for row in flat for path in row})
    short: dict[str, list[str]] = {}
    for path in paths:
        short.setdefault(path.rpartition(PATH)[2].lower(), []).append(path)
    clear = {path for alike in short.values() for path in alike if len(alike) == 1}
    heads = [_called(path, path in clear) for path in paths]
    named = {key.rpartition(PATH)[2]: value for key, value in facts.items() if value}
    heads = [named.get(name, name) if re.fullmatch(r"field\d", name) else name for name in heads]  # ThingSpeak
    rows = [[row.get(path, "") for path in paths] for row in flat]
    for i, name in enumerate(heads):
        if name in ("entity_id", "topic"):  # Home Assistant names an entity once, then only its states
            _fill_down(rows, i)
    return Sheet(tuple(heads), rows, title, facts, 1)


def _called(path: str, clear: bool) -> str:
    """A field's own name if it is clear, that of what holds it too where it is only "value"; else its whole path."""
    *above, name = path.split(PATH)
    if not clear:
        return path.replace(PATH, "/")
    return f"{above[-1]}/{name}" if above and name.lower() in _LEAVES else name


def _fill_down(rows: list[list[str]], i: int) -> None:
    last = ""
    for row in rows:
        last = row[i] = row[i] or last


def _from_columns(node: Mapping[str, Any], title: str, facts: Mapping[str, str]) -> Sheet | None:
    """{"time": [...], "sg": [...]}, and {"columns": [...], "values": [[...]]}."""
    nested = _schema(node)
    heads = nested or next((node[key] for key in _HEADS if isinstance(node.get(key), list) and node[key]), None)
    if heads:
        names = [str(_label(item)) for item in heads]
        body = next((_body(node[key]) for key in _BODIES if isinstance(node.get(key), (list, dict))), None)
        if body and len(body) == len(names) and all(isinstance(column, list) for column in body) and nested:
            body = [list(row) for row in zip(*body, strict=False)]
        rows = [cells for row in body or [] if (cells := _cells(row)) and len(cells) == len(names)]
        if rows:
            return Sheet(tuple(names), at_most_many(rows), _tagged(node) or title, facts, 1)
    columns = {
        key: value
        for key, value in node.items()
        if isinstance(value, list) and len(value) > 1 and not isinstance(value[0], (dict, list))
    }
    lengths = [len(value) for value in columns.values()]
    if len(columns) >= 2 and len(set(lengths)) == 1:
        rows = [["" if cell is None else str(cell) for cell in row] for row in zip(*columns.values(), strict=True)]
        return Sheet(tuple(columns), at_most_many(rows), title, facts, 1)
    return None


def _tagged(node: Mapping[str, Any]) -> str:
    """The name of a series with the tags that tell it from others of the same name."""
    tags = node.get("tags")
    values = [str(value) for value in tags.values() if value] if isinstance(tags, dict) else []
    return " ".join(word for word in (_name(node), *values) if word)


def _schema(node: Mapping[str, Any]) -> list[Any] | None:
    """A data frame of Grafana: the names in `schema.fields`, the columns in `data.values`."""
    schema = node.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    return fields if isinstance(fields, list) and fields else None


def _body(value: Any) -> list[Any]:
    inner = value.get("values") if isinstance(value, dict) else value
    return inner if isinstance(inner, list) else []


def _label(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return next((item[key] for key in ("label", "name", "title", "text", "id", "field", "key") if item.get(key)), "")


def _cells(row: Any) -> list[str]:
    """One row of a grid, also of a Google chart: {"c": [{"v": 1.05}, null]}."""
    if isinstance(row, dict):
        row = row.get("c")
    if not isinstance(row, list):
        return []
    plain = [cell.get("v") if isinstance(cell, dict) else cell for cell in row]
    return ["" if cell is None else str(cell) for cell in plain]


def _by_key(node: Mapping[str, Any], title: str, facts: Mapping[str, str]) -> Sheet | None:
    """{"-Nx1": {"time": ..., "sg": ...}, "-Nx2": {...}}: objects of one shape under keys or under their times."""
    inner = [value for value in node.values() if isinstance(value, dict)]
    if len(inner) < 3 or len(inner) < len(node) - 2:
        return None
    shapes = {tuple(sorted(value)) for value in inner}
    common = set.intersection(*(set(value) for value in inner))
    if len(common) < 1 or len(shapes) > max(3, len(inner) // 2) or any(_holds_list(value) for value in inner):
        return None
    times = parse(list(node)[:50])
    named = "time" if times and times.kind == "moment" and "time" not in common else "key"
    return from_objects([{named: key, **value} for key, value in node.items() if isinstance(value, dict)], title, facts)


def _is_grid(node: list[Any]) -> bool:
    """A list of rows."""
    rows = [row for row in node if isinstance(row, list)]
    return (
        len(rows) == len(node) > 1
        and len(rows[0]) >= 2
        and all(len(row) == len(rows[0]) and not any(isinstance(cell, (dict, list)) for cell in row) for row in rows)
    )


def _from_grid(node: list[Any], title: str, facts: Mapping[str, str]) -> Sheet:
    """Rows, the first of them heads if it holds nothing but words."""
    rows = [["" if cell is None else str(cell) for cell in row] for row in node]
    heads = () if has_numbers(rows[0]) or not all(isinstance(cell, str) for cell in node[0]) else tuple(rows[0])
    return Sheet(heads, at_most_many(rows[1:] if heads else rows), title, facts, 1)
