"""Readings from the kettle or of hot cleaning before a batch: hotter than anything that ferments. Pure."""

from __future__ import annotations

import numpy as np

from brewpi.importers.units.degrees import WARMEST_C
from brewpi.records import Array
from brewpi.units import celsius_from_f

HOT_C = 60.0  # no thermometer in beer says so, nor one that nobody calibrated
BREW_DAY_H, BOILING_C, COOLED_C = 24.0, (88.0, 106.0), 20.0  # boiling also in the mountains; how far below it
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


def is_brew_day(hours: Array, temp: Array | None, unit: str | None) -> bool:
    """Whether temperatures, (n,) at these hours, are of mash, boil and cast-out: within a day, about boiling once, most
    of them hotter than a wort that ferments, and far apart. In °C, or in °F where that is said."""
    if temp is None or unit not in ("c", "f", None) or not len(hours) or float(np.ptp(hours)) > BREW_DAY_H:
        return False
    celsius = celsius_from_f(temp) if unit == "f" else temp
    known = celsius[np.isfinite(celsius)]
    if len(known) < 2 or not BOILING_C[0] <= float(known.max()) <= BOILING_C[1] or float(np.ptp(known)) < COOLED_C:
        return False
    return 2 * np.count_nonzero(known > HOT_C) >= len(known)


def remark(n: int) -> list[str]:
    """On so many readings."""
    several = f"{n} readings are" if n > 1 else "reading is"
    return [f"the first {several} hotter than anything that ferments: left out, hours count from there"] if n else []
