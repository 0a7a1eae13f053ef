"""Tables that stand beside each other under one row of heads, each with times of its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from brewpi.importers.sheet import Sheet
from brewpi.importers.times.written_times import parse
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head


def parted(sheet: Sheet) -> list[Sheet]:
    """Tables beside each other, each with a time of its own."""
    plain = [re.sub(r"[.\s]*\d*$", "", name) for name in sheet.names]
    times = [i for i, name in enumerate(plain) if head(name).says(known.MOMENT) and any(sheet.cells(i))]
    times = [i for i in times if not _is_of_batch(sheet, i)] or times
    first = [i for i in times if plain[i].rpartition(" ")[2] == plain[times[0]].rpartition(" ")[2]]
    apart = [i for i in first if i == 0 or (not sheet.heads[i - 1] or i - first[max(first.index(i) - 1, 0)] >= 2)]
    gravities = sum(sheet.head(i).is_gravity for i in range(sheet.width))
    of_temps = gravities == 1 and len(apart) > 1 and _of_other_times(sheet, apart)
    if len(apart) < 2 or (gravities < 2 and not of_temps) or len(first) != len(apart):
        return [sheet]
    out = []
    for begin, end in zip(apart, [*apart[1:], sheet.width], strict=True):
        rows = [cells for row in sheet.rows if any(cells := list(row[begin:end]))]
        heads = sheet.heads[begin:end]
        title = heads[0].rpartition(" ")[0] if " " in heads[0] and head(heads[0]).count(known.MOMENT) == 1 else ""
        if rows and any(head(h).is_gravity or (of_temps and head(h).is_temperature) for h in heads):
            out.append(Sheet(heads, rows, title or sheet.title, sheet.facts, sheet.line, sheet.notes))
    return out or [sheet]


def _is_of_batch(sheet: Sheet, i: int) -> bool:
    """Whether a column holds one moment alone, such as when the batch was brewed or the table exported."""
    cells = {cell for cell in sheet.cells(i) if cell}
    return head(sheet.heads[i]).says(known.OTHER_TIME) and len(cells) == 1


def _of_other_times(sheet: Sheet, apart: Sequence[int]) -> bool:
    """Whether the tables beside the first, each from one of these columns on, have times of their own in most rows, and
    not those of the same rows in another zone or by another clock."""
    own = sheet.cells(apart[0])
    others = [sheet.cells(i) for i in apart[1:]]
    differ = all(2 * sum(a != b for a, b in zip(own, cells, strict=True)) > len(own) for cells in others)
    return differ and not any(_go_along(own, cells) for cells in others)


def _go_along(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two columns of times are apart by the same span in all rows, within half of what passes between two."""
    times = parse(one), parse(other)
    if times[0] is None or times[1] is None or times[0].kind != times[1].kind:
        return False
    apart = times[1].hours - times[0].hours
    usual_h = float(np.nanmedian(np.abs(np.diff(times[0].hours))))
    return bool(np.isfinite(apart).all() and np.ptp(apart) <= 0.5 * usual_h)
