"""When a finished batch was complete: the only definition, used to train and to judge.

It looks at one finished log without any model of its curve, and refuses what it cannot know.
The seven rules are those of the contract; a point is 0.001 SG.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from brewpi.estimation.gravity import POINT
from brewpi.media import COMPLETE_ABOVE_TERMINAL, REST_FRACTION
from brewpi.records import Array, BatchSeries

TIE = 1e-9                         # so that 1.0112 - 1.0100 is 1.2 points, as on paper
HAND_KEPT_INTERVAL_H = 3.0
CRASH_C = 4.0


class Refused(Exception):
    """A log whose completion cannot be known; `rule` is a short stable word, `text` the deciding numbers."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(f"{rule}: {text}")
        self.rule, self.text = rule, text


@dataclass(frozen=True, slots=True)
class Label:
    """What a finished log says: gravities in SG, times in hours since its first reading.

    A bracket holds the times of the two readings between which the level was crossed; it bounds how well
    the time can be known. `tier` is "B" where the plateau before an early crash is short.
    """

    og: float
    terminal: float
    tier: Literal["A", "B"]
    completion_h: float
    bracket: tuple[float, float]
    rest_h: float
    rest_bracket: tuple[float, float]
    hand_kept: bool
    warm_end_h: float
    og_declared: float | None = None

    @property
    def attenuation(self) -> float:
        """Apparent attenuation, 0 to 1 (and past it: wine ends below water)."""
        return (self.og - self.terminal) / (self.og - 1.0)


def label(series: BatchSeries) -> Label:
    """Judge one finished log. Raises Refused."""
    hours, sg = series.hours, series.sg
    if len(hours) < 3:
        raise Refused("readings", f"needs three readings; has {len(hours)}")
    by_hand = hand_kept(hours)
    og = original_gravity(hours, sg, by_hand)
    warm = warm_count(series, og, by_hand)
    hours, sg = hours[:warm], sg[:warm]
    terminal, tier = (_terminal_by_hand if by_hand else _terminal_logged)(hours, sg)
    _check_drop(og, terminal)
    smooth = sg if by_hand else median_of_five(sg)
    fit = falling_fit(smooth)
    _check_fall(smooth, fit)
    if by_hand:
        _check_rise(sg, og, terminal)
    completion_h, bracket = _crossing(hours, fit, terminal + COMPLETE_ABOVE_TERMINAL)
    _check_completion(completion_h, bracket, by_hand)
    rest_h, rest_bracket = _crossing(hours, fit, og - REST_FRACTION * (og - terminal))
    return Label(og, terminal, tier, completion_h, bracket, rest_h, rest_bracket, by_hand,
                 float(hours[-1]), series.og)


def hand_kept(hours: Array) -> bool:
    """Rule 1: whether the median interval between readings is over three hours."""
    return len(hours) > 1 and float(np.median(np.diff(hours))) > HAND_KEPT_INTERVAL_H


def original_gravity(hours: Array, sg: Array, by_hand: bool) -> float:
    """Rule 2: the largest reading of the first 24 h, or the 90th percentile of a logged one.

    Not `estimation.gravity`'s: a finished log is judged by its readings alone, whatever was declared, and foam on a
    floating hydrometer must not move the label.
    """
    first = sg[: _after(hours, hours[0] + 24.0)]
    return float(first.max() if by_hand else np.percentile(first, 90))


def warm_count(series: BatchSeries, og: float, by_hand: bool) -> int:
    """Rule 3: how many readings come before the cold crash (all of them if there is none)."""
    sg = series.sg if by_hand else median_of_five(series.sg)
    below = sg < og - 0.5 * (og - float(sg.min()))
    known = np.flatnonzero(np.isfinite(series.temp_c))
    if not below.any() or len(known) < 2:
        return len(sg)
    hours, temp = series.hours[known], series.temp_c[known]
    for k in _much_colder(hours, temp):
        if known[k] < below.argmax():
            continue
        bound = _usual_temp_c(hours, temp, k) - CRASH_C
        if temp[k] < bound - TIE and (by_hand or _stays_cold(hours, temp, k, bound)):
            return int(known[k])
    return len(sg)


def falling_fit(values: Array) -> Array:
    """Non-increasing least-squares fit, by pooling adjacent violators; same shape.

    Each round pools every run of rising blocks at once, which the fit holds constant (Barlow et al. 1972).
    """
    means, weights = values.astype(float), np.ones(len(values))
    while True:
        starts = np.flatnonzero(np.diff(means, prepend=np.inf) <= 0.0)
        if len(starts) == len(means):
            return np.repeat(means, weights.astype(int))
        sums = np.add.reduceat(means * weights, starts)
        weights = np.add.reduceat(weights, starts)
        means = sums / weights


def median_of_five(values: Array) -> Array:
    """Centred running median, shorter at both ends; same shape."""
    n = len(values)
    if n < 5:
        return np.array([np.median(values[max(0, i - 2): i + 3]) for i in range(n)])
    out = np.empty(n)
    out[2:-2] = np.partition(np.lib.stride_tricks.sliding_window_view(values, 5), 2, axis=1)[:, 2]
    for i in (0, 1, n - 2, n - 1):
        out[i] = np.median(values[max(0, i - 2): i + 3])
    return out


def _after(hours: Array, at_h: float) -> int:
    return int(np.searchsorted(hours, at_h + TIE, side="right"))


