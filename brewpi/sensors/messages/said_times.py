"""What a message says of the age of its numbers, under names that no format promises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from brewpi.sensors.messages.payload import Fields, number
from brewpi.sensors.messages.timestamps import possible_times

OF_1970 = 1e8  # seconds: a number from here on is a moment, below it a span of time
_UNITS = r"ms|millis(?:econds?)?|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?"
_AGE = re.compile(  # names as `plain_name` has them
    rf"(?:reading|data|measurement|sample|value|message|msg|sensor|device|)age(?:in|)(?P<age>{_UNITS}|)"
    rf"|(?P<ago>{_UNITS}|)(?:ago|since(?:last|)(?:seen|heard|reading|update|message|measurement|contact))"
    rf"|last(?:seen|heard|update|updated|contact)(?:ago|age|)(?P<last>{_UNITS}|)"
)
_SPAN = re.compile(rf"(?:pt)?\s*([0-9.,]+)\s*({_UNITS})\.?(?:\s*ago)?", re.IGNORECASE)
_CLOCK = re.compile(r"([0-9]+):([0-5][0-9])(?::([0-5][0-9])(?:[.,][0-9]+)?)?")
_WHEN = "(?:at|on|time|ts|timestamp|date|datetime|utc|)"
_WHEN_HEARD = re.compile(f"last(?:seen|heard|reported|received|activity|contact|message){_WHEN}")
_WHEN_MEASURED = re.compile(
    f"(?:measured|sampled|recorded|captured|observed|read|reported|received|published|sent|updated|last(?:update|updated))"
    f"{_WHEN}|(?:reading|measurement|sample|event|sensor|device|data|report)(?:at|time|ts|timestamp|date|datetime)"
)
_WHEN_SAID = re.compile(
    "(?:time|timestamp|ts|datetime|dateandtime|date|epoch|unix(?:time|timestamp|ts)?)(?:utc|iso|ms|us|ns|s|)|utc(?:time)?"
    "|zeit|zeitstempel|fecha|hora|horodatage"
)
# Of a reading, or of the device, the batch or the feed: it counts once it has moved with the messages.
_WHEN_PERHAPS = re.compile(
    "(?:created|logged|log|entry|taken|acquired|generated|produced|collected|stored|posted|valid|source|server|local|iso"
    "|observation|phenomenon|result)(?:at|on|time|ts|timestamp|date|datetime|utc)|created|at|when|t|dt|stamp|moment|asof"
    "|instant|lastreading|timereceived|tst|datum|heure|zeitpunkt|messzeit|gemessen(?:am|um|)"
)
OF_2001 = 1e9  # seconds: what is no less is no temperature and no count
_ZONED = re.compile(r"(?:z|utc|gmt|[0-9\s][+-][0-9]{2}:?[0-9]{2})(?:\[.*|\s*\(.*)?$|gmt[+-]", re.IGNORECASE)
# Home Assistant's last_updated is when a value last became another, however often it was read since.
_OF_STATES = ("lastchanged", "attributes", "entityid")


@dataclass(frozen=True, slots=True)
class Said:
    """age_s: how old the reading is said to be; text: the time beside it, times: what that may be in Unix seconds;
    has_zone: whether it says which zone it is of; of_device: whether it is when the device was heard, before whatever
    its gateway stamps the message with; is_sure: whether its name is that of a reading's time and of nothing else."""

    age_s: float | None = None
    text: str = ""
    times: tuple[float, ...] = ()
    has_zone: bool = True
    of_device: bool = False
    is_sure: bool = True


def said_in(levels: Iterable[Fields]) -> Said:
    """What the objects around a number say of its age."""
    fields = {name: value for level in levels for name, value in level.alike.items()}
    texts = {name: str(value).strip() for name, value in fields.items() if _is_text(value)}
    ages = [age for name, text in texts.items() if (age := _age_s(name, text)) is not None]
    if ages:
        return Said(max(ages), of_device=True)
    for names in (_WHEN_HEARD, _WHEN_MEASURED, _WHEN_SAID, _WHEN_PERHAPS):
        least = OF_2001 if names is _WHEN_PERHAPS else float("-inf")
        found = {text: times for name, text in texts.items() if _is_moment(name, names, fields)
                 and (times := possible_times(text)) and min(times) > least}  # fmt: skip
        if found:
            text = min(found, key=lambda one: min(found[one]))
            has_zone = number(text) is not None or _ZONED.search(text) is not None
            return Said(None, text, found[text], has_zone, names is _WHEN_HEARD, names is not _WHEN_PERHAPS)
    return Said()


def _is_text(value: Any) -> bool:
    return value is not None and not isinstance(value, bool | dict | list)


def _is_moment(name: str, names: re.Pattern[str], fields: Mapping[str, Any]) -> bool:
    of_state = "updat" in name and any(other in fields for other in _OF_STATES)
    return names.fullmatch(name) is not None and not of_state


def _age_s(name: str, text: str) -> float | None:
    """The age in seconds that a field says; without a unit it is of seconds."""
    named = _AGE.fullmatch(name)
    if named is None:
        return None
    span = _SPAN.fullmatch(text)
    clock = _CLOCK.fullmatch(text) if named["last"] is None else None  # else a time of day
    if clock:
        return int(clock[1]) * 3600.0 + int(clock[2]) * 60.0 + int(clock[3] or 0)
    value = number(span[1] if span else text)
    unit = span[2] if span else next(filter(None, named.groups()), "")
    age_s = None if value is None else value * _seconds_in(unit.lower())
    return age_s if age_s is not None and 0.0 <= age_s < OF_1970 else None


def _seconds_in(unit: str) -> float:
    if unit.startswith(("ms", "milli")):
        return 1e-3
    return {"h": 3600.0, "m": 60.0}.get(unit[:1], 1.0)
