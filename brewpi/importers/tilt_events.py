"""Tilt samples as a stream of events, one JSON object a line."""

from __future__ import annotations

from dataclasses import replace

from brewpi.importers.sheet import Readings, Sheet
from brewpi.importers.table import read_table


class TiltEvents:
    """`{"event": "sample", "payload": {"timestamp", "tilt_color", "gravity", "current_temp", ...}}`: SG and °F.

    A later `batch_metadata` event may declare the original gravity.
    """

    def matches(self, sheet: Sheet) -> bool:
        return sheet.has("timestamp", "tilt_color", "gravity", "current_temp")

    def readings(self, sheet: Sheet) -> list[Readings]:
        """The samples of each brew; a Tilt speaks °F whatever the display shows."""
        return [replace(r, temp_unit="f") for r in read_table(sheet)]
