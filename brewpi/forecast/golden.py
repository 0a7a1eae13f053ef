"""What a model says of known batches, to be the same on every machine it goes to."""

from __future__ import annotations

from typing import Any

import numpy as np

from brewpi.forecast.tflite_model import Model, OutOfDistribution
from brewpi.records import BatchSeries

WITHIN = 0.02  # of the hours: interpreters differ in the last digits, wrong ones by days
WITHIN_H = 0.5


def known_batches() -> list[tuple[BatchSeries, float]]:
    """An ale by hand, a lager that is logged and a mead, each with the moment to ask."""
    made = []
    for half_h, og, final, step_h, beer_c, medium in (
        (45.0, 1.052, 1.011, 12.0, 19.0, "beer"), (90.0, 1.048, 1.010, 1.0, 11.0, "beer"),
        (150.0, 1.100, 1.000, 24.0, 20.0, "mead"),
    ):  # fmt: skip
        hours = np.arange(0.0, 1.2 * half_h, step_h)
        sg = final + (og - final) / (1.0 + np.exp(4.0 * (hours / half_h - 1.0)))
        made.append((BatchSeries(hours, sg, np.full(hours.size, beer_c), og=og, medium=medium), float(hours[-1])))
    return made


def golden(model: Model) -> list[list[float] | None]:
    """p10, p50 and p90 of the hours that remain, for the card; None where it declines."""
    known: list[list[float] | None] = []
    for series, at_h in known_batches():
        try:
            hours = model.quantiles(series, at_h).remaining_h
        except OutOfDistribution:
            known.append(None)
            continue
        known.append([round(hour, 3) for hour in hours])
    return known


def differs(model: Model, card: Any) -> str | None:
    """By how much it says something else than its card, in words; None if it does not, or the card has nothing."""
    if not isinstance(card, list):
        return None
    for meant, here in zip(card, golden(model), strict=False):
        if meant is None and here is None:
            continue
        if meant is None or here is None or len(meant) != len(here):
            return "something else"
        off = max(abs(a - b) - WITHIN * abs(a) for a, b in zip(meant, here, strict=True))
        if not off <= WITHIN_H:
            return f"{off:.1f} h more or less"
    return None
