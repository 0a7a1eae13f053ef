"""At which temperatures each medium is usually fermented, and so what the beer's own says of what nobody named.

Fermentation temperatures of the trade: ales near 20 °C, lagers near 11 °C and a few beers (saison, kveik) warmer (White
& Zainasheff 2010, "Yeast"); white must near 15 °C, red near 25 °C (Jackson 2014, "Wine Science"), and what is made at
home at that of a room; cider and mead between, less strictly. None is kept by everybody: all stay possible.
"""

from __future__ import annotations

from math import exp, pi, sqrt

import numpy as np

from brewpi.records import BatchSeries

# Of each medium: share of its batches, their mean and standard deviation in °C.
USUAL_C: dict[str, tuple[tuple[float, float, float], ...]] = {
    "beer": ((0.72, 19.5, 2.2), (0.18, 11.0, 2.0), (0.10, 26.0, 4.0)),
    "wine": ((0.4, 15.0, 3.0), (0.4, 25.0, 4.0), (0.2, 20.0, 3.0)),
    "cider": ((1.0, 16.0, 4.0),),
    "mead": ((1.0, 20.0, 4.0),),
}
ANYWHERE = 0.002  # density per °C of a temperature that is not usual for any


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
    return ANYWHERE + sum(
        share * exp(-0.5 * ((beer_c - mean_c) / sd_c) ** 2) / (sd_c * sqrt(2.0 * pi))
        for share, mean_c, sd_c in USUAL_C[medium]
    )
