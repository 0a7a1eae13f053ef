"""What follows from a config for control: how long each output may run, on what, and when it is doubted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brewpi.control.output_response import TRIAL_S, OutputResponseCheck, c_per_h
from brewpi.quantities import QUANTITIES, spoken
from brewpi.roles import ROLES
from brewpi.sensors import kind_of, measured_by, meters

if TYPE_CHECKING:
    from brewpi.config.config import TankOptions

HEADER = ("output", "runs on", "believed for", "longest run", "rests", "without effect off after")
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
        return role, row.runs_on, "", longest, "", ""
    if not row.direction:
        what = ", ".join(QUANTITIES[needed].label for needed in row.needs) or row.runs_on or "the other outputs"
        return role, what, "", longest, spoken(output.rest_s), ""
    meter = next((meter for meter in meters(tank.sensors) if meter.quantity == "beer_c"), None)
    if meter is None:
        return role, "nothing", "", longest, spoken(output.rest_s), ""
    stated_c_per_h = None if output.power_w is None else c_per_h(output.power_w, tank.volume_l)
    response = OutputResponseCheck(row.direction, stated_c_per_h=stated_c_per_h)
    doubted = spoken(response.effort_limit_s + TRIAL_S)
    return role, f"beer_c of {meter.sensor}", spoken(meter.stale_s), longest, spoken(output.rest_s), doubted


def slow_probes(tank: TankOptions) -> Iterator[str]:
    """A hydrometer that outputs run on."""
    if tank.temperature is None:
        return
    believed = {meter.sensor: meter.stale_s for meter in meters(tank.sensors) if meter.quantity == "beer_c"}
    for name, options in tank.sensors.items():
        if name in believed and kind_of(options) in HYDROMETERS and "beer_c" in measured_by(name, options):
            yield (
                f"sensors.{name}: a hydrometer's temperature is slow: heater and cooler run on a reading of up to"
                f" {spoken(believed[name])} ago; a ds18b20 in a thermowell is read every few seconds"
            )
