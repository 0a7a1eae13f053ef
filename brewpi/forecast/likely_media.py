"""How likely each medium is where nobody named it: before any reading, and by the temperature of the beer.

Fermentation temperatures of the trade: ales near 20 °C, lagers near 11 °C and a few beers (saison, kveik) warmer (White
& Zainasheff 2010, "Yeast"); white must near 15 °C, red near 25 °C (Jackson 2014, "Wine Science"), and what is made at
home at that of a room; cider and mead between, less strictly. None is kept by everybody: all stay possible.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from brewpi.media import MEDIA
from brewpi.records import BatchSeries

# Who uses this: mostly brewers; a reading a day by hand is what wineries do. By way of reading.
USUAL_MEDIA = (
    {"beer": 0.88, "wine": 0.02, "cider": 0.04, "mead": 0.06},
    {"beer": 0.75, "wine": 0.18, "cider": 0.03, "mead": 0.04},
    {"beer": 0.82, "wine": 0.08, "cider": 0.05, "mead": 0.05},
    {"beer": 0.86, "wine": 0.02, "cider": 0.04, "mead": 0.08},
)
SURE = 0.97  # what somebody said is in the tank; the other media's curves may still fit better
ASSUMED = 0.85  # a medium that the curve shows so clearly counts as if it had been said
# Of each medium: shares of its batches, and mean and standard deviation of the temperature of these in °C.
USUAL_C: dict[str, tuple[tuple[float, NormalDist], ...]] = {
    "beer": ((0.72, NormalDist(19.5, 2.2)), (0.18, NormalDist(11.0, 2.0)), (0.10, NormalDist(26.0, 4.0))),
    "wine": ((0.4, NormalDist(15.0, 3.0)), (0.4, NormalDist(25.0, 4.0)), (0.2, NormalDist(20.0, 3.0))),
    "cider": ((1.0, NormalDist(16.0, 4.0)),),
    "mead": ((1.0, NormalDist(20.0, 4.0)),),
}
ANYWHERE = 0.002  # density per °C of a temperature that is not usual for any


def before_any(medium: str | None, how: int) -> dict[str, float]:
    """How likely each is before any reading, told one of them or none; how: it is read, as `sampling` finds it."""
    return USUAL_MEDIA[how] if medium is None else dict.fromkeys(MEDIA, (1.0 - SURE) / 3.0) | {medium: SURE}


def by_temperature(media: dict[str, float], past: BatchSeries) -> dict[str, float]:
    """How likely each medium is, (medium: 0 to 1) as by its gravity alone, once the median temperature of the batch is
    known, too. The same where it has none."""
    known = past.temp_c[np.isfinite(past.temp_c)]
    if not known.size:
        return media
    beer_c = float(np.median(known))
    found = {medium: share * _density(medium, beer_c) for medium, share in media.items()}
    whole = sum(found.values())
    return {medium: each / whole for medium, each in found.items()}


def _density(medium: str, beer_c: float) -> float:
    """Per °C, of batches of this medium at this temperature."""
    return ANYWHERE + sum(share * usual.pdf(beer_c) for share, usual in USUAL_C[medium])
