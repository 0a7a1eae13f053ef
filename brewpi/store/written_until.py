"""That a record was here, and until when it reached: a small file beside it, with that time in Unix seconds.

Whoever puts an old file back by hand, or takes it away, leaves this one as it was.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from brewpi.hardware.files import read_text

WIDTH = 12
LARGEST = 100  # bytes: whatever is more is not ours
OLDER_S = 900.0  # a power cut costs the last reports, a minute or some


class WrittenUntil:
    """record: the file beside which it stands; None for a record in memory."""

    def __init__(self, record: Path | None) -> None:
        self.record = record
        self.file = record.with_name(f"{record.name}.until") if record is not None else None

    def was_here(self) -> bool:
        """Whether there is, or was, a record that says what is in the tanks. Where nobody may look there may be one."""
        if self.record is None or self.file is None:
            return False
        return _is_there(self.file) or (_is_there(self.record) and not _is_empty(self.record))

    def put(self, at: float) -> None:
        """Reports up to then are in the record."""
        if self.file is None:
            return
        with suppress(OSError):  # the store's own alarm says that its disk fails
            handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
            try:
                os.write(handle, b"%-*d\n" % (WIDTH, at))  # over what stood there, of the same length
            finally:
                os.close(handle)

    def is_after(self, newest: float | None) -> bool:
        """Whether more was written once than is in the record now, whose newest report this is."""
        if self.file is None or newest is None:
            return False
        with suppress(OSError, ValueError):
            return float(read_text(self.file, LARGEST)) - newest > OLDER_S
        return False


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _is_empty(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file() and path.stat().st_size == 0
    return False
