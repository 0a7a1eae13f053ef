"""Whether the gravities of one series are of one beer, or of two that nothing in the file tells apart. Pure."""

from __future__ import annotations

import numpy as np

from brewpi.importers.sheet import LogError
from brewpi.records import Array

APART_SG = 0.004  # two gravities that cannot be of one beer
ROUND_H, PAUSE = 1.0, 6.0  # of a round through the cellar; how many times longer it is until the next one
LEAST_ROUNDS, LEAST_APART = 4, 2  # in which several are read, and in which they differ
MOST_OF = 0.6  # of all rounds, and of those in which worts ferment
LATE = 0.25  # of the whole fall above the end: below that two beers are alike


def check(hours: Array, sg: Array) -> None:
    """Raises LogError for two series in one: two gravities at the same moments or in the same rounds, or up and down at
    every reading. hours, in order, and sg: (n,)."""
    known_sg = np.isfinite(sg)
    steps, gaps = np.diff(sg[known_sg]), np.diff(hours[known_sg])
    only_days = bool(np.all(hours % 24.0 == hours[0] % 24.0)) if len(hours) else True
    at_once = (gaps == 0.0) & (np.abs(steps) >= APART_SG) & (not only_days)
    up, down = np.count_nonzero(steps >= APART_SG), np.count_nonzero(steps <= -APART_SG)
    if np.count_nonzero(at_once) >= 3 and 5 * np.count_nonzero(at_once) > np.count_nonzero(gaps > 0.0):
        what = "two gravities at the same moment, again and again"
    elif len(steps) >= 8 and 10 * min(up, down) > 3 * len(steps):
        what = "a gravity that goes up and down from reading to reading"
    elif _differ_in_rounds(hours[known_sg], sg[known_sg]):
        what = "gravities within an hour that no beer goes through in it, again and again"
    else:
        return
    raise LogError(f"holds {what}, as of two devices or batches; export each by itself or name it in a column.")


def _differ_in_rounds(hours: Array, sg: Array) -> bool:
    """Whether most readings come in rounds of several, minutes apart and then hours, and those of one round differ for
    as long as worts ferment. A mead is fed on some days only."""
    gaps = np.diff(hours)
    between = gaps > ROUND_H
    within = gaps[~between & (gaps > 0.0)]
    if len(within) == 0 or not between.any() or float(np.median(gaps[between])) < PAUSE * float(within.max()):
        return False
    rounds = np.split(sg, np.flatnonzero(between) + 1)
    early = [one for one in rounds if float(one.max()) > float(sg.min()) + LATE * float(np.ptp(sg))]
    apart = sum(float(np.ptp(one)) >= APART_SG for one in early)
    several = sum(len(one) > 1 for one in rounds)
    most = several >= LEAST_ROUNDS and several >= MOST_OF * len(rounds)
    return most and apart >= LEAST_APART and apart >= MOST_OF * len(early)
