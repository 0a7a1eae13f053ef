"""`brewpi replay`: what today's model and rules would have said and done along a past log.

The readings of the log go through the real state, forecaster, recipe and interlocks of a tank of your config; its
outputs drive nothing. A log cannot answer: what the tank would have done with other heating is `simulate`'s business,
and whether an output moves the beer is not judged here.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import ClassVar, cast

import numpy as np

from brewpi.clock import VirtualClock
from brewpi.config.options import Config
from brewpi.estimation.remembered import stale_s
from brewpi.hardware.interrupt import until_interrupted
from brewpi.hardware.plug_context import PlugContext
from brewpi.importers import Log
from brewpi.media import Medium
from brewpi.mqtt import topics
from brewpi.offline.simulate import TICK_S, simulated_cellar, spoken
from brewpi.records import Batch, BatchSeries, Reading, Report
from brewpi.sensors import Probe, SensorOptions

ANSWERS = ("heat: ", "cool: ", "beer: off target")  # alarms about a beer that does not do as it is told
FEWEST_LINES = 40  # a log of thousands of readings is told in about so many lines, one of few readings whole


class Played(SensorOptions):
    """A sensor that says what a log says, when the log says it. Not for a config: it has no kind."""

    example: ClassVar[str] = ""

    hours: tuple[float, ...]
    values: tuple[float, ...]
    quantity: str
    start: float

    def measures(self) -> tuple[str, ...]:
        return (self.quantity,)

    def simulated(self) -> SensorOptions:
        """A log needs no other sibling."""
        return self

    def open(self, site: PlugContext) -> Probe:
        """From the first reading on."""
        return Player(self)


class Player:
    """Plays one column of a log."""

    def __init__(self, column: Played) -> None:
        self.column, self.next = column, 0

    def read(self, now: float) -> list[Reading]:
        """What was read since the last time."""
        column, readings = self.column, []
        while self.next < len(column.hours) and column.start + column.hours[self.next] * 3600.0 <= now:
            at = column.start + column.hours[self.next] * 3600.0
            readings.append(Reading(at, column.quantity, column.values[self.next]))
            self.next += 1
        return readings

    def close(self) -> None:
        """Nothing to let go of."""


def columns(series: BatchSeries, start: float) -> dict[str, SensorOptions]:
    """A log as sensors. Silence counts from three times its usual interval on."""
    silent_s = stale_s(series)
    interval_s = min(silent_s / 1.5, 86_400.0)  # a log's temperature moves nothing: it may be as old as its gravity
    found: dict[str, SensorOptions] = {}
    for quantity, values in (("sg", series.sg), ("beer_c", series.temp_c)):
        known = np.isfinite(values)
        if known.any():
            found[f"log_{quantity}"] = Played(
                every_s=TICK_S, stale_s=silent_s, interval_s=interval_s, quantity=quantity, start=start,
                hours=tuple(series.hours[known].tolist()), values=tuple(values[known].tolist()),
            )  # fmt: skip
    return found


def replay(config: Config, name: str, log: Log, as_json: bool) -> None:
    """Play a log through one tank of a config and print what would have been."""
    clock, series = VirtualClock(), log.series
    start = clock.now()
    tank = config.tanks[name].model_copy(update={"sensors": columns(series, start)})
    cellar = simulated_cellar(config.model_copy(update={"tanks": {name: tank}}), clock)
    medium = cast("Medium", series.medium or tank.medium)
    batch = Batch(start, log.name, log.name, medium, series.og, style=series.style, yeast=series.yeast)
    lines = _Lines(start, series, as_json)
    cellar.tanks[name].forecaster.follows_plan = False
    with cellar.opened(start):
        cellar.operator.start_batch(cellar.tanks[name], batch, start)
        ticks = int(series.hours[-1] * 3600.0 / TICK_S) + 2
        for tick in until_interrupted(range(ticks)):
            clock.time = start + tick * TICK_S
            cellar.tanks[name].interlocks.resume(clock.time)  # no witness: the beer of a log obeys no output
            (report,) = cellar.tick(clock.time)
            lines.tell(report, last=tick == ticks - 1)


class _Lines:
    """Tells a report when the log had a new reading (not every one of thousands), or when the outputs changed."""

    def __init__(self, start: float, series: BatchSeries, as_json: bool) -> None:
        self.start, self.as_json = start, as_json
        self.every_h = float(series.hours[-1]) / FEWEST_LINES if series.hours.size > 2 * FEWEST_LINES else 0.0
        self.printed_h = -1e9
        self.printed: tuple[object, ...] = ()
        self.untold = False
        self.alarms: set[str] = set()

    def tell(self, report: Report, last: bool) -> None:
        """Print it, if it says something new."""
        hours = (report.at - self.start) / 3600.0
        alarms = tuple(a for a in report.command.alarms if not a.key.startswith(ANSWERS))
        report = replace(report, command=replace(report.command, alarms=alarms))
        command = report.command
        state = (tuple(command.duties.items()), tuple(alarm.key for alarm in alarms))
        self.untold = self.untold or any(r.quantity == "sg" for r in report.readings)
        due = self.untold and (last or hours - self.printed_h >= self.every_h)
        if not (due or state != self.printed):
            return
        self.printed_h, self.printed, self.untold = (hours if due else self.printed_h), state, False
        if self.as_json:
            fields = {"elapsed_h": round(hours, 4), "state": json.loads(topics.state(report))}
            fields["forecast"] = json.loads(topics.forecast(report.forecast, report.at))
            print(json.dumps({**fields, "why": command.why}, ensure_ascii=False))
            return
        measured = report.state.measured.get("sg")
        gravity = f"{measured.value:.4f}" if measured else "  -   "
        print(f"{hours:7.1f} h  {gravity}  {spoken(report.forecast):34}  {command.why}")
        for alarm in alarms:
            if alarm.key not in self.alarms:
                print(f"{'':20}! {alarm.text}")
        self.alarms = {alarm.key for alarm in alarms}
