"""What of a recipe can never come to pass in a tank, so that somebody is asked in the end instead: no mistake, for
people may say yes, but hardly what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from brewpi import recipes
from brewpi.config.options import TankOptions
from brewpi.control.conditions import Condition
from brewpi.control.conditions.attenuation import Attenuation
from brewpi.control.conditions.elapsed import Elapsed
from brewpi.control.conditions.forecast_remaining import ForecastRemaining
from brewpi.control.conditions.gravity_at_most import GravityAtMost
from brewpi.control.conditions.rest_cue import RestCue
from brewpi.control.conditions.stable import Stable
from brewpi.control.procedure import Facts, Step
from brewpi.control.until import Leaf, Until
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
    if procedure.nutrients and tank.dosing and procedure.batch.medium == "beer" and not tank.dosing.beer:
        yield "recipe: its nutrients are for beer, which is dosed only with dosing.beer = true"


def _never(until: Until, step: Step, batch: Facts, has_gravity: bool) -> str | None:
    """Why what a step waits for does not come within its time, or None."""
    if isinstance(until, Leaf):
        return _unmet(until.condition, step, batch, has_gravity)
    whys = [_never(member, step, batch, has_gravity) for member in until.members]
    if until.word == "any" and None in whys:
        return None
    return next((why for why in whys if why is not None), None)


def _unmet(condition: Condition, step: Step, batch: Facts, has_gravity: bool) -> str | None:
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
