"""Alarms as people meet them: said, repeated until somebody has seen them, acknowledged, over. Pure.

Whatever finds something wrong (interlocks, outputs, doses, drain, store, link, `watches.py`) hands in `Alarm` objects,
anew each tick as long as it lasts; the desk adds what to do, who has seen it, and how often it was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from brewpi.records import Alarm, Severity
from brewpi.registry import nearest

LINGER_S = 60.0  # a sensor's fault has to be gone for so long: a loose plug is one alarm, not a hundred
FAULTS = frozenset({"error", "silent", "implausible", "frozen", "twin"})
RESTORED_S = 600.0  # an alarm that comes back within so long after a restart is the one that was acknowledged
STEPPED_S = 60.0  # of the wall clock against the cellar's

# What to do, by the whole key or by what follows its colon.
TODO = {
    "silent": "Check the sensor's battery, supply, cable and radio; the last value is not used once it is old.",
    "error": "Check the sensor's cable and plug, then its entry in the config.",
    "implausible": "Look at the sensor: is it in the beer, on the right pin, in the unit that the config says?",
    "frozen": "Restart or replace the sensor; measure by hand until then.",
    "twin": "Look whether two names read one probe, and unplug one to find out.",
    "unknown": "Check the beer probe, its cable and plug; measure by hand, nothing heats or cools meanwhile.",
    "guilty": "Check that heater and cooler are in the right sockets, then send resume.",
    "weak": "Check glycol temperature, flow, valves and doors.",
    "dead": "Check fuse, wire, glycol and compressor.",
    "longest run": "Check that the output is strong enough, and that nothing lets the heat in or out.",
    "output": "Check pin, relay board and ribbon cable; switch it by hand until then.",
    "stop": "Send resume when everything may run again.",
    "tank: broken": "Tend this tank by hand and report the sentence; it is tried again at every tick.",
    "store": "Make room on the disk or replace the card; control goes on meanwhile.",
    "broker": "Check the broker and the network; control goes on, events are kept.",
    "clock": "Check the time service; send commands with the right time. Control goes by its own clock.",
    "dose": "Measure what is left in the bottle; never give this dose again before you know.",
    "not given": "Check pump, hose and bottle; give the dose by hand and record it with the command dose.",
    "aborted": "Look at valve, vent and receiver before you arm the drain again.",
    "failing": "Report the sentence; the part is tried again all the time. Restart brewpi if it stays.",
    "away": "Taste and measure the beer, compare temperature and step with the plan, then acknowledge.",
}
USUAL_TODO = "Look at the tank, then acknowledge."


class Alarming(BaseModel):
    """`[tanks.<name>.alarms]`: when a person is called, and how often."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repeat_alarm_s: float = Field(
        default=1800.0, ge=60.0, le=86_400.0, description="an alarm is said again until acknowledged"
    )
    repeat_warning_s: float = Field(default=21_600.0, ge=60.0, le=604_800.0, description="the same for a warning")
    off_target_c: float = Field(default=1.0, gt=0.0, le=10.0, description="beer further than this from its setpoint...")
    off_target_h: float = Field(default=3.0, gt=0.0, le=48.0, description="...for so long, and not on its way: alarm")
    lag_h: float | None = Field(
        default=None, ge=6.0, le=240.0,
        description="without 0.5 °P of drop so long after pitching: alarm; absent: 24 for warm beer, else 48",
    )  # fmt: skip
    yeast_low_c: float | None = Field(
        default=None, ge=-2.0, le=40.0, description="colder is out of the yeast's range; a batch may say otherwise"
    )
    yeast_high_c: float | None = Field(default=None, ge=0.0, le=50.0, description="the same for warmer")
    jump_h: float = Field(
        default=12.0, ge=1.0, le=240.0, description="forecast moved by more without cause, out of its interval: warning"
    )


@dataclass(slots=True)
class Entry:
    """One alarm on the desk: as its source says it, as people see it, when it was said last and when it went."""

    given: Alarm
    shown: Alarm
    said_at: float
    gone_at: float | None = None


