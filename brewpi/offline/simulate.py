"""`brewpi simulate`: your own config through virtual time. Sensors and outputs are their simulated siblings; recipe,
interlocks, forecaster and store are the real ones."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from brewpi.cellar.build import build, simulated, vessels_for
from brewpi.cellar.cellar import Cellar
from brewpi.cellar.tank import Tank
from brewpi.clock import VirtualClock
from brewpi.config.options import Config
from brewpi.hardware.interrupt import until_interrupted
from brewpi.mqtt import topics
from brewpi.records import Event, Forecast, Report
from brewpi.store import Store

TICK_S = 60.0
TELL_EVERY_H = 12.0  # to a person
ANSWERS_S, OBLIGING = 600.0, "the obliging operator"
JSON_EVERY_H = 1.0  # to a program


def simulated_cellar(config: Config, clock: VirtualClock, seed: int = 0, record: Path | None = None) -> Cellar:
    """The cellar of a config on simulated tanks, with its record in a file or in memory; nobody listens."""
    alone = simulated(config).model_copy(update={"mqtt": None})
    store = Store(config.store.model_copy(update={"path": record}) if record else None, is_of_a_cellar=False)
    return build(alone, clock.now, vessels=vessels_for(alone, clock.now(), seed), store=store)


def simulate(
    config: Config, days: float, seed: int, as_json: bool, *, obliging: bool = False, record: Path | None = None
) -> None:
    """Pitch every tank and print what happens, for `days` of virtual time. obliging: an operator says yes to all;
    record: the file to keep, as the service keeps one."""
    clock = VirtualClock()
    start = clock.now()
    tell: EventPrinter = JsonEventPrinter(start) if as_json else EventPrinter(start)
    cellar = simulated_cellar(config, clock, seed, record)
    with cellar.opened(start):
        for name, tank in cellar.tanks.items():
            usual = cellar.operator.default_batch[name]
            batch = replace(usual, started_at=start, id=f"{name}-{seed}", name=f"simulated {name}")
            cellar.operator.start_batch(tank, batch, start)
        printed: set[str] = set()
        for tick in until_interrupted(count()):
            now = start + tick * TICK_S
            if now > start + days * 86_400.0:
                break
            clock.time = now
            reports = cellar.tick(now)
            for event in cellar.store.unsent.values():
                if event.id not in printed:
                    printed.add(event.id)
                    tell.event(event)
            cellar.store.sent(list(cellar.store.unsent))
            if obliging:
                for report in reports:
                    say_yes(cellar.tanks[report.tank], report, now)
            if (now - start) % (tell.every_h * 3600.0) == 0.0:
                for report in reports:
                    tell.report(report)


def say_yes(tank: Tank, report: Report, now: float) -> None:
    """What an operator does who agrees to everything, some minutes after it is asked: questions, the words that a step
    waits for once nothing else is missing, and the two words that open the drain."""
    for ask in report.demand.asks:
        if ask.standing == "asked" and now - ask.since >= ANSWERS_S:
            tank.approvals.confirm(ask.action, OBLIGING, now)
    steps = tank.recipe.steps
    for word in steps.words if steps else ():
        if f"waits, {word} waits for an operator" in report.demand.why:
            tank.approvals.confirm(word, OBLIGING, now)
    gate, drain, batch = tank.interlocks.drain, tank.approvals.drain, report.state.batch
    if gate is None or drain is None or batch is None:
        return
    if drain.standing == "armed" and now - drain.since >= 60.0:
        drain.confirm(OBLIGING, batch.id, now)
    elif drain.opened_for is None and report.demand.transfer is not None:
        drain.arm(OBLIGING, now, gate.missing)


class EventPrinter:
    """For a person: a line a tank twice a day, and every event."""

    every_h = TELL_EVERY_H

    def __init__(self, start: float) -> None:
        self.start = start

    def when(self, at: float) -> str:
        """Days and hours since pitching."""
        hours = (at - self.start) / 3600.0
        return f"day {int(hours // 24):2d} {int(hours % 24):02d}h"

    def report(self, report: Report) -> None:
        """How a tank is doing."""
        measured = report.state.measured
        sg, beer = measured.get("sg"), measured.get("beer_c")
        gravity = f"{sg.value:.4f}" if sg else "  -   "
        degrees = f"{beer.value:5.1f} °C" if beer else "   -    "
        print(f"{self.when(report.at)}  {report.tank:8}  {gravity}  {degrees}  {spoken(report.forecast)}", flush=True)
        print(f"{'':21}{report.command.why}")

    def event(self, event: Event) -> None:
        print(f"{self.when(event.at)}  {event.tank:8}  * {event.text}", flush=True)


class JsonEventPrinter(EventPrinter):
    """For a program: the payloads of the MQTT topics, an object a line, every hour."""

    every_h = JSON_EVERY_H

    def report(self, report: Report) -> None:
        """State and forecast of a tank."""
        self._print("state", report.tank, report.at, json.loads(topics.state(report)))
        self._print("forecast", report.tank, report.at, json.loads(topics.forecast(report.forecast, report.at)))

    def event(self, event: Event) -> None:
        """What happened; without its id, which is another at every run."""
        fields = json.loads(topics.event(event))
        del fields["id"]
        self._print("event", event.tank, event.at, fields)

    def _print(self, what: str, tank: str, at: float, fields: dict[str, Any]) -> None:
        hours = round((at - self.start) / 3600.0, 4)
        print(json.dumps({"topic": what, "tank": tank, "elapsed_h": hours, **fields}, ensure_ascii=False), flush=True)


def spoken(forecast: Forecast) -> str:
    """A forecast as one says it: "done in 34 h (21-55 h)"."""
    band = forecast.remaining_h
    if band is None:
        return f"no forecast: {forecast.why}"
    if band.p90 < 0.5:
        return "done"
    by = "" if forecast.actionable else f", {forecast.why or forecast.source}"
    return f"done in {band.p50:.0f} h ({band.p10:.0f}-{band.p90:.0f} h){by}"
