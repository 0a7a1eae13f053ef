"""Simulate, build rows, backtest, and search over settings, a part at a time, by whoever works.

    python -m training parts --batches 30000 --out PARTS --dask local
    python -m training search --parts PARTS --leaves 50,100,200 --share 0.3,0.5

A task reads and writes its own part and gives back a few figures, so that neither a worker nor the scheduler ever holds
more than that.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import Model
from training.data import partitions
from training.data.dataset import REMAINING, Rows, rows_of, try_label
from training.evaluation.scoring import pinball
from training.simulation.simulate import CHUNK, of_seed

Spread = Callable[..., Iterator[Any]]
WAYS = (0.25, 0.5, 0.75)
FOLDS = 3
TREES = 20
ROWS_A_PART = 4000  # of each, that a search looks at


@dataclass(frozen=True)
class Part:
    """What became of one. sha256: of its files; peak_mb: the most memory that its process ever had."""

    number: int
    batches: int
    readings: int
    rows: int
    asked: int
    loss_h: float | None  # mean pinball of the backtest, if any was asked
    sha256: tuple[str, ...]
    peak_mb: float


def build(
    spread: Spread, batches: int, seed: int, out: Path, model: Path | None = None, every: int = 50, size: int = CHUNK
) -> Iterator[Part]:
    """Parts of `size` batches, the same as `simulate` brews where that is CHUNK; with a model, every so many batches of
    each are asked about by what is shipped (network and curves)."""
    count = -(-batches // size)
    seeds = np.random.SeedSequence(seed).spawn(count)
    tasks = [(k, min(size, batches - k * size), seeds[k], seed, out, model, every) for k in range(count)]
    yield from spread(_part, tasks)


def _part(
    number: int, count: int, own: np.random.SeedSequence, seed: int, out: Path, model: Path | None, every: int
) -> Part:
    logs = of_seed(number, count, own)
    rows = rows_of(logs, 0, np.random.SeedSequence([seed, number]))
    written = [
        partitions.write_logs(partitions.file_of(out, partitions.LOGS, number), logs),
        partitions.write_rows(partitions.file_of(out, partitions.ROWS, number), rows),
    ]
    losses = np.empty(0)
    if model is not None:
        scores = backtest(number, out, model, every)
        written.append(partitions.write_columns(partitions.file_of(out, partitions.SCORES, number), scores))
        losses = scores["loss_h"]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return Part(
        number, len(logs), logs.hours.size, len(rows), losses.size,
        float(losses.mean()) if losses.size else None, tuple(written), peak_mb,
    )  # fmt: skip


def backtest(number: int, out: Path, model: Path, every: int) -> dict[str, Any]:
    """What is shipped asked about some batches of a part at 25, 50 and 75 % of the way: log, at_h, p10, p50, p90,
    remaining_h and loss_h."""
    logs, found = partitions.read_logs(partitions.file_of(out, partitions.LOGS, number)), []
    for i in range(0, len(logs), every):
        series = logs.series(i)
        truth = try_label(series)
        if truth is None:
            continue
        forecaster = TankForecaster(Pool(_loaded(model)))
        for way in WAYS:
            at_h = way * truth.completion_h
            window = forecaster.at(series, at_h).remaining_h
            if window is not None:
                found.append((i, at_h, window.p10, window.p50, window.p90, truth.completion_h - at_h))
    table = np.array(found, np.float64).reshape(-1, 6)
    names = ("log", "at_h", "p10", "p50", "p90", "remaining_h")
    return {name: table[:, k] for k, name in enumerate(names)} | {"loss_h": pinball(table[:, 2:5], table[:, 5])}


@lru_cache(maxsize=1)
def _loaded(model: Path) -> Model:
    return Model.load(model)


@dataclass(frozen=True)
class Setting:
    """Of a forest: leaves of a tree, share of the features looked at for a split; its loss on parts it had not seen."""

    leaves: int
    share: float
    loss: float


def search(spread: Spread, out: Path, leaves: Sequence[int], shares: Sequence[float], seed: int = 1) -> list[Setting]:
    """Every pair of settings on every fold of the parts, each a task; the best first."""
    numbers = partitions.parts_of(out, partitions.ROWS)
    settings = list(product(leaves, shares))
    folds = range(min(FOLDS, len(numbers)))
    tasks = [(numbers, fold, leaf, share, out, seed) for leaf, share in settings for fold in folds]
    losses = np.array(list(spread(_judge, tasks))).reshape(len(settings), -1).mean(axis=1)
    found = [Setting(leaf, share, float(loss)) for (leaf, share), loss in zip(settings, losses, strict=True)]
    return sorted(found, key=lambda one: one.loss)


def _judge(numbers: Sequence[int], fold: int, leaves: int, share: float, out: Path, seed: int) -> float:
    """Mean absolute error, in log1p of hours, of a forest that learnt from the other parts."""
    from sklearn.ensemble import ExtraTreesRegressor

    own, others = numbers[fold::FOLDS], [k for n, k in enumerate(numbers) if n % FOLDS != fold]
    pupils, judges = _rows(out, others or own), _rows(out, own)
    forest = ExtraTreesRegressor(TREES, max_leaf_nodes=leaves, max_features=share, random_state=seed, n_jobs=1)
    forest.fit(pupils.x, pupils.y[:, REMAINING])
    return float(np.abs(forest.predict(judges.x) - judges.y[:, REMAINING]).mean())


def _rows(out: Path, numbers: Sequence[int]) -> Rows:
    """Those with a known outcome."""
    parts = [partitions.read_rows(partitions.file_of(out, partitions.ROWS, number)) for number in numbers]
    kept = [rows.where(np.isfinite(rows.y[:, REMAINING])) for rows in parts]
    return Rows.join([rows.where(np.arange(len(rows)) < ROWS_A_PART) for rows in kept])
