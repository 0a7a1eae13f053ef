"""How much of a flood of commands is obeyed, and how much of it is written down. Pure: time is an argument.

By hand, where the API and the receiver use `limits`: this decides whether a command is obeyed, so it counts in the
daemon's own time, which no clock that is set back can stretch, and the service on the Pi needs no library for it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

MINUTE_S = 60.0
ACCEPTED_PER_MINUTE = 120  # of one tank: more than hands and automations have a reason to send
RECORDED_STOPS, RECORDED_REFUSALS = 20, 20  # a minute and tank; the others are counted
ALWAYS_ACCEPTED = ("stop", "veto")  # what makes a tank safe is never too much
WAITING = 500  # commands of one tank between two ticks; of a STOP as many again


@dataclass(slots=True)
class RateLimit:
    """So many in any minute."""

    per_minute: int
    times: deque[float] = field(default_factory=deque)

    def allows(self, now: float) -> bool:
        """Whether one more is within the limit; it then counts."""
        while self.times and not 0.0 <= now - self.times[0] < MINUTE_S:
            self.times.popleft()
        if len(self.times) >= self.per_minute:
            return False
        self.times.append(now)
        return True


@dataclass(slots=True)
class RecordLimit:
    """So many are told in a minute, the others are counted and told as one number when it is over. A flood must neither
    fill the disk nor keep what matters waiting behind it in the outbox."""

    per_minute: int
    since: float = float("-inf")
    recorded: int = 0
    unrecorded: int = 0

    def may_record(self, now: float) -> bool:
        """Whether this one goes into the record."""
        if not self.unrecorded and now - self.since >= MINUTE_S:
            self.since, self.recorded = now, 0
        if self.recorded < self.per_minute:
            self.recorded += 1
            return True
        self.unrecorded += 1
        return False

    def take_unrecorded(self, now: float) -> int:
        """How many were not told in a minute that is over; 0 if it is not over, or if there were none."""
        if not self.unrecorded or now - self.since < MINUTE_S:
            return 0
        unrecorded, self.recorded, self.unrecorded = self.unrecorded, 0, 0
        return unrecorded


class CommandLimits:
    """How many commands of one tank are accepted and told of."""

    def __init__(self) -> None:
        self.accepted = RateLimit(ACCEPTED_PER_MINUTE)
        self.refusals = RecordLimit(RECORDED_REFUSALS)
        self.stops = RecordLimit(RECORDED_STOPS)
