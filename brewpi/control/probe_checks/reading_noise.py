"""What a reading does within the hour that no beer does: a probe that hangs in the air has a noise of its own.

A door, a gust, a heating that starts show in such a probe at once and are over within the hour; a hundred litres follow
them by hundredths of a degree. A trial in that air is passed by chance, as often as not. So over three hours all that
beer may do is taken away from the reading: an even course and a curve of it, what heater and cooler make of it through
a probe of any lag, and what its wall shows of them at once. What is left, beyond what the probe shows from minute to
minute, counts as the steps of a coarse probe do: an effect, or a difference, that is smaller tells nothing.
docs/effect-check.md has what was measured.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from operator import itemgetter

import numpy as np
from pydantic import Field

from brewpi.control.effect_check.late_effect import LAGS_S, Drives, gains, shown
from brewpi.control.effect_check.minute_means import MinuteMeans
from brewpi.control.effect_check.trend import EVERY_S
from brewpi.records import Array
from brewpi.snapshot import At, Snapshot

BLOCK_MINUTES, BLOCKS = 10, 18  # three hours: a room that turns is a parabola over these
MINUTES = BLOCK_MINUTES * BLOCKS
LEAST_C, MOST_C = 0.12, 0.3  # root mean square: currents in beer leave 0.03; and what six hours of trial still bear
DRIVEN_PART = 0.125  # of what outputs moved the beer, where glycol and mains change
LEAST_PTP_C = 0.05  # of what an output of 1 °C/h would make
MEDIAN_OF_SQUARES = 0.455  # of normal deviates: a gust within a block is no noise of the probe
KEPT_S = 24 * 3600.0  # a room has quiet hours
AS_STEPS = 2.0  # a coarse probe with steps of that many times the noise tells as much


class NoiseSnapshot(Snapshot):
    """The largest noise of the last day, and when it was found."""

    noise_c: float = Field(default=0.0, ge=0.0, le=MOST_C)
    at: At = 0.0


@dataclass(slots=True)
class ReadingNoise:
    """Of one tank. Tell it every tick."""

    _means: MinuteMeans = field(default_factory=MinuteMeans)
    _drives: Drives = field(default_factory=Drives)
    _seen: deque[tuple[float, float]] = field(default_factory=deque)  # when, and °C
    _due_at: float = float("-inf")

    def note(self, beer_c: float | None, *, heats: bool, cools: bool, now: float) -> None:
        """Once a tick. beer_c: None while not known; a gap begins anew."""
        while self._seen and self._seen[0][0] < now - KEPT_S:
            self._seen.popleft()
        if beer_c is None:
            self._means.forget()
            return
        self._means.add(beer_c, now)
        self._drives.note(heats, cools, now)
        if now < self._due_at:
            return
        self._due_at = now + BLOCK_MINUTES * EVERY_S
        noise_c = reading_noise_c(list(self._means.minutes)[-MINUTES:], self._drives)
        if noise_c >= LEAST_C:
            self._seen.append((now, min(noise_c, MOST_C)))

    @property
    def step_c(self) -> float:
        """Of a coarse probe that tells as little; 0 of a reading that does what beer does."""
        return AS_STEPS * max((noise_c for _, noise_c in self._seen), default=0.0)

    def snapshot(self) -> NoiseSnapshot:
        """For the store."""
        at, noise_c = max(self._seen, key=itemgetter(1), default=(0.0, 0.0))
        return NoiseSnapshot.model_construct(noise_c=noise_c, at=at)

    def restore(self, kept: NoiseSnapshot) -> None:
        """A probe that hung in the air before a restart hangs there."""
        if kept.noise_c > 0.0:
            self._seen.append((kept.at, kept.noise_c))

    def forget(self) -> None:
        """Another batch, or somebody has looked."""
        self._seen.clear()
        self._means.forget()


def reading_noise_c(points: Sequence[tuple[float, float]], drives: Drives) -> float:
    """points: minutes of readings, when and °C. Root mean square of what beer does not do, °C; 0 where that is little
    beside what outputs moved, and of fewer minutes than can be judged."""
    if len(points) < MINUTES or points[-1][0] - points[0][0] > 1.1 * MINUTES * EVERY_S:
        return 0.0
    at, celsius = [when for when, _ in points], np.array([c for _, c in points])
    heated, cooled = drives.at(at)
    spans = np.diff(celsius.reshape(BLOCKS, BLOCK_MINUTES), axis=1)
    of_probe_c2 = float(np.median(spans * spans)) / MEDIAN_OF_SQUARES / 2.0 / BLOCK_MINUTES
    left_c2, moved_c = min(_left(at, _means(celsius), (heated, cooled), lag_s) for lag_s in LAGS_S)
    noise_c = sqrt(max(left_c2 - of_probe_c2, 0.0))
    return noise_c if noise_c >= DRIVEN_PART * moved_c else 0.0


def _left(
    at: Sequence[float], celsius: Array, drives: tuple[Sequence[bool], ...], lag_s: float
) -> tuple[float, float]:
    """What beer under a probe of this lag leaves, a mean square in °C², and how far outputs moved it, °C."""
    hours = np.arange(BLOCKS) * BLOCK_MINUTES / 60.0
    columns = [np.ones(BLOCKS), hours, hours * hours]
    for driven in drives:
        made = _means(shown(at, driven, lag_s))
        if np.ptp(made) >= LEAST_PTP_C:
            columns += [made, _means(np.array(driven, dtype=np.float64))]
    beer = np.column_stack(columns)
    found = gains(beer, celsius)
    left_c, made_c = celsius - beer @ found, beer[:, 3:] @ found[3:]
    return float(left_c @ left_c) / (BLOCKS - len(columns)), float(np.ptp(made_c))


def _means(minutes: Array) -> Array:
    return np.asarray(minutes.reshape(BLOCKS, BLOCK_MINUTES).mean(axis=1))

