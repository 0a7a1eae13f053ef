"""Simulated logs beside real ones, both through the same labels: the look at the prior before any training.

    python -m training compare --logs DIR ... --out docs/simulator.png
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from brewpi.forecast.labels import Label
from brewpi.records import Array, BatchSeries
from training.data.dataset import try_label
from training.data.logs import LONGEST_H, Batch, read_complete
from training.simulation.batches import BEER, DAY_STAMPED, LOGGED, WINE
from training.simulation.simulate import Logs, simulate

BATCHES, SEED = 9000, 77
RED_FROM_C = 19.0
MEASURES = (
    "hours to completion", "10 % at, of it", "50 % at, of it", "90 % at, of it", "attenuation", "read on for, h",
)  # fmt: skip


def measures(series: BatchSeries, truth: Label) -> list[float]:
    """One number for each of MEASURES."""
    low, drop, done_h = np.minimum.accumulate(series.sg), truth.og - truth.terminal, truth.completion_h

    def reached(share: float) -> float:
        return float(np.interp(share * drop - truth.og, -low, series.hours)) / done_h

    after_h = float(series.hours[-1]) - done_h
    return [done_h, reached(0.1), reached(0.5), reached(0.9), truth.attenuation, after_h]


def kind_of(series: BatchSeries, wine: bool, stamped: bool) -> str:
    """Which rows of the comparison a log belongs to."""
    if wine:
        known = series.temp_c[np.isfinite(series.temp_c)]
        return "red must" if known.size and float(known.mean()) >= RED_FROM_C else "white must"
    return "beer, by day" if stamped else "beer, logged"


def simulated(logs: Logs) -> dict[str, Array]:
    """MEASURES of simulated logs by kind: (n, 6) each."""
    found: dict[str, list[list[float]]] = {}
    for i in range(len(logs)):
        series = logs.series(i)
        wine, sampling_mode = bool(logs.medium[i] == WINE), int(logs.sampling_mode[i])
        if not wine and (logs.medium[i] != BEER or sampling_mode not in (LOGGED, DAY_STAMPED)):
            continue
        truth = try_label(series) if series.hours[-1] <= LONGEST_H else None
        if truth is not None:
            kind = kind_of(series, wine, sampling_mode == DAY_STAMPED)
            found.setdefault(kind, []).append(measures(series, truth))
    return {kind: np.array(rows) for kind, rows in found.items()}


def real(batches: Iterable[Batch]) -> dict[str, Array]:
    """MEASURES of real batches by kind."""
    found: dict[str, list[list[float]]] = {}
    for batch in batches:
        kind = kind_of(batch.series, batch.series.medium == "wine", batch.label.hand_kept)
        found.setdefault(kind, []).append(measures(batch.series, batch.label))
    return {kind: np.array(rows) for kind, rows in found.items()}


def compare(folders: Sequence[Path], out: Path | None) -> str:
    """A table of p10, p50, p90 of everything, real over simulated; with `out`, also drawn."""
    made = simulated(simulate(BATCHES, SEED))
    seen = real(batch for folder in folders for batch in read_complete(folder))
    both = {kind: (seen[kind], made[kind]) for kind in seen if kind in made}
    if out is not None:
        _draw(both, out)
    lines = ["| kind | logs | " + " | ".join(MEASURES) + " |", "|---" * (len(MEASURES) + 2) + "|"]
    for kind, pair in both.items():
        for what, rows in zip(("real", "simulated"), pair, strict=True):
            lines.append(f"| {kind} | {len(rows)} {what} | " + " | ".join(_spread(column) for column in rows.T) + " |")
    return "\n".join(lines)


def _spread(values: Array) -> str:
    return " / ".join(f"{v:.0f}" if v >= 10 else f"{v:.2f}" for v in np.percentile(values, [10, 50, 90]))


def _draw(both: dict[str, tuple[Array, Array]], out: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 0.65 * len(both) + 0.8), dpi=70, layout="constrained")
    axes = figure.subplots(1, len(MEASURES), sharey=True)
    for k, (axis, name) in enumerate(zip(axes, MEASURES, strict=True)):
        for y, pair in enumerate(both.values()):
            for rows, colour, shift in zip(pair, ("tab:orange", "0.5"), (0.15, -0.15), strict=True):
                low, middle, high = np.percentile(rows[:, k], [10, 50, 90])
                axis.plot([low, high], [shift - y] * 2, color=colour, linewidth=3, solid_capstyle="butt")
                axis.plot(middle, shift - y, "o", color=colour, markersize=6)
        axis.set_title(name, fontsize=8)
        axis.tick_params(labelsize=7)
    axes[0].set_yticks([-y for y in range(len(both))], list(both))
    figure.suptitle("p10, median and p90 of real logs (orange) and simulated ones (grey)", fontsize=9)
    figure.savefig(out)
