"""Pictures of a scorecard: error against progress, reliability, and the best, middle and worst batches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from brewpi.records import Array
from training.data.logs import Batch
from training.evaluation.evaluate import Card
from training.evaluation.scoring import FRACTIONS, LEVELS, Answerer, Score

COLOURS = ("#b5541c", "#4a7c59", "#33658a", "#8d6b94", "#999999", "#c2b280", "#777777", "#555555")


def draw(card: Card, ours: Answerer, folder: Path) -> list[Path]:
    """Three PNG files for one group; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = card.group.name.replace(", ", "_").replace(" ", "_")
    pictures = {"progress": progress(card), "reliability": reliability(card), "batches": batches(card, ours)}
    paths = []
    for what, figure in pictures.items():
        path = folder / f"{stem}_{what}.png"
        figure.savefig(path, dpi=110, bbox_inches="tight")
        paths.append(path)
    return paths


def progress(card: Card) -> Figure:
    """Mean absolute error against the share of the true duration that has passed."""
    figure = Figure(figsize=(6.5, 4))
    axes = figure.subplots()
    for found, colour in zip(_shown(card), COLOURS, strict=False):
        axes.plot([f * 100 for f in FRACTIONS], [found.mae(f"{f:.0%}") for f in FRACTIONS], "o-", label=found.name,
                  color=colour, linewidth=2.5 if found is card.scores[0] else 1.2)
    axes.set(xlabel="% of the true duration", ylabel="mean absolute error, h", title=card.group.name, ylim=(0, None))
    axes.legend(fontsize=8)
    return figure


def reliability(card: Card) -> Figure:
    """How often the truth came before what each forecaster's p10, p50 and p90 said."""
    figure = Figure(figsize=(4.5, 4.5))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#cccccc")
    for found, colour in zip(_shown(card), COLOURS, strict=False):
        if found.width > 0.0:
            below = (found.truth[:, None] <= found.remaining).mean(axis=0)
            axes.plot(LEVELS, below, "o-", label=found.name, color=colour)
    axes.set(xlabel="said", ylabel="came true", xlim=(0, 1), ylim=(0, 1), title=card.group.name)
    axes.legend(fontsize=8)
    return figure


def batches(card: Card, ours: Answerer) -> Figure:
    """Gravity, and the hour of completion as it was forecast reading by reading, with its 80 % band."""
    figure = Figure(figsize=(12, 6))
    axes = figure.subplots(2, 3, sharex="col", height_ratios=(1, 1.4))
    names = ("best", "middle", "worst")
    for column, (batch, name) in enumerate(zip(_chosen(card), names, strict=True)):
        done_h = batch.label.completion_h
        top, bottom = axes[0, column], axes[1, column]
        top.plot(batch.series.hours, batch.series.sg, ".-", markersize=3, color=COLOURS[2])
        top.axvline(done_h, color="#bbbbbb")
        top.set_title(name)
        at, band = _forecasts(batch, ours)
        bottom.fill_between(at, at + band[:, 0], at + band[:, 2], color=COLOURS[0], alpha=0.25, linewidth=0)
        bottom.plot(at, at + band[:, 1], ".-", color=COLOURS[0])
        bottom.axhline(done_h, color="#bbbbbb")
        bottom.set(xlabel="hours", xlim=(0, 1.25 * done_h), ylim=(0, 2.2 * done_h))
    axes[0, 0].set_ylabel("gravity, SG")
    axes[1, 0].set_ylabel("said to complete at, h")
    return figure


def _shown(card: Card) -> Sequence[Score]:
    return [found for found in card.scores if found.name != "last rate"]


def _chosen(card: Card) -> tuple[Batch, Batch, Batch]:
    """The batches of smallest, middle and largest loss relative to their duration."""
    ours, judged = card.scores[0], card.group.judged
    asked = sorted(set(ours.batch.astype(int).tolist()))
    loss = [float(np.nanmean(ours.losses[ours.batch == i])) / judged[i].label.completion_h for i in asked]
    order = np.argsort(loss)
    best, middle, worst = (judged[asked[int(order[k])]] for k in (0, len(order) // 2, -1))
    return best, middle, worst


def _forecasts(batch: Batch, ours: Answerer) -> tuple[Array, Array]:
    """Hours and bands (n, 3) at readings a fiftieth of the way apart, up to 1.2 of the duration."""
    at: list[float] = []
    for hour in batch.series.hours[1:]:
        far = not at or hour - at[-1] >= batch.label.completion_h / 50.0
        if far and hour <= 1.2 * batch.label.completion_h:
            at.append(float(hour))
    windows = [a.remaining_h for a in ours([(batch.series, h) for h in at])]
    rows = [(b.p10, b.p50, b.p90) if b else (np.nan,) * 3 for b in windows]
    return np.array(at), np.array(rows, dtype=float).reshape(-1, 3)
