"""A record copied while a daemon writes it, by SQLite's own backup; and whether a copy is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from brewpi.sanitize import clean_text
from brewpi.store.migrations import MIGRATIONS
from brewpi.store.rows import SETTING, setting_row
from brewpi.store.sqlite_errors import FAILURES, words_of

PUT_BACK = "put_back"  # setting of the site: a backup was put in the place of the record, and nothing ran since
PAGES_AT_ONCE = 500  # between two steps the daemon may write
REST_S = 0.02


def copy_record(record: Path, target: Path) -> None:
    """One moment of the record as a file of its own, whatever is written meanwhile. Raises OSError with a sentence."""
    try:
        source = sqlite3.connect(f"{record.absolute().as_uri()}?mode=ro", uri=True, timeout=10.0)
        with closing(source), closing(sqlite3.connect(target)) as copy:
            source.backup(copy, pages=PAGES_AT_ONCE, sleep=REST_S)
            copy.execute("PRAGMA journal_mode = DELETE")
    except FAILURES as error:
        raise OSError(0, f"cannot be copied ({words_of(error)})", str(record)) from None


def mark_put_back(record: Path) -> None:
    """Whoever starts with this record is told that more may have happened than it knows. Raises OSError."""
    try:
        with closing(sqlite3.connect(record)) as connection, connection:
            connection.execute(SETTING, setting_row("", PUT_BACK, True, 0.0))
    except FAILURES as error:
        raise OSError(0, f"cannot be marked ({words_of(error)})", str(record)) from None


def problem_of(record: Path) -> str | None:
    """What is wrong with a record, in words; None where every page and row is whole and this version knows it."""
    try:
        with closing(sqlite3.connect(f"{record.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except FAILURES as error:
        return f"is no whole record ({words_of(error)})"
    if found != ["ok"]:
        return f"is damaged ({clean_text('; '.join(found), 200)})"
    if not 1 <= version <= len(MIGRATIONS):
        return f"is of version {version}; this brewpi knows up to {len(MIGRATIONS)}"
    return None


def table_bytes(record: Path) -> dict[str, int]:
    """How much of a record each table takes, its indexes with it, in bytes of whole pages."""
    owner = "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema m ON m.name = d.name GROUP BY m.tbl_name"
    with closing(sqlite3.connect(f"{record.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return {str(table): int(size) for table, size in connection.execute(owner)}
