"""`make bench`: the figures of speed and size, each beside its aim.

Timings depend on the machine, so a forecast is also given as a ratio to a scipy fit of the same readings in the same
run. The last column says whether the aim is met here.
"""

from __future__ import annotations

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from brewpi.cellar.cellar import Cellar
from brewpi.clock import VirtualClock
from brewpi.config.config import Config, loads
from brewpi.estimation.state import batch_series
from brewpi.forecast.fitted_curve import looked_at
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import Model, default_directory
from brewpi.offline.simulate import simulated_cellar
from brewpi.records import Batch, BatchSeries

TANK = """
[tanks.fv{n}]
volume_l = 1000
[tanks.fv{n}.temperature]
target_c = 19.0
[tanks.fv{n}.sensors]
beer = {{ kind = "simulated", measure = ["beer_c"] }}
gravity = {{ kind = "simulated", measure = ["sg"], every_s = 900 }}
[tanks.fv{n}.outputs]
heat = {{ kind = "simulated", role = "heat" }}
cool = {{ kind = "simulated", role = "cool" }}
"""
FULL = """
[tanks.fv0.draining]
longest_s = 3600
[tanks.fv0.dosing]
solution_mg_ml = 20
max_ml_per_dose = 6000
max_ml_per_day = 8000
[tanks.fv0.sensors.air]
kind = "simulated"
measure = ["room_c", "humidity_pct", "glycol_c", "top_bar", "vent_open", "level_low", "door_open"]
[tanks.fv0.outputs.drain]
kind = "simulated"
role = "drain"
[tanks.fv0.outputs.nutrient]
kind = "simulated"
role = "nutrient"
ml_per_s = 5
"""
FORTNIGHT_TICKS = 14 * 24 * 60
HOUR_TICKS = 720  # of 5 s
PREFIX_H, EVERY_H, PREFIXES = 72.0, 0.25, 40  # as a tank asks: once a reading, never twice the same
MIB = 1024 * 1024
# What `brewpi run` imports and does, without this file's own libraries: prints its resident memory in KiB.
AN_HOUR = f"""
import sys
from pathlib import Path
from brewpi.clock import VirtualClock
from brewpi.cli import app
from brewpi.config.config import load
from brewpi.service import daemon
from brewpi.offline.simulate import simulated_cellar
clock = VirtualClock()
cellar = simulated_cellar(load(Path(sys.argv[1])), clock)
with cellar.opened(clock.now()):
    for _ in range({HOUR_TICKS}):
        cellar.tick(clock.advance(5.0))
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""


@dataclass(frozen=True)
class Figure:
    """One line of the table: what, how much, in which unit, and the aim as text with its verdict."""

    what: str
    value: float
    unit: str
    aim: str = ""
    met: bool | None = None


def bench(
    seconds: Annotated[float, typer.Option(help="how long brewpi run is watched")] = 60.0,
    only: Annotated[str | None, typer.Option(help="fortnight, forecast, daemon, ticks or record")] = None,
) -> None:
    """Measure, print, and never fail: an aim that is missed is said."""
    table = Table("figure", "measured", "aim", "")
    for name, measure in {
        "fortnight": fortnight,
        "forecast": forecast,
        "daemon": lambda: daemon(seconds),
        "ticks": ticks,
        "record": record,
    }.items():
        if only in (None, name):
            for figure in measure():
                verdict = "" if figure.met is None else "met" if figure.met else "MISSED"
                table.add_row(figure.what, f"{figure.value:,.3g} {figure.unit}", figure.aim, verdict)
    Console().print(table)


def config(tanks: int) -> Config:
    """A site of simulated tanks, alone."""
    return loads(text(tanks), "bench.toml")


def text(tanks: int) -> str:
    """A config as TOML."""
    return 'site = "bench"\n' + "".join(TANK.format(n=n) for n in range(tanks))


def pitched(tanks: int, site: Config | None = None) -> tuple[Cellar, VirtualClock, contextlib.ExitStack]:
    """A cellar in which every tank has just been pitched; the stack closes it. site: one of so many plain tanks."""
    clock = VirtualClock()
    cellar = simulated_cellar(site or config(tanks), clock)
    stack = contextlib.ExitStack()
    stack.enter_context(cellar.opened(clock.now()))
    for name, tank in cellar.tanks.items():
        cellar.operator.start_batch(tank, Batch(clock.now(), id=name, medium="beer"), clock.now())
    return cellar, clock, stack


def fortnight() -> list[Figure]:
    """Four tanks for two weeks at one-minute ticks, through model, store and a link to nobody."""
    cellar, clock, stack = pitched(4)
    with stack:
        begun = time.perf_counter()
        for _ in range(FORTNIGHT_TICKS):
            cellar.tick(clock.advance(60.0))
            cellar.store.sent(list(cellar.store.unsent))
        took_s = time.perf_counter() - begun
    return [Figure("a fortnight of four tanks, a tick a minute", took_s, "s", "< 20 s", took_s < 20.0)]


def forecast() -> list[Figure]:
    """Features and interpreter for one tank, beside a scipy logistic fit of the same readings."""
    from training.evaluation.baselines import curve_fit

    batch, model = _batch(), Model.load(default_directory())
    prefixes = [(batch.until(at_h), at_h) for at_h in PREFIX_H + EVERY_H * np.arange(PREFIXES)]
    untold = [(replace(past, medium=None), at_h) for past, at_h in prefixes]
    tank, untold_tank, fit = TankForecaster(Pool(model)), TankForecaster(Pool(model)), curve_fit("logistic fit")
    rounds = [
        (
            _each_us(tank.at, prefixes),
            _each_us(lambda *asked: fit([asked]), prefixes[::10]),
            _each_us(untold_tank.at, untold),
            _each_us(lambda *asked: _with_a_plan(tank, *asked), prefixes[:10]),
            _each_us(lambda *asked: TankForecaster(Pool(model)).at(*asked), prefixes[::4]),
        )
        for _ in range(15)
    ]
    looked = [looked_at(past.hours) for past, _ in prefixes]
    anew = [before != now for before, now in pairwise(looked)]
    usual_us, anew_us = (
        statistics.median(us for ours, *_ in rounds for us, one in zip(ours, anew, strict=True) if one == kind)
        for kind in (False, True)
    )
    mean_us = statistics.fmean(anew_us if one else usual_us for one in anew)
    scipy_us, untold_us, planned_us, first_us = (
        statistics.median(us for measured in rounds for us in measured[k]) for k in (1, 2, 3, 4)
    )
    usual, mean = scipy_us / usual_us, scipy_us / mean_us
    return [
        Figure("one forecast, features and interpreter", usual_us, "µs"),
        Figure("the same, when the curves look anew", anew_us, "µs"),
        Figure("the same, mean of all ticks", mean_us, "µs"),
        Figure("the same, told nothing", untold_us, "µs"),
        Figure("the same, with a temperature planned", planned_us, "µs"),
        Figure("the same, the first that a tank asks for", first_us, "µs"),
        Figure("a scipy logistic fit of the same readings", scipy_us, "µs"),
        Figure("the forecast is faster by", usual, "times", "≥ 20", usual >= 20.0),
        Figure("the same, mean of all ticks", mean, "times", "≥ 20", mean >= 20.0),
    ]


def _with_a_plan(tank: TankForecaster, past: BatchSeries, at_h: float) -> None:
    """What a tank asks then: without, until completion, until the rest cue."""
    for planned_c in (None, 21.0, 20.0):
        tank.at(replace(past, planned_temp_c=planned_c), at_h)


def _batch() -> BatchSeries:
    """The first days of a simulated ale as its tank remembers them."""
    cellar, clock, stack = pitched(1)
    with stack:
        for _ in range(int((PREFIX_H + EVERY_H * PREFIXES) * 60)):
            cellar.tick(clock.advance(60.0))
        return batch_series(cellar.tanks["fv0"].state, None)


def _each_us(call: Callable[[BatchSeries, float], object], asked: Sequence[tuple[BatchSeries, float]]) -> list[float]:
    """All but the first, before which a tank has another past. Of this thread's processor time: on a busy machine the
    longer of two calls waits more often."""
    call(*asked[0])
    took = []
    for past, at_h in asked[1:]:
        begun = time.thread_time()
        call(past, at_h)
        took.append(1e6 * (time.thread_time() - begun))
    return took


def daemon(seconds: float) -> list[Figure]:
    """`brewpi run` with eight tanks as a process: memory, start, and share of a core."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.toml"
        path.write_text(text(8), encoding="utf-8")
        hour = subprocess.run([sys.executable, "-c", AN_HOUR, str(path)], capture_output=True, text=True, check=True)
        ready_s, share, resident_mib = _watched(path, Path(folder) / "notify", seconds)
    after_hour_mib = int(hour.stdout) * 1024 / MIB
    return [
        Figure("eight tanks: resident after an hour of ticks", after_hour_mib, "MiB", "< 90 MiB", after_hour_mib < 90),
        Figure(f"brewpi run, eight tanks: resident after {seconds:.0f} s", resident_mib, "MiB"),
        Figure("brewpi run: from start to first tick", ready_s, "s", "< 2 s", ready_s < 2.0),
        Figure(f"brewpi run: share of a core over {seconds:.0f} s", 100 * share, "%", "< 3 %", share < 0.03),
    ]


