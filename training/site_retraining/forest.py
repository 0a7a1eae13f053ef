"""Learning the forest of a site's own batches: `brewpi/forecast/site_forest.py` says what it is and how it answers.

It is learnt in seconds and needs no pass over the base's weights, so nothing that the base knows is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor

from brewpi.forecast.site_forest import (
    ATTENUATION,
    ATTENUATION_WEIGHT,
    CODES,
    DEPTH,
    SAMPLES,
    TARGETS,
    Forest,
    Whole,
    extract_points,
)
from brewpi.records import Array
from training import Floats

LEAST_ROWS, SHARE = 10, 0.5  # rows in a leaf; of the features looked at for a split


def learn(x: Floats, y: Floats, log: Whole, seed: int, trees: int, leaves: int) -> Forest:
    """Trees on rows x: (n, features), targets y: (n, 3 or more), finite; log: whose row it is, one vote a batch.

    leaves: at most, in each tree.
    """
    weight, outcome = _one_vote_a_batch(log), np.asarray(y[:, :TARGETS], np.float64)
    outcome[:, 2] = ATTENUATION_WEIGHT * (x[:, ATTENUATION] + np.sinh(outcome[:, 2]) / extract_points(x))
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
        parts.append(Forest(feature, threshold, below, above, np.zeros(1, np.int64), codes, low, step))
    return join(parts)


def join(parts: Sequence[Forest]) -> Forest:
    """The trees of all, of which the scale of outcomes must be the same, in one table."""
    inner = np.cumsum([0, *(p.feature.size for p in parts)])
    leaf = np.cumsum([0, *(len(p.codes) for p in parts)])

    def numbered(node: Whole, i: int) -> Whole:
        own = parts[i].feature.size
        return np.where(node < own, node + inner[i], node - own + inner[-1] + leaf[i])

    return Forest(
        feature=np.concatenate([p.feature for p in parts]),
        threshold=np.concatenate([p.threshold for p in parts]),
        below=np.concatenate([numbered(p.below, i) for i, p in enumerate(parts)]),
        above=np.concatenate([numbered(p.above, i) for i, p in enumerate(parts)]),
        roots=np.concatenate([numbered(p.roots, i) for i, p in enumerate(parts)]),
        codes=np.concatenate([p.codes for p in parts]),
        low=parts[0].low,
        step=parts[0].step,
    )


def halved(values: Floats) -> Array:
    """Rounded to what 16 bits hold: stored so, they come back the same."""
    rounded: Array = np.asarray(values, np.float16).astype(np.float64)
    return rounded


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
