"""Conformal offsets: how far each quantile must move so that held-out batches fall below it as often as it says.

One batch, one vote: every batch's prefixes share one unit of weight within a group. Groups are how readings are
taken (logged, day-stamped, by hand) by predicted progress; one with little data leans on its sampling mode as a whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brewpi.forecast.features import NAMES
from brewpi.forecast.quantiles import QUANTILES
from brewpi.records import Array
from training import Floats

PROGRESS_EDGES = (0.25, 0.5, 0.75, 0.95)
SAMPLING_MODES = 3
FULL_WEIGHT_BATCHES = 60.0
SURE_BATCHES = 20.0
LOGGED, STAMPED, ELAPSED = (NAMES.index(name) for name in ("logged", "day_stamped", "elapsed"))


def group_of(x: Array, out: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Habit and progress bin of each row, as the Pi works them out."""
    elapsed, median = np.expm1(x[:, ELAPSED]), np.expm1(np.maximum(out[:, 3], 0.0))
    progress = elapsed / (elapsed + median + 1e-9)
    sampling_mode = np.where(x[:, LOGGED] > 0, 0, np.where(x[:, STAMPED] == 1.0, 1, 2))
    return sampling_mode, np.searchsorted(PROGRESS_EDGES, progress)


def offsets(x: Floats, y: Floats, out: Floats, log: NDArray[np.int64]) -> dict[str, Any]:
    """Offsets for the card: `times` (sampling modes, bins, 14) and `final` (sampling modes, bins, 7), nested lists.

    x, y, out: rows, targets (NaN where unknown) and raw network output of held-out batches; log: whose row it is.
    """
    sampling_mode, progress = group_of(x, out)
    bins = len(PROGRESS_EDGES) + 1
    table = np.zeros((SAMPLING_MODES, bins, 21))
    for h in range(SAMPLING_MODES):
        whole = _shift(y, out, log, sampling_mode == h, np.zeros(21), FULL_WEIGHT_BATCHES)
        for b in range(bins):
            table[h, b] = _shift(y, out, log, (sampling_mode == h) & (progress == b), whole, FULL_WEIGHT_BATCHES)
    return {
        "by": "sampling mode (logged, day-stamped, by hand) x predicted progress; one batch, one vote",
        "progress_edges": list(PROGRESS_EDGES),
        "times": table[:, :, :14].round(4).tolist(),
        "final": table[:, :, 14:].round(4).tolist(),
    }


def _shift(
    y: Array, out: Array, log: NDArray[np.int64], mask: NDArray[np.bool_], prior: Array, full: float
) -> Array:
    """Offset of each of the 21 quantiles within a mask, shrunk towards a prior where batches are few."""
    shift = prior.copy()
    for k in range(3):
        rows = mask & np.isfinite(y[:, k])
        if not rows.any():
            continue
        _, whose, count = np.unique(log[rows], return_inverse=True, return_counts=True)
        weight = 1.0 / count[whose]
        trust = min(1.0, count.size / full)
        for i, q in enumerate(QUANTILES):
            j = 7 * k + i
            predicted = out[rows, j] if k == 2 else np.maximum(out[rows, j], 0.0)
            off = weighted_quantile(y[rows, k] - predicted, weight, q, count.size)
            shift[j] = trust * off + (1 - trust) * prior[j]
    return shift


def weighted_quantile(values: Array, weight: Array, q: float, batches: int) -> float:
    """Quantile `q` with the finite-sample correction of split conformal prediction for `batches` votes."""
    level = np.clip(q + (q - 0.5) / max(batches, 1), 0.0, 1.0)
    order = np.argsort(values)
    reached = np.cumsum(weight[order]) / weight.sum()
    return float(values[order][min(int(np.searchsorted(reached, level)), values.size - 1)])


def spread(truth: Array, predicted: Array, log: NDArray[np.int64]) -> float:
    """Factor on the distance of p10 and p90 from the median by which they hold 80 % of the truths, one batch one vote.

    truth: (n,) log1p of hours remaining; said: (n, 21) calibrated, of batches unseen. SURE_BATCHES such batches count
    beside as evidence that nothing needs to change: a factor learnt on a dozen is mostly luck. Never under 1: a site's
    later batches scatter more than its earlier ones, never less.
    """
    low, middle, high = predicted[:, 1], predicted[:, 3], predicted[:, 5]
    above = truth >= middle
    room = np.maximum(np.where(above, high - middle, middle - low), 1e-3)
    _, whose, count = np.unique(log, return_inverse=True, return_counts=True)
    batches = count.size
    needed = weighted_quantile(np.abs(truth - middle) / room, 1.0 / count[whose], 0.8 * (1 + 2 / batches), batches)
    return float(max(needed, 1.0) ** (batches / (batches + SURE_BATCHES)))


def apply(table: dict[str, Any], x: Floats, out: Floats) -> Array:
    """Raw network output with offsets added, order restored, and the times spread by the card's factor; (n, 21)."""
    sampling_mode, progress = group_of(x, out)
    shift = np.concatenate([np.array(table["times"]), np.array(table["final"])], axis=2)[sampling_mode, progress]
    moved = (out[:, :21] + shift).reshape(-1, 3, 7)
    ordered: Array = np.maximum.accumulate(moved, axis=2)
    middle = ordered[:, :2, 3:4]
    factor = np.array(table.get("spread", (1.0,) * SAMPLING_MODES))[sampling_mode]
    ordered[:, :2] = middle + factor[:, None, None] * (ordered[:, :2] - middle)
    return ordered.reshape(-1, 21)
