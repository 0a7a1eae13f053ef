"""The simulated sibling of every output: heats or cools the tank's simulated vessel.

Faults are enqueued on the vessel (`vessel.break_output("heat", stuck_at=1.0)`): an output does not know it is unwell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from brewpi.outputs import Actuator, Options, OutputError, Role
from brewpi.site import Site

if TYPE_CHECKING:
    from brewpi.vessel import Vessel


class Simulated(Options):
    """Acts on the simulated vessel of its tank."""

    example: ClassVar[str] = 'heat = { kind = "simulated", role = "heat" }'

    role: Role = Field(description="which of the vessel's two sides it drives")

    def open(self, site: Site) -> Actuator:
        """The vessel's heater or cooler."""
        if site.vessel is None:
            raise OutputError("a simulated output needs a simulated tank; start it with brewpi simulate or the demo")
        return Drive(site.vessel, self.role)


class Drive:
    """An opened simulated output."""

    def __init__(self, vessel: Vessel, role: Role) -> None:
        self.vessel, self.role = vessel, role

    def set(self, duty: float, now: float) -> None:
        """From now on at this duty."""
        self.vessel.drive(self.role, duty, now)

    def off(self) -> None:
        """Off."""
        self.vessel.drive(self.role, 0.0)

    def close(self) -> None:
        """Nothing to let go of."""
