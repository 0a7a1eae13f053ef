"""What a tank has learnt in a batch and does not know any more after a restart: a list, each with why it may be."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.cellar.tank import Tank, TankSnapshot
from brewpi.outputs.simulated import Simulated as Output
from brewpi.plant.simulated_tank import ALE
from brewpi.records import Reading
from brewpi.sensors.simulated import Simulated as Sensor

TICK_S = 60.0
PARTS = ("recipe", "interlocks", "alarm_manager", "alarm_monitors", "life_cycle", "absorber", "forecaster")
MEASURED = "is measured anew"
OFF = "every output is off at the start, and its rest begins"
MINUTES = "minutes, in which nothing is decided by it"
SAID = "is worked out again with the next tick"
LOST: Mapping[str, str] = {}


@pytest.fixture
def bench(tmp_path):
    floating = Sensor(measure=("sg", "beer_c"), every_s=900.0)
    options = tank_options(19.0, floating=floating).model_copy(
        update={"outputs": {"cool": Output(role="cool", compressor=True, duty_max=0.8),
                            "heat": Output(role="heat", cycle_s=600.0)}}
    )  # fmt: skip
    bench = CellarBench(tmp_path, fv1=options)
    bench.vessels["fv1"].brew = replace(ALE, room_c=14.0, room_swing_c=4.0)
    bench.send("start_batch", name="Pale", og=1.050, medium="beer")
    yield bench
    bench.power_off()


def go(bench: CellarBench, hours: float, tick_s: float = TICK_S) -> None:
    for _ in range(round(hours * 3600.0 / tick_s)):
        bench.now += tick_s
        bench.last = {report.tank: report for report in bench.cellar.tick(bench.now)}


def again(bench: CellarBench) -> Tank:
    """The tank as a new process has it, of what the store would hold now."""
    tank = bench.cellar.tanks["fv1"]
    held, skipped = TankSnapshot.read(json.loads(tank.snapshot().model_dump_json()))
    assert not skipped.damaged
    blank: Tank = bench.cellar.operator.restart.blank("fv1")
    blank.restore(held, bench.now)
    return blank


def apart(one: Any, other: Any, path: str) -> Iterator[str]:
    """Paths of what differs, the keys of tables left out."""
    if type(one) is not type(other):
        yield path
    elif isinstance(one, Mapping):
        for key in {*one, *other}:
            yield from apart(one.get(key), other.get(key), f"{path}.*")
    elif isinstance(one, list | tuple | deque):
        if list(one) != list(other):
            yield path
    elif fields := _fields(one):
        for name in fields:
            yield from apart(getattr(one, name, None), getattr(other, name, None), f"{path}.{name}")
    elif one != other:
        yield path


def _fields(thing: Any) -> list[str]:
    if not type(thing).__module__.startswith("brewpi.") or hasattr(type(thing), "model_fields"):
        return []
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*slots, *getattr(thing, "__dict__", {})]


def test_each_thing_that_a_restart_loses_may_be_lost(bench):
    go(bench, 60.0)
    blank, tank = again(bench), bench.cellar.tanks["fv1"]
    lost = {way for part in PARTS for way in apart(getattr(tank, part), getattr(blank, part), part)}
    assert lost == set(LOST)
