"""A JSON message from outside, field by field: cleaned, and what is not what it should be gets a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import isfinite
from typing import Any

from brewpi.sanitize import (
    MAX_DEPTH,
    both_of_twice,
    clean_fields,
    clean_text,
    in_utf8,
    parse_device_objects,
    plain_name,
)
from brewpi.sensors import SensorError
from brewpi.sensors.messages.timestamps import possible_times

NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?")
WITH_UNIT = re.compile(NUMBER.pattern + r"\s*([°º˚%]\s?[A-Za-z]{0,7}|[A-Za-z]{1,7})")

LONGEST_NUMBER = 64  # characters
CALLED = ("name", "n", "id", "key")  # an object in a list
NAMED = 6  # of a message's numbers
PACE = re.compile(".*(?:interval|period|seconds|minutes|rate|version|decimals?|precision|timeout|offset)")
# What does not show around a number: blanks of all widths, those of none, and what C and Windows put around a text.
AROUND = " \t\r\n\0\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\u200b\u200c\u200d\u2060\ufeff"


class Fields:
    """The fields of one message. Senders spell them differently, and one firmware otherwise than the next, so each
    look-up takes all the names of a thing, and "corr-gravity" is also "corr_gravity" and "CorrGravity"; the exact
    spelling goes first, and of two others neither. Empty fields count as absent."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = clean_fields(fields)
        self.alike = both_of_twice([(plain_name(name), value) for name, value in self.fields.items()])
        self.said = [(name, text) for name, value in _with_settings(self.alike) if (text := _text(value))]

    @classmethod
    def of_json(cls, payload: bytes) -> Fields:
        """The fields of a JSON object. Raises SensorError."""
        first, *others = cls.all_of_json(payload)
        if others:
            raise SensorError(f"message is not one but a list of {len(others) + 1}; let each be sent by itself")
        return first

    @classmethod
    def all_of_json(cls, payload: bytes) -> list[Fields]:
        """Those of a JSON object, or of several in a list; one at least. Raises SensorError."""
        try:
            return [cls(fields) for fields in parse_device_objects(payload)]
        except ValueError as error:
            why = str(error).replace("not JSON in UTF-8", "not JSON", 1)
            raise SensorError(f"message is {why}: {_excerpt(payload)}") from None

    def has(self, name: str) -> bool:
        """Whether there is a field of this name, also an empty one."""
        return plain_name(name) in self.alike

    def word(self, *names: str) -> str | None:
        """A text, or None where there is none."""
        return next(iter(self.words(*names)), None)

    def words(self, *names: str) -> list[str]:
        """The texts of all fields of these names, in their order."""
        return [text for value in self._named(*names) if (text := _text(value))]

    def words_like(self, names: re.Pattern[str]) -> list[str]:
        """The texts of all fields with such a name, in lower case and without what parts its words; also of the
        settings beside them."""
        return [text for name, text in self.said if names.fullmatch(name)]

    def inside(self, *names: str) -> list[Fields]:
        """What stands beside a number that has an object of its own, as Ubidots and others wrap each."""
        return [Fields(value) for value in self._named(*names) if isinstance(value, dict)]

    def _named(self, *names: str) -> list[Any]:
        both = ((known, key) for name in names for known, key in ((self.fields, name), (self.alike, plain_name(name))))
        return [known[key] for known, key in both if key in known]

    def measured(self, *names: str) -> float | SensorError | None:
        """A finite number, or a text that is one, also with a comma, as some senders quote all they send. What is none
        is returned as the error for whoever wants this number: a thermometer that broke (firmware says nan then) costs
        no gravity."""
        text = self.word(*names)
        if text is None:
            return None
        value = number(text)
        return SensorError(no_number(f'"{names[0]}"', text)) if value is None else value

    def extra(self, *names: str) -> float | None:
        """A finite number that nothing depends on, None where there is none."""
        value = self.measured(*names)
        return None if isinstance(value, SensorError) else value

    def times(self, *names: str) -> tuple[float, ...]:
        """A time in Unix seconds, as `possible_times` reads it. Raises SensorError."""
        text = self.word(*names)
        if text is None:
            return ()
        found = possible_times(text)
        if not found:
            raise SensorError(f'"{names[0]}" is no time: {text[:40]}; write 2026-05-01T14:30:00Z')
        return found


