"""The simulated sibling of every output: heats, cools, feeds or drains the tank's simulated vessel.

Faults are enqueued on the vessel (`vessel.break_output("heat", stuck_at=1.0)`): an output does not know it is unwell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator, OutputError, OutputOptions
from brewpi.outputs.pump import run_of
from brewpi.roles import ROLES, unknown

if TYPE_CHECKING:
    from brewpi.plant.simulated_tank import SharedSupply, Vessel


class Simulated(OutputOptions):
    """Acts on the simulated vessel of its tank."""

    example: ClassVar[str] = 'heat = { kind = "simulated", role = "heat" }'
    in_vessel: ClassVar[bool] = True

    role: str = Field(description="what it is to the vessel, such as cool, drain, heat, nutrient")
    ml_per_s: float = Field(default=2.0, gt=0.001, le=1000.0, description="of a nutrient pump")

    @field_validator("role")
    @classmethod
    def _is_known(cls, role: str) -> str:
        if role not in ROLES:
            raise ValueError(unknown(role))
        return role

    @classmethod
    def may_be(cls) -> tuple[str, ...]:
        return tuple(ROLES)

    def open(self, context: PlugContext) -> Actuator:
        """The vessel's heater, cooler, drain valve or nutrient pump."""
        if context.supply is not None:
            return Drive(context.supply, self.role)
        if context.vessel is None:
            raise OutputError("a simulated output needs a simulated tank; start it with brewpi simulate or the demo")
        if ROLES[self.role].drive == "dose":
            return Doses(context.vessel, self.ml_per_s, self.max_run_s)
        return Drive(context.vessel, self.role)


class Drive:
    """An opened simulated output."""

    def __init__(self, vessel: Vessel | SharedSupply, role: str) -> None:
        self.vessel, self.role = vessel, role

    def set(self, duty: float, now: float) -> None:
        """From now on at this duty."""
        self.vessel.drive(self.role, duty, now)

    def off(self) -> None:
        self.vessel.drive(self.role, 0.0)

    def close(self) -> None:
        """Nothing to let go of."""


class Doses:
    """An opened simulated pump: its runs last in the vessel's time."""

    def __init__(self, vessel: Vessel, ml_per_s: float, max_run_s: float) -> None:
        self.vessel, self.ml_per_s, self.max_run_s = vessel, ml_per_s, max_run_s

    def give(self, volume_ml: float) -> float:
        """Start a dose at the vessel's now. Raises OutputError."""
        run_s = run_of(volume_ml, self.ml_per_s, self.max_run_s)
        if self.running:
            raise OutputError(f"the pump still gives the last dose, {self.given_ml:.0f} ml so far")
        if self.vessel.jams:
            raise OutputError(self.vessel.jams.popleft())
        self.vessel.pump(self.ml_per_s, run_s)
        return run_s

    @property
    def running(self) -> bool:
        """Whether a dose is being given."""
        return self.vessel.at < self.vessel.pumps_until

    @property
    def given_ml(self) -> float:
        """Of the last dose, by the time that it ran."""
        return self.ml_per_s * (min(self.vessel.at, self.vessel.pumps_until) - self.vessel.pumps_since)

    def set(self, duty: float, now: float) -> None:
        """Leaves a dose alone; a pump has no other way to be on than `give`."""
        if duty > 0.0:
            raise OutputError("a pump gives doses and is not driven")
        self.vessel.advance(now)

    def off(self) -> None:
        self.vessel.stop_pump()

    def close(self) -> None:
        """Nothing to let go of."""
