"""The cellar of the demo: what a brewer would write for four tanks, and what is really in them."""

from __future__ import annotations

import time
from dataclasses import replace

from brewpi.cellar.build import build
from brewpi.cellar.cellar import Cellar
from brewpi.clock import VirtualClock
from brewpi.config.config import loads
from brewpi.config.options import Config
from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.topics import Topics
from brewpi.plant.simulated_tank import ALE, HUNGRY_MEAD, LAGER, STUCK, Brew, Vessel
from brewpi.store import Store

SITE = "demo"
TICK_S = 60.0
EARLIER_TICK_S = 300.0
EARLIER_H = 36  # what has happened before one begins to watch
CELLAR_S_PER_S = 3600.0
# While a drain is armed a person has five minutes of the cellar's for the second word: then it lives slower.
READY_S_PER_S = 120.0  # and before, once it may be armed: a person has to see that, and to walk up to it
SLOWER = {"armed": 10.0, "confirmed": 10.0, "open": 60.0}

BREWS: dict[str, Brew] = {"ale": ALE, "lager": LAGER, "mead": HUNGRY_MEAD, "stuck": replace(STUCK, room_c=18.0)}
MEDIUM = {"mead": "mead"}
TARGET_C = {"ale": 19.0, "lager": 11.0, "mead": 18.0, "stuck": 19.0}

TANK = """
[tanks.{name}]
volume_l = 1000
medium = "{medium}"
{recipe}
alarms = {{ repeat_alarm_s = 86_400, repeat_warning_s = 604_800 }}
[tanks.{name}.temperature]
target_c = {target_c}
[tanks.{name}.sensors]
beer = {{ kind = "simulated", measure = ["beer_c"], every_s = 60 }}
gravity = {{ kind = "simulated", measure = ["sg"], every_s = 900 }}
room = {{ kind = "simulated", measure = ["room_c"], every_s = 60 }}
hand = {{ kind = "manual" }}
[tanks.{name}.outputs]
heat = {{ kind = "simulated", role = "heat" }}
cool = {{ kind = "simulated", role = "cool" }}
"""
# The ale may be drained, the mead is fed; both ask before each step. The other two are held at their temperature.
RECIPE = {"ale": 'recipe = "ale"', "mead": 'recipe = "mead"'}
MORE = """
[tanks.ale.sensors.transfer]
kind = "simulated"
measure = ["vent_open", "level_low"]
every_s = 5
[tanks.ale.outputs.drain]
kind = "simulated"
role = "drain"
[tanks.ale.draining]
longest_s = 3600
[tanks.mead.outputs.nutrient]
kind = "simulated"
role = "nutrient"
[tanks.mead.dosing]
solution_mg_ml = 100.0
max_ml_per_dose = 1000
max_ml_per_day = 2000
max_mg_l_per_batch = 250
"""


def config(port: int) -> Config:
    """Four tanks, and the broker on this machine."""
    tanks = "".join(
        TANK.format(
            name=name, medium=MEDIUM.get(name, "beer"), target_c=TARGET_C[name], recipe=RECIPE.get(name, "")
        )
        for name in BREWS
    )
    text = f'site = "{SITE}"\n[mqtt]\nhost = "127.0.0.1"\nport = {port}\n{tanks}{MORE}'
    return loads(text, "demo")


class DemoCellar:
    """The real cellar on simulated tanks, an hour of it for as long as one likes. Nothing is kept on disk.

    It has a calendar of its own, an hour a second, in which it publishes. Who sends it a command lives by the wall
    clock, and by that the age of a command is judged.
    """

    def __init__(self, port: int, seed: int = 0, begins_at: float | None = None) -> None:
        """begins_at: of its calendar, Unix seconds; a day and a half ago where not given."""
        asked = config(port)
        now = time.time() - 3600.0 * EARLIER_H if begins_at is None else begins_at
        self.clock = VirtualClock(now)
        vessels = {name: Vessel(brew, now=now, seed=seed + n) for n, (name, brew) in enumerate(BREWS.items())}
        assert asked.mqtt is not None
        self.cellar: Cellar = build(
            asked,
            self.clock.now,
            vessels=vessels,
            link=MqttLink(asked.mqtt, Topics(SITE).availability, time.time),  # the broker lives in real time
            store=Store(),
        )
        self.cellar.operator.senders_ahead_s = lambda: time.time() - self.clock.time

    @property
    def pace(self) -> float:
        """Seconds of the cellar in one of the wall clock's."""
        drains = (tank.interlocks.drain for tank in self.cellar.tanks.values())
        paces = (
            READY_S_PER_S if d.may_be_armed else SLOWER.get(d.approval.standing, CELLAR_S_PER_S) for d in drains if d
        )
        return min(paces, default=CELLAR_S_PER_S)

    def pitch(self) -> None:
        """Four batches begin."""
        now = self.clock.time
        for name, tank in self.cellar.tanks.items():
            batch = replace(self.cellar.operator.default_batch[name], started_at=now, id=name, name=name)
            self.cellar.operator.start_batch(tank, batch, now)

    def live(self, seconds: float, tick_s: float) -> None:
        """Let the cellar live for so many seconds of its own time; for fewer once it should live slower, or what a
        person has just armed would be over within the same frame."""
        until, pace = self.clock.time + seconds, self.pace
        while self.clock.time < until and self.pace >= pace:
            self.cellar.tick(self.clock.advance(tick_s))
