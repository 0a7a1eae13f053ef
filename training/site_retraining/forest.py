"""What a site's own batches say of a prefix: quantiles of how those ended that fell into the same leaves.

A quantile forest (Meinshausen 2006, "Quantile Regression Forests") of extremely randomised trees (Geurts, Ernst and
Wehenkel 2006), made small enough to be part of the network: every leaf keeps SAMPLES outcomes in a byte each, and a
forecast is the quantiles of what the leaves of all trees hold together. Where gravity ends is kept as attenuation,
which a house repeats; what is left to fall depends on when one asks. It is learnt in seconds and needs no pass over
the base's weights, so nothing that the base knows is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor

from brewpi.forecast.features import NAMES
from brewpi.records import Array
from training import Floats
from training.network.network import QUANTILES

LEAST_ROWS, SHARE = 10, 0.5  # rows in a leaf; of the features looked at for a split
DEPTH = 14
SAMPLES = 8
TARGETS = 3  # remaining and rest in the network's scale, and ATTENUATION_WEIGHT times the attenuation at the end
ATTENUATION_WEIGHT = 16.0  # so that it counts about as much as the log hours where a tree splits
POINTS, LEAST_POINTS = 50.0, 10.0  # of extract for each unit of the feature; no wort has less
OG, ATTENUATION = (NAMES.index(name) for name in ("og", "attenuation"))
CODES = 255  # steps of an outcome between the least and the most of its kind

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Forest:
    """Trees side by side in one table. Nodes are numbered through: the inner ones first, then the leaves."""

    feature: Whole  # (inner,) which feature is asked
    threshold: Array  # (inner,) and whether it is above this
    below: Whole  # (inner,) node where it is not
    above: Whole  # (inner,) node where it is
    roots: Whole  # (trees,)
    codes: NDArray[np.uint8]  # (leaves, TARGETS, SAMPLES) outcomes, lowest first
    low: Array  # (TARGETS,) outcome of code 0
    step: Array  # (TARGETS,) between two codes

    @classmethod
    def learn(cls, x: Floats, y: Floats, log: Whole, seed: int, trees: int, leaves: int) -> Self:
        """Trees on rows x: (n, features), targets y: (n, 3 or more), finite; log: whose row it is, one vote a batch.

        leaves: at most, in each tree.
        """
        weight, outcome = _one_vote_a_batch(log), np.asarray(y[:, :TARGETS], np.float64)
        outcome[:, 2] = ATTENUATION_WEIGHT * (x[:, ATTENUATION] + np.sinh(outcome[:, 2]) / _extract_points(x))
        trained = ExtraTreesRegressor(
            trees, min_samples_leaf=LEAST_ROWS, max_features=SHARE, max_leaf_nodes=leaves, max_depth=DEPTH,
            n_jobs=2, random_state=seed,
        ).fit(x, outcome, sample_weight=weight)  # fmt: skip
        low = halved(outcome.min(axis=0))
        step = halved(np.maximum(outcome.max(axis=0) - low, 1e-2) / CODES)
        coded = np.clip((outcome - low) / step, 0, CODES)
        fallen = trained.apply(x)
        parts = []
        for i, tree in enumerate(trained.estimators_):
            feature, threshold, below, above, leaf = _table(tree.tree_, fallen[:, i])
            codes = np.array([_spaced(coded[rows], weight[rows]) for rows in leaf])
            parts.append(cls(feature, threshold, below, above, np.zeros(1, np.int64), codes, low, step))
        return cls.join(parts)

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """The trees of all, of which the scale of outcomes must be the same, in one table."""
        inner = np.cumsum([0, *(p.feature.size for p in parts)])
        leaf = np.cumsum([0, *(len(p.codes) for p in parts)])

        def numbered(node: Whole, i: int) -> Whole:
            own = parts[i].feature.size
            return np.where(node < own, node + inner[i], node - own + inner[-1] + leaf[i])

        return cls(
            feature=np.concatenate([p.feature for p in parts]),
            threshold=np.concatenate([p.threshold for p in parts]),
            below=np.concatenate([numbered(p.below, i) for i, p in enumerate(parts)]),
            above=np.concatenate([numbered(p.above, i) for i, p in enumerate(parts)]),
            roots=np.concatenate([numbered(p.roots, i) for i, p in enumerate(parts)]),
            codes=np.concatenate([p.codes for p in parts]),
            low=parts[0].low,
            step=parts[0].step,
        )

    def quantiles(self, x: Floats) -> Array:
        """QUANTILES of each target for each row: (n, 21)."""
        onward = np.concatenate(
            [np.where(np.asarray(x, np.float32)[:, self.feature] > self.threshold, self.above, self.below),
             np.broadcast_to(self.feature.size + np.arange(len(self.codes)), (len(x), len(self.codes)))], axis=1
        )  # fmt: skip
        node = np.broadcast_to(self.roots, (len(x), self.roots.size))
        for _ in range(DEPTH):
            node = np.take_along_axis(onward, node, axis=1)
        held = self.codes[node - self.feature.size].astype(np.float64)  # (n, trees, TARGETS, SAMPLES)
        pool = np.sort(held.transpose(0, 2, 1, 3).reshape(len(x), TARGETS, -1), axis=2)
        first, way = levels(pool.shape[2])
        between = pool[:, :, first] + way * (pool[:, :, first + 1] - pool[:, :, first])
        outcome: Array = self.low[:, None] + self.step[:, None] * between
        to_fall = outcome[:, 2] / ATTENUATION_WEIGHT - x[:, ATTENUATION, None]
        outcome[:, 2] = np.arcsinh(np.maximum(to_fall * _extract_points(x)[:, None], 0.0))
        return outcome.reshape(len(x), -1)


def _extract_points(x: Floats) -> Array:
    """What there was to ferment, in points above water, as the features have it."""
    return np.asarray(np.maximum(POINTS * x[:, OG], LEAST_POINTS), np.float64)


def halved(values: Floats) -> Array:
    """Rounded to what 16 bits hold: stored so, they come back the same."""
    rounded: Array = np.asarray(values, np.float16).astype(np.float64)
    return rounded


def levels(size: int) -> tuple[Whole, Array]:
    """Where QUANTILES lie among `size` ordered outcomes: the one below, and how far on to the next."""
    at: Array = np.clip(np.array(QUANTILES) * size - 0.5, 0.0, size - 1.001)
    first = np.floor(at).astype(np.int64)
    return first, halved(at - first)


def _table(tree: Any, fallen: Whole) -> tuple[Whole, Array, Whole, Whole, list[Whole]]:
    """One tree of scikit-learn: feature, threshold, node below and above of each inner node, and the rows of each leaf.

    fallen: (n,) the leaf of each row, by scikit-learn's number. The root is an inner node, 0, or the only leaf.
    """
    is_leaf = tree.children_left < 0
    inner = ~is_leaf
    number = np.where(is_leaf, inner.sum() + np.cumsum(is_leaf) - 1, np.cumsum(inner) - 1)
    below, above = number[tree.children_left[inner]], number[tree.children_right[inner]]
    leaves = [np.flatnonzero(fallen == leaf) for leaf in np.flatnonzero(is_leaf)]
    return tree.feature[inner].astype(np.int64), halved(tree.threshold[inner]), below, above, leaves


def _spaced(outcomes: Array, weight: Array) -> NDArray[np.uint8]:
    """SAMPLES of the coded outcomes (rows, TARGETS), evenly spaced in their weight: (TARGETS, SAMPLES)."""
    at = (np.arange(SAMPLES) + 0.5) / SAMPLES * weight.sum()
    found = np.empty((TARGETS, SAMPLES), np.uint8)
    for k in range(TARGETS):
        order = np.argsort(outcomes[:, k])
        reached = np.cumsum(weight[order]) - weight[order] / 2
        found[k] = np.rint(np.interp(at, reached, outcomes[order, k]))
    return found


def _one_vote_a_batch(log: Whole) -> Array:
    _, whose, count = np.unique(log, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[whose])
