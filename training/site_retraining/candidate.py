"""What a site teaches: a forest of its batches beside the base, and honest intervals.

The intervals are set by what forests that have not seen a batch say of it (out of fold, by batch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array, SiteHistory
from training import Floats
from training.data.dataset import Rows
from training.data.logs import Batch
from training.network import calibrate
from training.site_retraining.base import Base
from training.site_retraining.forest import Forest
from training.site_retraining.site_batches import Questions, house, site_rows

FOLDS = 8
TREES, LEAVES = 50, 100  # of all trees; in each
SHARE = 0.8  # of a very large forest in what is said: docs/model.md, "Retraining"
HALF_HEARD = 25  # batches that make a forest worth half of that


@dataclass(frozen=True)
class Candidate:
    """What the base lacks to know the site, and what it said of each batch before it had seen it."""

    forest: Forest
    share: float  # of the forest in what is said
    tables: dict[str, Any]  # for the card: offsets and spread
    house: SiteHistory
    unseen: Array  # (trials, 3) hours remaining, p10 p50 p90

    def quantiles(self, base: Base, x: Floats) -> Array:
        """Calibrated, each in its scale: (n, 21)."""
        said = base.quantiles(x)
        return calibrate.apply(self.tables, x, mixed(self.share, self.forest.quantiles(knowing(x, said)), said))


def learn(base: Base, batches: Sequence[Batch], seed: int) -> Candidate:
    """A challenger from complete batches of one site, in the order in which they were brewed."""
    known = house(batches)
    rows, asked = site_rows(batches, known, seed), Questions.of(batches, known)
    said_rows, said = base.quantiles(rows.x), base.quantiles(asked.x)
    fold = np.arange(len(batches)) % FOLDS
    forests_say = np.zeros_like(said)
    for k in range(FOLDS):
        pupils, others = fold[rows.log] != k, fold[asked.log] == k
        forest = grow(rows.where(pupils), said_rows[pupils], seed + k)
        forests_say[others] = forest.quantiles(knowing(asked.x[others], said[others]))
    share = round(1024 * SHARE * len(batches) / (len(batches) + HALF_HEARD)) / 1024  # 16 bits hold that, and the rest
    both = mixed(share, forests_say, said)
    tables = _tables(base, asked, both, share)
    forest = grow(rows, said_rows, seed + FOLDS)
    return Candidate(forest, share, tables, known, hours(calibrate.apply(tables, asked.x, both)))


def grow(rows: Rows, said: Array, seed: int) -> Forest:
    """A forest of which half the trees know what the base says of a row."""
    plain = Forest.learn(rows.x, rows.y, rows.log, seed, TREES // 2, LEAVES)
    inside = Forest.learn(knowing(rows.x, said), rows.y, rows.log, seed, TREES - TREES // 2, LEAVES)
    return Forest.join([plain, inside])


def knowing(x: Floats, said: Array) -> NDArray[np.float32]:
    """Rows with what the base says beside them."""
    return np.concatenate([x, said], axis=1, dtype=np.float32)


def mixed(share: float, forest: Array, base: Array) -> Array:
    """Quantile by quantile, `share` of them the forest's: (n, 21)."""
    return share * forest + (1 - share) * base


def _tables(base: Base, asked: Questions, said: Array, share: float) -> dict[str, Any]:
    """The base's own offsets, as far as it is still heard, and a spread by which 80 % intervals hold 80 %."""
    kept = {what: ((1 - share) * np.array(base.calibration[what])).round(4).tolist() for what in ("times", "final")}
    tables = {
        **base.calibration,
        **kept,
        "spread": [1.0] * calibrate.HABITS,
    }
    factor = calibrate.spread(np.log1p(asked.remaining_h), calibrate.apply(tables, asked.x, said), asked.log)
    return {**tables, "spread": [round(factor, 4)] * calibrate.HABITS, "spread_by": "the site's batches, each unseen"}


def hours(quantiles: Array) -> Array:
    """p10, p50 and p90 of hours remaining: (n, 21) -> (n, 3)."""
    said: Array = np.expm1(np.clip(quantiles[:, [1, 3, 5]], 0.0, 8.0))
    return said
