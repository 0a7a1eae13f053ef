"""STOP outlives a power cut also where the record takes nothing: an empty file a tank, beside the record.

On a full disk such a file still has room, for it has no content; on a card that is read only nothing has.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)


class StopMarks:
    """record: the file beside which they stand; None for a record in memory, which outlives nothing."""

    def __init__(self, record: Path | None) -> None:
        self.record = record
        self._set: dict[str, bool] = {}  # as they stand, of the tanks that were asked for

    def stands(self, tank: str) -> bool:
        """Whether this tank was stopped while nothing could be written."""
        if tank not in self._set:
            self._set[tank] = self.record is not None and self._file(self.record, tank).exists()
        return self._set[tank]

    def put(self, tank: str, stands: bool) -> None:
        """Set it, or take it away; tried again at the next call where the disk refuses."""
        if self.record is None or self.stands(tank) == stands:
            return
        file = self._file(self.record, tank)
        try:
            if stands:
                file.touch()
            else:
                file.unlink(missing_ok=True)
        except OSError as error:
            log.debug("%s: %s", file, error)  # the store's own alarm says that its disk fails
            return
        self._set[tank] = stands
        with suppress(OSError):
            folder = os.open(file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    @staticmethod
    def _file(record: Path, tank: str) -> Path:
        return record.with_name(f"{record.name}.stopped-{tank}")
