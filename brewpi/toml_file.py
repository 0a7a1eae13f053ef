"""A file of TOML as somebody has typed it; where it is none, the line and what to do about it. Pure.

What is wrong is told from the line alone, and of the line only its name is repeated: a value may be a secret.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from brewpi.sanitize import clean_text

MAX_KEY = 30
DEEP_KEY = re.compile(rf"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){{{MAX_KEY},}}""")
HUGE = re.compile(r"\b0[xob][0-9a-fA-F_]{3000,}")  # digits; of a decimal number Python takes no more than 4300
MOST = 10  # mistakes that are told at once
LONGEST = 400  # characters of a line that are looked at

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_NAME = re.compile(r"^\s*(\[{1,2}[\w.\s\"'-]{1,80}\]{1,2}|[\w.\"'-]{1,60}(?=\s*=\s*[^\s=]))")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|' + r"'[^']*'")
_TWICE = ("Cannot declare", "Cannot overwrite", "Cannot mutate", "Cannot redefine", "Duplicate inline table key")
_TEXTS_LEFT_OUT = "\0"
_QUOTED = 'a name with anything but a-z, A-Z, 0-9, - and _ stands in quotes, "like this", and a tank\'s cannot have it'
# What people write instead, each to be looked for in a line without its texts and its comment.
_SLIPS = tuple(
    (re.compile(pattern), advice)
    for pattern, advice in (
        ("[“”„‟«»‘’‚]", 'quotes have to be plain ones, "'),
        (
            "[\xa0\xad\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]",
            "a blank or sign that nobody sees came with it from a web page or a chat; type the line anew",
        ),
        ("=\\s*[\u2010-\u2015\u2212\ufe63\uff0d]\\s*[.\\d]", "a minus is the - of the keyboard"),
        ("[\uff01-\uff5e]", "letters and digits are the narrow ones of ASCII"),
        (r"^\s*(?://|;|--|/\*)|\s//", "a comment begins with #"),
        (r"==|:=", "one = stands between an option and its value"),
        (r"=[^\[{]*[\w\0]\s*[;,]$", "nothing stands behind a value, no comma and no semicolon"),
        (r"=\s*[+-]?\d+,\d+\s*(?:[,}\]]|$)", "a decimal has a point, not a comma"),
        (r"=\s*[+-]?(?:\.\d|\d+\.\s*(?:[,}\]]|$))", "a decimal has digits on both sides of its point, 0.5"),
        (r"=\s*(?:True|TRUE|False|FALSE|(?i:yes|no|on|off))\b", "write true or false"),
        (
            r"=\s*(?!(?:[01]?\d|2[0-3])(?::[0-5]\d){1,2}(?![\d:]))\d+:\d",
            "a time of day is 00:00:00 to 23:59:59, and a length of time a number, such as hours = 24",
        ),
        (r"=\s*\d:\d\d:\d\d(?!\d)", "an hour has two digits, 08:00:00"),
        (r"=\s*\d{1,2}:\d\d\s*(?:[,}\]]|$)", "a time of day has seconds, 08:00:00"),
        (r"=\s*[+-]?0\d+(?![\d:.-])", "a number does not begin with 0"),
        (r"=\s*(?!0[xob])[+-]?\d[\d_.]*\s*(?![eE][+-]?\d)[A-Za-z°%µ]", "a number stands alone, without its unit"),
        (r"=\s*(?!(?:true|false|[+-]?inf|[+-]?nan)\b)(?:[^\W\d]|[/~.])", 'text stands in quotes, "like this"'),
        (r"=\s*(?:[,}]|$)", "nothing stands behind the ="),
        (r",\s*\}", "no comma stands before the }"),
        (r"^[^=\[]*:", "between an option and its value stands =, not :"),
        (r"^\s*[\w-]+$", "an option has a value behind an ="),
        (r"^\s*\[[^=\]]*$", "a heading ends with ]"),
        (r"^\s*\[\[[^\]]*\](?!\])", "a heading that begins with [[ ends with ]]"),
        (r"^\s*\[[^\]=]*?(?:[^\]\[A-Za-z0-9_.\s\0-]|[\w-][ \t]+[\w-])", _QUOTED),
        (r"(?:^|[{,])[^={},]*?(?:[^\x00-\x7f]|[\w-][ \t]+[\w-])[^={},]*=", _QUOTED),
        (r"[\"']", "a text ends in its own line, with the quote that it begins with"),
    )
)  # fmt: skip


def parse_toml(text: str) -> dict[str, Any]:
    """The table. Raises NotToml: also for a number of thousands of digits, and for nesting or dotted keys that no
    config has a use for, which cost time and memory with the square of their depth."""
    text = text.removeprefix("\ufeff")  # as some editors begin a file in UTF-8
    if DEEP_KEY.search(text):
        raise NotToml([f"a key of more than {MAX_KEY} words"])
    if HUGE.search(text):
        raise NotToml(["a number of thousands of digits"])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise NotToml(["nested too deeply"]) from None
    except ValueError as error:
        raise NotToml([clean_text(mistake, 200) for mistake in _mistakes(text, str(error))]) from None


class NotToml(ValueError):
    """The mistakes of a file, most with their line and what to do; as a text the first of them."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__(mistakes[0])

    def of(self, file: str) -> list[str]:
        """A sentence for each."""
        return [f"{file}: is not valid TOML ({mistake})" for mistake in self.mistakes]


def _mistakes(text: str, error: str) -> list[str]:
    """What is wrong: after a line whose mistake ends with it, also what is wrong below."""
    if "\0" in text:
        return ["it holds zeros and is no text, as after a power cut or in another encoding; put its last copy back"]
    if text.startswith("{\\rtf"):
        return ["it is the rich text of a word processor; save it as plain text"]
    if text.lstrip().startswith("{"):
        return ["it is JSON"]
    if text.lstrip().startswith("<"):
        return ["it is a web page or XML; download the file itself"]
    if "\r" in text and "\n" not in text:
        return ["its lines end as on an old Macintosh, so that it is one line; save it with line ends of Unix (LF)"]
    lines, said, last = text.split("\n"), list[str](), 0
    while place := _PLACE.search(error):
        number = int(place[1] or len(lines))
        if number <= last or len(said) == MOST:
            break
        line = lines[number - 1][:LONGEST]
        said.append(_explained(line, number, error[: place.start()], at_end=place[1] is None))
        if place[1] is None or not _is_whole(line):
            break
        lines[number - 1], last = "", number
        try:
            tomllib.loads("\n".join(lines))
            break
        except (ValueError, RecursionError) as another:
            error = str(another)
    return said or [error]


def _is_whole(line: str) -> bool:
    """Whether an option begins and ends in this line, so that the file means the same without it."""
    bare = _bare(line)
    pairs = all(bare.count(opening) == bare.count(closing) for opening, closing in ("[]", "{}"))
    return pairs and re.match(r"[^\[=]*\w[^=]*=", bare) is not None and '"""' not in line and "'''" not in line


def _explained(line: str, number: int, what: str, at_end: bool) -> str:
    named = _NAME.search(line)
    where = f"line {number}, {named[1]}" if named else f"line {number}"
    return f"{where}: {_advice(line, what, at_end)}"


def _bare(line: str) -> str:
    """A line without its texts and its comment."""
    return _TEXT.sub(_TEXTS_LEFT_OUT, line).partition("#")[0].rstrip()


def _advice(line: str, what: str, at_end: bool) -> str:
    """What to do about a line; where nobody knows better, what the parser says."""
    if what.startswith(_TWICE):
        return "it stands twice; keep one, with all that belongs to it"
    if "'\\'" in what or what == "Invalid hex value":
        return "in double quotes a backslash stands for something else; write / or put the text in single quotes"
    bare = _bare(line)
    if bare.count("{") > bare.count("}"):
        return "all between { and } stands in one line, and ends with }"
    for slip, advice in _SLIPS:
        if slip.search(bare):
            return advice
    if what.startswith("Expected '='"):
        return "between an option and its value stands ="
    if what == "Unclosed inline table":
        return "between { and } a comma stands before each option but the first"
    if what.startswith("Expected newline"):
        return "one value stands behind the =, and nothing after it"
    if what == "Invalid statement":
        return "a line is an option with its value, a heading in [ ] or a comment behind #; this is none of them"
    return "a quote or bracket above is never closed" if at_end else f"cannot be read ({what[:1].lower()}{what[1:]})"
