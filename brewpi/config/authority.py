"""What follows from a config for control: how long each output may run, on what, and when it is doubted."""

from __future__ import annotations

from collections.abc import Iterator

from brewpi.config.options import TankOptions
from brewpi.control.effect_check import effect
from brewpi.outputs.run_limits import RunLimits
from brewpi.quantities import QUANTITIES
from brewpi.roles import ROLES
from brewpi.sensors import kind_of, measured_by, meters
from brewpi.sentences import spoken
from brewpi.toml_text import dotted

HEADER = ("output", "runs on", "believed for", "longest run", "rests", "without effect off after", "share of the time")
HYDROMETERS = frozenset({"topic", "tilt", "rapt_pill", "gravitymon"})


def table(tank: TankOptions) -> Iterator[str]:
    """The lines of a table, an output each."""
    rows = [HEADER, *(_row(tank, role) for role in tank.outputs)]
    if len(rows) == 1:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(tank: TankOptions, role: str) -> tuple[str, ...]:
    output = tank.outputs[role]
    row = ROLES[role]
    longest = spoken(tank.draining.longest_s if role == "drain" and tank.draining else output.max_run_s)
    if row.drive != "switch":
        return role, row.runs_on, "", longest, "", "", ""
    if not row.direction:
        what = ", ".join(QUANTITIES[needed].label for needed in row.needs) or row.runs_on or "the other outputs"
        return role, what, "", longest, spoken(output.rest_s), "", ""
    meter = next((meter for meter in meters(tank.sensors) if meter.quantity == "beer_c"), None)
    if meter is None:
        return role, "nothing", "", longest, spoken(output.rest_s), "", ""
    stated_c_per_h = effect.stated_c_per_h(output.power_w, tank.volume_l)
    difference_c_per_h = effect.difference_c_per_h(stated_c_per_h, None, tank.volume_l, 1.0)
    doubted = spoken(effect.effort_s(stated_c_per_h, None) + effect.trial_s(difference_c_per_h))
    rest = spoken(output.rest_s)
    return role, f"beer_c of {meter.sensor}", spoken(meter.stale_s), longest, rest, doubted, _share(output)


def _share(output: RunLimits) -> str:
    """Of the time that it may be on."""
    if output.window_s is None:
        return "on or off"
    least = "0 to " if output.cycle_s is not None else "at most "
    return f"{least}{100.0 * output.duty_max:.0f} % of {spoken(output.window_s)}"


def slow_probes(tank: TankOptions) -> Iterator[str]:
    """A hydrometer that outputs run on."""
    if tank.temperature is None:
        return
    believed = {meter.sensor: meter.stale_s for meter in meters(tank.sensors) if meter.quantity == "beer_c"}
    for name, options in tank.sensors.items():
        if name in believed and kind_of(options) in HYDROMETERS and "beer_c" in measured_by(name, options):
            yield (
                f"{dotted('sensors', name)}: a hydrometer's temperature is slow: heater and cooler run on a reading of"
                f" up to {spoken(believed[name])} ago; a ds18b20 in a thermowell is read every few seconds"
            )


def overruled_probes(tank: TankOptions) -> Iterator[str]:
    """An instrument beside a hand whose `measure` names the same quantity: nothing goes by the instrument."""
    believed = {meter.quantity: meter.sensor for meter in meters(tank.sensors)}
    for name, options in tank.sensors.items():
        for quantity in () if options.by_hand() else measured_by(name, options):
            meter = believed[quantity]
            if meter != name and tank.sensors[meter].by_hand():
                label = QUANTITIES[quantity].label
                yield (
                    f"{dotted('sensors', name)}: its {label} is recorded and nothing goes by it, for {meter} measures"
                    f" {quantity}; to have it the other way round leave measure out of {meter}"
                )
