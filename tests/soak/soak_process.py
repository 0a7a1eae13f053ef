"""The service itself, in a process of its own, on plugs that leave a trace on the disk: what a pump gave and when a
valve moved is in a file before anything else can happen, and stays there however the process ends.

Run as a script it is a server that forks one `brewpi run` for every line it reads, so that hundreds of lives need no
hundreds of starts of the interpreter. The only things that are not as in a cellar: the plugs, a tick that is shorter
than a config may say, and a die that is thrown at the places where it hurts most (`ODDS`).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, ClassVar

from brewpi import outputs, sensors
from brewpi.cellar.cellar import Cellar
from brewpi.config.config import load
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator, OutputError
from brewpi.outputs.pump import run_of
from brewpi.records import Reading
from brewpi.sensors import Probe
from brewpi.service import daemon
from brewpi.store import Store, database
from brewpi.store.rows import BLOCK, DOSE, EVENT, INTENT

WATCHED = {BLOCK: "block", EVENT: "event", INTENT: "dose", DOSE: "dose"}


class Life:
    """What one process does beside its work: leaves traces, keeps its pulse, and throws the die."""

    odds = 0.0
    die = random.Random()

    @classmethod
    def danger(cls) -> None:
        """Here a power cut would hurt."""
        if cls.odds and cls.die.random() < cls.odds:
            os.kill(os.getpid(), signal.SIGKILL)


def trace(path: Path, line: str) -> None:
    """On the disk itself when this returns."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{line}\n".encode())
    os.fsync(file)
    os.close(file)


class SoakProbe(sensors.SensorOptions):
    """Says what it is told to, at every tick."""

    example: ClassVar[str] = ""

    says: dict[str, float]

    def measures(self) -> tuple[str, ...]:
        return tuple(self.says)

    def open(self, site: PlugContext) -> Probe:
        return Says(self.says)


class Says:
    def __init__(self, says: dict[str, float]) -> None:
        self.says = says

    def read(self, now: float) -> list[Reading]:
        return [Reading(now, quantity, value) for quantity, value in self.says.items()]

    def close(self) -> None:
        """Nothing to let go of."""


class SoakValve(outputs.OutputOptions):
    """A relay or a valve with a diary."""

    example: ClassVar[str] = ""
    roles: ClassVar[tuple[str, ...]] = ("heat", "cool", "drain")

    diary: Path

    def open(self, site: PlugContext) -> Actuator:
        return Valve(self.diary)


class Valve:
    def __init__(self, diary: Path) -> None:
        self.diary, self.last = diary, ""
        self._write("off")

    def set(self, duty: float, now: float) -> None:
        self._write("on" if duty else "off")

    def off(self) -> None:
        self._write("off")

    def close(self) -> None:
        """Nothing to let go of."""

    def _write(self, word: str) -> None:
        if word != self.last:
            Life.danger()
            self.last = word
            trace(self.diary, word)
            Life.danger()


class SoakPump(outputs.OutputOptions):
    """A pump with a diary: "give 1.234" before it turns, "off" when it is stopped while it does."""

    example: ClassVar[str] = ""
    roles: ClassVar[tuple[str, ...]] = ("nutrient",)

    diary: Path

    def open(self, site: PlugContext) -> Actuator:
        return Pump(self.diary)


class Pump:
    ml_per_s = 100.0

    def __init__(self, diary: Path) -> None:
        self.diary = diary
        self.since = self.until = 0.0
        trace(diary, "off")

    def give(self, volume_ml: float) -> float:
        if self.running:
            raise OutputError("the pump still gives the last dose")
        run_s = run_of(volume_ml, self.ml_per_s, 1800.0)
        Life.danger()
        trace(self.diary, f"give {volume_ml:.3f}")
        Life.danger()
        self.since, self.until = time.monotonic(), time.monotonic() + run_s
        return run_s

    @property
    def running(self) -> bool:
        return time.monotonic() < self.until

    @property
    def given_ml(self) -> float:
        return self.ml_per_s * (min(time.monotonic(), self.until) - self.since)

    def set(self, duty: float, now: float) -> None:
        """A dose is left alone."""

    def off(self) -> None:
        self.until = min(self.until, time.monotonic())
        trace(self.diary, "off")

    def close(self) -> None:
        """Nothing to let go of."""


def plug_in() -> None:
    """The kinds above, for a config."""
    sensors.KINDS["soak_probe"] = "soak_process:SoakProbe"
    outputs.KINDS["soak_pump"] = "soak_process:SoakPump"
    outputs.KINDS["soak_valve"] = "soak_process:SoakValve"


