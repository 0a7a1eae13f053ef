"""Values and keys as they stand in a file of TOML, for what repeats or writes one. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from brewpi.sanitize import is_clean

BARE = re.compile(r"[A-Za-z0-9_-]+")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def value_text(value: object) -> str:
    """A value as TOML has read it, in one line that means the same there: a time as people write it, a text in single
    quotes where those will do."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f"'{value}'" if is_clean(value) and "'" not in value else basic_string(value)
        case date() | time():
            return _moment(value)
        case list():
            return f"[{', '.join(map(value_text, value))}]"
        case dict():
            return f"{{{', '.join(f'{key_text(key)} = {value_text(inner)}' for key, inner in value.items())}}}"
    return repr(value)


def basic_string(text: str) -> str:
    """A text in double quotes."""
    return f'"{"".join(map(_escaped, text))}"'


def key_text(key: str) -> str:
    """A key, in quotes where it needs them."""
    return key if BARE.fullmatch(key) else basic_string(key)


def dotted(*keys: str) -> str:
    """A key below other keys: `tanks.fv1.sensors."my beer"`."""
    return ".".join(map(key_text, keys))


def _moment(moment: date | time | datetime) -> str:
    """To the last digit that counts; of UTC the `Z`, for TOML tells it from +00:00 no more."""
    text = re.sub(r"(\.\d*?)0+(?!\d)", r"\1", moment.isoformat())
    return re.sub(r"\+00:00$", "Z", text)


def _escaped(char: str) -> str:
    if char in ESCAPES:
        return ESCAPES[char]
    return char if is_clean(char) else f"\\u{ord(char):04x}"
