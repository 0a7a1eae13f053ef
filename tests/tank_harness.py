"""A tank with everything that can do harm: compressor, heater, nutrient pump and drain valve, in the real cellar. It
stands where both a dose and a transfer are possible, and every tick is kept as it was seen at the outputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cellar_harness import START, CellarBench

from brewpi.config.config import TankOptions
from brewpi.control.dosing import Dosing
from brewpi.control.drain import Draining
from brewpi.control.temperature import Temperature
from brewpi.forecast.what_if import WhatIf
from brewpi.outputs.simulated import Simulated as Output
from brewpi.records import Batch, Forecast, Interval, Report
from brewpi.sensors.simulated import Simulated as Sensor

TICK_S = 20.0
DRAIN_LONGEST_S = 600.0
LONGEST_S = {"cool": 1800.0, "heat": 1200.0}
CAPS = Dosing(solution_mg_ml=20.0, max_ml_per_dose=2000.0, max_ml_per_day=3500.0, max_mg_l_per_batch=80.0)
RECIPE = """
name = "both at once"
[nutrients]
nitrogen_mg_l = 120
at_h = [1, 1, 1, 1]
gap_h = 2
portion_ml = 500
pause_s = 60
[[steps]]
name = "transfer"
target_c = 19.0
transfer = { window_h = 24, change_sg = 0.002, min_attenuation = 0.25 }
"""
SG = 1.0335  # a third of 1.050 to 1.000
FERMENTING, ENDED = 1.0, 0.35  # expected attenuation: far from its end and early enough to dose; come to its end


@dataclass(frozen=True)
class Seen:
    """One tick as the outputs had it: `fed_ml` is all that ever came out of the pump."""

    at: float
    heat: bool
    cool: bool
    drain: bool
    fed_ml: float
    report: Report


class Oracle:
    """A forecaster that says what the test wants."""

    site_history: Any = None

    def __init__(self, source: str) -> None:
        self.source, self.bug = source, False

    def forecast(self, state: Any, now: float, plan: Any = None) -> Forecast:
        if self.bug:
            self.bug = False
            raise ZeroDivisionError("a bug")
        hours = 9.0 if self.source == "late" else 0.0
        band = Interval(0.0, 0.0, hours)
        source, final = "curve" if self.source == "curve" else "model", Interval(1.0, 1.0, 1.0)
        return Forecast(50.0, SG, source, band, band, final, actionable=source == "model")

    def what_if(self, said: Forecast, *about: Any) -> WhatIf:
        return WhatIf(said, why="an oracle is not asked twice")

    def forget(self) -> None:
        """It knows nothing of batches."""

    def renew(self) -> None:
        """It always says what the test wants."""


class Plant(CellarBench):
    """Mead, 50 hours old, gravity at rest. `track` has every tick, `cuts` when power went and was back."""

    def __init__(self, directory: Path) -> None:
        self.oracle = Oracle("model")
        self.ends_at = FERMENTING
        self.track: list[Seen] = []
        self.cuts: list[tuple[float, float]] = []
        (directory / "both.toml").write_text(RECIPE, encoding="utf-8")
        outputs = {
            "cool": Output(role="cool", compressor=True, max_run_s=LONGEST_S["cool"]),
            "heat": Output(role="heat", max_run_s=LONGEST_S["heat"], cycle_s=300.0),
            "nutrient": Output(role="nutrient", ml_per_s=5.0),
            "drain": Output(role="drain"),
        }
        tank = TankOptions(
            volume_l=1000.0, medium="mead", recipe=str(directory / "both.toml"), outputs=outputs, dosing=CAPS,
            temperature=Temperature(target_c=19.0, ramp_c_per_h=20.0), draining=Draining(longest_s=DRAIN_LONGEST_S),
            sensors={"probes": Sensor(measure=("beer_c", "sg", "vent_open", "level_low", "room_c"))},
        )  # fmt: skip
        super().__init__(directory, fv1=tank)
        for quantity, value in (("beer_c", 19.0), ("sg", SG), ("vent_open", 1.0), ("level_low", 0.0)):
            self.vessel.plug(quantity, value)
        batch = Batch(START - 50 * 3600.0, id="b0", medium="mead", og=1.050, expected_attenuation=1.0)
        self.cellar.operator.start_batch(self.tank, batch, START)
        history = tuple((START - 900.0 * n, SG, 19.0) for n in range(200, 0, -1))
        self.tank.state = replace(self.tank.state, history=history)
        self.tick(4)

    def power_on(self) -> None:
        super().power_on()
        self.tank.forecaster = self.oracle

    @property
    def tank(self) -> Any:
        return self.cellar.tanks["fv1"]

    @property
    def vessel(self) -> Any:
        return self.vessels["fv1"]

    def expect(self, attenuation: float) -> None:
        """Somebody says where the batch should end; the next tick knows."""
        if attenuation != self.ends_at:
            self.ends_at = attenuation
            self.tick()

    def _expect(self) -> None:
        batch = self.tank.state.batch
        if batch is not None and batch.expected_attenuation != self.ends_at:
            self.tank.state = replace(self.tank.state, batch=replace(batch, expected_attenuation=self.ends_at))

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self._expect()
            self.now += TICK_S
            (report,) = self.cellar.tick(self.now)
            self.last = {"fv1": report}
            duties = {role: duty > 0.0 for role, duty in self.vessel.duties.items()}
            self.track.append(Seen(self.now, fed_ml=self.vessel.fed_ml, report=report, **duties))
            self.cellar.store.sent(list(self.cellar.store.unsent))

    def restart(self, away_s: float = 60.0) -> None:
        went = self.now
        super().restart(away_s)
        self.cuts.append((went, self.now))

    def cut(self, away_s: float = 60.0) -> None:
        """The mains fail."""
        self.kill()
        went = self.now
        self.now += away_s
        self.vessel.advance(self.now)
        self.power_on()
        self.cuts.append((went, self.now))

    def both_words(self) -> None:
        """Two people at the drain."""
        self.send("drain", by="anna")
        self.send("confirm", what="drain", by="ben")
