"""The simulated siblings: what a probe would read in the tank's simulated vessel.

Faults are enqueued on the vessel (`vessel.unplug("beer_c")`), never here: a sensor does not know it is unwell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from brewpi.hardware.plug_context import PlugContext
from brewpi.quantities import QUANTITIES
from brewpi.records import Reading
from brewpi.registry import unknown
from brewpi.sensors import Probe, SensorError, SensorOptions

if TYPE_CHECKING:
    from brewpi.plant.simulated_tank import Vessel


class Simulated(SensorOptions):
    """Reads the tank's simulated vessel, for `brewpi simulate`, the demo and tests."""

    example: ClassVar[str] = 'beer = { kind = "simulated", measure = ["beer_c", "sg"] }'
    in_vessel: ClassVar[bool] = True

    measure: tuple[str, ...] = Field(min_length=1, description="the quantities it reads")

    @field_validator("measure")
    @classmethod
    def _known(cls, measure: tuple[str, ...]) -> tuple[str, ...]:
        for quantity in measure:
            if quantity not in QUANTITIES:
                raise ValueError(unknown("quantity", quantity, QUANTITIES))
        return measure

    def measures(self) -> tuple[str, ...]:
        return self.measure

    def stops_everything(self) -> bool:
        """Where it stands for an emergency stop, which the tick then reads: a simulated one has no edge."""
        return "emergency_stop" in self.measure

    def open(self, context: PlugContext) -> Probe:
        """A probe in the vessel."""
        return Dip(vessel_of(context), self.measure)


class Dip:
    """Reads a vessel; nothing while it is unplugged there."""

    def __init__(self, vessel: Vessel, measure: tuple[str, ...], sg_step: float | None = None) -> None:
        self.vessel = vessel
        self.measure = measure
        self.sg_step = sg_step

    def read(self, now: float) -> list[Reading]:
        """What the vessel shows of each quantity."""
        readings = []
        for quantity in self.measure:
            value = self.vessel.measure(quantity, now)
            if value is not None and quantity == "sg" and self.sg_step:
                value = round(value / self.sg_step) * self.sg_step
            if value is not None:
                readings.append(Reading(now, quantity, value))
        return readings

    def close(self) -> None:
        """Nothing to let go of."""


def vessel_of(context: PlugContext) -> Vessel:
    """The one that a simulated sensor reads. Raises SensorError where there is none."""
    if context.vessel is None:
        raise SensorError("a simulated sensor needs a simulated tank; start it with brewpi simulate or the demo")
    return context.vessel
