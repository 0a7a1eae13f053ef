"""Values that are within their bounds and hardly what was meant: a unit mistaken, a limit that limits nothing. No
mistake, for somebody may want that; `brewpi check` says what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from brewpi import recipes
from brewpi.config.options import TankOptions
from brewpi.control.effect_check.effect import least_c_per_h, stated_c_per_h
from brewpi.roles import ROLES
from brewpi.sensors import measured_by
from brewpi.sentences import spoken
from brewpi.store.options import StoreOptions
from brewpi.toml_text import dotted

WRONG_BY_C = 2.0  # a DS18B20 is right to 0.5 °C (Maxim DS18B20 datasheet), other digital probes to 1 °C
WIDE_C = 1.5  # a deadband to either side: the beer swings by twice as much
DEADLY_C = 40.0  # kveik, the most patient of brewer's yeasts, is pitched up to 40 °C
SLOW_C_PER_H = 0.02  # half a degree a day
SHORT_S = 900.0  # a run in which a tank's beer hardly moves
FAST_ML_PER_S = 50.0  # 3 l/min; what doses nutrients gives a few ml/s
SLOW_POUR_S = 3600.0  # of the largest dose
LARGE_SHARE = 0.02  # of the tank in one dose
LEAST_MG_L = 1.0  # nitrogen of the largest dose; a batch gets 50 to 350 in a few of them
FAST_L_PER_S = 5.0  # a DN 50 hose at 2.5 m/s
BOILS_C_PER_H = 60.0  # no tank's heater or cooler is as strong as a brew kettle's burner
LOST = (Path("/tmp"), Path("/run"), Path("/dev/shm"), Path("/var/run"))  # memory, or emptied at every start


def doubtful_values(tank: TankOptions) -> Iterator[str]:
    """Of one tank, each with its key."""
    yield from _probes(tank)
    yield from _temperatures(tank)
    yield from _runs(tank)
    yield from _powers(tank)
    yield from _doses(tank)
    yield from _drain(tank)
    yield from _alarms(tank)
    yield from _medium(tank)


def lost_record(store: StoreOptions) -> Iterator[str]:
    """A record that no restart of the machine outlives."""
    path = store.path
    forgets = "what is stopped, which step a batch is in and which doses were given"
    if str(path) == ":memory:":
        yield f":memory: keeps nothing: every restart forgets {forgets}; name a file, /var/lib/brewpi/brewpi.sqlite"
    elif path.parent in LOST:
        yield (
            f"{path} is gone when the machine starts again, and with it {forgets}; name a file that stays,"
            " /var/lib/brewpi/brewpi.sqlite"
        )


def _probes(tank: TankOptions) -> Iterator[str]:
    for name, options in tank.sensors.items():
        offset_c = getattr(options, "offset_c", 0.0)
        if abs(offset_c) > WRONG_BY_C and "beer_c" in measured_by(name, options):
            yield (
                f"{dotted('sensors', name)}.offset_c: {offset_c:g} °C is more than a sound probe is wrong by; put it"
                " into melting ice again, and write what it then shows with the other sign"
            )
        if options.stale_s is not None and options.stale_s <= options.every_s:
            yield (
                f"{dotted('sensors', name)}.stale_s: what is read every {spoken(options.every_s)} is given up after"
                f" {spoken(options.stale_s)}, before the next reading comes"
            )


def _temperatures(tank: TankOptions) -> Iterator[str]:
    held, high_c = tank.temperature, tank.limits.beer_high_c
    if held is None:
        return
    if held.deadband_c > WIDE_C:
        low_c, top_c = held.target_c - held.deadband_c, held.target_c + held.deadband_c
        yield (
            f"temperature.deadband_c: {held.deadband_c:g} lets the beer swing from {low_c:g} to {top_c:g} °C; 0.3 is"
            " usual"
        )
    if held.ramp_c_per_h < SLOW_C_PER_H:
        yield (
            f"temperature.ramp_c_per_h: at {held.ramp_c_per_h:g} a change of 1 °C takes"
            f" {spoken(3600.0 / held.ramp_c_per_h)}; it is in °C an hour, 2 is usual"
        )
    if high_c > DEADLY_C and any(ROLES[role].direction > 0 for role in tank.outputs if role in ROLES):
        yield f"limits.beer_high_c: {high_c:g} °C kills the yeast before it stops the heater; 32 is usual"


def _runs(tank: TankOptions) -> Iterator[str]:
    for role, output in tank.outputs.items():
        if role in ROLES and ROLES[role].direction and output.max_run_s < SHORT_S and output.window_s is None:
            yield (
                f"outputs.{role}.max_run_s: is off with an alarm after {spoken(output.max_run_s)}, before the beer has"
                " moved; it is in seconds, 21600 are 6 h"
            )


def _powers(tank: TankOptions) -> Iterator[str]:
    moving = {role: output for role, output in tank.outputs.items() if role in ROLES and ROLES[role].direction}
    for role, output in moving.items():
        rate_c_per_h = stated_c_per_h(output.power_w, tank.volume_l)
        if rate_c_per_h is not None and not least_c_per_h(tank.volume_l) <= rate_c_per_h <= BOILS_C_PER_H:
            yield (
                f"outputs.{role}.power_w: {output.power_w:g} W move {tank.volume_l:g} l by {_short(rate_c_per_h)} °C an"
                " hour; it is in watts, volume_l in litres"
            )
    if {role: output.compressor for role, output in moving.items()} == {"heat": True, "cool": False}:
        yield "outputs.heat.compressor: the heater rests like a compressor and the cooler does not; are they swapped?"


def _short(rate_c_per_h: float) -> str:
    return f"{rate_c_per_h:.0f}" if rate_c_per_h >= 1.0 else f"{rate_c_per_h:.2g}"


def _doses(tank: TankOptions) -> Iterator[str]:
    pumps = {role: rate for role, output in tank.outputs.items() if (rate := getattr(output, "ml_per_s", None))}
    for role, ml_per_s in pumps.items():
        if ml_per_s > FAST_ML_PER_S:
            yield (
                f"outputs.{role}.ml_per_s: {ml_per_s:g} ml a second are {0.06 * ml_per_s:g} l a minute; doses would be"
                " far too small if it is ml a minute"
            )
    limits = tank.dosing
    if limits is None:
        return
    if limits.max_ml_per_dose > limits.max_ml_per_day:
        yield (
            f"dosing.max_ml_per_dose: {limits.max_ml_per_dose:g} ml is above max_ml_per_day"
            f" {limits.max_ml_per_day:g}; no such dose is given"
        )
    is_large = limits.max_ml_per_dose > LARGE_SHARE * 1000.0 * tank.volume_l
    largest_mg_l = min(limits.max_ml_per_dose * limits.solution_mg_ml / tank.volume_l, limits.max_mg_l_per_batch)
    if largest_mg_l < LEAST_MG_L:
        yield (
            f"dosing: the largest dose is {largest_mg_l:.2g} mg/L nitrogen, which no yeast notices; doses are in ml,"
            " what is in the bottle in mg for each ml"
        )
    for role, ml_per_s in pumps.items():
        pour_s = limits.max_ml_per_dose / ml_per_s
        if pour_s > SLOW_POUR_S and not is_large:
            yield (
                f"outputs.{role}.ml_per_s: the largest dose, {limits.max_ml_per_dose:g} ml, would take"
                f" {spoken(pour_s)}; it is in ml a second"
            )
    if is_large:
        share = limits.max_ml_per_dose / (10.0 * tank.volume_l)
        yield (
            f"dosing.max_ml_per_dose: {limits.max_ml_per_dose:g} ml in one dose are {share:.0f} % of the tank; it keeps"
            " a wrong dose out only where it is little above a right one"
        )


def _drain(tank: TankOptions) -> Iterator[str]:
    if tank.draining is not None and tank.volume_l > FAST_L_PER_S * tank.draining.longest_s:
        longest_s = tank.draining.longest_s
        yield (
            f"draining.longest_s: {tank.volume_l:g} l do not leave a tank within {spoken(longest_s)}, after which the"
            " valve closes; it is in seconds, 2400 are 40 min"
        )


def _alarms(tank: TankOptions) -> Iterator[str]:
    alarms, held = tank.alarms, tank.temperature
    is_said = "off_target_c" in alarms.model_fields_set  # else the width of the deadband is
    if is_said and held is not None and alarms.off_target_c < held.deadband_c:
        yield (
            f"alarms.off_target_c: {alarms.off_target_c:g} is less than temperature.deadband_c {held.deadband_c:g},"
            " within which the beer is left as it is"
        )
    low_c, high_c = alarms.yeast_low_c, alarms.yeast_high_c
    if low_c is not None and high_c is not None and low_c > high_c:
        yield f"alarms.yeast_low_c: {low_c:g} is above yeast_high_c {high_c:g}; they may be the wrong way round"


def _medium(tank: TankOptions) -> Iterator[str]:
    if tank.recipe is None or "medium" not in tank.model_fields_set:
        return
    medium = recipes.load(tank.recipe).batch.medium
    if medium != tank.medium:
        yield f"recipe: is for {medium}, and medium is {tank.medium}; batches take that of the recipe"
