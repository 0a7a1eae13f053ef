"""Whether the gravities of one series are of one beer, or of two that nothing in the file tells apart. Pure."""

from __future__ import annotations

import numpy as np

from brewpi.importers.sheet import LogError
from brewpi.importers.tables.by_turns import APART_SG, differ_in_rounds
from brewpi.records import Array


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
    elif differ_in_rounds(hours[known_sg], sg[known_sg], APART_SG):
        what = "gravities within an hour that no beer goes through in it, again and again"
    else:
        return
    raise LogError(f"holds {what}, as of two devices or batches; export each by itself or name it in a column.")
