"""Whether a model does worse at a site than its card promises, so that it is time to retrain. Pure.

A batch counts once, whatever was said of it: forecasts of one batch err together. Two questions, each by chance alone:
in how many batches the error was larger than the median that was promised (sign test), and how far the share of true
times inside the window lies below the promised one (one-sided, by the scatter between batches). What was found is kept
until both are well within chance again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, erfc, isfinite, sqrt
from statistics import fmean, median, stdev
from typing import Any

from brewpi.forecast.scorecard import ForecastScore

LEAST_BATCHES, LATEST_BATCHES = 10, 20
CHANCE, KEPT_CHANCE = 0.01, 0.2  # by chance alone: found below the one, let go above the other
WORSE, LESS_INSIDE = 1.25, 0.1  # times the promised error, share below the promised one: less is not worth the work


@dataclass(frozen=True, slots=True)
class CardAccuracy:
    """On batches that the model had not seen: median error in hours (None where a card has none that can be compared),
    and the share of true times inside the window of 80 %."""

    median_abs_error_h: float | None
    inside_interval: float


@dataclass(frozen=True, slots=True)
class Drift:
    """How a model has done at a site, over the latest batches that it saw from their beginning."""

    batches: int
    forecasts: int
    median_abs_error_h: float
    inside_interval: float
    is_worse: bool


def card_accuracy_of(card: Mapping[str, Any]) -> CardAccuracy | None:
    """What a card promises; None if nothing. That of a model from simulated batches alone says how often its window
    holds, by medium, and no error that whole batches could be held against."""
    held = card.get("held_out")
    if not isinstance(held, Mapping):
        return None
    as_told = held.get("as_told")
    if isinstance(as_told, Mapping):
        error_h, inside = _number(as_told.get("median_abs_error_h")), _number(as_told.get("inside_interval"))
        return None if inside is None else CardAccuracy(error_h, inside)
    media = [one for one in held.values() if isinstance(one, Mapping)]
    rows = [(_number(one.get("rows")) or 0.0, _number(one.get("coverage_80"))) for one in media]
    known = [(count, share) for count, share in rows if share is not None and count > 0.0]
    total = sum(count for count, _ in known)
    return CardAccuracy(None, sum(count * share for count, share in known) / total) if total else None


def drift_of(batches: Sequence[Sequence[ForecastScore]], stated: CardAccuracy, was_worse: bool = False) -> Drift | None:
    """The latest batches, oldest first, held against the promise; None before there is one with a forecast of the
    model."""
    own = [[mark for mark in marks if mark.source == "model"] for marks in batches]
    latest = [marks for marks in own if marks][-LATEST_BATCHES:]
    if not latest:
        return None
    every = [mark for marks in latest for mark in marks]
    error_h, inside = median(abs(mark.error_h) for mark in every), fmean(mark.inside for mark in every)
    chance = CHANCE if not was_worse else KEPT_CHANCE
    worse = len(latest) >= LEAST_BATCHES and (
        _errs_more(latest, error_h, stated, chance, was_worse) or _holds_less(latest, stated, chance, was_worse)
    )
    return Drift(len(latest), len(every), error_h, inside, worse)


def _errs_more(
    latest: Sequence[Sequence[ForecastScore]], error_h: float, stated: CardAccuracy, chance: float, was_worse: bool
) -> bool:
    promised_h = stated.median_abs_error_h
    if promised_h is None or (error_h < WORSE * promised_h and not was_worse):
        return False
    above = sum(median(abs(mark.error_h) for mark in marks) > promised_h for marks in latest)
    by_chance = sum(comb(len(latest), k) for k in range(above, len(latest) + 1)) / 2.0 ** len(latest)
    return by_chance < chance


def _holds_less(
    latest: Sequence[Sequence[ForecastScore]], stated: CardAccuracy, chance: float, was_worse: bool
) -> bool:
    shares, promised = [fmean(mark.inside for mark in marks) for marks in latest], stated.inside_interval
    short = promised - fmean(shares)
    if short < LESS_INSIDE and not was_worse:
        return False
    independent = sqrt(promised * (1.0 - promised) / max(len(marks) for marks in latest))
    scatter = max(stdev(shares), independent, 1e-6) / sqrt(len(shares))
    return 0.5 * erfc(short / scatter / sqrt(2.0)) < chance


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value >= 0.0
    return float(value) if good and isinstance(value, int | float) else None
