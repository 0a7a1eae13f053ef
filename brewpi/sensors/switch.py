"""A contact on a GPIO pin: emergency stop, open vent, level, flow, door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from brewpi.hardware import gpio
from brewpi.hardware.gpio_number import GpioNumber
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors import SensorError, SensorOptions

OPENS = ("emergency_stop", "level_low", "door_open")  # the contact opens when this becomes true
Measure = Literal["emergency_stop", "vent_open", "receiver_ready", "level_low", "flow", "door_open"]


class Switch(SensorOptions):
    """A contact between a pin and ground (`pull_up = true`) or 3.3 V (`pull_up = false`).

    A broken wire must never permit anything, so what `measure` says fixes which contact it needs:

    * `vent_open`, `receiver_ready`, `flow` are true while the contact is **closed** (normally open): a broken wire
      reads as a closed vent, no receiver, no flow.
    * `emergency_stop`, `level_low`, `door_open` are true while the contact is **open** (normally closed): a broken
      wire reads as pressed, low, open.

    An emergency stop acts at once, without waiting for a tick, and stays until `resume`. Several buttons are wired in
    series; one button for several tanks is repeated in each tank's sensors with the same pin. It belongs into the
    mains of pump and heater as well: software stops what it can, a contactor stops the rest.
    Long wires want an outer pull-up of 1-10 kΩ; the Pi's own is about 50 kΩ.
    """

    example: ClassVar[str] = 'vent = { kind = "switch", pin = 5, measure = "vent_open" }'

    every_s: float = Field(default=1.0, ge=1.0, le=86_400.0, description="seconds between reads")
    pin: GpioNumber = Field(ge=0, le=27, description="GPIO number (BCM) of the contact")
    measure: Measure = Field(description="what the contact says")
    pull_up: bool = Field(default=True, description="true: contact to ground; false: contact to 3.3 V")
    emergency: bool | None = Field(
        default=None, description="acts at once; true for emergency_stop unless false is said, then it is only recorded"
    )

    @model_validator(mode="after")
    def _only_an_emergency_stop_stops(self) -> Self:
        if self.emergency and self.measure != "emergency_stop":
            raise ValueError(f'emergency goes with measure = "emergency_stop" only, not with "{self.measure}"')
        return self

    def measures(self) -> tuple[str, ...]:
        return (self.measure,)

    def stops_everything(self) -> bool:
        """An emergency stop does, unless it is only recorded."""
        return self.measure == "emergency_stop" and self.emergency is not False

    def pins(self) -> tuple[str, ...]:
        """Its pin, unless that is an emergency stop's, which may serve several tanks."""
        return () if self.stops_everything() else (f"GPIO{self.pin}",)

    def shares(self) -> Mapping[str, str]:
        """An emergency stop, wired the same way for each of its tanks."""
        use = f"an emergency stop with pull_up = {str(self.pull_up).lower()}"
        return {f"GPIO{self.pin}": use} if self.stops_everything() else {}

    def open(self, context: PlugContext) -> SwitchProbe:
        """Claim the pin, or join those who have. Raises SensorError."""
        name = f"GPIO{self.pin}"
        line = context.shared.get(name)
        if line is None:
            try:
                line = context.shared[name] = gpio.Line(gpio.contact(self.pin, self.pull_up, context.pin_factory))
            except gpio.GpioError as error:
                raise SensorError(str(error)) from None
        return SwitchProbe(line, self, context)


class SwitchProbe:
    """0 or 1, as the contact is now."""

    def __init__(self, line: gpio.Line, options: Switch, context: PlugContext) -> None:
        self.line, self.options, self.context = line, options, context
        self.opens = options.measure in OPENS
        self.listener = context.emergency if options.stops_everything() else _ignore
        line.join(self.listener)

    def read(self, now: float) -> list[Reading]:
        """One reading; a contact always says something."""
        return [Reading(now, self.options.measure, float(self.line.closed_contact != self.opens))]

    def close(self) -> None:
        """Listen no longer; the last one lets go of the pin."""
        if self.line.leave(self.listener):
            self.context.shared.pop(f"GPIO{self.options.pin}", None)


def _ignore() -> None:
    """Of contacts that are only read."""
