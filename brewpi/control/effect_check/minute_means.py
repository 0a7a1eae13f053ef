"""What a beer probe said minute by minute, and how the beer went by it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import sqrt

from brewpi.control.effect_check.effect import LONGEST_TRIAL_S
from brewpi.control.effect_check.trend import EVERY_S, slope_c_per_h

SAMPLES = 2 * round(LONGEST_TRIAL_S / EVERY_S)  # minutes at hand: of a longest trial, and as long before
LEAST_POINTS = 5  # of a slope
LEAP_C_PER_MIN = 0.5  # 30 °C/h: ten times what a jacket makes


@dataclass(slots=True)
class MinuteMeans:
    """Means of a minute, with the mean of their times: steps and noise even out."""

    _minute: list[tuple[float, float]] = field(default_factory=list)
    _minutes: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def add(self, beer_c: float, now: float) -> None:
        if self._minute and now - self._minute[0][0] >= EVERY_S:
            count = len(self._minute)
            self._minutes.append((sum(at for at, _ in self._minute) / count, sum(c for _, c in self._minute) / count))
            self._minute.clear()
        self._minute.append((now, beer_c))

    @property
    def minutes(self) -> Sequence[tuple[float, float]]:
        """When, and °C; the oldest first."""
        return self._minutes

    def leaps(self, beer_c: float, now: float, step_c: float = 0.0) -> bool:
        """Whether the last two minutes, or now and the last one, differ by more than beer can: the probe was moved.
        step_c: of a coarse probe, which is no leap."""
        at, c = now, beer_c
        for before, before_c in islice(reversed(self._minutes), 2):
            if abs(c - before_c) > step_c + LEAP_C_PER_MIN * max(at - before, EVERY_S) / 60.0:
                return True
            at, c = before, before_c
        return False

    def forget(self) -> None:
        """The probe was silent."""
        self._minute.clear()
        self._minutes.clear()

    def c_per_h(self, since: float, until: float) -> float | None:
        """By least squares over the minutes between; None of too few, which tell nothing."""
        points = [point for point in self._minutes if since <= point[0] <= until]
        return slope_c_per_h(points, until) if len(points) >= LEAST_POINTS else None

    def thinness(self, since: float, until: float) -> float:
        """How much worse a slope is known than from a mean for each minute: 1 or more."""
        count = sum(since <= at <= until for at, _ in self._minutes)
        return sqrt(max(1.0, (until - since) / EVERY_S / max(count, 1)))
