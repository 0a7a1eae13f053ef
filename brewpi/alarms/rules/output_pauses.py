"""Minutes in which neither heating nor cooling shows, of the last hours.

Kept as the minutes come: to look for them in six hours of samples, for each output at each minute, is what made the
alarms of a tank dear.
"""

from __future__ import annotations

from collections import deque

from brewpi.alarms.rules.temperature_rules import AFTER_OFF_S
from brewpi.alarms.rules.view import EVERY_S, HOUR_S, Sample
from brewpi.roles import ROLES, exclude_each_other

PAUSES_S = 6 * HOUR_S
LATE_S = 240.0  # into a pause: what the other side did before still shows, and a probe near its jacket swings back
LONGEST_STEP_S = 2.0 * EVERY_S  # from one minute to the next, or nobody knows what ran between
LEAST_MINUTES = 3


class Pauses:
    """Of one output: when it was off, and so was the side that it excludes, and what ran before does not show."""

    def __init__(self, role: str) -> None:
        self.role = role
        self._other_side = {other for other in ROLES if exclude_each_other(role, other)}
        self.forget()

    def forget(self) -> None:
        """Nothing is known of the time before."""
        self._rows: deque[deque[Sample]] = deque()  # minutes in a row
        self._under_way = False  # the last row may grow
        self._clear_at = float("-inf")

    def note(self, minute: Sample) -> None:
        """One minute more; those of hours ago are forgotten."""
        at, ran = minute.at, minute.ran
        if self.role in ran:
            self._clear_at = max(self._clear_at, at + AFTER_OFF_S)
        elif not self._other_side.isdisjoint(ran):
            self._clear_at = max(self._clear_at, at + LATE_S)
        if self._under_way:
            self._under_way = at >= self._clear_at and at - self._rows[-1][-1].at <= LONGEST_STEP_S
            if self._under_way:
                self._rows[-1].append(minute)
        elif at >= self._clear_at:
            self._rows.append(deque([minute]))
            self._under_way = True
        while self._rows and self._rows[0][0].at < at - PAUSES_S:
            self._rows[0].popleft()
            if not self._rows[0]:
                self._rows.popleft()

    def known(self) -> list[tuple[Sample, Sample, Sample]]:
        """The first, middle and last minute of each, three minutes at least."""
        return [(row[0], row[len(row) // 2], row[-1]) for row in self._rows if len(row) >= LEAST_MINUTES]
