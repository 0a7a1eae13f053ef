"""How often a tank calls a person for nothing: every alarm, run over logs of real batches.

    python -m training false-alarms --logs FOLDER

Each log is told to a tank of its own, reading by reading, with its own temperature as the beer; nothing heats or cools.
A batch is healthy if `labels.py` can judge it: it fell, it came to rest, nothing was added. Whatever is raised there is
false, but for a sensor that the log itself has no word of for so long: that is right, and counted by itself. What is
raised in others (stuck, sugar added, a sensor that died) is counted beside it, and not judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np

from brewpi.alarms.catalogue import entry_key
from brewpi.cellar.sensor_bank import SensorBank
from brewpi.cellar.tank import Tank
from brewpi.control.interlocks import Interlocks
from brewpi.control.limits import Limits
from brewpi.control.recipe import Recipe
from brewpi.estimation.remembered import stale_s
from brewpi.estimation.signal_filter import SignalSource
from brewpi.estimation.state import StateEstimator
from brewpi.forecast.labels import Refused, label
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import Model, default_directory
from brewpi.hardware.plug_context import PlugContext
from brewpi.media import Medium
from brewpi.outputs.dose_runner import DoseRunner
from brewpi.outputs.output_bank import OutputBank
from brewpi.records import Batch, BatchSeries, Reading
from brewpi.sensors.simulated import Simulated
from brewpi.store import Store
from training.data.logs import read_folder

START = 1_700_000_000.0
TICK_S, FORECAST_S = 900.0, 3600.0
SILENT = "{sensor}: silent"  # nothing but a gap between readings raises it: the tank hears all that was recorded
BY_HAND_H = 3.0  # usual hours between readings of a person


@dataclass(slots=True)
class Counted:
    """Batches of one sort: how long they were watched, and what was raised (severity and key, by how often)."""

    batches: int = 0
    days: float = 0.0
    raised: Counter[tuple[str, str]] = field(default_factory=Counter)
    silent: int = 0  # of these sensors the log has no word either

    def lines(self, name: str) -> Iterator[str]:
        """The table of one sort."""
        warnings = sum(n for (severity, _), n in self.raised.items() if severity == "warning")
        alarms = sum(self.raised.values()) - warnings
        yield (
            f"{name}: {self.batches} batches, {self.days:.0f} batch-days: {warnings / max(self.batches, 1):.2f}"
            f" warnings and {alarms / max(self.batches, 1):.2f} alarms a batch"
        )
        if self.silent:
            yield f"  and {self.silent} times a sensor that was silent: the log has no reading of it for so long"
        for (severity, key), n in self.raised.most_common():
            yield f"  {n / max(self.days, 1.0):.4f} a batch-day ({n}): {severity} {key}"


class Playback:
    """A probe that reads a log as time passes."""

    def __init__(self, series: BatchSeries) -> None:
        columns = zip(series.hours.tolist(), series.sg.tolist(), series.temp_c.tolist(), strict=True)
        self.waiting = [(START + 3600.0 * hours, sg, beer_c) for hours, sg, beer_c in columns]

    def read(self, now: float) -> list[Reading]:
        readings: list[Reading] = []
        while self.waiting and self.waiting[0][0] <= now:
            at, sg, beer_c = self.waiting.pop(0)
            readings.append(Reading(at, "sg", sg))
            readings += [Reading(at, "beer_c", beer_c)] if np.isfinite(beer_c) else []
        return readings

    def close(self) -> None:
        """Nothing to let go of."""


def tank_of(series: BatchSeries, model: Model) -> Tank:
    """A tank with nothing but a sensor, in which this batch has just been pitched."""
    by_hand = series.hours.size < 2 or float(np.median(np.diff(series.hours))) > BY_HAND_H
    known = ["sg", *(["beer_c"] if np.isfinite(series.temp_c).any() else [])]
    silent_s = stale_s(series)
    meters = [SignalSource(quantity, "log", silent_s, by_hand) for quantity in known]
    context = PlugContext("log")
    sensors = SensorBank({"log": Simulated(measure=tuple(known), every_s=TICK_S)}, context)
    for sensor in sensors:
        sensor.probe = Playback(series)
    tank = Tank(
        name="log",
        sensors=sensors,
        absorber=StateEstimator(meters),
        forecaster=TankForecaster(Pool(model), every_s=FORECAST_S),
        recipe=Recipe(None, silent_s),
        interlocks=Interlocks(Limits(), {}, silent_s),
        outputs=OutputBank({}, context),
        dose_runner=DoseRunner("log", Store()),
    )
    tank.begin(
        Batch(
            START, id="log", og=series.og, medium=cast("Medium | None", series.medium), style=series.style,
            yeast=series.yeast, expected_attenuation=series.expected_attenuation,
        )
    )  # fmt: skip
    return tank


def raised_in(series: BatchSeries, model: Model) -> Counter[tuple[str, str]]:
    """What was raised from the first reading to the last, by severity and entry of the catalogue."""
    tank, raised, open_ = tank_of(series, model), Counter[tuple[str, str]](), set[str]()
    for tick in range(1, int(3600.0 * float(series.hours[-1]) / TICK_S) + 2):
        alarms = tank.tick(START + TICK_S * tick).command.alarms
        now = {alarm.key: alarm for alarm in alarms if alarm.key != "beer: unknown"}  # no output waits for one
        raised.update((now[key].severity, entry_key(key) or key) for key in now.keys() - open_)
        open_ = set(now)
    return raised


def study(folders: Sequence[Path], most: int | None, directory: Path | None = None) -> tuple[Counted, Counted]:
    """Healthy batches and others of all folders; `most` of each folder, evenly."""
    model, healthy, others = Model.load(directory or default_directory()), Counted(), Counted()
    for folder in folders:
        batches = [log.series for log in read_folder(folder) if log.series.hours.size > 2]
        for series in batches[:: max(1, len(batches) // most)][:most] if most else batches:
            sort = healthy if _is_healthy(series) else others
            sort.batches += 1
            sort.days += float(series.hours[-1] - series.hours[0]) / 24.0
            raised = raised_in(series, model)
            sort.silent += sum(raised.pop(kind, 0) for kind in list(raised) if kind[1] == SILENT)
            sort.raised += raised
    return healthy, others


def _is_healthy(series: BatchSeries) -> bool:
    try:
        label(series)
    except Refused:
        return False
    return True
