"""How far the sugar has come down, from what is measured: shared by conditions, nutrients and the drain."""

from __future__ import annotations

from bisect import bisect_right
from itertools import takewhile
from operator import itemgetter
from statistics import median

import numpy as np

from brewpi.quantities import plato_from_sg
from brewpi.records import TankState
from brewpi.sentences import Sentence

HALF = 0.5  # of the sugar: nitrogen added later is left for spoilage
COVERED = 0.8  # of a window has to lie between its readings, or nobody knows what happened in it

# Apparent attenuation of a usual finished batch; what a batch says of itself goes before it.
DEFAULT_ATTENUATION = {"beer": 0.77, "wine": 1.05, "cider": 1.02, "mead": 0.98}
REAL_OF_ORIGINAL, REAL_OF_APPARENT = 0.1808, 0.8192  # Balling: real extract from original and apparent, °P


def added_sg(state: TankState, since: float = float("-inf")) -> float:
    """What additions since then have put into the batch, as gravity."""
    additions = state.batch.additions if state.batch else ()
    return sum(0.001 * addition.points for addition in additions if addition.at > since)


def level_history(state: TankState) -> tuple[tuple[float, float, float], ...]:
    """The history as if all that was added had been there from the start."""
    if state.batch is None or not state.batch.additions:
        return state.history
    return tuple((at, sg + added_sg(state, at), beer_c) for at, sg, beer_c in state.history)


def original_gravity(state: TankState) -> float | None:
    """Declared, else the largest of the batch's first day; with what was added since."""
    batch, history = state.batch, level_history(state)
    if batch is not None and batch.og is not None:
        return batch.og + added_sg(state)
    if not history:
        return None
    first_day = history[: bisect_right(history, history[0][0] + 86_400.0, key=itemgetter(0))]
    return float(max(map(itemgetter(1), first_day)))


def attenuation(state: TankState, now: float, fresh_h: float) -> float | None:
    """Apparent attenuation from a gravity at most `fresh_h` old, or None."""
    og, sg = original_gravity(state), state.fresh("sg", now, fresh_h * 3600.0)
    return None if og is None or sg is None or og <= 1.0 else (og - sg) / (og - 1.0)


def fermentable_fraction_consumed(state: TankState, now: float, fresh_h: float) -> float | None:
    """Share of the fermentable sugar that is gone, 0 to 1, from a fresh gravity; None without one."""
    apparent = attenuation(state, now, fresh_h)
    return None if apparent is None else apparent / expected_attenuation(state)


def expected_attenuation(state: TankState) -> float:
    """What the batch is expected to end at, its own word before the medium's."""
    batch = state.batch
    if batch is not None and batch.expected_attenuation is not None:
        return batch.expected_attenuation
    return DEFAULT_ATTENUATION[(batch and batch.medium) or "beer"]


def real_attenuation(state: TankState, now: float, fresh_h: float) -> float | None:
    """Share of the original extract that is gone, alcohol's own lightness taken out (Balling), from a fresh gravity."""
    extracts = _extracts(state, now, fresh_h)
    return None if extracts is None else 1.0 - extracts[1] / extracts[0]


def alcohol_pct(state: TankState, now: float, fresh_h: float) -> float | None:
    """Alcohol so far in % by volume, from a fresh gravity; None without one.

    Balling: 2.0665 g of extract give 1 g of alcohol, whose density is 0.794; within 0.2 % of the brewer's
    131.25 (OG - SG) below 7 %, and still right for mead and wine.
    """
    extracts, sg = _extracts(state, now, fresh_h), state.fresh("sg", now, fresh_h * 3600.0)
    if extracts is None or sg is None:
        return None
    original, real = extracts
    by_weight = (original - real) / (2.0665 - 0.010665 * original)
    return max(0.0, by_weight * sg / 0.794)


def _extracts(state: TankState, now: float, fresh_h: float) -> tuple[float, float] | None:
    """Original and real extract in °P; None without a fresh gravity, or where there was nothing to ferment."""
    og, sg = original_gravity(state), state.fresh("sg", now, fresh_h * 3600.0)
    if og is None or sg is None or og <= 1.0:
        return None
    original = plato_from_sg(og)
    return original, REAL_OF_ORIGINAL * original + REAL_OF_APPARENT * plato_from_sg(sg)


def rate_points_per_day(state: TankState, now: float, window_h: float) -> float | None:
    """How fast gravity falls over the last `window_h`, in points (0.001 SG) a day, negative where it rises: the median
    of the slopes between every two readings (Theil 1950, Sen 1968), which a third of them being wrong does not move.
    None where the readings do not cover the window."""
    window = list(takewhile(lambda point: point[0] >= now - window_h * 3600.0, reversed(state.history)))
    if len(window) < 3 or window[0][0] - window[-1][0] < COVERED * window_h * 3600.0:
        return None
    at, sg, _ = np.array(window, dtype=np.float64).T
    first, second = np.triu_indices(at.size, 1)
    apart = at[first] - at[second]
    slopes = (sg[first] - sg[second])[apart > 0.0] / apart[apart > 0.0]
    return float(-np.median(slopes)) * 1000.0 * 86_400.0


def stable(state: TankState, now: float, window_h: float, change_sg: float) -> tuple[bool, Sentence]:
    """Whether gravity has stood still over the window, and the numbers.

    Compared are the medians of its first and its last quarter: single readings of a floating hydrometer wander by more
    than a finished beer does. A gravity that swings in between by twice as much is not believed to be stable either.
    """
    start = now - window_h * 3600.0
    window = [(at, sg) for at, sg, _ in takewhile(lambda point: point[0] >= start, reversed(state.history))]
    covered_h = (window[0][0] - window[-1][0]) / 3600.0 if window else 0.0
    if len(window) < 3 or covered_h < COVERED * window_h:
        return False, Sentence(
            "readings cover {covered_h:.0f} of {window_h:.0f} h", covered_h=covered_h, window_h=window_h
        )
    quarters: list[list[float]] = [[], [], [], []]
    for at, sg in window:
        quarters[min(3, int(4.0 * (at - start) / (window_h * 3600.0)))].append(sg)
    medians = [median(gravities) for gravities in quarters if gravities]
    moved_sg, swing_sg = abs(medians[-1] - medians[0]), max(medians) - min(medians)
    if swing_sg > 2.0 * change_sg:
        return False, Sentence(
            "gravity swings by {swing_delta_sg:.4f} in {window_h:.0f} h, at most {most_delta_sg:.4f}",
            swing_delta_sg=swing_sg, window_h=window_h, most_delta_sg=2.0 * change_sg,
        )  # fmt: skip
    return moved_sg <= change_sg, Sentence(
        "gravity moved {moved_delta_sg:.4f} in {window_h:.0f} h, at most {most_delta_sg:.4f}",
        moved_delta_sg=moved_sg, window_h=window_h, most_delta_sg=change_sg,
    )  # fmt: skip
