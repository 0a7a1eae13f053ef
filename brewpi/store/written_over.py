"""Whether somebody has written into the record's file past SQLite, as `cp` does: the file stays, and what is in it is
another. SQLite goes on with what it remembers, and the mixture is damaged at the next start."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from zlib import crc32

# Of the -shm file (sqlite.org/walformat.html, 2.3): how many frames the journal has, which journal it is, how many of
# its frames are in the file itself, and how many somebody has begun to write there.
FRAMES, SALTS, WRITTEN, ATTEMPTED, COUNT_BYTES = 16, slice(32, 40), 96, 128, 4

PLACES, PLACE_BYTES = 64, 4096  # of the file, evenly: what is looked at where only its time has changed

Seen = tuple[int, int]  # time of the last change in ns, size


class FileMark:
    """What the file looked like when SQLite was done with it: it changes when SQLite writes the journal into it, also
    for another process, and that is said in the shared memory beside it, before it is done. A file of which only the
    time has changed (`touch`, a file server that dates it later) is the same one.

    The descriptors stay open as long as the connection: to close one takes away the locks that SQLite has on a file.
    """

    def __init__(self) -> None:
        self._data: int | None = None
        self._shared: int | None = None
        self._file: Seen | None = None
        self._content: int | None = None
        self._journal = b""

    def watch(self, path: Path) -> None:
        """Begin to, once there is a journal."""
        if self._shared is None or self._data is None:
            with suppress(OSError):
                self._data = os.open(path, os.O_RDONLY | os.O_CLOEXEC) if self._data is None else self._data
                self._shared = os.open(path.with_name(f"{path.name}-shm"), os.O_RDONLY | os.O_CLOEXEC)

    def take(self) -> None:
        """After each write of ours."""
        journal = self._said_of_journal()  # before the file: who begins after this look is seen by the next one
        seen = self._seen() if journal else None
        if seen != self._file:
            self._content = self._looked_at(seen)
        self._journal, self._file = journal, seen

    def is_another(self) -> bool:
        """Whether the file has changed, and not by SQLite. False where nobody can say."""
        seen = self._seen()  # before the journal: who writes it into the file says so first
        if self._file is None or seen is None or seen == self._file:
            return False
        is_same = seen[1] == self._file[1] and self._looked_at(seen) == self._content
        return not is_same and self._said_of_journal() == self._journal

    def frames_waiting(self) -> int | None:
        """How much of the journal is not yet in the file, in pages; None where nobody can say."""
        shared = self._read_shared()
        return _count(shared, FRAMES) - _count(shared, WRITTEN) if shared else None

    def close(self) -> None:
        """Once the connection is closed."""
        for descriptor in (self._data, self._shared):
            if descriptor is not None:
                os.close(descriptor)
        self._data = self._shared = self._file = self._content = None

    def _seen(self) -> Seen | None:
        with suppress(OSError):
            if self._data is not None:
                status = os.fstat(self._data)
                return status.st_mtime_ns, status.st_size
        return None

    def _looked_at(self, seen: Seen | None) -> int | None:
        """A check sum of some places of the file; None where it cannot be read."""
        found = 0
        with suppress(OSError):
            if seen is not None and self._data is not None:
                for place in range(PLACES):
                    found = crc32(os.pread(self._data, PLACE_BYTES, seen[1] * place // PLACES), found)
                return found
        return None

    def _said_of_journal(self) -> bytes:
        """Which it is, and how much of it is in the file: a commit alone changes neither. Nothing while somebody writes
        it into the file, or was killed at it."""
        shared = self._read_shared()
        written = shared[WRITTEN : WRITTEN + COUNT_BYTES]
        return shared[SALTS] + written if written == shared[ATTEMPTED:] else b""

    def _read_shared(self) -> bytes:
        with suppress(OSError):
            if self._shared is not None:
                return os.pread(self._shared, ATTEMPTED + COUNT_BYTES, 0)
        return b""


def _count(shared: bytes, place: int) -> int:
    return int.from_bytes(shared[place : place + COUNT_BYTES], sys.byteorder)
