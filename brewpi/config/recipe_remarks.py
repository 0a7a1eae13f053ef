"""What of a recipe can never come to pass in a tank, so that somebody is asked in the end instead: no mistake, for
people may say yes, but hardly what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import itemgetter

from brewpi import recipes
from brewpi.config.early_steps import early_step_remarks
from brewpi.config.options import TankOptions
from brewpi.control.conditions import Condition
from brewpi.control.conditions.attenuation import Attenuation
from brewpi.control.conditions.elapsed import Elapsed
from brewpi.control.conditions.forecast_remaining import ForecastRemaining
from brewpi.control.conditions.gravity_at_most import GravityAtMost
from brewpi.control.conditions.rest_cue import RestCue
from brewpi.control.conditions.stable import Stable
from brewpi.control.conditions.temperature_reached import TemperatureReached
from brewpi.control.dosing import Dosing
from brewpi.control.nutrients import Nutrients
from brewpi.control.procedure import CRASH_C, Facts, Procedure, Step
from brewpi.control.until import Until, first_of
from brewpi.roles import ROLES
from brewpi.sensors import measured_by


def recipe_remarks(tank: TankOptions) -> Iterator[str]:
    """Steps that wait for what cannot be, and doses that will not be given."""
    if tank.recipe is None:
        return
    procedure = recipes.load(tank.recipe)
    has_gravity = any(o.by_hand() or "sg" in measured_by(name, o) for name, o in tank.sensors.items())
    for step in procedure.steps[:-1]:
        why = _never(step.until, step, procedure.batch, has_gravity)
        if why is not None:
            yield f"recipe: step {step.name} {why}; after {step.latest_h:g} h it asks instead of ending"
    yield from _slow_ramps(tank, procedure)
    yield from _transfers(procedure)
    yield from _crashes(tank, procedure)
    yield from _yeast(procedure.batch)
    yield from early_step_remarks(procedure, tank.temperature.target_c if tank.temperature else None, _cools(tank))
    if procedure.nutrients and tank.dosing:
        yield from _doses(tank, tank.dosing, procedure.nutrients, procedure.batch)


def _slow_ramps(tank: TankOptions, procedure: Procedure) -> Iterator[str]:
    """A target that the setpoint is still on its way to when the step asks; from what the first begins nobody knows."""
    if tank.temperature is None:
        return
    before_c: float | None = None
    for step in procedure.steps:
        if step.target_c is None:
            continue
        ramp_c_per_h = step.ramp_c_per_h or tank.temperature.ramp_c_per_h
        way_h = 0.0 if before_c is None else abs(step.target_c - before_c) / ramp_c_per_h
        held_h = first_of(step.until, _held_h, one_decides="all") if step.until else None
        if way_h > 0.0 and way_h + (held_h or 0.0) >= step.latest_h > (held_h or 0.0):
            then = f", and then waits {held_h:g} h" if held_h else ""
            yield (
                f"recipe: step {step.name} is {way_h:.0f} h on its way to {step.target_c:g} °C at a ramp of"
                f" {ramp_c_per_h:g} °C/h{then}; after {step.latest_h:g} h it asks instead of ending"
            )
        before_c = step.target_c


def _held_h(condition: Condition) -> float | None:
    """How long it waits once the beer is there, where that is what it waits for."""
    return condition.dwell_h if isinstance(condition, TemperatureReached) else None


def _transfers(procedure: Procedure) -> Iterator[str]:
    expected = procedure.batch.expected_attenuation
    for step in procedure.steps:
        if step.transfer is not None and expected is not None and step.transfer.min_attenuation > expected:
            yield (
                f"recipe: step {step.name} drains from an attenuation of {step.transfer.min_attenuation:g} on, of which"
                f" {expected:g} is expected; the valve stays shut"
            )


def _crashes(tank: TankOptions, procedure: Procedure) -> Iterator[str]:
    """A fall that a tank without cooling is left to make by itself."""
    if tank.temperature is None or _cools(tank):
        return
    before_c = tank.temperature.target_c
    for step in procedure.steps:
        if step.target_c is not None:
            if before_c - step.target_c >= CRASH_C:
                yield (
                    f"recipe: step {step.name} wants {step.target_c:g} °C after {before_c:g} °C, and nothing here cools"
                )
            before_c = step.target_c


def _cools(tank: TankOptions) -> bool:
    return any(ROLES[name].direction < 0 for name in tank.outputs if name in ROLES)


def _yeast(batch: Facts) -> Iterator[str]:
    low_c, high_c = batch.yeast_low_c, batch.yeast_high_c
    if low_c is not None and high_c is not None and low_c > high_c:
        yield f"recipe: batch.yeast_low_c {low_c:g} is above yeast_high_c {high_c:g}; they may be the wrong way round"


def _doses(tank: TankOptions, limits: Dosing, nutrients: Nutrients, batch: Facts) -> Iterator[str]:
    """Doses that `[dosing]` will refuse, as far as they are known before the gravity is."""
    if batch.medium == "beer" and not limits.beer:
        yield "recipe: its nutrients are for beer, which is dosed only with dosing.beer = true"
    if nutrients.nitrogen_mg_l is None and batch.og is None:
        return
    total_mg_l = nutrients.total_mg_l(batch.og or 1.0)
    if total_mg_l > limits.max_mg_l_per_batch:
        yield (
            f"recipe: its nutrients are {total_mg_l:.0f} mg/L nitrogen, and dosing.max_mg_l_per_batch is"
            f" {limits.max_mg_l_per_batch:g}; what is beyond that is refused"
        )
    dose_ml = total_mg_l / len(nutrients.at_h) * tank.volume_l / limits.solution_mg_ml
    key, most_ml = min(
        (("max_ml_per_dose", limits.max_ml_per_dose), ("max_ml_per_day", limits.max_ml_per_day)), key=itemgetter(1)
    )
    if dose_ml > most_ml:
        yield f"recipe: each dose of its nutrients is {dose_ml:.0f} ml, and dosing.{key} is {most_ml:g}; it is refused"


def _never(until: Until, step: Step, batch: Facts, has_gravity: bool) -> str | None:
    """Why what a step waits for does not come within its time, or None."""
    return first_of(until, partial(_unmet, step=step, batch=batch, has_gravity=has_gravity), one_decides="all")


def _unmet(condition: Condition, step: Step, batch: Facts, has_gravity: bool) -> str | None:
    if condition.dwell_h >= step.latest_h:
        return f"waits for something to hold {condition.dwell_h:g} h"
    if isinstance(condition, Stable) and condition.window_h >= step.latest_h:
        return f"waits for gravity to be stable over {condition.window_h:g} h"
    if isinstance(condition, Elapsed):
        return f"waits for {condition.hours:g} h" if condition.hours >= step.latest_h else None
    if not has_gravity and isinstance(condition, Attenuation | GravityAtMost | Stable | RestCue | ForecastRemaining):
        return "waits for gravity, which nothing here measures and no hand enters: add a hydrometer or a manual sensor"
    expected = batch.expected_attenuation
    if expected is None:
        return None
    least = _least_attenuation(condition, batch.og)
    return f"waits for an attenuation of {least:.2f}, of which {expected:.2f} is expected" if least > expected else None


def _least_attenuation(condition: Condition, og: float | None) -> float:
    match condition:
        case Attenuation(at_least=least) | Stable(min_attenuation=least):
            return least
        case GravityAtMost(sg=sg) if og is not None and og > 1.0:
            return (og - sg) / (og - 1.0)
    return 0.0
