"""A part at a time, by whoever works: the same to the bit in one process and on a scheduler that loses a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from brokers import until
from typer.testing import CliRunner

from brewpi.forecast.tflite_model import CHECKOUT
from training.cli import app
from training.data import partitions
from training.data.pipeline import Part, build, search
from training.data.workers import on
from training.simulation.simulate import of_seed
from training.studies.scaling import scaling

pytest.importorskip("pyarrow")
BATCHES, SIZE, SEED = 150, 25, 7


def told(parts: list[Part]) -> list[Part]:
    """All but how much memory it took."""
    return [replace(part, peak_mb=0.0) for part in parts]


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> tuple[Path, list[Part]]:
    out = tmp_path_factory.mktemp("alone")
    with on(None, workers=1) as spread:
        return out, list(build(spread, BATCHES, SEED, out, CHECKOUT, every=20, size=SIZE))


def same(a: object, b: object) -> bool:
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name), equal_nan=True) for f in fields(a))


def test_a_part_comes_back_to_the_bit(alone):
    out, parts = alone
    seeds = np.random.SeedSequence(SEED).spawn(len(parts))
    assert same(partitions.read_logs(partitions.file_of(out, "logs", 3)), of_seed(3, SIZE, seeds[3]))
    rows = partitions.read_rows(partitions.file_of(out, "rows", 3))
    assert (len(rows), rows.x.dtype, int(rows.log.max()) < parts[3].batches) == (parts[3].rows, np.float32, True)


def test_a_backtest_says_how_far_off_what_is_shipped_was(alone):
    _, parts = alone
    assert sum(part.asked for part in parts) >= 3 * len(parts)
    assert all(0.0 < part.loss_h < 200.0 for part in parts if part.loss_h is not None)


def test_on_a_scheduler_that_loses_a_worker_all_is_the_same_to_the_bit(alone, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        doomed = next(iter(cluster.workers.values())).process.pid
        done_when_killed = []

        def kill_half_way() -> None:
            until(lambda: partitions.parts_of(tmp_path, "rows"), 120.0)
            os.kill(doomed, signal.SIGKILL)
            done_when_killed.append(len(partitions.parts_of(tmp_path, "rows")))

        killer = threading.Thread(target=kill_half_way)
        killer.start()
        with on(cluster.scheduler_address) as spread:
            parts = list(build(spread, BATCHES, SEED, tmp_path, CHECKOUT, every=20, size=SIZE))
            settings = search(spread, tmp_path, [20, 40], [0.3])
        killer.join()
    assert 0 < done_when_killed[0] < BATCHES // SIZE
    out, expected = alone
    assert told(parts) == told(expected)
    for what in ("logs", "rows", "scores"):
        assert partitions.parts_of(tmp_path, what) == list(range(BATCHES // SIZE))
        for number in range(BATCHES // SIZE):
            files = [partitions.file_of(folder, what, number).read_bytes() for folder in (out, tmp_path)]
            assert files[0] == files[1]
    with on(None, workers=1) as spread:
        assert search(spread, out, [20, 40], [0.3]) == settings
    assert settings[0].loss <= settings[1].loss


def test_the_curve_says_what_there_was_no_time_for(tmp_path):
    clock = iter([0.0, 0.0, 0.0, 10.0, 10.0]).__next__  # 10 s for the first size
    with on(None, workers=1) as spread:
        small, large = scaling(spread, tmp_path, 100.0, [SIZE, 30 * SIZE], clock)
    assert (small.batches, small.took_s, small.rows > SIZE, small.written_mb > 0.0) == (SIZE, 10.0, True, True)
    assert large == "    750 batches  not run: about 300 s by the pace so far, 90 s are left"
    assert list(tmp_path.iterdir()) == []


def test_where_no_scheduler_answers_it_says_so(tmp_path):
    pytest.importorskip("distributed")
    said = CliRunner().invoke(app, ["parts", "--out", str(tmp_path), "--dask", "nonsense"])
    assert (said.exit_code, said.output.count("\n")) == (2, 1)
    assert "no scheduler answers there" in said.output


def test_retraining_needs_neither_dask_nor_parquet():
    code = "import sys, training.site_retraining.retrain; print({'dask', 'distributed', 'pyarrow'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT.parent, capture_output=True, text=True)
    assert said.stdout == "set()\n", said.stderr
