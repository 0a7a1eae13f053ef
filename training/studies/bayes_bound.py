"""How well any forecast could do on simulated batches: the near-Bayes bound.

Approximate Bayesian computation with a large simulated bank: of a held-out prefix, the posterior is what became of
the bank's nearest prefixes. Near is judged on the same summary of the data that the model sees, with the model's own
answer added to it (semi-automatic ABC, Fearnhead & Prangle 2012), by how often a forest of random trees, grown on
the bank, leaves the two in one leaf (Raynal et al. 2019). What that forest finds in the summary and the model does
not is the model's regret.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor

from brewpi.records import Array
from training.data.dataset import Rows, build
from training.evaluation.scoring import LEVELS, pinball
from training.network import calibrate
from training.network.ondevice import through
from training.simulation.simulate import simulate

TREES, LEAF = 120, 8
BANK_SEED, HELD_SEED = 501, 502
BANDS = [1, 3, 5]              # p10, p50, p90 among the network's seven quantiles


@dataclass(frozen=True, slots=True)
class BayesBound:
    """Mean pinball loss in hours of the model and of the limit on the same prefixes, and their ratio."""

    prefixes: int
    bank: int
    model_h: float
    bound_h: float
    ratio: float
    ratio_95: tuple[float, float]


def bayes_bound(directory: Path, bank: int = 60_000, prefixes: int = 300) -> BayesBound:
    """The model of a directory beside the limit, on simulated batches that it has not seen."""
    card = json.loads((directory / "fermentation.json").read_text(encoding="utf-8"))
    blob = (directory / "fermentation.tflite").read_bytes()
    known = _unfinished(build(simulate(bank, BANK_SEED), BANK_SEED))
    held = _one_a_log(_unfinished(build(simulate(6 * prefixes, HELD_SEED), HELD_SEED)), prefixes)
    predicted, predicted_held = (_hours(card, blob, rows) for rows in (known, held))
    posterior = _nearest(_summary(known, predicted), known.y[:, 0].astype(float), _summary(held, predicted_held))
    truth = np.expm1(held.y[:, 0].astype(float))
    ours, best = pinball(predicted_held, truth), pinball(np.expm1(posterior), truth)
    low, high = _ratio_interval(ours, best)
    ratio = float(ours.mean() / best.mean())
    return BayesBound(len(held), bank, float(ours.mean()), float(best.mean()), ratio, (low, high))


def _unfinished(rows: Rows) -> Rows:
    return rows.where(np.isfinite(rows.y[:, 0]) & (rows.y[:, 0] > 0.0))


def _one_a_log(rows: Rows, count: int) -> Rows:
    """The first prefix of each log: the moments of a log are in random order of progress."""
    _, first = np.unique(rows.log, return_index=True)
    keep = np.zeros(len(rows), dtype=bool)
    keep[first[:count]] = True
    return rows.where(keep)


def _hours(card: dict[str, Any], blob: bytes, rows: Rows) -> Array:
    """The model's p10, p50, p90 of the hours remaining, calibrated: (n, 3)."""
    x = rows.x.astype(float)
    predicted = calibrate.apply(card["calibration"], x, through(blob, x))
    return np.asarray(np.expm1(np.clip(predicted[:, :7], 0.0, 8.0))[:, BANDS])


def _summary(rows: Rows, predicted: Array) -> NDArray[np.float32]:
    return np.hstack([rows.x, np.log1p(predicted)]).astype(np.float32)


def _nearest(bank: NDArray[np.float32], target: Array, asked: NDArray[np.float32]) -> Array:
    """Quantiles of the target among the bank's prefixes, weighted by nearness to each one asked: (n, 3)."""
    forest = ExtraTreesRegressor(TREES, min_samples_leaf=LEAF, max_features=0.4, n_jobs=2, random_state=1)
    forest.fit(bank, target)
    weights = np.zeros((len(asked), len(bank)), dtype=np.float32)
    for tree in forest.estimators_:
        home = tree.apply(bank)
        order = np.argsort(home, kind="stable")
        leaves, starts, sizes = np.unique(home[order], return_index=True, return_counts=True)
        for i, leaf in enumerate(np.searchsorted(leaves, tree.apply(asked))):
            weights[i, order[starts[leaf] : starts[leaf] + sizes[leaf]]] += 1.0 / sizes[leaf]
    by_target = np.argsort(target)
    shares = np.cumsum(weights[:, by_target], axis=1) / TREES
    return np.array([target[by_target][np.minimum(np.searchsorted(row, LEVELS), len(target) - 1)] for row in shares])


def _ratio_interval(ours: Array, best: Array, draws: int = 2000) -> tuple[float, float]:
    picks = np.random.default_rng(1).integers(0, len(ours), (draws, len(ours)))
    low, high = np.percentile(ours[picks].mean(axis=1) / best[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
