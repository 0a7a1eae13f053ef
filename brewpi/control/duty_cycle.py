"""A demanded share of full power as on and off (time-proportional output), and a ceiling on that share.

A solenoid or a lamp is on or off; asked for 30 %, it is on for 30 % of each cycle. What a cycle cannot give, because it
is less than the shortest run or leaves less than the shortest rest, is owed to the next ones. The ceiling (`duty_max`)
holds for every cycle, also where all is asked for, as in a crash, and through restarts. A cycle that gives anything
begins as the output goes on, and is on once: so the ceiling holds in every window as long as a cycle, however it lies.
Without cycles (`duty_max` alone) a run may break off, because the beer is there or the probe falls silent: the rest of
that hour's share is left for the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from pydantic import Field

from brewpi.outputs.run_limits import RunLimits
from brewpi.sentences import Sentence, spoken
from brewpi.snapshot import At, Snapshot

KEPT_STEPS = 12  # of a cycle, in which a restart knows how long it was on


class CycleSnapshot(Snapshot):
    """The cycle of an output with a ceiling: when it began, and how long the output has been on in it."""

    began_at: At | None = None
    used_s: float = Field(default=0.0, ge=0.0, le=86_400.0)


NO_CYCLE = CycleSnapshot()


@dataclass(slots=True)
class DutyCycle:
    """Of one output. began_at: of the cycle that runs; used_s: on in it so far, before_s: in runs before; owed_s: of
    earlier cycles, below zero what they gave too much."""

    options: RunLimits
    began_at: float | None = None
    used_s: float = 0.0
    before_s: float = 0.0
    owed_s: float = 0.0
    _ran_from: float | None = None  # the beginning of the cycle, once it has given anything: what a restart may know
    _share: float = 0.0  # asked for last
    _last_at: float = 0.0
    _spent: bool = False  # it was on in this cycle and is off again

    def wants(self, share: float, on: bool, now: float) -> bool:
        """Whether it should be on now. share: asked for, 0 to 1; on: whether it has been since the last call."""
        window_s = self.options.window_s
        if window_s is None:
            return share > 0.0
        if self.began_at is not None:
            if on:
                self.used_s += now - self._last_at
                self._ran_from = self.began_at
            if self.used_s > 0.0 and not on:
                self._break_off()
            if now - self.began_at >= window_s:
                self._end(window_s)
        self._last_at, self._share = now, share
        if share <= 0.0:
            self.owed_s = 0.0
            return False
        if self.began_at is None:
            self.began_at, self.used_s, self.before_s, self._spent, self._ran_from = now, 0.0, 0.0, False, None
        left_s = self._due_s(share, window_s) - self.used_s - self.before_s
        wants = not self._spent and left_s > 0.0 and (on or left_s >= min(self.options.min_on_s, window_s))
        if wants and not on and not self.used_s:  # it may be kept from it: by its rest, a stop, a fault
            self.began_at = max(self.began_at, now - self.before_s)
        return wants

    def why_spent(self, now: float) -> str | None:
        """Why it is off although it is asked for; None if that is a pause of its cycles, of which there are many."""
        window_s = self.options.window_s
        if self.options.cycle_s is not None or window_s is None or self.began_at is None:
            return None
        part, left = 100.0 * self.options.duty_max, spoken(self.began_at + window_s - now)
        return Sentence("has run its {part:.0f} % of an hour, {left} left", part=part, left=left)

    def _break_off(self) -> None:
        """A run is over, for whatever reason."""
        if self.options.cycle_s is None:
            self.before_s, self.used_s = self.before_s + self.used_s, 0.0
        else:
            self._spent = True

    def _due_s(self, share: float, window_s: float) -> float:
        """How long it is to be on in this cycle, in seconds."""
        most_s = self.options.duty_max * window_s
        due_s = min(share * window_s + self.owed_s, most_s)
        if due_s < max(self.options.min_on_s, 1.0):
            return 0.0
        return most_s if window_s - due_s < self.options.min_off_s else due_s

    def _end(self, window_s: float) -> None:
        """The next cycle begins with what this one owes, if anything is still asked for."""
        due_s = min(self._share, self.options.duty_max) * window_s + self.owed_s
        self.owed_s = min(max(due_s - self.used_s - self.before_s, -window_s), self.options.min_on_s)
        self.began_at = self._ran_from = None

    def snapshot(self) -> CycleSnapshot:
        """For the store, in steps: a record that changes at every tick wears out a card."""
        if self.options.duty_max >= 1.0 or self.options.window_s is None or self._ran_from is None:
            return NO_CYCLE
        step_s = self.options.window_s / KEPT_STEPS
        used_s = ceil((self.used_s + self.before_s) / step_s) * step_s
        return CycleSnapshot.model_construct(began_at=self._ran_from, used_s=used_s)

    def restore(self, kept: CycleSnapshot, now: float) -> None:
        """A cycle that is not over goes on. A time to come is one of a clock that was wrong, and counts as now."""
        window_s = self.options.window_s
        if kept.began_at is not None and window_s is not None and now - kept.began_at < window_s:
            self.began_at = self._ran_from = min(kept.began_at, now)
            self.before_s, self._last_at = kept.used_s, now
