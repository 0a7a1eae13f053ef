"""Beers that were read by turns, told apart by a column whose head does not say that it names them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from brewpi.importers.columns.samples import are_ways
from brewpi.importers.sheet import is_absent
from brewpi.records import Array

LEAST_RISES, LEAST_EACH = 2, 3  # steps up of all together; readings of each
RISE_SHARE = 0.05  # of the whole range of gravities: two or three points of fifty
MOST_NAMES = 12


def told_apart(columns: Iterable[Sequence[str]], rows: Array, hours: Array, gravity: Array) -> list[str] | None:
    """The first column with a few words or numbers, one in each row, that come by turns, without which gravity goes up
    again and again, and by each of which it only falls. None where it falls anyway, or no column tells why it does not.

    rows, hours, gravity: (n,), which rows have a gravity, when, and in any unit; readings of one day count from the
    highest down, for two of one beer do as well.
    """
    known = np.flatnonzero(rows & np.isfinite(hours) & np.isfinite(gravity))
    if len(known) < 2 * LEAST_EACH:
        return None
    order = known[np.lexsort((-gravity[known], hours[known]))]
    least = RISE_SHARE * float(np.ptp(gravity[known]))
    if _rises(gravity[order], least) < LEAST_RISES:
        return None
    for cells in columns:
        names = np.array([cell.strip().casefold() for cell in cells], dtype=object)
        each = [order[names[order] == name] for name in dict.fromkeys(names[order].tolist()) if not is_absent(name)]
        if not 2 <= len(each) <= MOST_NAMES or min(map(len, each)) < LEAST_EACH or sum(map(len, each)) < len(order):
            continue
        if 1 + np.count_nonzero(names[order][1:] != names[order][:-1]) < 2 * len(each):
            continue  # the phases of one beer, into which fruit goes
        if not any(_rises(gravity[one], least) for one in each) and not are_ways(cells, gravity, hours):
            return [cell.strip() for cell in cells]
    return None


def _rises(gravity: Array, least: float) -> int:
    return int(np.count_nonzero(np.diff(gravity) >= least))