def _from(hours: Array, at_h: float) -> int:
    return int(np.searchsorted(hours, at_h - TIE, side="left"))


def _much_colder(hours: Array, temp: Array) -> list[int]:
    """Which temperatures are far below the warmest that they will be compared with: a quick first sieve."""
    k = np.arange(1, len(temp))
    start = np.minimum(np.searchsorted(hours, hours[1:] - 48.0 - TIE), np.maximum(k - 3, 0))
    warmest = np.maximum.reduceat(temp, np.column_stack([start, k]).ravel())[::2]
    sieved: list[int] = k[temp[1:] < warmest - CRASH_C].tolist()
    return sieved


def _usual_temp_c(hours: Array, temp: Array, k: int) -> float:
    """Median of the 48 h before temperature `k`; of the three before it where that holds fewer than two."""
    start = _from(hours, hours[k] - 48.0)
    return float(np.median(temp[start if k - start >= 2 else max(k - 3, 0): k]))


def _stays_cold(hours: Array, temp: Array, k: int, bound: float) -> bool:
    """Whether the median of the following 12 h is below the bound too (a glitch is no crash)."""
    following = temp[k + 1: _after(hours, hours[k] + 12.0)]
    return len(following) == 0 or float(np.median(following)) < bound


def _terminal_by_hand(hours: Array, sg: Array) -> tuple[float, Literal["A", "B"]]:
    """Rule 4, hand-kept."""
    i = _after(hours, hours[-1] - 18.0) - 1 if len(hours) else -1
    if i < 0:
        raise Refused("plateau", "no reading 18 h before the end of the warm part")
    change = abs(float(sg[i] - sg[-1]))
    if change > 1.2 * POINT + TIE:
        over_h = hours[-1] - hours[i]
        raise Refused("plateau", f"last change {change:.4f} over {over_h:.0f} h, at most 0.0012")
    return float(np.median(sg[i:])), "A"


def _terminal_logged(hours: Array, sg: Array) -> tuple[float, Literal["A", "B"]]:
    """Rule 4, logged: over two days, or over the last one where a tank is crashed early."""
    if len(hours) == 0:
        raise Refused("plateau", "no warm reading")
    end = float(hours[-1])

    def since(before_h: float) -> float:
        return float(np.median(sg[_from(hours, end - before_h):]))

    def change(from_h: float, to_h: float, last_h: float) -> float:
        early = sg[_from(hours, end - from_h): _after(hours, end - to_h)]
        return abs(float(np.median(early)) - since(last_h)) if len(early) else np.inf

    if change(48.0, 36.0, 12.0) <= 1.5 * POINT + TIE:
        return since(24.0), "A"
    last = change(24.0, 18.0, 6.0)
    if last <= 1.5 * POINT + TIE:
        return since(12.0), "B"
    raise Refused("plateau", f"last change {last:.4f} over a day, at most 0.0015" if np.isfinite(last)
                  else "no reading 18 to 24 h before the end of the warm part")


def _check_drop(og: float, terminal: float) -> None:
    """Rule 5, first part."""
    if og - terminal < 12 * POINT - TIE:
        raise Refused("drop", f"{og:.4f} to {terminal:.4f} is under 12 points")
    if og - terminal < 0.5 * (og - 1.0) - TIE:
        raise Refused("attenuation", f"{og:.4f} to {terminal:.4f} is under half")


def _check_fall(smooth: Array, fit: Array) -> None:
    """Rule 5, second part."""
    residual = smooth - fit
    worst, rms = float(np.abs(residual).max()), float(np.sqrt(np.mean(residual**2)))
    if worst > 6 * POINT + TIE or rms > 3 * POINT + TIE:
        raise Refused("fall", f"off a falling curve by {worst:.4f} at worst, {rms:.4f} rms")


def _check_rise(sg: Array, og: float, terminal: float) -> None:
    """Rule 5, third part: fruit or sugar was added to a hand-kept batch."""
    late = sg[int((sg < og - 0.5 * (og - terminal)).argmax()):]
    rise = float((late - np.minimum.accumulate(late)).max())
    if rise > 1.5 * POINT + TIE:
        raise Refused("rise", f"{rise:.4f} once half done, at most 0.0015")


def _crossing(hours: Array, fit: Array, level: float) -> tuple[float, tuple[float, float]]:
    """When a falling fit comes down to `level`: hours, and the two readings around it."""
    after = int((fit <= level).argmax())
    if fit[after] > level:
        raise Refused("level", f"never falls to {level:.4f}")
    if after == 0:
        return float(hours[0]), (float(hours[0]), float(hours[0]))
    t0, t1, y0, y1 = hours[after - 1], hours[after], fit[after - 1], fit[after]
    return float(t0 + (t1 - t0) * (y0 - level) / (y0 - y1)), (float(t0), float(t1))


def _check_completion(completion_h: float, bracket: tuple[float, float], by_hand: bool) -> None:
    """Rule 6, its refusals."""
    gap_h, limit_h = bracket[1] - bracket[0], 96.0 if by_hand else 24.0
    if gap_h > limit_h + TIE:
        raise Refused("gap", f"no reading for {gap_h:.0f} h around completion, at most {limit_h:.0f}")
    if completion_h < 12.0 - TIE:
        raise Refused("early", f"complete after {completion_h:.1f} h, at least 12")
