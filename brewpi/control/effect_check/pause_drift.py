"""How the beer goes by itself, as the pauses of an output show it."""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.control.effect_check.effect import LAG_S, TRIAL_S
from brewpi.control.effect_check.minute_means import MinuteMeans

DRIFT_S = 3 * 3600.0  # so long after a pause its drift is still that of the room


@dataclass(slots=True)
class PauseDrift:
    """Of one output. Tell it every tick whether it runs."""

    _off_since: float | None = None
    _seen: tuple[float, float] | None = None  # when a pause ended, and how the beer went in it, °C/h

    def note(self, runs: bool, means: MinuteMeans, now: float) -> None:
        """Pauses that are long enough for a trial are looked at when they end."""
        if not runs:
            self._off_since = now if self._off_since is None else self._off_since
        elif self._off_since is not None:
            if now - self._off_since >= TRIAL_S:
                c_per_h = means.c_per_h(max(self._off_since + LAG_S, now - DRIFT_S), now)
                self._seen = None if c_per_h is None else (now, c_per_h)
            self._off_since = None

    def paused_s(self, now: float) -> float:
        """For how long it has been off; 0 while it runs."""
        return 0.0 if self._off_since is None else now - self._off_since

    def c_per_h(self, now: float) -> float | None:
        """As the last pause showed it; None if that is too long ago: the room has turned since."""
        return self._seen[1] if self._seen and now - self._seen[0] <= DRIFT_S else None

    def end_pause(self) -> None:
        """What comes is another pause."""
        self._off_since = None

    def forget_drift(self) -> None:
        """The pause before has done its part: whatever comes has to be compared with another one."""
        self._seen = None

    def forget(self) -> None:
        """The probe was silent."""
        self._off_since = self._seen = None
