"""Messages whose moment stands on a line of its own above their text, as Telegram, Discord and diaries have them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from brewpi.importers.times.written_times import parse

LEAST = 3  # messages
LONGEST = 60  # characters of a heading
MOST_LINES = 5000
_KEY = re.compile(r"\s*(?:-\s+)?\"?([^\W\d][^:=\d]{0,40}?)\"?\s*[:=]")
_MOMENT = re.compile(
    r"(?:\d{4}-\d\d?-\d\d?|\d{1,2}[./]\d{1,2}[./]\d{2,4})(?:,? |T)\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?(?![:\d])", re.I
)


def joined(lines: Sequence[str]) -> list[str]:
    """Each message as one line behind its moment; the same lines where most such lines say more than who and when."""
    if len(lines) > MOST_LINES:
        return list(lines)
    found = [_MOMENT.search(line) if len(line) <= LONGEST else None for line in lines]
    moments = [f[0] if f and _says_no_more(line, f) else "" for line, f in zip(lines, found, strict=True)]
    if sum(map(bool, moments)) < LEAST or 2 * sum(map(bool, moments)) < sum(f is not None for f in found):
        return list(lines)
    if parse([moment for moment in moments if moment]) is None or _begin_with_another(lines, moments):
        return list(lines)
    out: list[str] = []
    open_message = False
    for line, moment in zip(lines, moments, strict=True):
        if moment:
            out.append(moment)
            open_message = True
        elif open_message and out and not _MOMENT.match(line):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
            open_message = False
    return [line for line in out if not _MOMENT.fullmatch(line)]


def _begin_with_another(lines: Sequence[str], moments: Sequence[str]) -> bool:
    """Whether blocks of `name: value` begin with another name, and the moment stands within: what comes behind it may
    be of the next block."""
    key = _KEY.match(lines[0])
    if moments[0] or key is None:
        return False
    n = sum(found is not None and found[1] == key[1] for found in map(_KEY.match, lines))
    return bool(n >= LEAST and abs(n - sum(map(bool, moments))) <= 1)


def _says_no_more(line: str, moment: re.Match[str]) -> bool:
    """Whether beside a moment a line has a name at most: no number with a point, and no name of a quantity with one."""
    rest = line[: moment.start()] + " " + line[moment.end() :]
    return re.search(r"\d[.,]\d|=|: ?\d|\d ?°", rest) is None
