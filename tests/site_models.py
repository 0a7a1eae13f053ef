"""Models to put into a site (the shipped weights under other names), and a cellar that takes them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cellar_harness import CellarBench, tank_options

from brewpi.forecast.forecaster import Forecaster
from brewpi.forecast.network_and_curves import NetworkAndCurves
from brewpi.forecast.tflite_model import CHECKOUT
from brewpi.offline.model_home import CURRENT, ModelHome
from brewpi.records import BatchSeries, Forecast, Interval
from brewpi.sensors.simulated import Simulated
from brewpi.service.model_exchange import ModelExchange
from brewpi.service.model_watch import LOOK_EVERY_S

FILES = ("fermentation.tflite", "fermentation.json")


def model(folder: Path, name: str, end: bytes = b"", **card: object) -> Path:
    """The shipped weights under another name; with `end` behind them they are others to whoever hashes them."""
    folder.mkdir()
    blob = (CHECKOUT / FILES[0]).read_bytes() + end
    (folder / FILES[0]).write_bytes(blob)
    known = json.loads((CHECKOUT / FILES[1]).read_text()) | {"sha256": hashlib.sha256(blob).hexdigest()}
    (folder / FILES[1]).write_text(json.dumps({**known, "name": name, **card}))
    return folder


class Odd(NetworkAndCurves):
    """These pass every trial: "sour" fails on a batch, "boasting" says that all is as good as done."""

    def open(self, context: Any) -> Forecaster:
        opened = super().open(context)
        if opened.name == "sour":
            opened.forecast = lambda series, at_h: 1 / 0
        elif opened.name == "boasting":
            opened.forecast = done
        return opened


def done(series: BatchSeries, at_h: float) -> Forecast:
    now, soon = Interval(0.0, 0.0, 0.0), Interval(0.1, 0.2, 0.3)
    final = Interval(1.009, 1.010, 1.011)
    return Forecast(at_h, float(series.sg[-1]), "model", soon, now, final, actionable=True)


class Site:
    """A cellar with two batches, its models, and what exchanges them; looks take no time of their own."""

    def __init__(self, here: Path, recipe: str | None = None) -> None:
        self.here, self.home = here, ModelHome(here / "models")
        options = tank_options(gravity=Simulated(measure=("sg",), every_s=3600.0)).model_copy(update={"recipe": recipe})
        self.bench = CellarBench(here, fv1=options, fv2=options)

    def install(self, name: str, role: str = CURRENT, **card: object) -> None:
        self.home.install(model(self.here / name, name, **card), role)

    def begin(self) -> None:
        options = Odd(directory=self.home.folder / CURRENT, every_s=3600.0)
        self.bench.config = self.bench.config.model_copy(update={"model": options})
        self.restart()
        for tank in ("fv1", "fv2"):
            self.bench.send("start_batch", tank, name="Helles", medium="beer")
        self.hours(12)

    def restart(self) -> None:
        self.bench.restart()
        self.exchange = ModelExchange(self.bench.config.model, self.bench.cellar, start=lambda work: work())

    def hours(self, count: float) -> None:
        for _ in range(round(count)):
            self.bench.now += 3600.0 - 5.0
            self.tick()

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self.bench.tick()
            self.exchange.follow(self.bench.now)

    def looks(self, times: int = 3) -> None:
        for _ in range(times):
            self.bench.now += LOOK_EVERY_S
            self.tick(2)

    def says(self, tank: str = "fv1") -> str | None:
        return self.bench.last[tank].forecast.model

    def alarms(self) -> list[str]:
        return [alarm.text for alarm in self.bench.last["fv2"].command.alarms if alarm.key.startswith("model")]

    def topic(self, word: str = "model") -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.bench.link.retained[f"brewpi/riverside/{word}"])
        return said
