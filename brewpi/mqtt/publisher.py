"""What is said when: the state on change or once a minute, the forecast when there is a new one, the curve seldom."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import inf

from brewpi.alarms.events import EventDetector, Ids, is_about_a_command
from brewpi.forecast.what_if import WhatIf
from brewpi.mqtt import discovery, topics
from brewpi.mqtt.batch_history import BatchHistory
from brewpi.mqtt.curve import curve
from brewpi.mqtt.null import Link
from brewpi.mqtt.payloads import ModelPayload, ScorecardPayload
from brewpi.mqtt.topics import Topics
from brewpi.mqtt.wire_types import when
from brewpi.quantities import QUANTITIES
from brewpi.records import Batch, Event, Forecast, Report
from brewpi.store import Store

STATE_EVERY_S = 60.0
FORECAST_EVERY_S = 60.0  # at most
CURVE_EVERY_S = 300.0  # at most
WHAT_IF_EVERY_S = 300.0  # at most
ANNOUNCED = "announced"  # setting of the site: every topic that a broker has ever been told to keep
RETAINED = ("state", "forecast", "what_if", "curve")  # of each tank
CLEARED_AFTER_S = 5.0  # Home Assistant has let go of a tank by then, and does not stumble over its empty state
EVENTS_AT_ONCE = 20  # on their way to the broker; the others wait in the store
REFUSALS_AT_ONCE, REFUSALS_KEPT = 100, 200  # answers to refused commands: of all tanks in a tick, of one that wait


@dataclass(slots=True)
class LastPublished:
    """What was published last about one tank, and when."""

    detector: EventDetector
    state: tuple[object, ...] = ()
    state_at: float = -inf
    forecast: Forecast | None = None
    forecast_at: float = -inf
    history: BatchHistory = field(default_factory=BatchHistory)
    curve_at: float = -inf
    redraw: bool = False
    asked: Forecast | None = None  # the forecast that the last what-if was about, and what else it depended on
    asked_about: tuple[object, ...] = ()
    asked_at: float = -inf
    stale_s: dict[str, float] = field(default_factory=dict)


class Publisher:
    """The voice of a site. One for the whole cellar; `link` carries what it says.

    tanks: the names, each with what Home Assistant should call its area (or None); next_id: see `events.ids`;
    stepped_s: how far the wall clock has stepped from the cellar's (`SystemClock.stepped_s`);
    stale_s: by tank, what it measures, each with the age at which that is published as absent; limits_c: by tank,
    between which a setpoint may be, None where nothing is controlled; outputs: by tank, those that it has, by role;
    shared: by tank, the names of those that it shares with others.
    """

    def __init__(
        self,
        site: str,
        tanks: Mapping[str, str | None],
        link: Link,
        next_id: Ids,
        stepped_s: Callable[[], float] = lambda: 0.0,
        stale_s: Mapping[str, Mapping[str, float]] | None = None,
        home_assistant: str | None = "homeassistant",
        limits_c: Mapping[str, tuple[float, float] | None] | None = None,
        outputs: Mapping[str, frozenset[str]] | None = None,
        shared: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.topics = Topics(site)
        self.tanks = tanks
        self.link = link
        self.next_id = next_id
        self.stepped_s = stepped_s
        stale = stale_s or {}
        self._said = {
            name: LastPublished(EventDetector(name, next_id), stale_s=dict(stale.get(name, {}))) for name in tanks
        }
        self._acks: list[tuple[str, str]] = []
        self._refusals: dict[str, deque[str]] = {}  # by topic: a flood of them waits behind what was obeyed
        self._departed: set[str] = set()
        self._cleared_at = inf
        self._prefix = home_assistant
        self._limits_c, self._outputs, self._shared = limits_c or {}, outputs or {}, shared or {}
        self._births = link.subscribe(f"{home_assistant}/status") if home_assistant else None
        self._announce()

    def withdraw(self, store: Store, now: float) -> None:
        """Once, when the store is open: broker and Home Assistant forget what is no longer there, a tank that left the
        config, or all of them in Home Assistant where that was switched off. The record only grows: nobody knows
        whether the broker heard of it the last time."""
        current = {topic for topic, _ in self._announcements()}
        current |= {self.topics.of(tank, word) for tank in self.tanks for word in RETAINED}
        known = store.settings("").get(ANNOUNCED)
        known = {topic for topic in known if isinstance(topic, str)} if isinstance(known, list) else set()
        gone = known - current
        own = {topic for topic in gone if topic.startswith(f"{self.topics.base}/")}
        self._clear(gone - own)
        self._departed, self._cleared_at = own, now + CLEARED_AFTER_S
        if current - known:
            store.set("", ANNOUNCED, sorted(current | known), now)

    def restore(self, store: Store, batches: Mapping[str, Batch | None]) -> None:
        """After a restart: what the charts of these tanks' batches remember, and what was told of them."""
        for tank, batch in batches.items():
            if batch is not None:
                history, events = self._said[tank].history, store.events(tank, batch.started_at)
                self._said[tank].detector.restore(events)
                history.record_events(events)
                history.restore(store.past_forecasts(tank, batch.id))

    def publish(self, report: Report, now: float) -> list[Event]:
        """Say what is due about one tank. Returns what happened, for the store; `forward` sends it on."""
        if self._departed and now >= self._cleared_at:
            self._clear(self._departed)
            self._departed = set()
        last = self._said[report.tank]
        self._say_state(report, last, now)
        if report.forecast is not last.forecast and self._is_news(report.forecast, last, now):
            last.forecast, last.forecast_at, last.redraw = report.forecast, now, True
            last.history.record_forecast(report.forecast)
            self._say_forecast(report)
        events = last.detector.events(report)
        last.history.record_events(events)
        if any(event.kind.startswith("batch_") for event in events):
            last.curve_at = -inf  # what is drawn is another beer
        self._say_curve(report, last, now)
        return events

    def _say_forecast(self, report: Report) -> None:
        if not self.link.has_no_listeners:
            when = topics.said_at(report)
            self._retain(report, "forecast", topics.forecast(report.forecast, when, self.stepped_s()))

    def _say_curve(self, report: Report, last: LastPublished, now: float) -> None:
        """Once there is more to draw, but seldom."""
        if self.link.has_no_listeners or not (last.history.changed or last.redraw):
            return
        if now - last.curve_at >= CURVE_EVERY_S:
            last.curve_at, last.redraw = now, False
            self._retain(report, "curve", curve(report, self.stepped_s(), last.history))

    def _say_state(self, report: Report, last: LastPublished, now: float) -> None:
        """On change, or once a minute."""
        if self.link.has_no_listeners:
            return
        key = _meaning(report)
        if key != last.state or now - last.state_at >= STATE_EVERY_S:
            last.state, last.state_at = key, now
            outputs = self._outputs.get(report.tank)
            self._retain(report, "state", topics.state(report, self.stepped_s(), last.stale_s, outputs))

    def answer(self, report: Report, ask: Callable[[Report], WhatIf], now: float) -> None:
        """Say what another temperature would do, when there is a new forecast or another target, but seldom: asking
        costs more than a forecast does."""
        if self.link.has_no_listeners:
            return
        last, source = self._said[report.tank], report.forecast.source
        target_c = report.demand.target_c
        about = (source, report.state.batch, target_c and round(target_c))
        if report.forecast is last.asked and about == last.asked_about:
            return
        if about == last.asked_about and now - last.asked_at < WHAT_IF_EVERY_S:
            return
        last.asked, last.asked_about, last.asked_at = report.forecast, about, now
        self._retain(report, "what_if", topics.what_if(ask(report), topics.said_at(report), self.stepped_s()))

    def event(self, tank: str, now: float, kind: str, text: str, **details: object) -> Event:
        """Something that happened outside of the reports (a command obeyed); give it to the store."""
        happened = Event(self.next_id(), now, tank, kind, "info", text, details)
        if tank in self._said:
            self._said[tank].history.record_events([happened])
        return happened

    def ack(self, tank: str, command_id: str | None, why: str | None = None) -> None:
        """Answer a command with the next `forward`: `why` is the refusal, None if it was obeyed."""
        topic, payload = self.topics.of(tank, "ack"), topics.ack(command_id, why)
        if why is None:
            self._acks.append((topic, payload))
        else:
            self._refusals.setdefault(topic, deque(maxlen=REFUSALS_KEPT)).append(payload)

    def scorecard(self, figures: Mapping[str, object], now: float) -> None:
        """How past forecasts of the site turned out."""
        payload = ScorecardPayload.model_validate({"at": when(now + self.stepped_s()), **figures})
        self.link.retain(self.topics.scorecard, payload.json_text())

    def model(self, known: Mapping[str, object], now: float) -> None:
        """What forecasts at the site; `since` in it by the cellar's clock."""
        shift_s = self.stepped_s()

        def dated(fields: Mapping[str, object]) -> dict[str, object]:
            return {
                name: when(value + shift_s) if name in ("at", "since") and isinstance(value, float)
                else dated(value) if isinstance(value, Mapping) else value
                for name, value in fields.items()
            }  # fmt: skip

        self.link.retain(self.topics.model, ModelPayload.model_validate(dated({"at": now, **known})).json_text())

    def forward(self, store: Store) -> None:
        """Once a tick, after the store was flushed: commands are answered, for now what they changed survives a power
        cut; events go to the broker in order, and stay in the store as unsent until it has acknowledged them, so that
        neither an outage nor a restart loses one. Also greets Home Assistant when it has (re)started."""
        for topic, payload in self._acks:
            self.link.publish(topic, payload)
        self._acks.clear()
        for _ in range(min(REFUSALS_AT_ONCE, sum(map(len, self._refusals.values())))):
            topic = next(iter(self._refusals))
            waiting = self._refusals.pop(topic)
            self.link.publish(topic, waiting.popleft())
            if waiting:
                self._refusals[topic] = waiting  # behind the other tanks
        delivered = self.link.delivered()
        if delivered:
            store.sent(delivered)
        if store.unsent:
            shift_s = self.stepped_s()
            for event in sorted(store.unsent.values(), key=is_about_a_command)[:EVENTS_AT_ONCE]:
                self.link.publish_confirmed(event.id, self.topics.of(event.tank, "event"), topics.event(event, shift_s))
        if self._births and any(m.payload == b"online" for m in self._births.take()):
            self._announce()

    @staticmethod
    def _is_news(forecast: Forecast, last: LastPublished, now: float) -> bool:
        if last.forecast is None or forecast.source != last.forecast.source:
            return True
        if now - last.forecast_at < FORECAST_EVERY_S:
            return False
        older = now - last.forecast_at >= topics.EXPIRES_S / 4
        return older or replace(forecast, at_h=0.0) != replace(last.forecast, at_h=0.0)

    def _clear(self, retained: set[str]) -> None:
        for topic in sorted(retained):
            self.link.retain(topic, "")

    def _retain(self, report: Report, word: str, payload: str) -> None:
        self.link.retain(self.topics.of(report.tank, word), payload)

    def _announce(self) -> None:
        for topic, payload in self._announcements():
            self.link.retain(topic, payload)

    def _announcements(self) -> Iterator[tuple[str, str]]:
        if self._prefix:
            for tank, area in self.tanks.items():
                limits_c = self._limits_c.get(tank, discovery.WIDEST_C)
                measured, outputs = frozenset(self._said[tank].stale_s), self._outputs.get(tank, frozenset())
                shown = discovery.Shown(area, limits_c, measured, outputs, self._shared.get(tank, frozenset()))
                yield from discovery.configs(self.topics, tank, shown, self._prefix)


def _meaning(report: Report) -> tuple[object, ...]:
    """What about a state is worth saying before the minute is over."""
    measured, demand, command = report.state.measured, report.demand, report.command
    beer, room, sg = measured.get("beer_c"), measured.get("room_c"), measured.get("sg")
    return (
        beer and round(beer.value, 1),
        room and round(room.value),
        sg and round(sg.value, 3),
        demand.step,
        demand.target_c and round(demand.target_c, 1),
        tuple(role for role, duty in command.duties.items() if duty > 0.0),
        tuple(report.shared.items()),
        command.alarms,
        tuple((ask.key, ask.standing, ask.times) for ask in demand.asks),
        demand.modes,
        report.state.doses,
        command.drain and (command.drain.standing, tuple(p.met for p in command.drain.permissives)),
        report.state.batch,
        report.phase,
        tuple(wanted.met for wanted in demand.requirements),
        tuple(m.value for name, m in measured.items() if QUANTITIES[name].binary),
        tuple((one.last.sensor, one.last.quantity, one.how, one.by) for one in report.sensors),
    )
