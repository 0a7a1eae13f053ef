"""What a site's own batches say of a prefix: quantiles from the outcomes of prefixes that fell into the same leaves.

A quantile forest (Meinshausen 2006, "Quantile Regression Forests") of extremely randomised trees (Geurts, Ernst and
Wehenkel 2006), which with a hundred batches beats boosting and fine-tuning alike, but does not run on a Pi: `retrain`
teaches the network what it says. A batch has no say in what is taught of its own prefixes.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.ensemble import ExtraTreesRegressor

from brewpi.records import Array
from training import Floats
from training.network import QUANTILES

TREES, LEAF, SHARE = 100, 5, 0.8  # rows in a leaf at least; of the features looked at for a split
TARGETS = 3  # remaining, rest, final: each in the network's own scale
EVERYBODY = 1e-6  # weight of all rows together, for a prefix whose leaves hold nobody else's batch


class Teacher:
    """A forest with the outcomes of its rows. Make one by `learn`."""

    def __init__(self, forest: ExtraTreesRegressor, x: Floats, y: Floats, log: NDArray[np.int64]) -> None:
        self.forest, self.y, self.log = forest, np.asarray(y[:, :TARGETS], np.float64), log
        self.weight = _one_vote_a_batch(log)
        leaves = self._leaves(x)
        full = np.asarray(leaves.T @ self.weight).ravel()
        self.members = leaves.multiply(self.weight[:, None]).tocsr() @ _diagonal(1.0 / np.maximum(full, 1e-12))

    @classmethod
    def learn(cls, x: Floats, y: Floats, log: NDArray[np.int64], seed: int) -> Self:
        """x: (n, features); y: (n, 3 or more) targets, finite; log: whose row it is."""
        forest = ExtraTreesRegressor(TREES, min_samples_leaf=LEAF, max_features=SHARE, n_jobs=-1, random_state=seed)
        forest.fit(x, y[:, :TARGETS], sample_weight=_one_vote_a_batch(log))
        return cls(forest, x, y, log)

    def quantiles(self, x: Floats, log: NDArray[np.int64] | None = None) -> Array:
        """QUANTILES of each target for each row: (n, 21). log: whose rows these are, if they were learnt from."""
        share = np.asarray((self._leaves(x) @ self.members.T).todense(), np.float64) + EVERYBODY * self.weight
        if log is not None:
            share[log[:, None] == self.log[None, :]] = 0.0
        out = np.empty((len(share), TARGETS, len(QUANTILES)))
        for k in range(TARGETS):
            order = np.argsort(self.y[:, k])
            reached = np.cumsum(share[:, order], axis=1)
            reached /= reached[:, -1:]
            for i, q in enumerate(QUANTILES):
                first = np.minimum((reached < q).sum(axis=1), len(order) - 1)
                out[:, k, i] = self.y[order[first], k]
        return out.reshape(len(share), -1)

    def _leaves(self, x: Floats) -> csr_matrix:
        """One column for each leaf of the forest: (n, leaves), 1 where a row fell into it."""
        nodes = self.forest.apply(x)
        start = np.concatenate([[0], np.cumsum([tree.tree_.node_count for tree in self.forest.estimators_])])
        columns = (nodes + start[:-1]).ravel()
        rows = np.repeat(np.arange(len(x)), nodes.shape[1])
        return csr_matrix((np.ones(columns.size), (rows, columns)), shape=(len(x), int(start[-1])))


def _one_vote_a_batch(log: NDArray[np.int64]) -> Array:
    _, whose, count = np.unique(log, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[whose])


def _diagonal(values: Array) -> csr_matrix:
    n = np.arange(values.size)
    return csr_matrix((values, (n, n)), shape=(values.size, values.size))
