"""A brewer's own reading, sent as the command `reading`: gravity from a sample, or a thermometer in the beer."""

from __future__ import annotations

from collections import deque
from typing import ClassVar, Literal

from pydantic import Field

from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors import Probe, SensorOptions
from brewpi.sensors.simulated import Dip, vessel_of

MEASURES = ("sg", "beer_c")


class Manual(SensorOptions):
    """Readings by hand, for tanks without a hydrometer or beside one.

    Where no instrument measures the quantity, hand readings are the measurement. Where one does, they are kept in the
    record beside it; name the quantity in `measure` to have it the other way round. Two instruments are never mixed:
    a hydrometer and a hand differ by some points, and a step between them would look like fermentation.
    """

    example: ClassVar[str] = 'hand = { kind = "manual", measure = ["sg"] }'
    quantities: ClassVar[tuple[str, ...]] = MEASURES

    measure: tuple[Literal["sg", "beer_c"], ...] = Field(
        default=(), description="hand readings of these count even where an instrument measures the same"
    )

    def by_hand(self) -> bool:
        return True

    def overrules(self) -> tuple[str, ...]:
        return self.measure

    def simulated(self) -> SensorOptions:
        return SimulatedHand(measure=self.measure)

    def open(self, context: PlugContext) -> Probe:
        """What is entered for this tank."""
        return Hand(context.hand)


class SimulatedHand(Manual):
    """A brewer who takes a sample of the simulated vessel twice a day, and reads it to the point."""

    in_vessel: ClassVar[bool] = True

    every_s: float = Field(default=43_200.0, ge=1.0, le=86_400.0, description="seconds between samples")

    def open(self, context: PlugContext) -> Probe:
        """A hand on the sample tap."""
        return Dip(vessel_of(context), self.measures(), sg_step=0.001)


class Hand:
    """Gives what has been entered since the last time, checked when it was."""

    def __init__(self, entered: deque[Reading]) -> None:
        self.entered = entered

    def read(self, now: float) -> list[Reading]:
        """The readings in the order they were entered."""
        return [self.entered.popleft() for _ in range(len(self.entered))]

    def close(self) -> None:
        """Nothing to let go of."""
