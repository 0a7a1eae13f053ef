"""A copy that `cp` puts over the open record in the middle of a write."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from brewpi.store.database import Database, Statement

BATCH = 60  # rows of a write


def rows(tank: str, count: int, halfway: Callable[[], object] = lambda: None) -> Iterator[Statement]:
    for number in range(count):
        if number == count // 2:
            halfway()
        yield "INSERT OR REPLACE INTO setting VALUES (?, ?, ?, 0.0)", (tank, f"key{number}", "x" * 4000)


@pytest.fixture
def record(tmp_path) -> Iterator[Database]:
    """Open, of which a part is in the file, and a part in the journal."""
    database = Database(tmp_path / "brewpi.sqlite")
    assert database.open(0.0)
    for tank in ("fv1", "fv2"):
        assert database.write(rows(tank, BATCH), 0.0)
        database.read("PRAGMA wal_checkpoint(PASSIVE)")
    database.write(rows("fv3", 3), 0.0)
    yield database
    database.close()


@pytest.mark.parametrize("count", [4, BATCH, 1200])
def test_a_copy_put_over_the_record_during_a_write_is_noticed(record, tmp_path, count):
    path = tmp_path / "brewpi.sqlite"
    older = path.read_bytes()[: BATCH * 4096]
    assert not record.write(rows("fv4", count, lambda: path.write_bytes(older)), 1.0)
    assert "was written over while it was in use" in (record.notice or "")
    assert record.write(rows("fv4", count), 2.0)
    assert sound(path) == {"fv4": count}


@pytest.mark.parametrize("count", [4, BATCH, 1200])
def test_a_write_during_which_another_process_reads_or_writes_the_journal_is_none(record, tmp_path, count):
    path = tmp_path / "brewpi.sqlite"
    with closing(sqlite3.connect(path)) as other:

        def checkpoint() -> None:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

        for tank in ("fv4", "fv5"):
            assert record.write(rows(tank, count, checkpoint), 1.0)
            checkpoint()
    assert record.notice is None
    assert sound(path)["fv5"] == count


def test_the_journal_goes_into_the_file_from_time_to_time(record, tmp_path):
    for number in range(40):
        assert record.write(rows(f"t{number}", BATCH), 1.0)
    assert (tmp_path / "brewpi.sqlite-wal").stat().st_size < 6_000_000
    assert (tmp_path / "brewpi.sqlite").stat().st_size > 5_000_000


def sound(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return dict(connection.execute("SELECT tank, count(*) FROM setting GROUP BY tank"))
