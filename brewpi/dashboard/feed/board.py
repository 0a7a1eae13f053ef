"""What has been heard of each tank, how old it is, and who needs someone first. Pure: time is an argument.

A site has a clock of its own: what it says last, and the time since. It differs from the wall's where a clock is wrong,
or where a simulated cellar lives faster than we do; ages and intervals of its tanks are reckoned on it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import inf

from brewpi.alarms.catalogue import entry_of
from brewpi.dashboard.feed.archive import Archive
from brewpi.hardware.plug_context import Message
from brewpi.mqtt.batch_payloads import BATCHES
from brewpi.mqtt.payloads import (
    TOPICS,
    AckPayload,
    CurvePayload,
    EventPayload,
    ForecastPayload,
    ScorecardPayload,
    StatePayload,
    WhatIfPayload,
    read,
)
from brewpi.mqtt.state_payload import AlarmPayload, LastBatchPayload
from brewpi.mqtt.wire_types import Payload

STALE_S = 150.0  # a state is said again every minute
EVENTS_KEPT = 60
ACKS_KEPT = 200
TANKS_KEPT = 1000  # a broker full of nonsense does not fill the memory
WAITING = 10 * TANKS_KEPT  # messages: what is retained, some topics a tank, arrives at once
CURVES_READ = 32  # of the tanks whose pages are open
REPLACED = ("state", "forecast", "curve", "what_if")  # of these only the newest counts
NEEDS = ("alarm", "stale", "asks", "warning", "well")


@dataclass(slots=True)
class Tank:
    """The last that came of one tank. `received_at`: when its state arrived, on the clock of this machine; `version`
    grows with all that is heard."""

    site: str
    name: str
    state: StatePayload | None = None
    forecast: ForecastPayload | None = None
    curve_json: str = ""  # read where it is drawn, and five times as large when it is read
    started_at: datetime | None = None  # the first reading of the batch
    what_if_json: str = ""  # read on one page, and ten times as large when it is read
    received_at: float = -inf
    version: int = 0
    events: deque[EventPayload] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))

    def receive(self, payload: Payload) -> None:
        self.version += 1
        match payload:
            case StatePayload():
                self.state = payload
            case ForecastPayload():
                self.forecast = payload
            case WhatIfPayload():
                self.what_if_json = payload.json_text()
            case EventPayload():
                self.events.appendleft(payload)
            case CurvePayload():
                self.curve_json, self.started_at = payload.json_text(), payload.started_at

    @property
    def curve(self) -> CurvePayload | None:
        """The batch so far and what is ahead; None where nobody has told."""
        return _curve(self.curve_json) if self.curve_json else None

    @property
    def what_if(self) -> WhatIfPayload | None:
        """What other temperatures would change; None where nobody has told."""
        return read(WhatIfPayload, self.what_if_json.encode()) if self.what_if_json else None

    @property
    def last_batch(self) -> LastBatchPayload | None:
        """What was in a tank that somebody has emptied; None for one that is not."""
        return self.state.last_batch if self.state and self.state.batch is None else None


class Board:
    """Everything heard, by site and tank. `connected`: whether the broker is there; `version` grows with all of it."""

    def __init__(self) -> None:
        self.tanks: dict[tuple[str, str], Tank] = {}
        self.online: dict[str, bool] = {}
        self.ahead_s: dict[str, float] = {}  # how far a site's clock is ahead of ours
        self.scorecards: dict[str, ScorecardPayload] = {}
        self.acks: dict[str, AckPayload] = {}
        self.archive = Archive()
        self.connected = False
        self.version = 0
        self._sites: set[str] = set()
        self._said_at: dict[str, float] = {}  # when a site's availability came

    def receive(self, messages: Iterable[Message]) -> None:
        """Take in what arrived, in order; of what replaces itself only the newest."""
        arrived = list(messages)
        newest = {message.topic: message for message in arrived}
        for message in arrived:
            _, site, *rest = message.topic.split("/")
            if rest == ["availability"]:
                self.online[site] = message.payload == b"online"
                self._said_at[site] = message.at
            elif rest == ["scorecard"]:
                self._receive_scorecard(site, message.payload)
            elif len(rest) == 2 and rest[0] == BATCHES and rest[1] not in TOPICS:
                self.archive.receive(site, rest[1], message.payload)
            elif len(rest) == 2 and rest[1] in TOPICS:
                if rest[1] not in REPLACED or newest[message.topic] is message:
                    self._receive_tank((site, rest[0]), rest[1], message)
            else:
                continue
            self.version += 1

    def _receive_scorecard(self, site: str, payload: bytes) -> None:
        scorecard = read(ScorecardPayload, payload)
        if scorecard is not None:
            self.scorecards[site] = scorecard

    def _receive_tank(self, key: tuple[str, str], word: str, message: Message) -> None:
        if not message.payload:  # a tank that was removed
            if word == "state":
                self.tanks.pop(key, None)
                self._sites = {site for site, _ in self.tanks}
            return
        received = read(TOPICS[word], message.payload)
        if received is None:
            return
        if isinstance(received, AckPayload):
            self._receive_ack(received)
        elif key in self.tanks or len(self.tanks) < TANKS_KEPT:
            tank = self.tanks.setdefault(key, Tank(*key))
            self._sites.add(tank.site)
            tank.receive(received)
            if isinstance(received, StatePayload):
                self._receive_time(tank, received.at.timestamp(), message)

    def _receive_time(self, tank: Tank, at: float, message: Message) -> None:
        """A broker repeats what it retains: then only the sender's own time says how old it is."""
        if message.retained:
            tank.received_at = min(at, message.at)
        else:
            tank.received_at = message.at
            self.ahead_s[tank.site] = at - message.at
            if message.at > self._said_at.get(tank.site, inf):  # it speaks: who called it gone was wrong
                self.online[tank.site] = True

    def _receive_ack(self, ack: AckPayload) -> None:
        if ack.id:
            self.acks[ack.id] = ack
            while len(self.acks) > ACKS_KEPT:
                del self.acks[next(iter(self.acks))]

    def time_at(self, site: str, now: float) -> float:
        """The time on the clock of a site, by which its own times are judged; `now` is that of this machine."""
        return now + self.ahead_s.get(site, 0.0)

    def stale(self, tank: Tank, now: float) -> str | None:
        """Why a tank's numbers may be untrue: "unheard", "broker", "service" or "silent"; None if they are fresh."""
        if tank.state is None:
            return "unheard"
        if not self.connected:
            return "broker"
        if self.online.get(tank.site) is False:
            return "service"
        return "silent" if now - tank.received_at > STALE_S else None

    def ordered(self, now: float) -> list[Tank]:
        """Those who need someone first, then by completion."""
        return sorted(
            self.tanks.values(),
            key=lambda tank: (self.need(tank, now), _done(tank), tank.site, by_number(tank.name)),
        )

    def need(self, tank: Tank, now: float) -> int:
        """An index into NEEDS: an alarm that nobody has seen, stale, asks, a warning or a seen alarm, all is well. What
        concerns the whole cellar and somebody has seen is no tank's own: none would be well for as long as that."""
        alarms = tank.state.alarms if tank.state else []
        if any(alarm.severity == "alarm" and not alarm.acknowledged_by for alarm in alarms):
            return 0
        if self.stale(tank, now):
            return 1
        if tank.state and any(ask.standing == "asked" for ask in tank.state.asks):
            return 2
        return 3 if any(not is_seen_of_cellar(alarm) for alarm in alarms) else 4

    def empty(self, site: str) -> list[str]:
        """The tanks of a site that say that no batch is in them."""
        tanks = (tank for tank in self.tanks.values() if tank.site == site)
        return sorted((tank.name for tank in tanks if tank.state and tank.state.batch is None), key=by_number)

    @property
    def several(self) -> bool:
        """Whether there are several sites."""
        return len(self._sites) > 1

    def named(self, tank: Tank) -> str:
        """With its site where there are several."""
        return f"{tank.site} / {tank.name}" if self.several else tank.name


def is_seen_of_cellar(alarm: AlarmPayload) -> bool:
    """Whether it stands in every tank alike, and somebody takes care of it."""
    return bool(alarm.acknowledged_by) and entry_of(alarm.key).of_cellar


@lru_cache(maxsize=CURVES_READ)
def _curve(text: str) -> CurvePayload | None:
    return read(CurvePayload, text.encode())


def _done(tank: Tank) -> float:
    times = tank.forecast.complete_at if tank.forecast else None
    return times.p50.timestamp() if times else inf


def by_number(name: str) -> list[tuple[int, str]]:
    """To sort by: fv2 before fv10, as people count their tanks."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
