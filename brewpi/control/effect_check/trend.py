"""How fast the beer moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

EVERY_S, OVER_S = 60.0, 1200.0  # a probe that shows steps of 1/16 °C is good to some 0.1 °C/h over 20 minutes


@dataclass(slots=True)
class Trend:
    """Of the minutes at hand; zero until there are five."""

    _points: deque[tuple[float, float]] = field(default_factory=deque)

    def c_per_h(self, beer_c: float, now: float) -> float:
        """By least squares, °C/h, with the reading of now."""
        points = self._points
        if not points or now - points[-1][0] >= EVERY_S:
            points.append((now, beer_c))
        while points and points[0][0] < now - OVER_S:
            points.popleft()
        return 0.0 if len(points) < 5 else slope_c_per_h(points, now)

    def forget(self) -> None:
        """The probe was silent: what it said before is no trend."""
        self._points.clear()


def slope_c_per_h(points: Iterable[tuple[float, float]], now: float) -> float:
    """Least squares through (time in s, °C); 0 of fewer than three."""
    at_h = [((at - now) / 3600.0, celsius) for at, celsius in points]
    if len(at_h) < 3:
        return 0.0
    mean_h = sum(h for h, _ in at_h) / len(at_h)
    spread = sum((h - mean_h) ** 2 for h, _ in at_h)
    return sum((h - mean_h) * celsius for h, celsius in at_h) / spread if spread > 0.0 else 0.0
