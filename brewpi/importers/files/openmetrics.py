"""Prometheus' text format with times: `tilt_gravity{color="red"} 1.052 1713804480000`."""

from __future__ import annotations

import re

from brewpi.importers.sheet import LogError, Sheet, at_most_many

_LINE = re.compile(r"^([A-Za-z_:][\w:]*)(\{[^{}]*\})?[ \t]+([-+.\w]+)(?:[ \t]+(\d{9,16}(?:\.\d+)?))?$")


def sheets(text: str) -> list[Sheet] | None:
    """One long table; None if the text is something else. Raises LogError for what is of one moment only."""
    if not re.match(r"\s*(?:# (?:HELP|TYPE|UNIT) |[A-Za-z_:][\w:]*\{[^{}]*\}[ \t]+[-+.\d])", text):
        return None
    lines = at_most_many([line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")])
    found = [match for line in lines if (match := _LINE.match(line))]
    if not found or 2 * len(found) < len(lines):
        return None
    if not any(match[4] for match in found):
        raise LogError("is what Prometheus reads at one moment; export a range of time from it.")
    rows = [[f"{match[1]}{match[2] or ''}", match[4] or "", match[3]] for match in found]
    return [Sheet(("series", "time", "value"), rows, "", {}, 1)]
