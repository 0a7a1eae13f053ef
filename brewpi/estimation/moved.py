"""A hydrometer that lies in something else since: gravity fell at once, as no yeast makes it, and stands. Pure."""

from __future__ import annotations

import numpy as np

from brewpi.estimation.beginning import STEP_SG, fastest_sg
from brewpi.media import WATER_SG
from brewpi.records import BatchSeries
from brewpi.sentences import Sentence

STANDS_SG = 0.002  # within: a beer that ferments on after it was diluted leaves that
LATELY = 3  # readings in it before it is believed
WATER = Sentence("the gravity is that of water: was it emptied?")


def moved(past: BatchSeries) -> Sentence | None:
    """Why the newest readings are not of this batch, with the numbers; None where they may be."""
    hours, sg = past.hours, past.sg
    plunges = np.flatnonzero(sg[:-2] - sg[2:] >= STEP_SG)  # over two readings: a filter makes one half way
    if not plunges.size or sg.size < LATELY + 2:
        return None
    last = int(plunges[-1])
    at_first_sg, now_sg = float(np.median(sg[last + 2 :][:LATELY])), float(np.median(sg[-LATELY:]))
    before_sg, within_h = float(sg[: last + 1].min()), float(hours[last + 2] - hours[last])
    stands = sg.size >= last + 2 + LATELY and abs(at_first_sg - now_sg) <= STANDS_SG
    if not stands or before_sg - now_sg < fastest_sg(within_h):
        return None
    if now_sg < WATER_SG:
        return WATER
    return fell_at_once(before_sg, now_sg, max(within_h, 1.0))


def fell_at_once(before_sg: float, sg: float, within_h: float) -> Sentence:
    """What may have happened."""
    return Sentence(
        "gravity fell from {before_sg:.3f} to {sg:.3f} within {within_h:.0f} h, faster than yeast does: is it another"
        " tank's hydrometer, or did water come in?", before_sg=before_sg, sg=sg, within_h=within_h,
    )  # fmt: skip
