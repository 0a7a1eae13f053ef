"""What is worth telling, and once: events by their id, and alarms that the state shows although their event was missed.

Pure: messages in, notices out. A broker that restarts may repeat an event (the same id) or lose one; the state is
retained, so what stands in it is found out even then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import Any

from brewpi.hardware.plug_context import Message
from brewpi.outbound import Notice, Topic

IDS_KEPT = 1000
PATIENCE_S = 60.0  # an event comes before the state that shows it, or soon after
SILENT_S = 300.0  # a cellar that restarts is no news
FRESH_S = 300.0  # a retained state that is older says nothing of now
TOPICS: dict[str, Topic] = {
    "alarm_raised": "alarms", "alarm_repeated": "alarms", "alarm_cleared": "alarms",
    "asked": "questions", "announced": "questions",
    "rest_cue": "milestones", "complete": "milestones", "step": "milestones",
    "batch_started": "milestones", "batch_ended": "milestones",
}  # fmt: skip
SILENT = "cellar: silent"


@dataclass(slots=True)
class Told:
    """What has been told: survives a restart of this process. open: by tank and key, severity and text."""

    ids: dict[str, None] = field(default_factory=dict)
    open: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def once(self, event_id: str) -> bool:
        """Whether this id is new; from now on it is not."""
        if event_id in self.ids:
            return False
        self.ids[event_id] = None
        while len(self.ids) > IDS_KEPT:
            del self.ids[next(iter(self.ids))]
        return True


class News:
    """Of one site."""

    def __init__(self, site: str, told: Told) -> None:
        self.site, self.told = site, told
        self._differs_since: dict[tuple[str, str], float] = {}  # the state says otherwise than what was told
        self._silent_since: float | None = None

    def hear(self, message: Message, now: float) -> Iterator[Notice]:
        """What a message makes worth telling; nothing for what cannot be read."""
        *_, tank, word = ("", "", *message.topic.split("/"))[-2:]
        body = read(message.payload)
        if body is None:
            return
        if word == "event":
            yield from self._event(tank, body)
        elif word == "state" and is_fresh(body, now):
            yield from self._state(tank, body, now)

    def _event(self, tank: str, event: Mapping[str, Any]) -> Iterator[Notice]:
        kind, event_id, text = event.get("kind"), event.get("id"), event.get("text")
        if not (isinstance(kind, str) and kind in TOPICS and isinstance(event_id, str) and isinstance(text, str)):
            return
        if not self.told.once(event_id):
            return
        key, severity = str(event.get("key", "")), str(event.get("severity", "info"))
        open_ = self.told.open.setdefault(tank, {})
        over = kind == "alarm_cleared"
        if over and key not in open_:
            return  # nobody was told that it began
        if kind == "alarm_raised" and key in open_ and open_[key][0] == severity:
            return  # the state had it before its event came
        if over:
            severity = open_.pop(key)[0]
        elif TOPICS[kind] == "alarms":
            open_[key] = (severity, text)
        todo = "" if over else str(event.get("todo", ""))
        at = str(event.get("at", ""))
        yield Notice(event_id, at, self.site, tank, TOPICS[kind], severity, text, todo, key, over)

    def _state(self, tank: str, state: Mapping[str, Any], now: float) -> Iterator[Notice]:
        """The alarms that stand or are gone since longer than their event would take."""
        alarms = state.get("alarms")
        listed = alarms if isinstance(alarms, list) else []
        standing = {str(alarm.get("key")): alarm for alarm in listed if isinstance(alarm, Mapping)}
        open_ = self.told.open.setdefault(tank, {})
        untold = {key for key, alarm in standing.items() if key not in open_ and not alarm.get("acknowledged_by")}
        differs = untold | (open_.keys() - standing.keys())
        for where in [w for w in self._differs_since if w[0] == tank and w[1] not in differs]:
            del self._differs_since[where]
        for key in sorted(differs):
            if now - self._differs_since.setdefault((tank, key), now) < PATIENCE_S:
                continue
            del self._differs_since[tank, key]
            yield self._raised(tank, key, standing[key]) if key in untold else self._gone(tank, key, state)

    def _raised(self, tank: str, key: str, alarm: Mapping[str, Any]) -> Notice:
        severity, text, since = str(alarm.get("severity")), str(alarm.get("text")), str(alarm.get("since"))
        self.told.open[tank][key] = (severity, text)
        todo = str(alarm.get("todo") or "")
        return Notice(f"{tank}-{key}-{since}", since, self.site, tank, "alarms", severity, text, todo, key)

    def _gone(self, tank: str, key: str, state: Mapping[str, Any]) -> Notice:
        severity, text = self.told.open[tank].pop(key)
        at = str(state.get("at"))
        over = f"over: {text}"
        return Notice(f"{tank}-{key}-over-{at}", at, self.site, tank, "alarms", severity, over, "", key, True)

    def listen(self, why_silent: str | None, now: float) -> Iterator[Notice]:
        """Once in a while: why nothing is heard from the cellar, None if it is there. Who watches the watchman."""
        open_ = self.told.open.setdefault("", {})
        at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")[:23] + "Z"
        if why_silent is None:
            self._silent_since = None
            if SILENT in open_:
                text = f"over: {open_.pop(SILENT)[1]}"
                yield Notice(f"silent-over-{at}", at, self.site, "", "alarms", "alarm", text, "", SILENT, True)
            return
        if self._silent_since is None:
            self._silent_since = now
        if SILENT not in open_ and now - self._silent_since >= SILENT_S:
            text = f"nothing is heard from the cellar for {SILENT_S / 60:.0f} min: {why_silent}"
            todo = "Look whether brewpi, broker and network are up; nobody else watches the tanks meanwhile."
            open_[SILENT] = ("alarm", text)
            yield Notice(f"silent-{at}", at, self.site, "", "alarms", "alarm", text, todo, SILENT)


def read(payload: bytes) -> Mapping[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def is_fresh(state: Mapping[str, Any], now: float) -> bool:
    """Whether a state is of now, not one that a broker has kept since its cellar died."""
    try:
        age_s = now - datetime.fromisoformat(str(state.get("at"))).timestamp()
    except ValueError:
        age_s = inf
    return abs(age_s) <= FRESH_S
