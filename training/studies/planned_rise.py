"""What the recipe's planned temperature is worth to a forecast that is made before the tank is let rise.

Simulated batches go through the real recipe, controller and filters of a tank; every few hours of the step before the
rise the forecaster is asked twice, with the plan and without, and both are judged by when the batch was complete. The
same batch is also held where it was: how much later that one is complete is what the plan should foresee.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean

import numpy as np

from brewpi.cellar.build import build
from brewpi.cellar.tank import Tank
from brewpi.clock import VirtualClock
from brewpi.config.config import Config, TankOptions
from brewpi.control.temperature import Temperature
from brewpi.forecast.network_and_curves import NetworkAndCurves
from brewpi.forecast.scorecard import completion_h
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.hardware.plug_context import PlugContext
from brewpi.offline.simulate import say_yes
from brewpi.outputs.simulated import Simulated as Output
from brewpi.plant.simulated_tank import Brew, Vessel, brew_for
from brewpi.records import Forecast, Report
from brewpi.sensors.simulated import Simulated as Sensor
from brewpi.store import Store

RISING = {"ale": 19.0, "lager": 10.5, "belgian": 18.0}  # ready recipes with a rise, and where they begin, °C
TICK_S, EVERY_H, LONGEST_H = 300.0, 12.0, 900.0
FLAT_H, FLAT_SG = 60.0, 0.0005  # so long after gravity came so near to its end a batch is judged
PACE, PACE_SPREAD = 1.5, 0.3  # of the plant's yeast: held, these are complete when the forecast says, in the middle


@dataclass(frozen=True, slots=True)
class Asked:
    """One moment before the rise: hours by which the median was too late (negative: too early), with the plan and
    without; gain_h: by how much the rise brought completion forward."""

    recipe: str
    seed: int
    at_h: float
    planned_c: float
    with_plan_h: float
    without_h: float
    gain_h: float

    @property
    def foreseen_h(self) -> float:
        """Of `gain_h`."""
        return self.without_h - self.with_plan_h


def rises(recipe: str, seed: int, model: Path | None = None) -> list[Asked]:
    """One batch, asked every EVERY_H hours until it is let rise. Empty if its completion cannot be known."""
    options = NetworkAndCurves(directory=model, every_s=7200.0)
    aside, forecasts = TankForecaster.of(options, PlugContext()), list[tuple[Forecast, Forecast]]()
    for tank, report in _brewed(recipe, seed, options, recipe):
        first = tank.recipe.steps and tank.recipe.steps.steps[0].name
        due = tank.state.history and (report.at - tank.state.history[0][0]) % (EVERY_H * 3600.0) < TICK_S
        if due and report.demand.step == first:
            forecasts.append((_asked(aside, tank, report.at, True), _asked(aside, tank, report.at, False)))
    complete_h = completion_h(tank.state)
    *_, (held, _) = _brewed(recipe, seed, options, None)
    held_h = completion_h(held.state)
    if complete_h is None or held_h is None:
        return []
    return list(_judged(recipe, seed, forecasts, complete_h, held_h - complete_h))


def _brewed(recipe: str, seed: int, options: NetworkAndCurves, follows: str | None) -> Iterator[tuple[Tank, Report]]:
    """Tick by tick until the beer has long been done."""
    clock, brew = VirtualClock(), _brew(recipe, seed)
    start, done_at = clock.now(), float("inf")
    vessel = Vessel(brew, volume_l=1000.0, now=start, seed=seed)
    config = Config(site="study", tanks={"fv": _tank(follows, RISING[recipe])}, model=options)
    cellar = build(config, clock.now, vessels={"fv": vessel}, store=Store())
    tank = cellar.tanks["fv"]
    with cellar.opened(start):
        usual = cellar.operator.default_batch["fv"]
        cellar.operator.start_batch(tank, replace(usual, started_at=start, id="one", og=None), start)
        while clock.time < min(start + LONGEST_H * 3600.0, done_at + FLAT_H * 3600.0):
            clock.time += TICK_S
            (report,) = cellar.tick(clock.time)
            if report.demand.following not in ("crash", "lagering"):
                say_yes(tank, report, clock.time)
            if vessel.sg < brew.terminal_sg + FLAT_SG:
                done_at = min(done_at, clock.time)
            yield tank, report


def _asked(forecaster: TankForecaster, tank: Tank, now: float, planned: bool) -> Forecast:
    forecaster.renew()
    plan = partial(tank.recipe.planned_c, tank.state, now) if planned else None
    return forecaster.forecast(tank.state, now, plan)


def _judged(
    recipe: str, seed: int, forecasts: Sequence[tuple[Forecast, Forecast]], complete_h: float, gain_h: float
) -> Iterator[Asked]:
    for planned, without in forecasts:
        if planned.planned_c is not None and planned.remaining_h is not None and without.remaining_h is not None:
            with_h, without_h = (band.p50 + planned.at_h for band in (planned.remaining_h, without.remaining_h))
            off_h = (with_h - complete_h, without_h - complete_h)
            yield Asked(recipe, seed, planned.at_h, planned.planned_c, *off_h, gain_h)


def _brew(recipe: str, seed: int) -> Brew:
    """A batch as they scatter: strength, end, pitch, pace of the yeast."""
    rng = np.random.default_rng([seed, *map(ord, recipe)])
    usual = brew_for("beer", RISING[recipe])
    og = usual.og + float(rng.uniform(-0.008, 0.012))
    pace = PACE * float(np.exp(rng.normal(0.0, PACE_SPREAD)))
    strain = replace(
        usual.strain, lag_h=usual.strain.lag_h / pace, growth_per_h=usual.strain.growth_per_h * pace,
        uptake_per_h=usual.strain.uptake_per_h * pace,
    )  # fmt: skip
    return replace(usual, og=og, terminal_sg=og - float(rng.uniform(0.74, 0.82)) * (og - 1.0), strain=strain)


def _tank(recipe: str | None, target_c: float) -> TankOptions:
    return TankOptions(
        volume_l=1000.0, recipe=recipe, temperature=Temperature(target_c=target_c),
        sensors={"beer": Sensor(measure=("beer_c",)), "hydrometer": Sensor(measure=("sg",), every_s=900.0)},
        outputs={"cool": Output(role="cool", max_run_s=86_400.0), "heat": Output(role="heat")},
    )  # fmt: skip


def line(of: Sequence[Asked]) -> str:
    """Of one recipe: what the rise brought forward and how much of it was foreseen; how far off the medians were."""
    gain_h, foreseen_h = fmean(one.gain_h for one in of), fmean(one.foreseen_h for one in of)
    with_h, without_h = fmean(abs(one.with_plan_h) for one in of), fmean(abs(one.without_h) for one in of)
    return (
        f"{of[0].recipe:8} {len({one.seed for one in of})} batches, {len(of)} forecasts before the rise: it brings "
        f"completion forward by {gain_h:.1f} h, {foreseen_h:.1f} h of that foreseen; off by {with_h:.1f} h with the "
        f"plan, {without_h:.1f} h without it"
    )
