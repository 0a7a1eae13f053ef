"""Simulated batches and their rows on disk, as Parquet: a row a batch, so many batches a file.

    OUT/logs/part-00007.parquet     the readings of each batch as lists, and what is known of it
    OUT/rows/part-00007.parquet     what the network learns from: features, targets, which batch, at which hour
    OUT/scores/part-00007.parquet   a backtest: what was said of a batch, and what was true

A file is whole or not there: a worker that dies leaves none by halves. A part is all that a worker has in memory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.dataset import Rows
from training.simulation.simulate import PATH, Logs

READINGS = ("hours", "sg", "temp_c")
LOGS, ROWS, SCORES = "logs", "rows", "scores"


def file_of(out: Path, what: str, number: int) -> Path:
    """The file of a part."""
    return out / what / f"part-{number:05d}.parquet"


def parts_of(out: Path, what: str = LOGS) -> list[int]:
    """The numbers of those that are there."""
    return sorted(int(path.stem.removeprefix("part-")) for path in (out / what).glob("part-*.parquet"))


def write_logs(path: Path, logs: Logs) -> str:
    """A part of batches; returns the hash of the file."""
    import pyarrow as pa

    lists = {name: _lists(getattr(logs, name), logs.start) for name in READINGS}
    lists["path_c"] = _lists(logs.path_c.ravel(), np.arange(len(logs) + 1) * PATH)
    plain = ("medium", "kind", "sampling_mode", "family", "cellar", "expected_attenuation", "stuck_h", "path_step_h")
    return _write(path, pa.table({**lists, **{name: getattr(logs, name) for name in plain}}))


def read_logs(path: Path) -> Logs:
    """The reverse, to the bit."""
    table = _read(path)
    lists = {name: table.column(name).combine_chunks() for name in (*READINGS, "path_c")}
    flat = {name: column.flatten().to_numpy() for name, column in lists.items()}
    start = lists["hours"].offsets.to_numpy().astype(np.int64)
    plain = ("medium", "kind", "sampling_mode", "family", "cellar", "expected_attenuation", "stuck_h", "path_step_h")
    known = {name: table.column(name).to_numpy() for name in plain}
    return Logs(start=start - start[0], **{**flat, "path_c": flat["path_c"].reshape(-1, PATH), **known})


def write_rows(path: Path, rows: Rows) -> str:
    """A part of rows; returns the hash of the file."""
    import pyarrow as pa

    width = rows.x.shape[1], rows.y.shape[1]
    x, y = (_lists(a.ravel(), np.arange(len(rows) + 1) * n) for a, n in zip((rows.x, rows.y), width, strict=True))
    return _write(path, pa.table({"x": x, "y": y, "log": rows.log, "at_h": rows.at_h}))


def read_rows(path: Path) -> Rows:
    """The reverse, to the bit."""
    table = _read(path)
    count = table.num_rows
    x, y = (table.column(n).combine_chunks().flatten().to_numpy().reshape(count, -1) for n in ("x", "y"))
    return Rows(x, y, table.column("log").to_numpy(), table.column("at_h").to_numpy())


def write_columns(path: Path, columns: Mapping[str, NDArray[Any]]) -> str:
    """Plain columns; returns the hash of the file."""
    import pyarrow as pa

    return _write(path, pa.table(dict(columns)))


def _lists(values: NDArray[Any], start: NDArray[np.int64]) -> Any:
    import pyarrow as pa

    return pa.ListArray.from_arrays(pa.array(start.astype(np.int32)), pa.array(values))


def _write(path: Path, table: Any) -> str:
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    pq.write_table(table, beside, compression="zstd")
    digest = hashlib.sha256(beside.read_bytes()).hexdigest()
    beside.replace(path)
    return digest


def _read(path: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(path, use_threads=False)
