"""How long an output has run and rested, and what follows: its longest run, its rest, the changeover from another."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pydantic import Field

from brewpi.outputs.run_limits import RunLimits
from brewpi.sentences import Sentence, spoken
from brewpi.snapshot import At, Snapshot

TRIP_REST_S = 1800.0  # after a longest run, before it is tried again
MOST_STARTS_PER_H = 6.0  # of a compressor: makers of small hermetic ones allow 6 to 10
HUNTS = 3  # starts within half an hour: from then on they are kept apart
COUNTED_S = 2 * 3600.0


class TimersSnapshot(Snapshot):
    """Of one output: whether it was on, until when it ran before, when it came to its longest run, and how often since
    it was last not asked for."""

    on: bool = False
    ran_until: At | None = None
    tripped_at: At | None = None
    trips: int = Field(default=0, ge=0, le=100_000)


@dataclass(slots=True, kw_only=True)
class OutputTimers:
    """What is remembered of one output: when it started, when it stopped, how long it has to rest. trips: how often it
    came to its longest run since it was last not asked for; starts: of the last two hours."""

    options: RunLimits
    stopped_at: float
    started_at: float | None = None
    tripped_at: float | None = None
    trips: int = 0
    ran_until: float = float("-inf")
    starts: deque[float] = field(default_factory=deque)

    def snapshot(self) -> TimersSnapshot:
        until = None if self.ran_until == float("-inf") else self.ran_until
        on = self.started_at is not None
        return TimersSnapshot.model_construct(on=on, ran_until=until, tripped_at=self.tripped_at, trips=self.trips)

    def restore(self, kept: TimersSnapshot, now: float) -> None:
        """After a restart, at which it is off and its own rest begins. What was on ran until now, for all anybody
        knows; a time to come is one of a clock that was wrong, and counts as now."""
        if kept.on:
            self.ran_until = now
        elif kept.ran_until is not None:
            self.ran_until = min(kept.ran_until, now)
        self.trips = kept.trips
        if kept.tripped_at is not None:
            self.tripped_at = min(kept.tripped_at, now)

    def switch(self, on: bool, now: float) -> None:
        """It is on or off from now on."""
        if on and self.started_at is None:
            self.started_at = now
            self.starts.append(now)
        elif not on:
            self.stop(now)

    def stop(self, now: float) -> None:
        """It is off from now on. Whoever stopped it: after its longest run it rests as after a trip."""
        if self.started_at is not None:
            if now - self.started_at >= self.options.max_run_s:
                self.tripped_at, self.trips = now, self.trips + 1
            self.started_at, self.stopped_at, self.ran_until = None, now, now

    def held_on_s(self, wanted: bool, now: float) -> float:
        """Seconds that it still runs although it is not wanted any more."""
        if wanted or self.started_at is None:
            return 0.0
        return self.started_at + self.options.min_on_s - now

    def rests(self, now: float) -> str | None:
        """Why it may not run because of how it ran before; None if it may."""
        if self.started_at is not None:
            if now - self.started_at >= self.options.max_run_s:
                self.tripped_at = now
                return Sentence("ran {length}, its longest run", length=spoken(now - self.started_at))
            return None
        if self.tripped_at is not None:
            left_s = self.tripped_at + TRIP_REST_S - now
            if left_s > 0.0:
                return Sentence("rests after its longest run, {left} left", left=spoken(left_s))
            self.tripped_at = None
        left_s = max(self.stopped_at + self.options.rest_s, self._next_start_at()) - now
        if left_s > 0.0:
            left, compressor = spoken(left_s), self.options.compressor
            return Sentence("compressor rests, {left} left" if compressor else "rests, {left} left", left=left)
        return None

    def _next_start_at(self) -> float:
        """When a compressor that starts again and again may do so at the earliest: what it cools answers within a
        minute or two, as a probe that lies on the jacket does, and no beer."""
        if not self.options.compressor or len(self.starts) < HUNTS:
            return float("-inf")
        last_at = self.starts[-1]
        return last_at + 3600.0 / MOST_STARTS_PER_H if last_at - self.starts[-HUNTS] <= 1800.0 else float("-inf")

    @property
    def starts_per_h(self) -> float:
        """Over the two hours up to `forget_starts`."""
        return 3600.0 * len(self.starts) / COUNTED_S

    def forget_starts(self, now: float) -> None:
        """Those of over two hours ago."""
        while self.starts and self.starts[0] < now - COUNTED_S:
            self.starts.popleft()

    def holds_up(self, name: str, changeover_s: float, now: float) -> str | None:
        """Why one that never runs together with this one, called `name`, has to wait; None if it need not."""
        if self.started_at is not None:
            return Sentence("waits until {output} is off", output=name)
        left_s = self.ran_until + changeover_s - now
        return Sentence("waits after {output}, {left} left", output=name, left=spoken(left_s)) if left_s > 0.0 else None