class Desk:
    """One per tank. Acknowledgements survive a restart through `snapshot` and `restore`."""

    def __init__(self, options: Alarming | None = None) -> None:
        options = options or Alarming()
        self.repeat_s: dict[Severity, float] = {
            "alarm": options.repeat_alarm_s, "warning": options.repeat_warning_s, "info": float("inf")
        }  # fmt: skip
        self.entries: dict[str, Entry] = {}
        self._restored: dict[str, tuple[str, str]] = {}
        self._restored_until = float("-inf")

    def attend(self, alarms: Iterable[Alarm], now: float) -> tuple[Alarm, ...]:
        """What people see: every alarm of this tick, and sensor faults that have only just gone."""
        current = {alarm.key: alarm for alarm in alarms}
        if self._restored and now >= self._restored_until:
            self._restored.clear()
        if not current and not self.entries:
            return ()
        for key, alarm in current.items():
            self._meet(key, alarm, now)
        for key in [key for key in self.entries if key not in current]:
            self._let_go(key, now)
        return tuple(entry.shown for entry in self.entries.values())

    def _meet(self, key: str, alarm: Alarm, now: float) -> None:
        entry = self.entries.get(key)
        if entry is None:
            shown = replace(alarm, todo=alarm.todo or todo_of(key), acknowledged_by=self._was_acknowledged(alarm))
            self.entries[key] = Entry(alarm, shown, now)
            return
        entry.gone_at = None
        if alarm != entry.given:
            self._change(entry, alarm, now)
        if entry.shown.acknowledged_by is None and now - entry.said_at >= self.repeat_s[alarm.severity]:
            entry.said_at, entry.shown = now, replace(entry.shown, times=entry.shown.times + 1)

    @staticmethod
    def _change(entry: Entry, alarm: Alarm, now: float) -> None:
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

    def _let_go(self, key: str, now: float) -> None:
        entry = self.entries[key]
        if entry.gone_at is None:
            entry.gone_at = now
        if now - entry.gone_at >= (LINGER_S if _kind(key) in FAULTS else 0.0):
            del self.entries[key]

    def _was_acknowledged(self, alarm: Alarm) -> str | None:
        """By whom, before a restart; what has become worse since is another alarm."""
        by, severity = self._restored.pop(alarm.key, (None, ""))
        return by if severity == alarm.severity else None

    def acknowledge(self, key: str, by: str) -> str | None:
        """Somebody has seen it and takes care: it is not repeated. Returns why that means nothing."""
        entry = self.entries.get(key)
        if entry is None:
            if not self.entries:
                return "there is no alarm"
            return f'there is no alarm "{key}"{nearest(key, self.entries)}'
        if entry.shown.acknowledged_by is not None:
            return f"already acknowledged by {entry.shown.acknowledged_by}"
        entry.shown = replace(entry.shown, acknowledged_by=by)
        return None

    def acknowledged(self, key: str) -> bool:
        """Whether somebody has seen it."""
        entry = self.entries.get(key)
        return entry is not None and entry.shown.acknowledged_by is not None

    def snapshot(self) -> dict[str, Any]:
        """Who acknowledged what, for the store."""
        known = {key: list(kept) for key, kept in self._restored.items()}
        for key, entry in self.entries.items():
            if entry.shown.acknowledged_by is not None:
                known[key] = [entry.shown.acknowledged_by, entry.shown.severity]
        return known

    def restore(self, held: Mapping[str, Any], now: float) -> None:
        """Alarms that come back soon are those that were acknowledged before the restart."""
        self._restored = {key: (str(by), str(severity)) for key, (by, severity) in held.items()}
        self._restored_until = now + RESTORED_S


class Clock:
    """Whether the wall clock has stepped away from the cellar's, which never steps."""

    def __init__(self) -> None:
        self._since: float | None = None

    def alarm(self, stepped_s: float, now: float) -> Alarm | None:
        """`stepped_s`: how far the wall clock is ahead by now (negative: behind) since the start."""
        if abs(stepped_s) <= STEPPED_S:
            self._since = None
            return None
        if self._since is None:
            self._since = now
        way = "forward" if stepped_s > 0.0 else "back"
        text = f"the wall clock has stepped {abs(stepped_s):.0f} s {way} since the start; control goes on unbent"
        return Alarm("clock", "warning", text, self._since)


def todo_of(key: str) -> str:
    """What to do about an alarm whose source does not say it."""
    for word in (key, _kind(key), key.partition(": ")[0]):
        if word in TODO:
            return TODO[word]
    return USUAL_TODO


def _kind(key: str) -> str:
    return key.rpartition(": ")[2]
