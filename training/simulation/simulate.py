"""Simulated fermentation logs by the hundred thousand.

    python -m training simulate --batches 60000 --seed 1 --out logs.npz

The file is a numpy archive. Readings of all logs lie end to end: `hours`, `sg`, `temp_c` (float32, NaN where not
measured); log i is `start[i]:start[i + 1]`. One entry a log: `medium`, `kind`, `sampling_mode`, `family` (codes of
`training/simulation/batches.py`), `cellar`, `expected_attenuation`, `stuck_h` (hours since the first reading at which
it gave up, inf if it never does), and `path_c` (64 true temperatures, `path_step_h` apart, from the first reading).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brewpi.records import Array, BatchSeries
from training.data.workers import spread
from training.simulation.batches import KINDS, OTHER, draw
from training.simulation.ferment import Truth, ferment
from training.simulation.readings import Log, take

CHUNK = 2400
PATH = 64
STUCK_SG = 0.004


@dataclass(frozen=True)
class Logs:
    """Many logs; the layout is that of the file."""

    hours: NDArray[np.float32]
    sg: NDArray[np.float32]
    temp_c: NDArray[np.float32]
    start: NDArray[np.int64]
    medium: NDArray[np.int8]
    kind: NDArray[np.int8]
    sampling_mode: NDArray[np.int8]
    family: NDArray[np.int8]
    cellar: NDArray[np.int32]
    expected_attenuation: NDArray[np.float32]
    stuck_h: NDArray[np.float32]
    path_c: NDArray[np.float32]
    path_step_h: NDArray[np.float32]

    def __len__(self) -> int:
        return self.start.size - 1

    def series(self, i: int) -> BatchSeries:
        """The readings of log `i` alone; what else is known of it is for the caller to add."""
        part = slice(self.start[i], self.start[i + 1])
        hours, sg, temp = (x[part].astype(np.float64) for x in (self.hours, self.sg, self.temp_c))
        return BatchSeries(hours, np.round(sg, 5), temp)

    def part(self, first: int, last: int) -> Self:
        """Logs `first` up to `last`, the latter left out."""
        at = slice(self.start[first], self.start[last])
        readings = {name: getattr(self, name)[at] for name in ("hours", "sg", "temp_c")}
        start = self.start[first : last + 1] - self.start[first]
        known = {f.name: getattr(self, f.name)[first:last] for f in fields(self) if f.name not in (*readings, "start")}
        return type(self)(start=start, **readings, **known)

    def planned_c(self, i: int, at_h: float, until_h: float) -> float:
        """Mean true temperature of log `i` between two times: what a brewer would have planned."""
        knots = np.linspace(at_h, max(until_h, at_h + 1.0), 9) / self.path_step_h[i]
        return float(np.interp(knots, np.arange(PATH), self.path_c[i]).mean())

    def save(self, path: Path) -> None:
        new = path.with_name(f".{path.name}.new")
        try:
            with new.open("wb") as file:  # by its name alone numpy would write another, with .npz behind it
                np.savez_compressed(file, **{f.name: getattr(self, f.name) for f in fields(self)})
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path) as file:
            return cls(**{f.name: file[f.name] for f in fields(cls)})


def simulate(count: int, seed: int, workers: int = 2, tell: Callable[[int], None] | None = None) -> Logs:
    """About `count` logs (a few batches are never read); the same for the same seed, however many workers."""
    seeds = np.random.SeedSequence(seed).spawn(-(-count // CHUNK))
    sizes = [min(CHUNK, count - k * CHUNK) for k in range(len(seeds))]
    parts = []
    for k, part in enumerate(spread(_chunk, zip(sizes, seeds, strict=True), workers)):
        parts.append(_in_its_cellars(part, k))
        if tell:
            tell(sizes[k])
    return _joined(parts)


def of_seed(number: int, count: int, seed: np.random.SeedSequence) -> Logs:
    """One of the chunks that `simulate` brews, alone."""
    return _joined([_in_its_cellars(_chunk(count, seed), number)])


def _in_its_cellars(part: dict[str, Any], number: int) -> dict[str, Any]:
    return {**part, "cellar": part["cellar"] + 1000 * number}


def _joined(parts: list[dict[str, Any]]) -> Logs:
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    lengths = joined.pop("length")
    return Logs(start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64), **joined)


def _chunk(count: int, seed: np.random.SeedSequence) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    batches = draw(count, rng)
    truth = ferment(batches, rng)
    kept = [(i, log) for i in range(count) if (log := take(batches, truth, i, rng)) is not None]
    index = np.array([i for i, _ in kept])
    logs = [log for _, log in kept]
    first_h = np.array([log.true_h[0] for log in logs])
    batches = batches.part(index)
    path_c, path_step_h = _paths(truth, index, first_h)
    return {
        **_flat(logs),
        "medium": batches.medium.astype(np.int8),
        "kind": batches.kind.astype(np.int8),
        "sampling_mode": batches.sampling_mode.astype(np.int8),
        "family": batches.family.astype(np.int8),
        "cellar": batches.cellar.astype(np.int32),
        "expected_attenuation": batches.expected_attenuation.astype(np.float32),
        "stuck_h": (_stuck_h(truth, index) - first_h).astype(np.float32),
        "path_c": path_c,
        "path_step_h": path_step_h,
    }


def _flat(logs: list[Log]) -> dict[str, Any]:
    return {
        "length": np.array([log.hours.size for log in logs]),
        "hours": np.concatenate([log.hours for log in logs]).astype(np.float32),
        "sg": np.concatenate([log.sg for log in logs]).astype(np.float32),
        "temp_c": np.concatenate([log.temp_c for log in logs]).astype(np.float32),
    }


def _stuck_h(truth: Truth, index: NDArray[np.int64]) -> Array:
    """Hours since pitching at which a batch that ends over STUCK_SG high came within a point of where it stayed."""
    sg = truth.sg[index]
    last = sg[:, -1]
    arrived = np.argmax(sg <= last[:, None] + 0.001, axis=1) * truth.dt_h[index]
    return np.where(last - truth.terminal_sg[index] > STUCK_SG, arrived, np.inf)


def _paths(truth: Truth, index: NDArray[np.int64], first_h: Array) -> tuple[Any, Any]:
    dt_h = truth.dt_h[index]
    span_h = dt_h * (truth.temp_c.shape[1] - 1) - first_h
    at = (first_h[:, None] + np.linspace(0, 1, PATH) * span_h[:, None]) / dt_h[:, None]
    nearest = np.clip(np.rint(at).astype(int), 0, truth.temp_c.shape[1] - 1)
    path = np.take_along_axis(truth.temp_c[index], nearest, axis=1)
    return path.astype(np.float32), (span_h / (PATH - 1)).astype(np.float32)


def style_of(kind: int) -> str | None:
    """A word for the style, as a brewer would write it; None where there is none."""
    words = {"ale": "pale ale", "lager": "lager", "farmhouse": "saison", "dark": "stout", "kveik": "kveik"}
    return None if kind >= OTHER else words.get(KINDS[kind])


def each(logs: Logs) -> Iterator[BatchSeries]:
    """All courses, one after the other."""
    return (logs.series(i) for i in range(len(logs)))
