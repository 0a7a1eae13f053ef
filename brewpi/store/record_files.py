"""The file of a record and its journals beside it: which they are, and that they are files."""

from __future__ import annotations

import errno
import stat
from contextlib import suppress
from pathlib import Path

JOURNALS = ("-wal", "-shm")  # beside the file: what is not in it yet, and where


def identity(path: Path) -> tuple[int, int]:
    """Device and inode. Raises OSError."""
    status = path.stat()
    return status.st_dev, status.st_ino


def identities(path: Path) -> dict[str, tuple[int, int]]:
    """Of its journals that are there."""
    found = {}
    for suffix in JOURNALS:
        with suppress(OSError):
            found[suffix] = identity(path.with_name(path.name + suffix))
    return found


def must_be_files(path: Path) -> None:
    """The database and its journals, where they are there: to open a pipe would take for ever. Raises OSError."""
    for suffix in ("", *JOURNALS):
        file = path.with_name(path.name + suffix)
        with suppress(FileNotFoundError):
            if not stat.S_ISREG(file.stat().st_mode):
                raise OSError(errno.EINVAL, f"{file.name} is no file", str(file))
