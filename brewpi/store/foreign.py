"""Whether a file is somebody else's: no record of ours, damaged or whole. Such a file is left as it is."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from brewpi.store.migrations import MIGRATIONS
from brewpi.store.sqlite_errors import FAILURES, ForeignFile

HEADER = b"SQLite format 3\x00"  # "Database File Format", 1.3
ERASED = (b"\x00", b"\xff")  # what a card leaves of a page that it lost
BESIDE = ("-wal", "-journal", ".lock")  # beside a record that was in use

CREATED = re.compile(r"CREATE TABLE (\w+)")
FIRST = frozenset(CREATED.findall(MIGRATIONS[0]))  # in every record since the first version
OURS = frozenset(CREATED.findall("".join(MIGRATIONS)))


@cache
def _columns() -> dict[str, frozenset[str]]:
    """Those that each of our tables has had since it was first made; what came later is not in every record."""
    found: dict[str, frozenset[str]] = {}
    with closing(sqlite3.connect(":memory:")) as connection:
        for step in MIGRATIONS:
            connection.executescript(step)
            found |= {name: _columns_of(connection, name) for name in CREATED.findall(step)}
    return found


def _columns_of(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    return frozenset(str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})"))


def must_be_ours(connection: sqlite3.Connection) -> None:
    """Raises ForeignFile where the tables are another program's, by name, or by the columns of those that have names
    of ours (`event` and `history` are anybody's); of a record some may be lost, damaged, or added by hand."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
    tables = {str(name) for (name,) in rows}
    if not (tables <= OURS or tables >= FIRST):
        raise ForeignFile(f"its tables are {', '.join(sorted(tables)[:3])}")
    named = sorted(tables & OURS)
    if named and not any(_columns()[name] <= _columns_of(connection, name) for name in named):
        raise ForeignFile(f"its table {named[0]} has other columns")


def why_foreign(path: Path) -> str | None:
    """What is wrong with a file that is there already and never was a record, or None."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(len(HEADER))
        if head == HEADER:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
                must_be_ours(connection)
            return None
        was_in_use = any(path.with_name(path.name + suffix).exists() for suffix in BESIDE)
    except ForeignFile:
        return f"{path} is a database of another program, which stays as it is; name a file of brewpi's own"
    except (*FAILURES, OSError, ValueError):
        return None  # said by the record itself
    if was_in_use or HEADER.startswith(head) or head.strip(ERASED[0]) == b"" or head.strip(ERASED[1]) == b"":
        return None
    return f"{path} is no record of brewpi but some other file, which stays as it is; name a file of its own"
