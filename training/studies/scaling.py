"""How long simulating and building rows takes, and how much memory a worker has then, from few batches to many.

    python -m training scaling --within 600

Each size is begun only if, by the pace so far, it will be done in time; what is left out is said.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data.pipeline import Spread, build

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000)


@dataclass(frozen=True)
class Measured:
    """One size: seconds of it, readings, rows and bytes that came of it, and the most memory that any worker had."""

    batches: int
    took_s: float
    readings: int
    rows: int
    written_mb: float
    worker_mb: float

    def __str__(self) -> str:
        return (
            f"{self.batches:7d} batches  {self.took_s:7.0f} s  {self.took_s / self.batches * 1e3:6.1f} ms each  "
            f"{self.readings / 1e6:6.1f} M readings  {self.rows:8d} rows  "
            f"{self.written_mb:7.0f} MB written  {self.worker_mb:5.0f} MB a worker"
        )


def scaling(
    spread: Spread,
    out: Path,
    within_s: float,
    sizes: Sequence[int] = SIZES,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Measured | str]:
    """Each size in turn, its parts removed again; a sentence for those that would not be done in time."""
    began, pace_s = clock(), 0.0
    for size in sorted(sizes):
        left_s = within_s - (clock() - began)
        if pace_s * size > left_s:
            yield f"{size:7d} batches  not run: about {pace_s * size:.0f} s by the pace so far, {left_s:.0f} s are left"
            continue
        started, place = clock(), out / f"{size}"
        parts = list(build(spread, size, 1, place))
        took_s = clock() - started
        pace_s = took_s / size
        written = sum(file.stat().st_size for file in place.rglob("*.parquet")) / 1e6
        shutil.rmtree(place)
        yield Measured(
            size, took_s, sum(p.readings for p in parts), sum(p.rows for p in parts), written,
            max(p.peak_mb for p in parts),
        )  # fmt: skip
