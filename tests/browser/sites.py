"""Many breweries on one broker: what real cellars on simulated tanks have said, said again by every tank with its own
temperature, so that one can tell when which number stands on a screen."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from brewpi.clock import VirtualClock
from brewpi.config.config import Config, loads
from brewpi.forecast.what_if import WhatIf
from brewpi.mqtt import Mqtt, topics
from brewpi.mqtt.batch_history import BatchHistory
from brewpi.mqtt.curve import curve
from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.topics import Topics
from brewpi.offline.simulate import simulated_cellar
from brewpi.records import Forecast, Interval, Measured, Report

STATE_S = (5.0, 10.0)  # between two temperatures of a tank: a tenth of what cellars do
FORECAST_S, CURVE_S = 60.0, 300.0
JITTER_H = 0.2  # of the time of completion, from one forecast to the next
TICK_S = 300.0
LOWEST_C, STEPS = 10.0, 200  # 10.0 to 29.9 °C, and then again from below: a number names its state for 17 min or more
TANK = """
[tanks.fv{number}]
volume_l = {volume_l}
temperature = {{ target_c = {target_c} }}
sensors.probe = {{ kind = "simulated", measure = ["beer_c", "sg", "room_c"], every_s = 60 }}
outputs.heat = {{ kind = "simulated", role = "heat" }}
outputs.cool = {{ kind = "simulated", role = "cool" }}
"""


@dataclass(frozen=True, slots=True)
class Word:
    """What a tank says of itself."""

    report: Report
    diary: BatchHistory
    what_if: WhatIf


def lived(tanks: int, hours: float = 60.0, seed: int = 7) -> list[Word]:
    """The last word of so many tanks, each some hours older than the one before."""
    text = "".join(
        TANK.format(number=n, volume_l=500 + 100 * n, target_c=11 + n) for n in range(1, tanks + 1)
    )
    config: Config = loads(f'site = "one"\n{text}', "load")
    clock = VirtualClock()
    cellar = simulated_cellar(config, clock, seed)
    reports: dict[str, Report] = {}
    diaries = {name: BatchHistory() for name in cellar.tanks}
    with cellar.opened(clock.now()):
        cellar.tick(clock.advance(TICK_S))
        waiting = list(cellar.tanks.items())
        for tick in range(int(hours * 3600.0 / TICK_S)):
            if waiting and tick % 36 == 0:  # another one is pitched every three hours
                name, tank = waiting.pop()
                batch = replace(cellar.operator.default_batch[name], started_at=clock.now(), id=name, name=name)
                cellar.operator.start_batch(tank, batch, clock.now())
            reports = {report.tank: report for report in cellar.tick(clock.advance(TICK_S))}
            cellar.store.sent(list(cellar.store.unsent))
            for name, report in reports.items():
                diaries[name].record_forecast(report.forecast)
        return [Word(said, diaries[name], cellar.tanks[name].what_if(said)) for name, said in reports.items()]


def moved(report: Report, now: float, beer_c: float | None = None) -> Report:
    """The same word, said at another time, and with another temperature."""
    shift_s = now - report.at
    history = tuple((at + shift_s, sg, c) for at, sg, c in report.state.history)
    measured = {quantity: replace(m, at=now) for quantity, m in report.state.measured.items()}
    if beer_c is not None:
        measured["beer_c"] = Measured(beer_c, now, beer_c)
    batch = report.state.batch and replace(report.state.batch, started_at=report.state.batch.started_at + shift_s)
    return replace(report, at=now, state=replace(report.state, history=history, measured=measured, batch=batch))


def later(said: Forecast, hours: float) -> Forecast:
    """The same forecast for a batch that is so much slower."""
    band = said.remaining_h
    if band is None:
        return said
    return replace(said, remaining_h=Interval(*(max(0.0, end + hours) for end in (band.p10, band.p50, band.p90))))


@dataclass(slots=True)
class Voice:
    """One tank: when it speaks next, which temperature it will say, and by how much later than the one that it repeats
    it will be complete."""

    site: str
    word: Word
    began_at: float
    later_h: float
    step: int
    state_at: float
    forecast_at: float
    curve_at: float

    def speak(self, link: MqttLink, now: float, random: Random) -> tuple[str, str, float] | None:
        """What is due. Returns tank, temperature as it is read and the time, if a new one was said."""
        word, tank = self.word, self.word.report.tank
        of = partial(Topics(self.site).of, tank)
        if now >= self.curve_at:
            self.curve_at += CURVE_S
            link.retain(of("curve"), curve(moved(word.report, now), past=word.diary))
            link.retain(of("what_if"), topics.what_if(word.what_if, now))
        if now >= self.forecast_at:
            self.forecast_at += FORECAST_S
            said = later(word.report.forecast, self.later_h + random.gauss(0.0, JITTER_H))
            link.retain(of("forecast"), topics.forecast(said, self.began_at))
        if now < self.state_at:
            return None
        self.state_at = now + random.uniform(*STATE_S)
        self.step = (self.step + 1) % STEPS
        beer_c = round(LOWEST_C + 0.1 * self.step, 1)
        payload = topics.state(moved(word.report, now, beer_c))
        said_at = time.time()
        link.retain(of("state"), payload)
        return f"{self.site}/{tank}", f"{beer_c:.1f}", said_at


class Sites:
    """All of them, each with its own connection."""

    def __init__(self, port: int, sites: int, tanks: int, seed: int = 7) -> None:
        self.random = Random(seed)
        names = [f"site{number:02}" for number in range(1, sites + 1)]
        self.links = {
            name: MqttLink(Mqtt(host="127.0.0.1", port=port), Topics(name).availability, time.time) for name in names
        }
        now = time.time()
        words = lived(tanks, seed=seed)
        self.voices = [
            Voice(name, word, now, self.random.uniform(-24.0, 48.0), self.random.randrange(STEPS), now, now, now)
            for name in names for word in words
        ]  # fmt: skip

    def start(self) -> None:
        for link in self.links.values():
            link.start()

    @property
    def online(self) -> bool:
        return all(link.online for link in self.links.values())

    def spread(self, now: float) -> None:
        """Everything has been said once; from now on each tank speaks in its own time."""
        for voice in self.voices:
            voice.state_at = now + self.random.uniform(0.0, STATE_S[1])
            voice.forecast_at = now + self.random.uniform(0.0, FORECAST_S)
            voice.curve_at = now + self.random.uniform(0.0, CURVE_S)

    def speak(self) -> list[tuple[str, str, float]]:
        """Whatever is due."""
        now = time.time()
        said = [voice.speak(self.links[voice.site], now, self.random) for voice in self.voices]
        for link in self.links.values():
            link.pump()
        return [one for one in said if one]

    def stop(self) -> None:
        for link in self.links.values():
            link.stop()
