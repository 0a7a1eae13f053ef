"""What SQLite raises, and what a brewer is told of it. Pure."""

from __future__ import annotations

import sqlite3

from brewpi.sanitize import clean_text

# Where its own words repeat what is no UTF-8 in a damaged file, sqlite3 cannot make an error of them.
FAILURES = (sqlite3.Error, UnicodeDecodeError)
LONGEST_WORDS = 200


class NewerFile(sqlite3.DatabaseError):
    """Written by a later version: not ours to touch."""


class ForeignFile(sqlite3.DatabaseError):
    """A database of another program: not ours to touch, nor to set aside."""


def _code(error: Exception) -> int:
    """SQLite's primary result code; 0 if the error is not SQLite's."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def is_damage(error: Exception) -> bool:
    """Whether the file is no whole database; also where tables are gone, or are not ours any more."""
    if isinstance(error, UnicodeDecodeError):
        return True
    lacks = _code(error) == sqlite3.SQLITE_ERROR and str(error).startswith(("no such ", "table "))
    return lacks or _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def words_of(error: Exception) -> str:
    """SQLite's own, which repeat what stands in a damaged file; cleaned."""
    text = error.object.decode("utf-8", "replace") if isinstance(error, UnicodeDecodeError) else str(error)
    return clean_text(text, LONGEST_WORDS)


def sentence_of(error: Exception) -> str:
    """What is wrong, and what to do."""
    match _code(error):
        case sqlite3.SQLITE_FULL:
            return "the disk is full, make room"
        case sqlite3.SQLITE_READONLY:
            return "the disk or the file is read-only"
        case sqlite3.SQLITE_CANTOPEN:
            return (
                "the file cannot be opened, check that its directory exists, the service's user may write both, and the"
                " disk is not read-only, as a card is that fails"
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "another program holds the file locked"
        case sqlite3.SQLITE_IOERR:
            return f"the disk fails ({words_of(error)})"
    if isinstance(error, NewerFile):
        return "was written by a newer brewpi, install that one or move the file away"
    if isinstance(error, ForeignFile):
        return "is a database of another program and stays as it is, name another file in [store] path"
    if isinstance(error, OSError):
        return f"cannot be reached ({error.strerror or words_of(error)}), check [store] path and the disk"
    return words_of(error)