def bear_witness(folder: Path) -> None:
    """`committed`: a line for each thing of which SQLite said that it is written. The die is thrown at each step."""
    committed = os.open(folder / "committed", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    write, intend, settle = database.Database.write, Store.record_start, Store.record_result

    def dangerous(statements: Iterable[Any]) -> Iterator[Any]:
        for statement in statements:
            Life.danger()
            yield statement

    def witnessed(self: database.Database, statements: Iterable[Any], now: float, durable: bool = False) -> bool:
        statements = list(statements)
        written = write(self, dangerous(statements), now, durable)
        if written:
            lines = [json.dumps([WATCHED[sql], *row[:3]], default=str) for sql, row in statements if sql in WATCHED]
            os.write(committed, "".join(f"{line}\n" for line in lines).encode())
        return written

    def intended(self: Store, *arguments: Any) -> bool:
        Life.danger()
        done = intend(self, *arguments)
        Life.danger()
        return done

    def settled(self: Store, *arguments: Any) -> None:
        Life.danger()
        settle(self, *arguments)
        Life.danger()

    database.Database.write, Store.record_start, Store.record_result = witnessed, intended, settled  # type: ignore[method-assign]


def keep_pulse(folder: Path, tick_s: float) -> None:
    """`pulse`: ticks so far, by how many seconds the latest of them was late, and the 99th percentile of that."""
    pulse = os.open(folder / "pulse", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    tick, ticks, late_s, due = Cellar.tick, 0, 0.0, float("inf")
    by_ms: Counter[int] = Counter()

    def counted(self: Cellar, now: float) -> Any:
        nonlocal ticks, late_s, due
        now_s = time.monotonic()
        late_s = max(late_s, now_s - due)
        by_ms[round(max(now_s - due, 0.0) * 1000.0)] += 1
        due = now_s + tick_s
        reports = tick(self, now)
        ticks += 1
        said = {"ticks": ticks, "late_s": round(late_s, 4), "p99_s": percentile_99(by_ms) / 1000.0}
        os.pwrite(pulse, json.dumps(said).encode().ljust(100), 0)
        return reports

    Cellar.tick = counted  # type: ignore[method-assign]


def percentile_99(counts: Counter[int]) -> int:
    """The smallest value that 99 of 100 do not exceed."""
    left = counts.total() * 0.01
    for value in sorted(counts, reverse=True):
        left -= counts[value]
        if left < 0.0:
            return value
    return 0


def let_clocks_be_set(folder: Path) -> None:
    """The wall clock of this process is off by the number in the file `step`, if there is one. A time service has set
    it, whatever the machine is that this runs on: else commands could not be refused for their age."""
    truly = time.time

    def step_s() -> float:
        try:
            return float((folder / "step").read_text() or 0.0)
        except FileNotFoundError:
            return 0.0

    class Stepped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=step_s())

    import apscheduler.schedulers.base

    import brewpi.service.tick_scheduler

    def stepped() -> float:
        return truly() + step_s()

    time.time = stepped
    daemon.MACHINE = replace(daemon.MACHINE, wall=stepped, synchronised=lambda: True)
    apscheduler.schedulers.base.datetime = Stepped
    brewpi.service.tick_scheduler.datetime = Stepped  # type: ignore[attr-defined]


def live(folder: Path, tick_s: float, odds: float, seed: int, retry_s: float) -> None:
    """One life of the service, until it is killed or told to leave."""
    Life.odds, Life.die = odds, random.Random(seed)
    database.RETRY_S = retry_s
    bear_witness(folder)
    keep_pulse(folder, tick_s)
    let_clocks_be_set(folder)
    daemon.run(load(folder / "cellar.toml").model_copy(update={"tick_s": tick_s}))


def serve() -> None:
    """Each line is the arguments of a life; answers with its process number, and with how it ended."""
    for line in sys.stdin:
        said = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                live(Path(said["folder"]), said["tick_s"], said["odds"], said["seed"], said["retry_s"])
                status = 0
            finally:
                sys.stderr.flush()
                os._exit(status)
        print(child, flush=True)
        _, ended = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(ended), flush=True)


if __name__ == "__main__":
    sys.modules["soak_process"] = sys.modules["__main__"]
    from brewpi.forecast.tflite_model import Model, default_directory
    from brewpi.mqtt import link

    assert link
    Model.load(default_directory())  # what every life needs is in memory before the first of them
    plug_in()
    print(datetime.now(UTC).isoformat(), flush=True)
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        from brewpi.cli import main

        main()
