"""Beers that were read by turns, told apart by a column whose head does not say that it names them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from brewpi.importers.columns.samples import are_ways
from brewpi.importers.sheet import is_absent
from brewpi.records import Array

LEAST_RISES, LEAST_EACH = 2, 3  # steps up of all together; readings of each
RISE_SHARE = 0.08  # of the whole range of gravities: four points of fifty, and more than a hydrometer is misread by
MOST_NAMES = 12
APART_SG = 0.004  # two gravities that cannot be of one beer
ROUND_H, PAUSE = 1.0, 6.0  # of a round through the cellar; how many times longer it is until the next one
LEAST_ROUNDS, LEAST_APART = 4, 2  # in which several are read, and in which they differ
MOST_OF = 0.6  # of all rounds, and of those in which worts ferment
LATE = 0.25  # of the whole fall above the end: below that two beers are alike


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
    if _rises(gravity[order], least) < LEAST_RISES and not differ_in_rounds(hours[order], gravity[order], least):
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


def differ_in_rounds(hours: Array, gravity: Array, apart: float) -> bool:
    """Whether most readings come in rounds of several, minutes apart and then hours, and those of one round differ for
    as long as worts ferment. A mead is fed on some days only.

    hours, in order, and gravity: (n,); apart: by how much two are of two beers, in the same unit.
    """
    gaps = np.diff(hours)
    between = gaps > ROUND_H
    within = gaps[~between & (gaps > 0.0)]
    if len(within) == 0 or not between.any() or float(np.median(gaps[between])) < PAUSE * float(within.max()):
        return False
    rounds = np.split(gravity, np.flatnonzero(between) + 1)
    early = [one for one in rounds if float(one.max()) > float(gravity.min()) + LATE * float(np.ptp(gravity))]
    differ = sum(float(np.ptp(one)) >= apart for one in early)
    several = sum(len(one) > 1 for one in rounds)
    most = several >= LEAST_ROUNDS and several >= MOST_OF * len(rounds)
    return most and differ >= LEAST_APART and differ >= MOST_OF * len(early)
