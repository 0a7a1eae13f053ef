"""A column of zones or offsets beside local times: where it names several, each time counts in its own."""

from __future__ import annotations

import re

import numpy as np

from brewpi.importers.sheet import Sheet, is_absent
from brewpi.importers.times.zone_names import CITY, EAST_H, east_of_greenwich, zone_info
from brewpi.importers.words.heads import Head
from brewpi.records import Array

FARTHEST_MIN = 14 * 60  # east of Greenwich, Kiribati
_OF_ZONES = frozenset({"zone", "timezone", "tz", "zeitzone", "fuseau", "utc", "gmt"})
_OF_OFFSETS = frozenset({"offset", "tzoffset", "utcoffset"})
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})(:?\d\d)?")


def ahead_of_utc(sheet: Sheet, hours: Array) -> Array | None:
    """By how many hours each local time, (n,) since 1970, is ahead of UTC by the column that says it; None where there
    is none, or it says the same of all."""
    for i in range(len(sheet.heads)):
        h, cells = sheet.head(i), [cell.strip() for cell in sheet.cells(i)]
        words = {*h.words, "".join(h.words)}
        if not words & (_OF_ZONES | _OF_OFFSETS):
            continue
        fixed = [_east_h(cell, h, bool(words & _OF_ZONES)) for cell in cells]
        names = [cell if fixed_h is None else None for cell, fixed_h in zip(cells, fixed, strict=True)]
        known = all(is_absent(cell) or (CITY.fullmatch(cell) and zone_info(cell)) for cell in names if cell is not None)
        if not known or len({cell for cell in cells if not is_absent(cell)}) < 2:
            continue
        ahead = np.array([np.nan if fixed_h is None else fixed_h for fixed_h in fixed])
        return np.where(np.isnan(ahead), east_of_greenwich(hours, names), ahead)
    return None


def _east_h(cell: str, h: Head, of_zones: bool) -> float | None:
    """Hours of CET, +0100, UTC+1 and, below a head that says zone or UTC, +1; of 60 below one that says minutes."""
    if cell in EAST_H:
        return EAST_H[cell]
    if cell in ("Z", "0"):
        return 0.0
    if {"min", "mins", "minutes"} & set(h.words):
        in_minutes = re.fullmatch(r"[+-]?\d{1,3}", cell)
        return int(cell) / 60.0 if in_minutes and abs(int(cell)) <= FARTHEST_MIN else None
    found = _OFFSET.fullmatch(cell)
    if found is None or not (of_zones or found[3] or cell[0] in "UG"):
        return None
    hours = int(found[2]) + int((found[3] or "0").lstrip(":")) / 60.0
    return hours if found[1] == "+" else -hours
