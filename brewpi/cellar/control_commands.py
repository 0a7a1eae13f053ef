"""The commands that change what a tank's control does. A replay carries them out again, by the same functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from brewpi.cellar.tank import Tank
from brewpi.mqtt.command_fields import Answer, ArmDrain, Fields, GiveDose, SetMode, Target
from brewpi.sentences import Sentence
from brewpi.units import celsius_from_f

ABOVE_YEAST_C = 5.0  # no rest is so much warmer than the yeast bears; 32 °F are a crash

Doing = Callable[[Any, Tank, float], str | None]


def carry_out(name: str, fields: Fields, tank: Tank, now: float) -> str | None:
    """Do it and note it, with the reason if it cannot be done."""
    refused = CONTROL[name](fields, tank, now)
    tank.journal.note(name, refused, **fields.model_dump(mode="json", exclude_none=True))
    return refused


def _target(fields: Target, tank: Tank, now: float) -> str | None:
    low_c, high_c = tank.interlocks.limits.beer_low_c, tank.interlocks.limits.beer_high_c
    meant_c = celsius_from_f(fields.target_c)
    if fields.target_c > high_c and low_c <= meant_c:
        return Sentence(
            "{target_c:g} °C is outside this tank's limits, {low_c:g} to {high_c:g} °C; {typed:g} °F are"
            " {meant_c:.1f} °C", target_c=fields.target_c, low_c=low_c, high_c=high_c, typed=fields.target_c,
            meant_c=meant_c,
        )  # fmt: skip
    if not low_c <= fields.target_c <= high_c:
        return Sentence(
            "{target_c:g} °C is outside this tank's limits, {low_c:g} to {high_c:g} °C",
            target_c=fields.target_c, low_c=low_c, high_c=high_c,
        )  # fmt: skip
    batch = tank.state.batch
    yeast_c = batch.yeast_high_c if batch is not None and batch.yeast_high_c is not None else (
        tank.alarm_monitors.options.yeast_high_c
    )  # fmt: skip
    if yeast_c is not None and fields.target_c > yeast_c + ABOVE_YEAST_C and low_c <= meant_c:
        return Sentence(
            "{target_c:g} °C is far above the yeast's range, {yeast_c:g} °C at most; {typed:g} °F are {meant_c:.1f} °C",
            target_c=fields.target_c, yeast_c=yeast_c, typed=fields.target_c, meant_c=meant_c,
        )  # fmt: skip
    tank.forecaster.renew()  # it counts on the target
    return tank.recipe.set_target(fields.target_c, now, fields.by)


def _stop(fields: Fields, tank: Tank, now: float) -> str | None:
    tank.interlocks.stop(now, fields.by)
    return None


def _resume(fields: Fields, tank: Tank, now: float) -> str | None:
    if tank.sensors.pressed(now):
        return Sentence("the emergency stop is still pressed, or its wire is broken; release it first")
    tank.interlocks.resume(now)
    tank.life_cycle.looked(now)
    tank.alarm_monitors.looked()
    return None


def _mode(fields: SetMode, tank: Tank, now: float) -> str | None:
    return tank.approvals.set_mode(fields.action, fields.mode)


def _confirm(fields: Answer, tank: Tank, now: float) -> str | None:
    batch_id = tank.state.batch.id if tank.state.batch else None
    return tank.approvals.confirm(fields.what, fields.by, now, batch_id, fields.key)


def _veto(fields: Answer, tank: Tank, now: float) -> str | None:
    return tank.approvals.veto(fields.what, fields.by, now, fields.key)


def _dose(fields: GiveDose, tank: Tank, now: float) -> str | None:
    return tank.ask_dose(fields.id, fields.volume_ml, fields.by_hand, fields.by, now)


def _drain(fields: ArmDrain, tank: Tank, now: float) -> str | None:
    gate, stopped_by = tank.interlocks.drain, tank.interlocks.stopped_by
    missing = gate.missing if gate is not None else None
    if stopped_by:
        missing = Sentence("stopped by {by}; resume first", by=stopped_by)
    return tank.approvals.arm(fields.by, now, missing)


CONTROL: dict[str, Doing] = {
    "target": _target,
    "stop": _stop,
    "resume": _resume,
    "mode": _mode,
    "confirm": _confirm,
    "veto": _veto,
    "dose": _dose,
    "drain": _drain,
}
