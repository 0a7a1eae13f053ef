"""A JSON message from outside, field by field: cleaned, and what is not what it should be gets a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from brewpi.sanitize import clean_fields, clean_text, parse_device_object
from brewpi.sensors import SensorError

NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?")
UTC_WORDS = ("z", "utc", "gmt")


class Fields:
    """The fields of one message. Senders spell them differently, and one firmware otherwise than the next, so each
    look-up takes all the names of a thing, and `corr-gravity` is also `corr_gravity` and `CorrGravity`; the exact
    spelling goes first. Empty fields count as absent."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = clean_fields(fields)
        self.alike = {_plain(name): value for name, value in reversed(self.fields.items())}

    @classmethod
    def of_json(cls, payload: bytes) -> Fields:
        """The fields of a JSON object. Raises SensorError."""
        try:
            return cls(parse_device_object(payload))
        except ValueError as error:
            raise SensorError(f"message is {str(error).removesuffix(' in UTF-8')}: {_excerpt(payload)}") from None

    def word(self, *names: str) -> str | None:
        """A text, or None where there is none."""
        found = [known[key] for name in names for known, key in ((self.fields, name), (self.alike, _plain(name)))
                 if key in known]  # fmt: skip
        for value in found:
            said = value.get("value") if isinstance(value, dict) else value  # Ubidots and others wrap each number
            if said is not None and str(said).strip():
                return str(said).strip()
        return None

    def measured(self, *names: str) -> float | SensorError | None:
        """A finite number, or a text that is one, also with a comma, as some senders quote all they send. What is none
        is returned as the error for whoever wants this number: a thermometer that broke (firmware says nan then) costs
        no gravity."""
        text = self.word(*names)
        if text is None:
            return None
        value = number(text)
        return SensorError(f'"{names[0]}" is no number: {text[:40]}') if value is None else value

    def extra(self, *names: str) -> float | None:
        """A finite number that nothing depends on, None where there is none."""
        value = self.measured(*names)
        return None if isinstance(value, SensorError) else value

    def time(self, *names: str) -> float | None:
        """A time in Unix seconds from a number (seconds, or thousandths, millionths or billionths of them) or ISO 8601
        text. Raises SensorError."""
        text = self.word(*names)
        if text is None:
            return None
        try:
            seconds = float(text)
        except ValueError:
            return _from_iso(names[0], text)
        if not isfinite(seconds):
            raise _no_time(names[0], text)
        return seconds / next((parts for parts in (1e9, 1e6, 1e3) if seconds > 1e8 * parts), 1.0)


def number(text: str) -> float | None:
    """A finite number, also with a decimal comma; None where the text is none."""
    return value if NUMBER.fullmatch(text) and isfinite(value := float(text.replace(",", "."))) else None


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")


def _from_iso(name: str, text: str) -> float:
    word = next((word for word in UTC_WORDS if text.lower().endswith(word)), "")
    try:
        at = datetime.fromisoformat(text[: len(text) - len(word)].rstrip() + "+00:00" if word else text)
    except ValueError:
        raise _no_time(name, text) from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _no_time(name: str, text: str) -> SensorError:
    return SensorError(f'"{name}" is no time: {text[:40]}; write 2026-05-01T14:30:00Z')


def _excerpt(payload: bytes) -> str:
    text = clean_text(payload[:60].decode("utf-8", "replace"))
    return json.dumps(text, ensure_ascii=False) if text else "it is empty"
