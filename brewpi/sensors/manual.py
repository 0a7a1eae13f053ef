"""A brewer's own reading, sent as the command `reading`: gravity from a sample, or a thermometer in the beer."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.quantities import stated
from brewpi.records import Reading
from brewpi.sensors import Probe, SensorError, SensorOptions
from brewpi.sensors.payload import Fields

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
        """A person reads it."""
        return True

    def overrules(self) -> tuple[str, ...]:
        """What `measure` names."""
        return self.measure

    def simulated(self) -> SensorOptions:
        """A simulated brewer."""
        from brewpi.sensors.simulated import SimulatedHand

        return SimulatedHand(measure=self.measure)

    def open(self, context: PlugContext) -> Probe:
        """Listen to the commands of this tank."""
        return Hand(context.hand)


class Hand:
    """Reads what has been sent since the last time."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    def read(self, now: float) -> list[Reading]:
        """The readings in the order they were sent. One that cannot be true spoils no other."""
        readings: list[Reading] = []
        error: SensorError | None = None
        for message in self.inbox.take():
            try:
                readings.append(parse(message))
            except SensorError as mistake:
                error = mistake
        if error and not readings:
            raise error
        return readings

    def close(self) -> None:
        """Nothing to let go of."""


def parse(message: Message) -> Reading:
    """`{"quantity": "sg", "value": 12.4, "unit": "plato", "at": "2026-05-01T14:30:00Z"}`.

    Without a unit it is the one in the quantity's name, without a time that of arrival. Raises SensorError.
    """
    fields = Fields.of_json(message.payload)
    quantity, value = fields.word("quantity"), fields.number("value")
    if quantity is None or value is None:
        raise SensorError('a hand reading needs "quantity" and "value"')
    try:
        value = stated(quantity, value, fields.word("unit"))
    except ValueError as error:
        raise SensorError(str(error)) from None
    at = fields.time("at")
    return Reading(message.at if at is None else at, quantity, value)
