"""Until when a record reaches, as the time of an empty file beside it: an older copy in its place knows less than that.

Whoever puts an old file back by hand leaves this one as it was. On a full disk it has room, for it has no content.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

OLDER_S = 900.0  # a power cut costs the last reports, a minute or some


class WrittenUntil:
    """record: the file beside which it stands; None for a record in memory."""

    def __init__(self, record: Path | None) -> None:
        self.file = record.with_name(f"{record.name}.until") if record is not None else None

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
