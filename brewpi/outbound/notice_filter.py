"""What is worth telling, and once: events by their id, and alarms that the state shows although their event was missed.

Pure: messages in, notices out. A broker that restarts may repeat an event (the same id) or lose one; the state is
retained, so what stands in it is found out even then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from brewpi.alarms.catalogue import entry_of
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.payloads import EventPayload, StatePayload, read
from brewpi.mqtt.state_payload import AlarmPayload
from brewpi.mqtt.wire_types import MessagePayload, iso
from brewpi.outbound import Notice, Topic
from brewpi.sentences import Sentence

IDS_KEPT = 1000
TANKS_KEPT, OPEN_KEPT = 1000, 100  # far more than a site has: whoever makes up names must not fill the memory
SETTLES_S = 60.0  # an event comes before the state that shows it, or soon after
SILENT_S = 300.0  # a cellar that restarts needs no notice
FRESH_S = 300.0  # a retained state that is older says nothing of now
TOPICS: dict[str, Topic] = {
    "alarm_raised": "alarms", "alarm_repeated": "alarms", "alarm_cleared": "alarms",
    "asked": "questions", "announced": "questions",
    "rest_cue": "milestones", "complete": "milestones", "step": "milestones",
    "batch_started": "milestones", "batch_ended": "milestones",
}  # fmt: skip
SILENT = "cellar: silent"
SILENT_TODO = Sentence("Look whether brewpi, broker and network are up; nobody else watches the tanks meanwhile.")


class OpenAlarm(NamedTuple):
    """An alarm that somebody was told of; message: what its text is made of."""

    severity: str
    text: str
    message: MessagePayload | None = None


@dataclass(slots=True)
class Published:
    """What has been told: survives a restart of this process. open: by tank and key."""

    ids: dict[str, None] = field(default_factory=dict)
    open: dict[str, dict[str, OpenAlarm]] = field(default_factory=dict)

    def once(self, event_id: str) -> bool:
        """Whether this id is new; from now on it is not."""
        if event_id in self.ids:
            return False
        self.ids[event_id] = None
        while len(self.ids) > IDS_KEPT:
            del self.ids[next(iter(self.ids))]
        return True

    def of(self, tank: str) -> dict[str, OpenAlarm]:
        """What is open in a tank. Too many: the oldest alarm goes, or the tank that was silent longest."""
        open_ = self.open[tank] = self.open.pop(tank, {})
        while len(open_) > OPEN_KEPT:
            del open_[next(iter(open_))]
        while len(self.open) > TANKS_KEPT:
            del self.open[next(iter(self.open))]
        return open_


class NoticeFilter:
    """Of one site. shared: what has been told is kept together with that of other sites."""

    def __init__(self, site: str, published: Published, shared: bool = False) -> None:
        self.site, self.published = site, published
        self._prefix = f"{site}/" if shared else ""
        self._differs_since: dict[tuple[str, str], float] = {}  # the state says otherwise than what was told
        self._silent_since: float | None = None

    def receive(self, message: Message, now: float) -> Iterator[Notice]:
        """What a message makes worth telling; nothing for what cannot be read."""
        *_, tank, word = ("", "", *message.topic.split("/"))[-2:]
        if word == "event":
            event = read(EventPayload, message.payload)
            yield from self._event(tank, event) if event else ()
        elif word == "state":
            state = read(StatePayload, message.payload)
            yield from self.compare(tank, state, now) if state and is_fresh(state, now) else ()

    def _event(self, tank: str, event: EventPayload) -> Iterator[Notice]:
        kind, key, severity = event.kind, event.key, event.severity
        if kind not in TOPICS or event.id is None or not self.published.once(event.id):
            return
        if TOPICS[kind] == "alarms" and _is_of_cellar(key):
            if not self.published.once(f"{self._prefix}{kind} {key} {iso(event.at)}"):
                return  # another tank has said so at the same tick
            tank = ""
        open_ = self._of(tank)
        over = kind == "alarm_cleared"
        if over and key not in open_:
            return  # nobody was told that it began
        if kind == "alarm_raised" and key in open_ and open_[key].severity == severity:
            return  # the state had it before its event came
        if over:
            severity = open_.pop(key).severity
        elif TOPICS[kind] == "alarms":
            open_[key] = OpenAlarm(severity, event.text, event.message)
        todo = "" if over else event.todo
        yield Notice(
            event.id, iso(event.at), self.site, tank, TOPICS[kind], severity, event.text, todo, key, over, event.message
        )

    def _of(self, tank: str) -> dict[str, OpenAlarm]:
        return self.published.of(self._prefix + tank)

    def compare(self, tank: str, state: StatePayload, now: float) -> Iterator[Notice]:
        """Of a fresh state: the alarms that stand or are gone since longer than their event would take."""
        standing = {alarm.key: alarm for alarm in state.alarms}
        open_ = {*self._of(tank), *filter(_is_of_cellar, self._of(""))}
        untold = {key for key, alarm in standing.items() if key not in open_ and not alarm.acknowledged_by}
        differs = untold | (open_ - standing.keys())
        for where in [w for w in self._differs_since if w[0] == tank and w[1] not in differs]:
            del self._differs_since[where]
        for key in sorted(differs):
            if len(self._differs_since) > TANKS_KEPT * OPEN_KEPT:
                self._differs_since.clear()
            if now - self._differs_since.setdefault((tank, key), now) < SETTLES_S:
                continue
            del self._differs_since[tank, key]
            of = "" if _is_of_cellar(key) and key not in self._of(tank) else tank  # as an earlier version kept it
            yield self._raised(of, standing[key]) if key in untold else self._gone(of, key, iso(state.at))

    def _raised(self, tank: str, alarm: AlarmPayload) -> Notice:
        key, since = alarm.key, "" if alarm.since is None else iso(alarm.since)
        self._of(tank)[key] = OpenAlarm(alarm.severity, alarm.text, alarm.message)
        todo = alarm.todo or ""
        return Notice(
            f"{tank}-{key}-{since}", since, self.site, tank, "alarms", alarm.severity, alarm.text, todo, key,
            message=alarm.message,
        )  # fmt: skip

    def _gone(self, tank: str, key: str, at: str) -> Notice:
        before = self._of(tank).pop(key)
        text = Sentence("over: {what}", what=before.text)
        message = MessagePayload(key=text.key, values={"what": before.message or before.text})
        return Notice(
            f"{tank}-{key}-over-{at}", at, self.site, tank, "alarms", before.severity, text, "", key, True, message
        )

    def listen(self, why_silent: str | None, now: float) -> Iterator[Notice]:
        """Once in a while: why nothing is heard from the cellar, None if it is there. Who watches the watchman."""
        open_ = self._of("")
        at = iso(now)
        if why_silent is None:
            self._silent_since = None
            if SILENT in open_:
                yield self._gone("", SILENT, at)
            return
        if self._silent_since is None:
            self._silent_since = now
        if SILENT not in open_ and now - self._silent_since >= SILENT_S:
            text = Sentence(
                "nothing is heard from the cellar for {minutes:.0f} min: {why}", minutes=SILENT_S / 60.0, why=why_silent
            )
            message = MessagePayload.model_validate(text.message())
            open_[SILENT] = OpenAlarm("alarm", text, message)
            yield Notice(
                f"silent-{at}", at, self.site, "", "alarms", "alarm", text, SILENT_TODO, SILENT, message=message
            )


def _is_of_cellar(key: str | None) -> bool:
    """Whether an alarm stands in every tank alike: it is told once, of none of them."""
    return key is not None and entry_of(key).of_cellar


def is_fresh(state: StatePayload, now: float) -> bool:
    """Whether a state is of now, not one that a broker has kept since its cellar died."""
    return abs(now - state.at.timestamp()) <= FRESH_S
