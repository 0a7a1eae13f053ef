"""How long nobody watched a batch: said after a power cut until somebody has seen it, through further restarts."""

from __future__ import annotations

from pydantic import Field

from brewpi.alarms.manager import AlarmManager
from brewpi.records import Alarm
from brewpi.sentences import Sentence
from brewpi.snapshot import At, Value

AWAY_S = 900.0  # a shorter absence moves no beer


class AwayValue(Value):
    """An absence that nobody has acknowledged yet: since when it is said, and how long it was."""

    since: At
    away_s: float = Field(ge=0.0)


class Absence:
    """Of one tank. alarm: None where nobody was away, or somebody has acknowledged it."""

    def __init__(self) -> None:
        self.alarm: Alarm | None = None
        self.away_s = 0.0

    def note(self, away_s: float, since: float) -> None:
        """Nobody watched for so long, which is said from `since` on. A shorter absence does not hide a longer one."""
        if away_s < AWAY_S or away_s <= self.away_s:
            return
        text = Sentence(
            "brewpi was away for {away_h:.1f} h (power cut, or stopped): nobody watched this batch",
            away_h=away_s / 3600.0,
        )
        self.alarm, self.away_s = Alarm("brewpi: away", "alarm", text, since), away_s

    def alarms(self, manager: AlarmManager) -> tuple[Alarm, ...]:
        """The one, or none once the manager has heard that somebody has seen it."""
        if self.alarm is not None and manager.acknowledged(self.alarm.key):
            self.alarm, self.away_s = None, 0.0
        return () if self.alarm is None else (self.alarm,)

    def snapshot(self) -> AwayValue | None:
        """What is still to be acknowledged."""
        return None if self.alarm is None else AwayValue.model_construct(since=self.alarm.since, away_s=self.away_s)

    def restore(self, kept: AwayValue | None, now: float) -> None:
        """Go on saying it."""
        if kept is not None:
            self.note(kept.away_s, min(kept.since, now))
