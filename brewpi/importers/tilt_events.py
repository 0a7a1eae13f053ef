"""Tilt samples as a stream of events, one JSON object a line."""

from __future__ import annotations

import numpy as np

from brewpi.importers.sheet import Readings, Sheet, one_of
from brewpi.importers.times import hours_of


class TiltEvents:
    """`{"event": "sample", "payload": {"timestamp", "tilt_color", "gravity", "current_temp", ...}}`: SG and °F.

    A later `batch_metadata` event may declare the original gravity.
    """

    def matches(self, sheet: Sheet) -> bool:
        """By its fields."""
        return sheet.has("timestamp", "tilt_color", "gravity", "current_temp")

    def readings(self, sheet: Sheet) -> Readings:
        """The samples of one brew; a Tilt speaks °F whatever the display shows."""
        for name, what in (("brewid", "brews"), ("tilt_color", "hydrometers")):
            if sheet.has(name):
                one_of(sheet.text(name), what)
        og = sheet.numbers("actual_og", strict=False) if sheet.has("actual_og") else np.empty(0)
        og = og[np.isfinite(og)]
        return Readings(
            hours_of(sheet.text("timestamp")),
            sheet.numbers("gravity"),
            "sg",
            sheet.numbers("current_temp", strict=False),
            "f",
            float(og[-1]) if len(og) else None,
        )
