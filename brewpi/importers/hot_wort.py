"""Readings from the kettle or of hot cleaning before a batch: hotter than anything that ferments. Pure."""

from __future__ import annotations

import numpy as np

from brewpi.importers.units.degrees import WARMEST_C
from brewpi.records import Array
from brewpi.units import celsius_from_f

HOT_C = 60.0  # no thermometer in beer says so, nor one that nobody calibrated
MOST_SHARE = 0.25  # of the readings: with more, the numbers are in another unit


def before(temp: Array | None, unit: str | None) -> int:
    """How many readings at the beginning are of hot wort, until it has cooled down. temp: (n,) in time order,
    in the unit c or f, or None where nobody says."""
    if temp is None or not np.isfinite(temp).any() or unit not in ("c", "f", None):
        return 0
    is_f = unit == "f" or (unit is None and float(np.nanmedian(temp)) > WARMEST_C)
    celsius = celsius_from_f(temp) if is_f else temp
    hot = np.isfinite(celsius) & (celsius > WARMEST_C + 2.0)
    known = np.flatnonzero(np.isfinite(celsius))
    later = known[~hot[known]]
    if len(later) == 0 or celsius[known[0]] <= HOT_C or np.count_nonzero(hot) > MOST_SHARE * len(known):
        return 0
    return int(later[0])


def remark(n: int) -> list[str]:
    """On so many readings."""
    several = f"{n} readings are" if n > 1 else "reading is"
    return [f"the first {several} hotter than anything that ferments: left out, hours count from there"] if n else []
