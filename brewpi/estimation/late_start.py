"""A batch whose gravity is read only from days after pitching on (a hydrometer that went in late, a Pi that was set up
in the middle of it), and whose original gravity is known: what was told is its first reading. Without it the first
reading would count as the original gravity, and a beer that has long been done as one that stands still. Pure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from brewpi.records import BatchSeries

LATE_H = 12.0  # a brewer's first reading of the next day is no late one
FALLEN_SG = 0.003  # less is a hydrometer that reads otherwise than the one of pitching day
ATTENUATED = 0.55  # no slip of a pen: whenever it was pitched, most of it has fermented
USUAL_H = 72.0  # until then


def from_pitching(past: BatchSeries, at_h: float) -> tuple[BatchSeries, float]:
    """The same batch and moment, hours since pitching, with the original gravity as the first reading; unchanged where
    the first came in time, or nobody told what it began with."""
    if past.og is None or not past.hours.size or past.og - past.sg.item(0) < FALLEN_SG:
        return past, at_h
    earlier_h = past.pitched_h or 0.0
    if earlier_h + past.hours.item(0) < LATE_H:
        if past.og - past.sg.item(0) < ATTENUATED * (past.og - 1.0):
            return past, at_h
        earlier_h = USUAL_H
    added_h = None if past.added_h is None else past.added_h + earlier_h
    return replace(
        past,
        hours=np.concatenate(((0.0,), past.hours + earlier_h)),
        sg=np.concatenate(((past.og,), past.sg)),
        temp_c=np.concatenate(((np.nan,), past.temp_c)),
        added_h=added_h,
        pitched_h=None,
    ), at_h + earlier_h
