"""That a record was here, and until when it reached: an empty file beside it, with that time as its own.

Whoever puts an old file back by hand, or takes it away, leaves this one as it was. On a full disk it has room, for it
has no content.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

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
        with suppress(OSError, OverflowError):  # the store's own alarm says that its disk fails
            if not self.file.exists():
                self.file.touch(0o600)
            os.utime(self.file, (at, at))

    def is_after(self, newest: float | None) -> bool:
        """Whether more was written once than is in the record now, whose newest report this is."""
        if self.file is None or newest is None:
            return False
        with suppress(OSError):
            return self.file.stat().st_mtime - newest > OLDER_S
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
