"""Tables that say once more what another one of their file says: a chart's data, the last reading of a device. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from brewpi.importers.tables.continued import Part

LEAST_SHARED = 3  # readings: two beers may have one or two in common on the day on which both are pitched
NOTE = "a table that repeats some readings of another left out"


def without_repeats(parts: Sequence[Part]) -> list[Part]:
    """Those that have a reading of their own; a table of another title has to share more than two to be none."""
    pairs = [_pairs(part) for part in parts]
    repeats = [any(_repeats(parts, pairs, i, j) for j in range(len(parts))) for i in range(len(parts))]
    kept = [part for part, repeated in zip(parts, repeats, strict=True) if not repeated]
    if len(kept) == len(parts):
        return kept
    return [(sheet, replace(readings, notes=(*readings.notes, NOTE)), kind) for sheet, readings, kind in kept]


def _repeats(parts: Sequence[Part], pairs: Sequence[set[tuple[float, float]]], i: int, j: int) -> bool:
    """Whether all readings of one part are some of those of another, which is called alike or has no name."""
    (sheet, one, _), (other_sheet, other, _) = parts[i], parts[j]
    if not pairs[i] or sheet is other_sheet or not pairs[i] < pairs[j] or one.name not in ("", other.name):
        return False
    return sheet.title == other_sheet.title or len(pairs[i]) >= LEAST_SHARED


def _pairs(part: Part) -> set[tuple[float, float]]:
    """Hours since 1970 and gravity of each reading; none where nobody knows when it was."""
    _, readings, _ = part
    known = np.isfinite(readings.hours) & np.isfinite(readings.gravity)
    if readings.start_h is None or not known.any():
        return set()
    hours = np.round(readings.start_h + readings.hours[known], 4)
    return set(zip(hours.tolist(), readings.gravity[known].tolist(), strict=True))
