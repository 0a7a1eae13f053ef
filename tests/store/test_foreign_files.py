"""`[store] path` names a file that is there already and never was a record: it stays as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from reports import START

from brewpi.store import Store, StoreOptions
from brewpi.store.foreign import FIRST, why_foreign
from brewpi.store.migrations import MIGRATIONS

HOME_ASSISTANT = "CREATE TABLE events (event_id INTEGER PRIMARY KEY); CREATE TABLE states (state_id INTEGER)"
FOREIGN = {
    "script": b"#!/usr/bin/env python3\nprint('fermenting')\n",
    "one letter": b"x",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "users": b"brewer:$7$101$abcdef==\n",
    "packed": b"PK\x03\x04" + bytes(60),
}


def database(path: Path, script: str) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path.read_bytes()


def opened(path: Path) -> Store:
    store = Store(StoreOptions(path=path))
    store.open(START)
    return store


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_that_never_was_a_database_is_told_from_a_record(tmp_path, kind):
    path = tmp_path / "mine"
    path.write_bytes(FOREIGN[kind])
    assert why_foreign(path) == (
        f"{path} is no record of brewpi but some other file, which stays as it is; name a file of its own"
    )


@pytest.mark.parametrize(
    "data", [b"", bytes(5), bytes(4096), b"\xff" * 4096, b"SQLite fo", b"SQLite format 3\x00" + b"\xa5" * 4096]
)
def test_what_a_card_leaves_of_a_record_is_no_other_file(tmp_path, data):
    path = tmp_path / "cellar.sqlite"
    path.write_bytes(data)
    assert why_foreign(path) is None


@pytest.mark.parametrize("beside", ["-wal", ".lock"])
def test_a_file_that_was_in_use_as_a_record_is_a_damaged_one(tmp_path, beside):
    path = tmp_path / "cellar.sqlite"
    path.write_bytes(b"\xa5\x17" * 2048)
    path.with_name(path.name + beside).write_bytes(b"")
    assert why_foreign(path) is None


def test_a_record_is_ours_with_a_table_added_and_without_one(tmp_path):
    path = tmp_path / "cellar.sqlite"
    opened(path).close()
    assert why_foreign(path) is None
    database(path, "CREATE TABLE notes (text)")
    assert why_foreign(path) is None
    database(path, "DROP TABLE notes; DROP TABLE event")
    assert why_foreign(path) is None
    database(path, "ALTER TABLE dose ADD COLUMN remark TEXT; DROP TABLE setting; CREATE TABLE setting (key TEXT)")
    assert why_foreign(path) is None


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_a_record_of_any_earlier_version_is_ours(tmp_path, version):
    path = tmp_path / "cellar.sqlite"
    database(path, "; ".join(MIGRATIONS[:version]))
    assert why_foreign(path) is None


CALENDAR = "CREATE TABLE event (id INTEGER PRIMARY KEY, title TEXT, at TEXT)"
BROWSER = "CREATE TABLE history (url TEXT, at REAL); CREATE TABLE setting (key TEXT, value TEXT)"
EVERY_NAME = "; ".join(f"CREATE TABLE {name} (id INTEGER, name TEXT)" for name in sorted(FIRST))


@pytest.mark.parametrize("tables", [HOME_ASSISTANT, CALENDAR, BROWSER, EVERY_NAME])
@pytest.mark.parametrize("version", [0, 3, 8, 70])
def test_a_database_of_another_program_is_neither_moved_nor_written(tmp_path, version, tables):
    path = tmp_path / "home-assistant_v2.db"
    before = database(path, f"{tables}; PRAGMA user_version = {version}")
    assert "is a database of another program" in (why_foreign(path) or "")
    store = opened(path)
    store.set("fv1", "stopped", True, START)
    store.flush(START + 1.0)
    assert store.settings("fv1") == {"stopped": True}
    assert store.alarm().text.startswith(
        "home-assistant_v2.db: is a database of another program and stays as it is, name another file in [store] path"
    )
    store.close()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
