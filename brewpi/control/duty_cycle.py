"""A demanded share of full power as on and off (time-proportional output), and a ceiling on that share.

A solenoid or a lamp is on or off; asked for 30 %, it is on for 30 % of each cycle. What a cycle cannot give, because it
is less than the shortest run or leaves less than the shortest rest, is owed to the next ones. The ceiling (`duty_max`)
holds for every cycle, also where all is asked for, as in a crash.
"""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.outputs.run_limits import RunLimits


@dataclass(slots=True)
class DutyCycle:
    """Of one output. began_at: of the cycle that runs; used_s: on in it so far; owed_s: of earlier cycles, below zero
    what they gave too much."""

    options: RunLimits
    began_at: float | None = None
    used_s: float = 0.0
    owed_s: float = 0.0
    _share: float = 0.0  # asked for last
    _last_at: float = 0.0
    _spent: bool = False  # it was on in this cycle and is off again

    def wants(self, share: float, on: bool, now: float) -> bool:
        """Whether it should be on now. share: asked for, 0 to 1; on: whether it has been since the last call."""
        window_s = self.options.window_s
        if window_s is None:
            return share > 0.0
        if self.began_at is not None:
            self.used_s += now - self._last_at if on else 0.0
            self._spent = self._spent or (self.used_s > 0.0 and not on)
            if now - self.began_at >= window_s:
                self._end(window_s)
        self._last_at, self._share = now, share
        if share <= 0.0:
            self.owed_s = 0.0
            return False
        if self.began_at is None:
            self.began_at, self.used_s, self._spent = now, 0.0, False
        return not self._spent and self.used_s < self._due_s(share, window_s)

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
        self.owed_s = min(max(due_s - self.used_s, -window_s), self.options.min_on_s)
        self.began_at = None
