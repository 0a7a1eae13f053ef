"""The base model: simulate, cut prefixes, train, calibrate on held-out cellars, export.

    python -m training fit --out models
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from brewpi.records import Array
from training.data.dataset import Rows, build
from training.data.logs import read_complete
from training.network import calibrate, learn, network
from training.network.export import export, golden
from training.simulation.simulate import Logs, simulate

NAME = "base-2"  # every forecast says who made it: other weights, another name
BATCHES = 96_000
EPOCHS = 12
REAL_ROUNDS = 20
HELD_OUT_EVERY = 12  # cellars
SPREAD = (0.70, 1.08, 0.86)  # logged, day-stamped, by hand: chosen on the development logs, see docs/model-studies.md
WHITENED_BY = 50_000  # rows are enough for the spread of the features, and spare memory
WIDENS_AT = 0.995  # quantile of the distance among held-out rows
REFUSED_BEYOND = 2.2  # times that: no real log came near, rows put together from many batches do


@dataclass(frozen=True)
class Recipe:
    """What `make train` fixes."""

    batches: int = BATCHES
    epochs: int = EPOCHS
    seed: int = 20
    logs: tuple[Path, ...] = ()  # folders of real logs to train on beside; none for what is shipped


def fit(out: Path, recipe: Recipe, golden_file: Path | None = None) -> dict[str, Any]:
    """Train the base model into `out`; returns its card."""
    console = Console(stderr=True)
    bars = Progress(
        TextColumn("{task.description:>9}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn(), console=console
    )
    with bars:
        logs, rows = _data(recipe, bars)
        held = logs.cellar[rows.log] % HELD_OUT_EVERY == 0
        taught, judged = rows.where(~held), rows.where(held)
        del rows
        known = _with_real(taught, recipe)
        task = bars.add_task("train", total=learn.steps(len(known), recipe.epochs))
        model = learn.learn(known, recipe.epochs, recipe.seed, lambda: bars.advance(task))
    mean, sd = learn.standard(taught)
    some = taught.x[:: max(1, len(taught) // WHITENED_BY)]
    shipped = network.with_distance(model, mean, sd, *network.whitening(some, mean, sd))
    predicted = shipped.predict(judged.x, batch_size=8192, verbose=0)
    tables = calibrate.offsets(judged.x, judged.y, predicted, judged.log)
    tables |= {"spread": list(SPREAD), "spread_by": "sampling mode; chosen on the development logs"}
    card = {
        "name": NAME if recipe == Recipe() else f"{NAME}-{recipe.seed}",
        "calibration": tables,
        "distance": distance_limits(predicted[:, -1]),
        "standard": {"mean": mean.tolist(), "sd": sd.tolist()},
        "house": None,
        "trained_on": _trained_on(recipe, logs, taught, judged),
        "held_out": held_out(judged, calibrate.apply(tables, judged.x, predicted), logs),
    }
    whole = export(shipped, card, judged.x[:: max(1, len(judged) // 500)], out)
    if golden_file:
        golden(out, judged.x[:: max(1, len(judged) // 12)].astype(float), golden_file)
    return whole


def _data(recipe: Recipe, bars: Progress) -> tuple[Logs, Rows]:
    task = bars.add_task("simulate", total=recipe.batches)
    logs = simulate(recipe.batches, recipe.seed, tell=lambda n: bars.advance(task, n))
    task = bars.add_task("features", total=len(logs))
    return logs, build(logs, recipe.seed + 1, tell=lambda n: bars.advance(task, n))


def _with_real(rows: Rows, recipe: Recipe) -> Rows:
    """The simulated rows and, REAL_ROUNDS times over with other moments, those of the folders of real logs."""
    from training.site_retraining.site_batches import site_rows

    real = [site_rows(read_complete(folder), None, recipe.seed, REAL_ROUNDS).rows for folder in recipe.logs]
    if not real:
        return rows
    return Rows.join([rows, *real])


def distance_limits(distance: Array) -> dict[str, float]:
    """From where on intervals widen, and from where the model declines."""
    widens = float(np.quantile(distance, WIDENS_AT))
    return {"widens": round(widens, 4), "refused": round(REFUSED_BEYOND * widens, 4)}


def held_out(rows: Rows, predicted: Array, logs: Logs) -> dict[str, dict[str, float]]:
    """Error and coverage of hours remaining on held-out simulated batches that are not done yet, by medium."""
    from brewpi.media import MEDIA

    hours, truth = np.expm1(np.clip(predicted[:, :7], 0, 8)), np.expm1(rows.y[:, 0])
    live = np.isfinite(truth) & (truth > 0)
    medium = logs.medium[rows.log]
    out: dict[str, dict[str, float]] = {}
    for code, name in enumerate(MEDIA):
        part = live & (medium == code)
        y, q = truth[part], hours[part][:, [1, 3, 5]]
        out[name] = {
            "rows": int(part.sum()),
            "pinball_h": round(float(pinball(y, q).mean()), 3),
            "mae_h": round(float(np.abs(y - q[:, 1]).mean()), 2),
            "coverage_80": round(float(((y >= q[:, 0]) & (y <= q[:, 2])).mean()), 3),
        }
    return out


def pinball(truth: Array, predicted: Array) -> Array:
    """Mean pinball loss over p10, p50 and p90: truth (n,), said (n, 3) -> (n,)."""
    levels = np.array([0.1, 0.5, 0.9])
    off = truth[:, None] - predicted
    loss: Array = np.maximum(levels * off, (levels - 1) * off).mean(axis=1)
    return loss


def _trained_on(recipe: Recipe, logs: Logs, taught: Rows, judged: Rows) -> dict[str, Any]:
    return {
        "what": "simulated batches; their ranges set beside summary figures of real logs (docs/model.md)",
        "real_logs": [folder.name for folder in recipe.logs],
        "batches": len(logs),
        "prefixes": len(taught),
        "held_out_batches": int(np.unique(judged.log).size),
        "seed": recipe.seed,
        "epochs": recipe.epochs,
    }
