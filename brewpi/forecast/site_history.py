"""What past batches of a site were like: known without retraining, from the site's own finished batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brewpi.estimation.state import batch_series
from brewpi.forecast.labels import Refused, label
from brewpi.records import SiteHistory, TankState

BATCHES_KNOWN = 30  # the latest of a medium: a site changes its beers and its yeast


@dataclass(frozen=True, slots=True)
class PastBatch:
    """One finished batch, as `labels.py` judges it."""

    medium: str | None
    duration_h: float
    attenuation: float
    half_drop_h: float


def past_of(state: TankState) -> PastBatch | None:
    """What the batch in a tank was like; None if it cannot be known (not finished, too few readings)."""
    if state.batch is None or len(state.history) < 3:
        return None
    batch = batch_series(state)
    try:
        known = label(batch)
    except Refused:
        return None
    half = known.og - 0.5 * (known.og - known.terminal)
    half_drop_h = float(batch.hours[int((np.minimum.accumulate(batch.sg) <= half).argmax())])
    return PastBatch(state.batch.medium, known.completion_h, known.attenuation, half_drop_h)


def site_history_of(past: Sequence[PastBatch], medium: str | None) -> SiteHistory | None:
    """Medians over the latest batches of a medium; None if there was none."""
    same = [batch for batch in past if batch.medium == medium][-BATCHES_KNOWN:]
    if not same:
        return None
    return SiteHistory(
        batches=len(same),
        duration_h=float(np.median([batch.duration_h for batch in same])),
        attenuation=float(np.median([batch.attenuation for batch in same])),
        half_drop_h=float(np.median([batch.half_drop_h for batch in same])),
    )
