"""What `mosquitto_sub -v` prints of a broker whose messages are objects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from brewpi.importers.files import json_text
from brewpi.importers.files.json_tables import from_objects
from brewpi.importers.sheet import Sheet, at_most_many

_MESSAGE = re.compile(r"^(?:(\S[^{\[]{0,40}?)\s+)?(\S+/\S+)\s+(\{.*\})$")


def sheets(text: str) -> list[Sheet] | None:
    """What `mosquitto_sub -v` prints: a topic and an object a line, perhaps after a time."""
    if not _MESSAGE.match(text.lstrip()[:20_000].partition("\n")[0].strip()):
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    found = [_MESSAGE.match(line) for line in at_most_many(lines)]
    if not lines or not all(found):
        return None
    try:
        records = [({"time": f[1]} if f[1] else {}) | _by_topic(f[2]) | json_text.loads(f[3]) for f in found if f]
    except (ValueError, RecursionError):
        return None
    kept = [record for record in records if _has_numbers(record)]
    return [from_objects(kept or records, "", {})]


def _by_topic(topic: str) -> dict[str, str]:
    """brewpi/cellar/fv1/state is of the tank fv1."""
    parts = topic.split("/")
    return {"topic": topic, "device": "/".join(parts[1:-1]) or parts[0]}


def _has_numbers(record: Mapping[str, Any]) -> bool:
    return any(isinstance(value, (int, float)) and not isinstance(value, bool) for value in record.values())