def _watched(path: Path, address: Path, seconds: float) -> tuple[float, float, float]:
    """Seconds to READY, share of a core after it, resident MiB."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(address))
        supervisor.settimeout(60.0)
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "brewpi", "run", str(path)],
            env={**os.environ, "NOTIFY_SOCKET": str(address)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=path.parent,  # where its record goes
        )
        try:
            while b"READY=1" not in supervisor.recv(1024):
                pass
            ready_s = time.perf_counter() - begun
            used_s = _cpu_s(process.pid)
            time.sleep(seconds)
            share = (_cpu_s(process.pid) - used_s) / seconds
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
            resident_kib = int(next(line.split()[1] for line in status if line.startswith("VmRSS")))
        finally:
            process.terminate()
            process.wait(20)
    return ready_s, share, resident_kib * 1024 / MIB


def _cpu_s(pid: int) -> float:
    """User and system time of a process, proc(5): fields 14 and 15 of stat."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def record() -> list[Figure]:
    """Six hours of a tank with every output and nine quantities, a tick each five seconds, as the store keeps them."""
    brewed = text(1).replace("volume_l = 1000", 'volume_l = 1000\nrecipe = "ale"')
    cellar, clock, stack = pitched(1, loads(brewed + FULL, "bench.toml"))
    with stack:
        for _ in range(6 * HOUR_TICKS):
            cellar.tick(clock.advance(5.0))
            cellar.store.sent(list(cellar.store.unsent))
        cellar.store.flush(clock.now())
        ((blocks,),) = cellar.store.database.read("SELECT sum(length(data)) FROM block")
    return [Figure("the record of a tank, a day", 4 * blocks / 1e6, "MB", "< 2 MB", 4 * blocks < 2e6)]


def ticks() -> list[Figure]:
    """A tick of 1, 10 and 100 tanks: microseconds a tick, and how it grows."""
    mean_us = {}
    for tanks in (1, 10, 100):
        cellar, clock, stack = pitched(tanks)
        with stack:
            times = max(60, 1200 // tanks)
            begun = time.perf_counter()
            for _ in range(times):
                cellar.tick(clock.advance(60.0))
                cellar.store.sent(list(cellar.store.unsent))
            mean_us[tanks] = 1e6 * (time.perf_counter() - begun) / times
    growth = mean_us[100] / mean_us[10]
    return [
        *(Figure(f"a tick of {tanks} tanks, mean", us, "µs") for tanks, us in mean_us.items()),
        Figure("100 tanks take, of the time of 10", growth, "times", "linear: 8-12", 8.0 <= growth <= 12.0),
    ]


if __name__ == "__main__":
    typer.run(bench)
