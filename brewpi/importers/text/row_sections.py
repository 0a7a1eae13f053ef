"""Tables in which a name in a row of its own stands above the readings of each tank or beer. Pure."""

from __future__ import annotations

from itertools import pairwise

from brewpi.importers.sheet import is_number
from brewpi.importers.text.text_rows import Rows
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head

LEAST_IN_SECTION = 3  # rows, its name among them


def with_sections(heads: list[str], body: Rows) -> tuple[list[str], Rows]:
    """A name in a row of its own above the readings of each tank or beer, in a column; remarks in a row are none."""
    named = [i for i, row in enumerate(body) if row[0] and sum(map(bool, row)) == 1 and not is_number(row[0])]
    apart = [b - a for a, b in pairwise([*named, len(body)])]
    others = any(head(name).says(known.BATCH) or head(name).says(known.DEVICE) for name in heads)
    if len(named) < 2 or named[0] != 0 or min(apart) < LEAST_IN_SECTION or others or len(set(heads)) < 2:
        return heads, body
    names = [body[i][0] for i in named]
    if len(set(names)) < len(names) or parse(names) is not None:
        return heads, body
    ends = pairwise([*named, len(body)])
    rows = [[name, *row] for name, (i, end) in zip(names, ends, strict=True) for row in body[i + 1 : end]]
    return ["batch", *heads], rows
