"""Batches under each other without a word between them, of which one was pitched before the other was done. Pure."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array

LEAST_ROWS = 4  # of a batch
BACK_AT_A_WORT = 0.6  # of the fall until then, as where batches follow each other
APART = 0.25  # of that fall: by so much the two differ at some moment that both were read


def runs(hours: Array, gravity: Array) -> tuple[list[NDArray[np.intp]], tuple[str, ...]]:
    """The rows of each, in the order of the file, and a remark: where its times go back, gravity does too, to that of a
    wort, and the first one was elsewhere then. All rows at once where times go back anywhere else, as in files in no
    order.

    hours, since 1970, and gravity, in any unit: (n,), NaN where unreadable.
    """
    rows = np.flatnonzero(np.isfinite(hours) & np.isfinite(gravity))
    everything: tuple[list[NDArray[np.intp]], tuple[str, ...]] = ([np.arange(len(hours))], ())
    if len(rows) < 2 * LEAST_ROWS:
        return everything
    steps = np.diff(hours[rows])
    newest_first = np.count_nonzero(steps < 0.0) > np.count_nonzero(steps > 0.0)
    rows = rows[::-1] if newest_first else rows
    cuts = np.flatnonzero(np.diff(hours[rows]) < 0.0) + 1
    parts = np.split(rows, cuts)
    pairs = list(pairwise(parts))
    if not pairs or not all(_are_two(hours[a], gravity[a], hours[b], gravity[b]) for a, b in pairs):
        return everything
    firsts = [0, *(int(part.min()) for part in (parts[::-1] if newest_first else parts)[1:])]
    found = [np.arange(a, b) for a, b in zip(firsts, [*firsts[1:], len(hours)], strict=True)]
    return found, ("times go back where gravity is a wort's again: another batch",)


def _are_two(h: Array, g: Array, later_h: Array, later_g: Array) -> bool:
    """Whether a second part is of another batch, pitched in times that the first has as well."""
    if min(len(h), len(later_h)) < LEAST_ROWS or later_h[0] <= h[0]:
        return False
    fall = float(np.max(g) - g[-1])
    is_wort = fall > 0.0 and float(later_g[0] - g[-1]) >= BACK_AT_A_WORT * fall
    both = (later_h >= h[0]) & (later_h <= h[-1])
    apart = np.abs(later_g[both] - np.interp(later_h[both], h, g))
    return is_wort and bool(np.any(apart >= APART * fall))
