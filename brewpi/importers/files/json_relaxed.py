"""JSON as people and scripts write it: comments, single quotes, names without quotes, commas before a bracket (JSON5),
and a script or a callback around it."""

from __future__ import annotations

import re

_COMMENT = r"//[^\n]*|/\*.*?\*/"
_BEFORE = re.compile(
    rf"(?:\s|{_COMMENT})*(?:export\s+default\s+|(?:export\s+)?(?:var|let|const)\s+[\w$]+\s*=\s*"
    rf"|[A-Za-z_$][\w$.]*\s*[=(]\s*)?(?:\s|{_COMMENT})*(?=[{{\[])",
    re.S,
)
_BEHIND = re.compile(rf"(?:[\s);]|{_COMMENT})*", re.S)
_TOKEN = re.compile(
    rf"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<comment>{_COMMENT})|(?P<name>[A-Za-z_$][\w$]*)"""
    r"""|(?P<other>[^"'/A-Za-z_$]+|.)""",
    re.S,
)
_LAST_COMMA = re.compile(r""""(?:[^"\\]|\\.)*"|,(?=\s*[}\]])""", re.S)
_VALUES = {"true", "false", "null", "NaN", "Infinity"}
_UNDEFINED = {"undefined": "null"}


def unwrapped(text: str) -> str | None:
    """What stands between the first bracket and its end in a script, `var log = [...];` or `callback({...});`, or
    behind a comment; None where nothing is around it, or anything else."""
    start = _BEFORE.match(text)
    end = max(text.rfind("}"), text.rfind("]")) + 1
    if start is None or end <= start.end() or not _BEHIND.fullmatch(text, end):
        return None
    return text[start.end() : end] if text[: start.end()].strip() else None


def strict(text: str) -> str:
    """The same in strict JSON, as far as it is JSON5: numbers stay as they are."""
    plain = "".join(_strict(found) for found in _TOKEN.finditer(text))
    return _LAST_COMMA.sub(lambda found: "" if found[0] == "," else found[0], plain)


def _strict(found: re.Match[str]) -> str:
    if found["comment"]:
        return " "
    if found["text"]:
        inner = found["text"][1:-1]
        if found["text"][0] == '"':
            return found["text"]
        return '"' + inner.replace("\\'", "'").replace('"', '\\"').replace('\\\\"', '\\"') + '"'
    if found["name"] and found["name"] not in _VALUES:
        return _UNDEFINED.get(found["name"], f'"{found["name"]}"')
    return found[0]
