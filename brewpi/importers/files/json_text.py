"""The objects of a JSON text: one document, one a line, one behind the other, or a list that breaks off."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from brewpi.importers.files import json_relaxed
from brewpi.importers.sheet import BROKEN_OFF, LogError

_BETWEEN = re.compile(r"[\s,]*")
_BREAKS_OFF = re.compile(r"[{\[]\s*(?:\"|$)")  # what may have been an object
MOST_BROKEN = 100  # lines
_INGREDIENTS = {"fermentables", "hops", "yeasts", "mash", "ingredients", "fermentable_additions", "recipes"}
MOST_PRINTED = 4_000_000  # characters


def documents(text: str) -> tuple[Any, tuple[str, ...]]:
    """What a JSON text says, several documents as a list, and a remark if its end is missing.

    Raises LogError for JSON that is broken before its end, RecursionError for one that is too deep.
    """
    try:
        return loads(text), ()
    except ValueError:
        pass
    if (written := relaxed(text)) is not None:
        return written, ()
    found, broken, rest = _one_by_one(text)
    if not found and (printed := _printed(text)):
        return printed, ()
    if not found:
        raise LogError(f"is JSON that is broken at line {_line(text, rest)}; export it again.")
    left = text[rest:].strip(" \t\r\n,")
    if len(broken) * 10 > len(found) or not (left in ("", "]") or _BREAKS_OFF.match(left)):
        line = broken[0] if broken else _line(text, rest)
        raise LogError(f"line {line} is no JSON object; write one reading a line.")
    remarks = [BROKEN_OFF] if left not in ("", "]") else []
    if broken:
        remarks.append(f"{len(broken)} broken line{'s' if len(broken) > 1 else ''} left out, first line {broken[0]}")
    return found, tuple(remarks)


def relaxed(text: str) -> Any:
    """What a text says that is JSON5; None if it is none, or says nothing but one value."""
    if len(text) > MOST_PRINTED:
        return None
    try:
        found = loads(json_relaxed.strict(text))
    except ValueError:
        return None
    return found if isinstance(found, (list, dict)) else None


def _printed(text: str) -> list[Any]:
    """What Python prints of a dict: one a line, or a list of them; empty if it is something else."""
    if not re.match(r"[\s\[]*\{\s*'", text) or len(text) > MOST_PRINTED:
        return []
    try:
        whole = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        whole = None
    if isinstance(whole, (list, dict)):
        return whole if isinstance(whole, list) else [whole]
    try:
        return [ast.literal_eval(line.strip().rstrip(",")) for line in text.splitlines() if line.strip()]
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []


def has_ingredients(document: Any, depth: int = 3) -> bool:
    """Whether a document is about a recipe, or holds one near its surface."""
    if isinstance(document, list):
        return any(has_ingredients(item, depth - 1) for item in document[:20])
    if not isinstance(document, dict) or depth < 0:
        return False
    named = _INGREDIENTS & {str(key).lower() for key in document}
    return bool(named) or any(has_ingredients(value, depth - 1) for value in document.values())


def loads(text: str) -> Any:
    """As the standard library does, but for whole numbers of any length."""
    return json.loads(text, parse_int=_integer)


def _one_by_one(text: str) -> tuple[list[Any], list[int], int]:
    """Each object or list, the numbers of lines with a broken one, and where the last that is broken begins.

    The list around them may be open, as where a program closes it at the end of a batch.
    """
    decoder = json.JSONDecoder(parse_int=_integer)
    found: list[Any] = []
    broken: list[int] = []
    at = _next(text, 0)
    if re.match(r"\[[\s,]*\{", text[at : at + 200]):
        at = _next(text, at + 1)
    while text[at : at + 1] in ("{", "["):
        try:
            one, end = decoder.raw_decode(text, at)
        except ValueError:
            end = text.find("\n{", at)
            if end < 0 or len(broken) > MOST_BROKEN:
                break
            broken.append(_line(text, at))
        else:
            found.append(one)
        at = _next(text, end)
    return found, broken, at


def _next(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 30 else float(digits)
