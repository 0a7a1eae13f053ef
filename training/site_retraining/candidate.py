"""What a site teaches: a forest of its batches beside the base, and honest intervals.

The intervals are set by what forests that have not seen a batch say of it (out of fold, by batch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brewpi.forecast.site_forest import Forest, SiteForest, knowing
from brewpi.records import Array, SiteHistory
from training import Floats
from training.data.logs import Batch
from training.network import calibrate
from training.site_retraining import forest as forests
from training.site_retraining.base import Base
from training.site_retraining.site_batches import Advance, Questions, SiteRows, site_history, site_rows, site_words

FOLDS = 8
TREES, LEAVES = 50, 100  # of all trees; in each
SHARE = 0.8  # of a very large forest in what is said: docs/model-studies.md, "Retraining"
HALF_HEARD = 25  # batches that make a forest worth half of that


@dataclass(frozen=True)
class Candidate:
    """What the base lacks to know the site, and what it said of each batch before it had seen it."""

    forest: SiteForest
    tables: dict[str, Any]  # for the card: offsets and spread
    site_history: SiteHistory
    unseen: Array  # (trials, 3) hours remaining, p10 p50 p90

    def quantiles(self, base: Base, asked: Questions) -> Array:
        """Calibrated, each in its scale: (n, SAID)."""
        predicted = base.quantiles(asked.x)
        theirs = self.forest.forest.quantiles(knowing(asked.x, predicted, asked.words))
        return calibrate.apply(self.tables, asked.x, mixed(self.forest.share, theirs, predicted))


def steps(batches: int) -> int:
    """How often `learn` advances."""
    return batches + FOLDS + 1


def learn(base: Base, batches: Sequence[Batch], seed: int, advance: Advance = lambda n: None) -> Candidate:
    """A candidate from complete batches of one site, in the order in which they were brewed."""
    known, words = site_history(batches), site_words(batches)
    rows, asked = site_rows(batches, known, seed, words=words, advance=advance), Questions.of(batches, known, words)
    predicted_rows, predicted = base.quantiles(rows.rows.x), base.quantiles(asked.x)
    fold = np.arange(len(batches)) % FOLDS
    forests_say = np.zeros_like(predicted)
    for k in range(FOLDS):
        pupils, others = fold[rows.rows.log] != k, fold[asked.log] == k
        grown = grow(rows.where(pupils), predicted_rows[pupils], seed + k)
        forests_say[others] = grown.quantiles(knowing(asked.x[others], predicted[others], asked.words[others]))
        advance(1)
    share = round(SHARE * len(batches) / (len(batches) + HALF_HEARD), 4)
    both = mixed(share, forests_say, predicted)
    tables = _tables(base, asked, both, share)
    grown = grow(rows, predicted_rows, seed + FOLDS)
    advance(1)
    unseen = hours(calibrate.apply(tables, asked.x, both))
    return Candidate(SiteForest(grown, share, words), tables, known, unseen)


def grow(rows: SiteRows, predicted: Array, seed: int) -> Forest:
    """A forest of which half the trees know what the base says of a row."""
    x, y, log = rows.rows.x, rows.rows.y, rows.rows.log
    inputs: NDArray[np.float32] = np.concatenate([x, rows.words], axis=1)
    plain = forests.learn(inputs, y, log, seed, TREES // 2, LEAVES)
    inside = forests.learn(knowing(x, predicted, rows.words), y, log, seed, TREES - TREES // 2, LEAVES)
    return forests.join([plain, inside])


def mixed(share: float, forest: Array, base: Array) -> Array:
    """Quantile by quantile, `share` of them the forest's: (n, SAID)."""
    return share * forest + (1 - share) * base


def _tables(base: Base, asked: Questions, predicted: Array, share: float) -> dict[str, Any]:
    """The base's own offsets, as far as it is still heard, and a spread by which 80 % intervals hold 80 %."""
    kept = {what: ((1 - share) * np.array(base.calibration[what])).round(4).tolist() for what in ("times", "final")}
    tables = {
        **base.calibration,
        **kept,
        "spread": [1.0] * calibrate.SAMPLING_MODES,
    }
    factor = calibrate.spread(np.log1p(asked.remaining_h), calibrate.apply(tables, asked.x, predicted), asked.log)
    spread = [round(factor, 4)] * calibrate.SAMPLING_MODES
    return {**tables, "spread": spread, "spread_by": "the site's batches, each unseen"}


def hours(quantiles: Floats) -> Array:
    """p10, p50 and p90 of hours remaining: (n, SAID) -> (n, 3)."""
    in_hours: Array = np.expm1(np.clip(quantiles[:, [1, 3, 5]], 0.0, 8.0))
    return in_hours
