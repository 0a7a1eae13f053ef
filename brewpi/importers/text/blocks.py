"""Readings as blocks of lines, a quantity a line: YAML, TOML, INI, what a database prints when a row is too wide for
the screen (`\\x` of psql, `\\G` of MySQL), and what people write themselves."""

from __future__ import annotations

import re

from brewpi.importers.sheet import Sheet
from brewpi.importers.text.labelled import LONGEST_LINE
from brewpi.importers.words.heads import head

_LINE = re.compile(r"^\s*(-\s+)?\"?([A-Za-z_°][\w .()°%/-]{0,40}?)\"?\s*(?:[:=]|\|(?!.*\|))\s*(\S.*?)\s*$")
_BORDER = re.compile(  # of a block, or a title above them
    r"[-=_*~# ]+|-\[ RECORD \d+ \][-+]*|\*+ \d+\. row \*+|\[{1,2}[\w. -]+\]{1,2}|[\w -]+:"
)
LEAST = 3  # blocks


def sheets(text: str) -> list[Sheet] | None:
    """One table with a row a block; None unless nearly all lines are `name: value`, and name a time and a gravity."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    if max(map(len, lines), default=0) > LONGEST_LINE:
        return None
    blocks: list[dict[str, str]] = [{}]
    strange = 0
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            is_border = not (bare := line.strip()) or _BORDER.fullmatch(bare) is not None
            strange += not is_border
            if 10 * strange > len(lines):  # a table of a million rows is known for one by its first tenth
                return None
            blocks += [{}] * is_border
            continue
        name = found[2].strip().lower()
        if found[1] or name in blocks[-1]:
            blocks.append({})
        blocks[-1] = {**blocks[-1], name: found[3].strip("\"',")}
    rows: list[dict[str, str]] = []
    others: list[dict[str, str]] = []
    for block in blocks:
        (rows if any(head(name).is_gravity for name in block) else others).append(block)
    timed = sum(any(head(name).is_time or head(name).names_moment for name in block) for block in rows)
    if len(rows) < LEAST or timed < len(rows):
        return None
    facts = {name: value for block in others for name, value in block.items()}
    return [Sheet.of_records(rows, facts)]
