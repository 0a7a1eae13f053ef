"""Alarms as people meet them: said, repeated until somebody has seen them, acknowledged, over. Pure.

Whatever finds something wrong (interlocks, outputs, doses, drain, store, link, `monitors.py`) hands in `Alarm` objects,
anew each tick as long as it lasts; the manager adds what to do, who has seen it, and how often it was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from pydantic import Field

from brewpi.alarms.catalogue import entry_of
from brewpi.alarms.options import Alarming
from brewpi.records import Alarm, Severity
from brewpi.registry import nearest
from brewpi.sentences import Sentence
from brewpi.snapshot import Snapshot, Words

RESTORED_S = 600.0  # an alarm that comes back within so long after a restart is the one that was acknowledged
UNKNOWN_S = 1800.0  # that a time service may take
RETURNS_S = 6 * 3600.0  # a sensor's fault that is back within so long comes and goes
STEPPED_S = 60.0  # of the wall clock against the cellar's
RANK: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(get_args(Severity))}


@dataclass(slots=True)
class ActiveAlarm:
    """One alarm: as its source says it, as people see it, when it was said last and when it went."""

    given: Alarm
    shown: Alarm
    said_at: float
    gone_at: float | None = None
    linger_s: float = 0.0  # how long it has to be gone


class AlarmsSnapshot(Snapshot):
    """Who acknowledged what, with its severity then."""

    acknowledged: dict[str, tuple[Words, Severity]] = Field(default_factory=dict)


class AlarmManager:
    """One per tank. Acknowledgements survive a restart through `snapshot` and `restore`."""

    def __init__(self, options: Alarming | None = None) -> None:
        options = options or Alarming()
        self.repeat_s: dict[Severity, float] = {
            "alarm": options.repeat_alarm_s, "warning": options.repeat_warning_s, "info": float("inf")
        }  # fmt: skip
        self.entries: dict[str, ActiveAlarm] = {}
        self._restored: dict[str, tuple[str, Severity]] = {}
        self._restored_until = float("-inf")
        self._went: dict[str, float] = {}  # when those that linger were last gone

    def update(self, alarms: Iterable[Alarm], now: float) -> tuple[Alarm, ...]:
        """What people see: every alarm of this tick, and sensor faults that have only just gone."""
        current: dict[str, Alarm] = {}
        for alarm in alarms:  # a sensor of two quantities may have one fault for each: the gravest is said
            if alarm.key not in current or RANK[alarm.severity] >= RANK[current[alarm.key].severity]:
                current[alarm.key] = alarm
        if self._restored and now >= self._restored_until:
            self._restored.clear()
        if not current and not self.entries:
            return ()
        for key, alarm in current.items():
            self._raise_alarm(key, alarm, now)
        for key in [key for key in self.entries if key not in current]:
            self._clear(key, now)
        return tuple(entry.shown for entry in self.entries.values())

    def _raise_alarm(self, key: str, alarm: Alarm, now: float) -> None:
        entry = self.entries.get(key)
        if entry is None:
            shown = replace(alarm, todo=alarm.todo or entry_of(key).todo, acknowledged_by=self._was_acknowledged(alarm))
            self.entries[key] = ActiveAlarm(alarm, shown, now, linger_s=self._linger_s(key, now))
            return
        entry.gone_at = None
        if alarm != entry.given:
            self._change(entry, alarm, now)
        if entry.shown.acknowledged_by is None and now - entry.said_at >= self.repeat_s[alarm.severity]:
            entry.said_at, entry.shown = now, replace(entry.shown, times=entry.shown.times + 1)

    @staticmethod
    def _change(entry: ActiveAlarm, alarm: Alarm, now: float) -> None:
        """Other words, the same alarm since it began; another severity has to be acknowledged anew."""
        same = alarm.severity == entry.given.severity
        was = entry.shown
        entry.given = alarm
        entry.shown = replace(
            alarm,
            since=min(was.since, alarm.since),
            todo=alarm.todo or was.todo,
            acknowledged_by=was.acknowledged_by if same else None,
            times=was.times if same else 1,
        )
        entry.said_at = entry.said_at if same else now

    def _clear(self, key: str, now: float) -> None:
        entry = self.entries[key]
        if entry.gone_at is None:
            entry.gone_at = now
        if now - entry.gone_at >= entry.linger_s:
            del self.entries[key]
            if entry.linger_s > 0.0:
                self._went = {k: at for k, at in self._went.items() if now - at < RETURNS_S} | {key: entry.gone_at}

    def _linger_s(self, key: str, now: float) -> float:
        """One that comes and goes, as of a sensor that reports too seldom, is one alarm: it stays until it has been
        gone for twice as long as the last time."""
        linger_s, away_s = entry_of(key).linger_s, now - self._went.get(key, float("-inf"))
        return max(linger_s, 2.0 * away_s) if linger_s > 0.0 and away_s < RETURNS_S else linger_s

    def _was_acknowledged(self, alarm: Alarm) -> str | None:
        """By whom, before a restart; what has become worse since is another alarm."""
        by, severity = self._restored.pop(alarm.key, (None, None))
        return by if severity == alarm.severity else None

    def acknowledge(self, key: str, by: str) -> str | None:
        """Somebody has seen it and takes care: it is not repeated. Returns why that means nothing."""
        entry = self.entries.get(key)
        if entry is None:
            if not self.entries:
                return Sentence("there is no alarm")
            return Sentence('there is no alarm "{alarm}"{hint}', alarm=key, hint=nearest(key, self.entries))
        if entry.shown.acknowledged_by is not None:
            return Sentence("already acknowledged by {by}", by=entry.shown.acknowledged_by)
        entry.shown = replace(entry.shown, acknowledged_by=by)
        return None

    def acknowledged(self, key: str) -> bool:
        """Whether somebody has seen it."""
        entry = self.entries.get(key)
        return entry is not None and entry.shown.acknowledged_by is not None

    def snapshot(self) -> AlarmsSnapshot:
        """Who acknowledged what, for the store."""
        known = dict(self._restored)
        for key, entry in self.entries.items():
            if entry.shown.acknowledged_by is not None:
                known[key] = (entry.shown.acknowledged_by, entry.shown.severity)
        return AlarmsSnapshot.model_construct(acknowledged=known)

    def restore(self, kept: AlarmsSnapshot, now: float) -> None:
        """Alarms that come back soon are those that were acknowledged before the restart."""
        self._restored = dict(kept.acknowledged)
        self._restored_until = now + RESTORED_S


class ClockAlarm:
    """Whether the wall clock has stepped away from the cellar's, which never steps, or was never set by anybody."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._unknown_since: float | None = None

    def alarm(self, stepped_s: float, now: float, is_known: bool = True) -> Alarm | None:
        """`stepped_s`: how far the wall clock is ahead by now (negative: behind) since the start; is_known: whether
        a time service or a battery has set it."""
        self._unknown_since = None if is_known else now if self._unknown_since is None else self._unknown_since
        if self._unknown_since is not None and now - self._unknown_since >= UNKNOWN_S:
            text = Sentence(
                "nobody has set the wall clock (no time service, no battery): commands are not refused for their age"
            )
            return Alarm("clock", "warning", text, self._unknown_since)
        if abs(stepped_s) <= STEPPED_S:
            self._since = None
            return None
        if self._since is None:
            self._since = now
        way = "forward" if stepped_s > 0.0 else "back"
        text = Sentence(
            "the wall clock has stepped {stepped_s:.0f} s {way} since the start; control goes on unbent",
            stepped_s=abs(stepped_s), way=way,
        )  # fmt: skip
        return Alarm("clock", "warning", text, self._since)
