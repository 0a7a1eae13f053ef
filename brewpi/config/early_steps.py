"""Steps of a recipe that end before they should, or hold the yeast where it does not work: no mistake, for somebody may
want that, but hardly what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from brewpi.control.conditions import Condition
from brewpi.control.conditions.attenuation import Attenuation
from brewpi.control.conditions.forecast_remaining import ForecastRemaining
from brewpi.control.conditions.gravity_at_most import GravityAtMost
from brewpi.control.conditions.operator import Operator
from brewpi.control.conditions.stable import Stable
from brewpi.control.procedure import CRASH_C, Facts, Procedure
from brewpi.control.until import Until, first_of

ASLEEP_C = 5.0  # no yeast is pitched for so cold a beer
FAR = 0.6  # of the extract: less may be any day of a fermentation
NEAR_H = 24.0  # to completion: the end of a curve, which falls no faster than its forecast is wrong


def early_step_remarks(procedure: Procedure, target_c: float | None, cools: bool = True) -> Iterator[str]:
    """A step that is over at once, a crash of what may still ferment, a yeast too cold or too warm. target_c: what is
    held before the first step."""
    for step in procedure.steps[:-1]:
        if (met := _met_at_once(step.until, procedure.batch)) is not None:
            yield f"recipe: step {step.name} is over as it begins: {met}"
    if cools:
        yield from _early_crash(procedure, target_c)
    yield from _outside_yeast(procedure)


def _early_crash(procedure: Procedure, target_c: float | None) -> Iterator[str]:
    before_c, is_proven, last = target_c, False, ""
    for step in procedure.steps:
        if step.target_c is not None:
            is_crash = before_c is not None and before_c - step.target_c >= CRASH_C
            if is_crash and last and not is_proven:
                yield (
                    f"recipe: step {step.name} cools to {step.target_c:g} °C, and step {last} may end while it still"
                    ' ferments; let it wait for { kind = "stable" } or for an operator, too'
                )
            before_c = step.target_c
        is_proven = is_proven or (step.until is not None and _proves_the_end(step.until, procedure.batch.og))
        last = step.name


def _outside_yeast(procedure: Procedure) -> Iterator[str]:
    batch, first = procedure.batch, procedure.steps[0]
    if batch.yeast_low_c is not None and batch.yeast_high_c is not None and batch.yeast_low_c > batch.yeast_high_c:
        return  # the wrong way round, which is said already
    low_c = ASLEEP_C if batch.yeast_low_c is None else batch.yeast_low_c
    if first.target_c is not None and first.target_c < low_c and len(procedure.steps) > 1:
        yield (
            f"recipe: step {first.name} is the first and wants {first.target_c:g} °C; the yeast does not work below"
            f" {low_c:g} °C"
        )
    for step in procedure.steps:
        if batch.yeast_high_c is not None and step.target_c is not None and step.target_c > batch.yeast_high_c:
            yield (
                f"recipe: step {step.name} wants {step.target_c:g} °C, above batch.yeast_high_c {batch.yeast_high_c:g}"
            )


def _met_at_once(until: Until, batch: Facts) -> str | None:
    """Why it is met by the wort itself, or None."""

    def by_the_wort(condition: Condition) -> str | None:
        if isinstance(condition, GravityAtMost) and batch.og is not None and condition.sg >= batch.og:
            return f"it waits for {condition.sg:.3f}, and batch.og is {batch.og:.3f}"
        return None

    return first_of(until, by_the_wort, one_decides="any")


def _proves_the_end(until: Until, og: float | None) -> bool:
    return first_of(until, lambda condition: _is_proof(condition, og) or None, one_decides="all") is not None


def _is_proof(condition: Condition, og: float | None) -> bool:
    """Of a gravity nobody knows here how far it is where the wort's is not written; who writes one has a beer in
    mind."""
    match condition:
        case Attenuation(at_least=share):
            return share >= FAR
        case GravityAtMost(sg=sg) if og is not None and 1.0 < og > sg:  # else it is said that it is over at once
            return (og - sg) / (og - 1.0) >= FAR
        case ForecastRemaining(at_most_h=hours):
            return hours <= NEAR_H
    return isinstance(condition, Stable | GravityAtMost | Operator)
