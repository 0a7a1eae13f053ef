"""What comes from outside, cleaned once, where a message becomes fields. Pure.

A lone surrogate cannot be written to a disk or a socket; a control character moves a terminal's cursor; a
right-to-left mark turns a sentence round; and an endless name, number or nesting fills the memory. None of these is
part of any message that a device has a reason to send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

MAX_BYTES = 131_072
MAX_FIELDS = 200
MAX_NAME = 64  # characters of a field's name
MAX_TEXT = 400  # characters of a field's text
MAX_DEPTH = 6

# C0, DEL and C1; line and paragraph separators; marks that turn the direction of writing.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]+")
# A string, also one that never ends, or what stands in the place of a value and is none: nan, .5, unavailable, nothing.
# No two alternatives begin at the same place, so that no payload makes it search twice.
STRING_OR_BARE = re.compile(r'"(?:\\.|[^"\\])*(?:"|\\?\Z)|(?<=[:\[,])[^:"{}\[\],]*(?=[,}\]])', re.DOTALL)
# What serial lines, C and editors put around an object: STX, ETX, the end of a file, a semicolon, blanks without width;
# and a comma behind its last field.
AROUND_OBJECTS = " \t\r\n\0\x02\x03\x04\x1a;\u00a0\u200b\u2060\ufeff"
STRING_OR_COMMA = re.compile(r'("(?:\\.|[^"\\])*(?:"|\\?\Z))|,\s*(?=[}\]]\s*\Z)', re.DOTALL)
NO_WORD = re.compile(r"//|/\*|#\s|\s#|['“”„‟«»‘’]")  # comments and quotes get sentences of their own
GZIP = b"\x1f\x8b"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how it begins, as Windows writes it
UTF_32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
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


def parse_object(payload: bytes, max_bytes: int = MAX_BYTES, repeats: bool = True) -> dict[str, Any]:
    """The JSON object that a message is, not cleaned yet. Raises ValueError with what is wrong.

    repeats: whether a name may stand twice, of which the last counts here, and the first elsewhere perhaps. A byte
    order mark before it, and the zeros with which C ends a text, are no part of it.
    """
    data = _parsed(payload, max_bytes, None if repeats else _once)
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


def _parsed(payload: bytes, max_bytes: int, pairs: Callable[[list[tuple[str, Any]]], Any] | None) -> Any:
    if len(payload) > max_bytes:
        raise ValueError(f"more than {max_bytes} bytes")
    try:
        return json.loads(payload.decode("utf-8-sig").rstrip("\0"), object_pairs_hook=pairs)
    except _Twice:
        raise
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise ValueError(f"not JSON in UTF-8{_mistyped(payload, error)}") from None


def _mistyped(payload: bytes, error: Exception) -> str:
    """What is wrong with JSON that is none, where it is one of the usual mistakes."""
    if payload.startswith(UTF_32) or payload[1:4] == b"\0\0\0" != payload[:3]:
        return ": it is in UTF-32; send it in UTF-8"
    if payload.startswith(UTF_16) or payload[1:2] == b"\0" != payload[:1]:
        return ": it is in UTF-16; send it in UTF-8"
    if payload.startswith(GZIP):
        return ": it is packed with gzip; send it as it is"
    text = payload.decode("utf-8", "replace")
    found = next((what for mark, what in MISTYPED.items() if mark.search(text)), "")
    if not found and isinstance(error, json.JSONDecodeError):
        found = _mistake_at(error)
    return f": {found}" if found else ""


def _mistake_at(error: json.JSONDecodeError) -> str:
    """What stands where it is JSON no longer."""
    rest, before = error.doc[error.pos :], error.doc[: error.pos].rstrip()
    if rest.startswith(("//", "/*", "#")):
        return "a comment is no part of JSON; leave it out"
    if error.msg.startswith("Invalid control character"):
        return f"a text in it has a control character ({ord(rest[0])}), such as the end of a line; leave it out"
    if rest[:1].isdigit() and re.search(r"\d,$", before):
        return "a number in it has a decimal comma; write 1.05"
    if '"' in before and (not rest or error.msg.startswith("Unterminated")):
        return "it breaks off before its end"
    return "something stands behind its end" if error.msg.startswith("Extra data") else ""


def parse_device_objects(payload: bytes, max_bytes: int = MAX_BYTES) -> list[dict[str, Any]]:
    """The JSON objects, one at least, of a small device or a flow behind it. Raises ValueError.

    printf writes numbers that are none (nan, inf) without quotes and others as JSON does not (.5, 09.4), templates what
    they have (unavailable, None) or nothing, a ° may be one byte, and flows of Node-RED and webhooks send the object in
    a list, or in quotes as a text: what is no value is a text here, and takes nothing from the others; nor does a comma
    behind the last field, or what a serial line puts around the object. A name that
    stands twice with two values has both of them, in a list: nobody knows which is meant.
    """
    try:
        data = _unwrapped(payload, max_bytes)
    except ValueError as error:
        text = STRING_OR_COMMA.sub(r"\1", in_utf8(payload[:max_bytes]).strip(AROUND_OBJECTS))
        mended = STRING_OR_BARE.sub(_as_text, text).encode("utf-8", "replace")
        if len(payload) > max_bytes or mended == payload:
            raise
        try:
            data = _unwrapped(mended, 3 * max_bytes)
        except ValueError:
            raise error from None
    objects = data if isinstance(data, list) and data else [data]
    if not all(isinstance(one, dict) for one in objects):
        raise ValueError("not a JSON object")
    return objects


def _unwrapped(payload: bytes, max_bytes: int) -> Any:
    data = _parsed(payload, max_bytes, both_of_twice)
    return _parsed(data.encode("utf-8", "replace"), max_bytes, both_of_twice) if isinstance(data, str) else data


def in_utf8(payload: bytes) -> str:
    """What a small device says; where it is not UTF-8, as its older toolkits write it."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("latin-1")


def _as_text(found: re.Match[str]) -> str:
    """What is no value of JSON, in quotes; nothing only in the place of a field's value."""
    value = found[0].strip()
    if value.startswith('"') or NO_WORD.search(value) or (not value and found.string[found.start() - 1] != ":"):
        return found[0]
    try:
        json.loads(value)
    except ValueError:
        return json.dumps(value)
    return found[0]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(f'names "{clean_text(name, 40)}" twice')
        found[name] = value
    return found


def both_of_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields, of a name that stands twice with two values both, in a list."""
    found: dict[str, Any] = dict(pairs)
    if len(found) < len(pairs):
        for name in found:
            values = [value for other, value in pairs if other == name]
            found[name] = values if any(value != values[0] for value in values) else values[0]
    return found


def plain_name(name: str) -> str:
    """A field's name without what firmwares spell differently: CorrGravity, corr-gravity, corr_gravity."""
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")


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
