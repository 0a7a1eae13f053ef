"""What comes from outside, cleaned once, where a message becomes fields. Pure.

A lone surrogate cannot be written to a disk or a socket; a control character moves a terminal's cursor; a
right-to-left mark turns a sentence round; and an endless name, number or nesting fills the memory. None of these is
part of any message that a device has a reason to send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_BYTES = 131_072
MAX_FIELDS = 200
MAX_NAME = 64  # characters of a field's name
MAX_TEXT = 400  # characters of a field's text
MAX_DEPTH = 6

# C0, DEL and C1; line and paragraph separators; marks that turn the direction of writing.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]+")
NO_NUMBER = re.compile(rb"(?<=[:\[,])\s*[-+]?(?:nan|inf|infinity|ovf)(?=\s*[,}\]])", re.IGNORECASE)
MISTYPED = {  # JSON as people type it, or as an editor mends their typing
    re.compile(r"[{\[,:]\s*[“”„‟«»‘’]"): 'its quotes have to be straight, "',
    re.compile(r"[{\[,:]\s*'"): "its quotes have to be double, \"",
    re.compile(r",\s*[}\]]"): "a comma before } or ] is one too many",
}
SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(text: str, longest: int = MAX_TEXT) -> str:
    """Text that can be stored, sent and shown in one line: at most `longest` characters; itself where it is that."""
    if len(text) <= longest and is_clean(text):
        return text
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return SURROGATES.sub("\ufffd", UNSEEN.sub(" ", cut))


def is_clean(text: str) -> bool:
    """Whether nothing in it has to be cleaned, whatever its length."""
    return UNSEEN.search(text) is None and SURROGATES.search(text) is None


class _Twice(ValueError):
    """A name that stands twice in one object."""


def parse_object(
    payload: bytes, max_bytes: int = MAX_BYTES, repeats: bool = True, wrapped: bool = False
) -> dict[str, Any]:
    """The JSON object that a message is, not cleaned yet. Raises ValueError with what is wrong.

    repeats: whether a name may stand twice, of which the last counts here, and the first elsewhere perhaps;
    wrapped: whether it may be in a list of one, or in quotes as a text, as Node-RED's flows and webhooks send it.
    A byte order mark before it, and the zeros with which C ends a text, are no part of it.
    """
    if len(payload) > max_bytes:
        raise ValueError(f"more than {max_bytes} bytes")
    try:
        data = json.loads(payload.decode("utf-8-sig").rstrip("\0"), object_pairs_hook=None if repeats else _once)
        if wrapped and isinstance(data, str):
            data = json.loads(data)
    except _Twice:
        raise
    except (ValueError, RecursionError):  # also a number of thousands of digits
        raise ValueError(f"not JSON in UTF-8{_mistyped(payload)}") from None
    if wrapped and isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


def _mistyped(payload: bytes) -> str:
    """What is wrong with JSON that is none, where it is one of the usual mistakes."""
    text = payload.decode("utf-8", "replace")
    return next((f": {what}" for mark, what in MISTYPED.items() if mark.search(text)), "")


def parse_device_object(payload: bytes, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The same of a small device, whose printf writes a number that is none without quotes (nan, -nan, inf, ovf), and
    whose ° may be one byte. Raises ValueError."""
    try:
        return parse_object(payload, max_bytes, wrapped=True)
    except ValueError:
        if len(payload) > max_bytes:
            raise
        mended = NO_NUMBER.sub(b"NaN", _in_utf8(payload))
        if mended == payload:
            raise
        return parse_object(mended, 3 * max_bytes, wrapped=True)


def _in_utf8(payload: bytes) -> bytes:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("latin-1").encode()
    return payload


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(f'names "{clean_text(name, 40)}" twice')
        found[name] = value
    return found


def clean_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The first MAX_FIELDS fields, each with a name and a value that are bounded; deeper nesting is left out."""
    return _clean(dict(fields), MAX_DEPTH)  # type: ignore[no-any-return]


def _clean(value: Any, depth: int) -> Any:
    match value:
        case str():
            return clean_text(value)
        case bool() | float() | None:
            return value
        case int():
            return value if abs(value) < 2**63 else float("inf") if value > 0 else float("-inf")
        case dict() if depth:
            first = list(value.items())[:MAX_FIELDS]
            return {clean_text(str(name), MAX_NAME): _clean(one, depth - 1) for name, one in first}
        case list() if depth:
            return [_clean(one, depth - 1) for one in value[:MAX_FIELDS]]
    return None