def number(text: str) -> float | None:
    """A finite number, also with a decimal comma or a minus as Swedes and Norwegians have it from their computers; None
    where the text is none."""
    said = text.strip(AROUND).replace("\u2212", "-")
    return value if NUMBER.fullmatch(said) and isfinite(value := float(said.replace(",", "."))) else None


def no_number(what: str, text: str) -> str:
    """The sentence for a text that is none."""
    unit = WITH_UNIT.fullmatch(text)
    alone = f"; let it be sent without the {unit[1]}" if unit else ""
    return f"{what} is no number: {text[:40] or 'it is empty'}{alone}"


def plain_text(payload: bytes) -> str:
    """What a message says that is one word or number, without what C, Windows and JSON put around it."""
    text = clean_text(in_utf8(payload).strip(AROUND), LONGEST_NUMBER)  # what is cut has its … and is none
    return text[1:-1].strip(AROUND) if len(text) > 2 and text[0] == text[-1] == '"' else text


def by_name(items: Sequence[Any]) -> dict[str, Any]:
    """The objects of a list by their names, as Sparkplug has them; nothing where one has none, or two have one."""
    objects = [one if isinstance(one, dict) else {} for one in items]
    names = [next((str(one[name]) for name in CALLED if one.get(name)), "") for one in objects]
    return dict(zip(names, items, strict=True)) if all(names) and len(set(names)) == len(names) else {}


def numbers_in(fields: Mapping[str, Any], before: str = "", depth: int = MAX_DEPTH) -> Iterator[str]:
    """The ways to all numbers of a message, a dot for each level."""
    for name, value in fields.items():
        value = by_name(value) if isinstance(value, list) else value
        if isinstance(value, Mapping) and depth:
            yield from numbers_in(value, f"{before}{name}.", depth - 1)
        elif not isinstance(value, bool) and NUMBER.fullmatch(str(value)):
            yield f"{before}{name}"


def numbers_named(fields: Mapping[str, Any]) -> str:
    """The ways to the first of them, for the sentence where the one that is looked for is not there."""
    return ", ".join(islice(numbers_in(fields), NAMED))


def _with_settings(fields: Mapping[str, Any], depth: int = 2) -> Iterator[tuple[str, Any]]:
    """The fields, and those of the objects beside them that say something of them, as {"units": {"temp": "F"}} does,
    and hold no measurement of their own."""
    for name, value in fields.items():
        if not isinstance(value, dict) or "value" in value:
            yield name, value
        elif depth and not any(_is_measured(plain_name(inner), one) for inner, one in value.items()):
            before = "unit" if "unit" in name else ""
            inside = {plain_name(inner): one for inner, one in value.items()}
            for inner, one in _with_settings(inside, depth - 1):
                yield before + inner.removeprefix(before), one


def _is_measured(name: str, value: Any) -> bool:
    """Whether a field of an object is a number that may have a unit there."""
    if isinstance(value, dict):
        return any(_is_measured(plain_name(inner), one) for inner, one in value.items())
    is_number = not isinstance(value, bool) and NUMBER.fullmatch(str(value).strip()) is not None
    return is_number and not PACE.fullmatch(name)


def _text(value: Any) -> str:
    said = value.get("value") if isinstance(value, dict) else value  # Ubidots and others wrap each number
    return "" if said is None else str(said).strip(AROUND)


def _excerpt(payload: bytes) -> str:
    text = clean_text(payload[:60].decode("utf-8", "replace"))
    return json.dumps(text, ensure_ascii=False) if text else "it is empty"
