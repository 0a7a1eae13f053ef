"""Whether somebody has written into the record's file past SQLite, as `cp` does: the file stays, and what is in it is
another. SQLite goes on with what it remembers, and the mixture is damaged at the next start."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

# Of the -shm file (sqlite.org/walformat.html, 2.3): its header, how many frames of the journal are in the file itself,
# and how many somebody has begun to write there.
HEADER_BYTES, COUNT_BYTES, ATTEMPTED = 96, 4, 128

Seen = tuple[int, int]  # time of the last change in ns, size


class FileMark:
    """What the file looked like when SQLite was done with it: it changes when SQLite writes the journal into it, also
    for another process, and that is said in the shared memory beside it, before it is done.

    The descriptor stays open as long as the connection: to close one takes away the locks that SQLite has on a file.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._shared: int | None = None
        self._file: Seen | None = None
        self._journal = b""

    def take(self, path: Path) -> None:
        """After each write of ours."""
        self._path = path
        if self._shared is None:
            with suppress(OSError):
                self._shared = os.open(path.with_name(f"{path.name}-shm"), os.O_RDONLY | os.O_CLOEXEC)
        journal = self._said_of_journal()  # before the file: who begins after this look is seen by the next one
        self._journal, self._file = journal, self._seen() if journal else None

    def is_another(self) -> bool:
        """Whether the file has changed, and not by SQLite. False where nobody can say."""
        seen = self._seen()  # before the journal: who writes it into the file says so first
        if self._file is None or seen is None or seen == self._file:
            return False
        return self._said_of_journal() == self._journal

    def close(self) -> None:
        """Once the connection is closed."""
        if self._shared is not None:
            os.close(self._shared)
        self._path = self._shared = self._file = None

    def _seen(self) -> Seen | None:
        with suppress(OSError):
            if self._path is not None:
                status = self._path.stat()
                return status.st_mtime_ns, status.st_size
        return None

    def _said_of_journal(self) -> bytes:
        """Nothing while somebody writes it into the file, or was killed at it."""
        with suppress(OSError):
            if self._shared is not None:
                shared = os.pread(self._shared, ATTEMPTED + COUNT_BYTES, 0)
                written = shared[HEADER_BYTES : HEADER_BYTES + COUNT_BYTES]
                if written == shared[ATTEMPTED:]:
                    return shared[:HEADER_BYTES] + written
        return b""
