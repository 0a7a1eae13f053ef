"""Times that name their zones: where a column names several, as in the nights when clocks are changed or where two
places keep one log, each counts in its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from brewpi.records import Array

# Hours east of Greenwich (IANA time zone database). A name that two countries give to zones of their own counts as that
# of the more common one, for it has to stand beside another name of this table.
EAST_H = {
    "UTC": 0.0, "GMT": 0.0, "WET": 0.0, "WEST": 1.0, "BST": 1.0, "CET": 1.0, "MEZ": 1.0, "CEST": 2.0, "MESZ": 2.0,
    "EET": 2.0, "EEST": 3.0, "MSK": 3.0, "NST": -3.5, "NDT": -2.5, "AST": -4.0, "ADT": -3.0, "EST": -5.0, "EDT": -4.0,
    "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0, "AKST": -9.0, "AKDT": -8.0,
    "HST": -10.0, "JST": 9.0, "AWST": 8.0, "ACST": 9.5, "ACDT": 10.5, "AEST": 10.0, "AEDT": 11.0, "NZST": 12.0,
    "NZDT": 13.0,
}  # fmt: skip
_NAMED = re.compile(rf"(\d|\d\s?[AaPp]\.?[Mm]\.?)\s?\(?\b({'|'.join(EAST_H)})\b\)?(?!\s?[+-]\d)")
_WHOLE_HOURS = re.compile(  # GMT+2, (UTC-5), +02: an offset without minutes
    r"(:\d\d(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?)\s?\(?(?:GMT|UTC)?\s?([+-]\d{1,2})(?![\d:])\)?"
)
CITY = re.compile(  # of the IANA time zone database; not behind an offset, which says more
    r"(?<![+-]\d\d:\d\d)(?<![+-]\d{4})\s?[\[(]?\b"
    r"((?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/[A-Z][\w/+-]+)[\])]?$"
)


def cities(texts: Sequence[str]) -> list[str | None] | None:
    """The IANA zone behind each time where they name several; None where one serves all, or one has none."""
    first = next(filter(None, texts), "")
    if CITY.search(first) is None:
        return None
    found = [CITY.search(text) if text else None for text in texts]
    if any(text and not city for text, city in zip(texts, found, strict=True)):
        return None
    names = [city[1] if city else None for city in found]
    return names if len(set(names) - {None}) > 1 and all(zone_info(name) for name in set(names) if name) else None


def without_city(text: str) -> str:
    """2026-03-03 08:20 of 2026-03-03 08:20 Europe/Vienna."""
    return CITY.sub("", text).strip()


def east_of_greenwich(hours: Array, names: Sequence[str | None]) -> Array:
    """How many hours each local time, (n,) since 1970, is ahead of UTC in its zone, NaN where it has none."""
    return np.array([_ahead_h(hour, name) for hour, name in zip(hours.tolist(), names, strict=True)])


def _ahead_h(hour: float, name: str | None) -> float:
    zone = zone_info(name) if name and np.isfinite(hour) else None
    if zone is None:
        return float("nan")
    try:
        local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        ahead = local.replace(tzinfo=zone).utcoffset()
    except OverflowError:
        return float("nan")
    return float("nan") if ahead is None else ahead.total_seconds() / 3600.0


@lru_cache(maxsize=64)
def zone_info(name: str) -> ZoneInfo | None:
    """The zone of that name, None where this computer knows none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return None


def with_offsets(texts: Sequence[str]) -> list[str]:
    """Each time with the offset of its zone for the name; as they are where one name serves all, or one has none."""
    first = next(filter(None, texts), "")
    if _zone(first) is None:
        return list(texts)
    zones = [_zone(text) if text else None for text in texts]
    east_h = {_east_h(zone) for zone in zones if zone}
    if len(east_h) < 2 or any(text and not zone for text, zone in zip(texts, zones, strict=True)):
        return list(texts)
    return [_with_offset(text, zone) if zone else text for text, zone in zip(texts, zones, strict=True)]


def _zone(text: str) -> re.Match[str] | None:
    return _NAMED.search(text) or _WHOLE_HOURS.search(text)


def _east_h(zone: re.Match[str]) -> float:
    return EAST_H[zone[2]] if zone[2] in EAST_H else float(zone[2])


def _with_offset(text: str, zone: re.Match[str]) -> str:
    minutes = round(60.0 * _east_h(zone))
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    return f"{text[: zone.end(1)]}{sign}{minutes // 60:02d}:{minutes % 60:02d}{text[zone.end() :]}"
