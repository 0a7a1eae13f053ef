"""SQLite databases, this project's own among them: every table that may hold readings."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from brewpi.importers.files import home_assistant
from brewpi.importers.sheet import MANY, LogError, Sheet
from brewpi.importers.words.heads import head
from brewpi.importers.words.vocabulary import VALUE


def sheets(path: Path) -> list[Sheet]:
    """A sheet a table, read beside a service that may be writing. Raises LogError."""
    for mode in ("mode=ro", "immutable=1"):  # the second where the folder cannot be written and there is a WAL
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=2.0)) as database:
                if of_hub := home_assistant.sheets(partial(_select, database)):
                    return of_hub
                names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                found = [sheet for name in names if (sheet := _table(database, name))]
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
            why = str(error)
            continue
        if not found:
            raise LogError("is a database without a table of readings; export the readings as CSV.")
        return found
    raise LogError(f"is a database that cannot be read ({why}); copy it while nothing writes to it.")


def _select(database: sqlite3.Connection, query: str, *values: Any) -> list[Any]:
    """Its rows, none where a table or a column is not there."""
    try:
        return database.execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        if str(error).startswith(("no such table", "no such column", "cannot join")):
            return []
        raise


def _table(database: sqlite3.Connection, name: str) -> Sheet | None:
    quoted = '"' + str(name).replace('"', '""') + '"'
    heads = tuple(column[0] for column in database.execute(f"SELECT * FROM {quoted} LIMIT 0").description)
    if not any(head(name).is_gravity or head(name).says(VALUE) for name in heads):
        return None
    many = int(database.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0])
    rows = islice(database.execute(f"SELECT * FROM {quoted}"), 0, None, many // MANY + 1)
    cells = [["" if cell is None or isinstance(cell, bytes) else str(cell) for cell in row] for row in rows]
    return Sheet(heads, cells, str(name), {}, 1) if cells else None
