"""Commands: bytes that somebody sent, read as what they ask for or refused with a reason. Pure.

`brewpi/<site>/<tank>/command/<name>`, JSON with `id`, `issued_at`, `by` and the fields of the command. Refused is what
is retained (a broker repeats it at every reconnect), old, repeated, malformed or unknown.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from brewpi.hardware.plug_context import Message
from brewpi.mqtt.command_fields import COMMANDS, Fields
from brewpi.mqtt.signing import why_unproven
from brewpi.registry import nearest
from brewpi.sanitize import clean_text, parse_object
from brewpi.sentences import Sentence, spoken
from brewpi.validation import first_mistake

LARGEST = 4096  # bytes
OLDEST_S = 60.0
AHEAD_S = 5.0  # how far a sender's clock may run before ours


@dataclass(frozen=True, slots=True)
class Accepted:
    """A command to obey; `fields` is of the class that `COMMANDS` has for `name`."""

    tank: str
    name: str
    fields: Fields
    signed: bool = False  # `by` is proven

    @property
    def id(self) -> str:
        """The sender's id."""
        return self.fields.id


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that is not obeyed, and why; `id` is None if it could not be read."""

    tank: str
    name: str
    id: str | None
    why: str


def parse(
    message: Message,
    now: float,
    seen: Container[str],
    keys: Mapping[str, bytes] | None = None,
    is_clock_known: bool = True,
) -> Accepted | Refused:
    """What a message asks for. Never raises, whatever the bytes are.

    now: Unix seconds of the wall clock; is_clock_known: whether it can be believed. One that cannot is behind, as after
    a power cut without a battery: what is old by it is old, and what it calls the future may be now; seen: ids that
    were obeyed before (only those of the last minute matter); keys: of operators, by name, where commands have to be
    signed.
    """
    _, site, tank, _, name = ("", "", "", "", "", *message.topic.split("/"))[-5:]
    try:
        data = parse_object(message.payload, LARGEST, repeats=name == "stop")
    except ValueError as error:
        return Refused(tank, _short(name), None, str(error))
    command_id = _id(data)
    why = _refusal(message, name, data, command_id, seen)
    sig = data.pop("sig", None)
    unproven = None if keys is None else why_unproven(keys, site, tank, name, data, sig)
    why = why or (None if name == "stop" else unproven)
    if why is None:
        try:
            fields = COMMANDS[name].model_validate(data)
        except ValidationError as error:
            why = first_mistake(error, COMMANDS[name], word="field")
        else:
            why = None if name == "stop" else _untimely(fields.issued_at, now, is_clock_known)
            if why is None:
                if unproven:  # a STOP is obeyed from everybody, but it proves nothing
                    fields = fields.model_copy(update={"by": f"{fields.by} (not signed)"})
                return Accepted(tank, name, fields, signed=keys is not None and unproven is None)
    return Refused(tank, _short(name), command_id, clean_text(why))


def _id(data: dict[str, Any]) -> str | None:
    """The id if it is one, so that even a refused command gets its answer."""
    value = data.get("id")
    if isinstance(value, str) and 1 <= len(value) <= 64 and value.isascii() and value.isprintable():
        return value
    return None


def _refusal(
    message: Message, name: str, data: dict[str, Any], command_id: str | None, seen: Container[str]
) -> str | None:
    if message.retained:
        return Sentence("retained commands are not obeyed: a broker repeats them at every reconnect")
    if name not in COMMANDS:
        return f'unknown command "{_short(name)}"{nearest(_short(name), COMMANDS)}'
    of_a_reading = name == "forget_reading" and "reading" not in data  # its own id then names what is forgotten
    if command_id is not None and command_id in seen and not of_a_reading:
        return Sentence("repeated: this id was obeyed before")
    return None


def _untimely(issued_at: datetime, now: float, is_clock_known: bool) -> str | None:
    try:
        age_s = now - issued_at.timestamp()
    except (OverflowError, ValueError):
        return "issued_at: is no time"
    if age_s > OLDEST_S:
        return Sentence(
            "issued {length} ago, older than {oldest_s:.0f} s; if it is new, a clock is wrong",
            length=spoken(age_s), oldest_s=OLDEST_S,
        )  # fmt: skip
    if age_s < -AHEAD_S and is_clock_known:
        return Sentence("issued {length} in the future; a clock is wrong", length=spoken(-age_s))
    return None


def _short(word: str) -> str:
    """For a sentence: what a stranger sent is not repeated at length."""
    return clean_text(word if len(word) <= 40 else word[:40] + "...")
