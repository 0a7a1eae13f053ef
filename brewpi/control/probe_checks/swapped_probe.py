"""A beer probe that is in another tank's beer, as a look at both tanks has found: nothing heats or cools by it.

Whoever compares the tanks says so (`brewpi/alarms/rules/crossed_probes.py`). Once the outputs are off nothing shows it
any more, so it holds until somebody resumes, also through a restart.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from brewpi.records import Alarm
from brewpi.sentences import Sentence
from brewpi.snapshot import At, Snapshot, Words


class SwappedSnapshot(Snapshot):
    """What was said of it, and since when."""

    text: Words | None = None
    since: At = Field(default=0.0)


@dataclass(slots=True)
class SwappedProbe:
    """Of one tank."""

    alarm: Alarm | None = None

    def note(self, text: str, since: float) -> bool:
        """It was found. Whether that is new."""
        is_new = self.alarm is None
        if is_new:
            self.alarm = Alarm("beer: swapped", "alarm", text, since)
        return is_new

    def why_not(self) -> str | None:
        """Why nothing may run by this probe; None while nothing speaks against it."""
        return None if self.alarm is None else Sentence("its beer probe may be in another tank, waits for resume")

    def forget(self) -> None:
        """Somebody has looked."""
        self.alarm = None

    def snapshot(self) -> SwappedSnapshot:
        if self.alarm is None:
            return SwappedSnapshot()
        return SwappedSnapshot.model_construct(text=str(self.alarm.text), since=self.alarm.since)

    def restore(self, kept: SwappedSnapshot) -> None:
        self.alarm = None if kept.text is None else Alarm("beer: swapped", "alarm", kept.text, kept.since)
