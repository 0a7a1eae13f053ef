"""A relay or solid-state relay on a GPIO pin: heater, cooler, glycol valve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from brewpi.hardware import gpio
from brewpi.hardware.gpio_number import GpioNumber
from brewpi.hardware.header import on_while_booting
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator, OutputError, OutputOptions


class Relay(OutputOptions):
    """On or off. Most relay boards with optocouplers switch on when the pin is low: `active_high = false`.

    Such a board belongs on GPIO5 or GPIO6, which are high while the Pi boots (as are all from GPIO0 to GPIO8); on the
    other pins, which are low, it is on until the service runs.
    """

    written_as: ClassVar[Mapping[str, str]] = dict.fromkeys(("ssr", "gpio"), 'kind = "relay"')
    example: ClassVar[str] = 'cool = { kind = "relay", pin = 6, active_high = false, compressor = true }'

    pin: GpioNumber = Field(ge=0, le=27, description="GPIO number (BCM), not the number on the header")
    active_high: bool = Field(default=True, description="false where the board switches on with the pin low")

    def pins(self) -> tuple[str, ...]:
        return (f"GPIO{self.pin}",)

    def on_at_boot(self) -> str | None:
        """By the level that its pin has then."""
        return on_while_booting(self.pin, self.active_high)

    def open(self, context: PlugContext) -> Actuator:
        """Claim the pin; it is at its "off" level from the first moment. Raises OutputError."""
        return Switch(self.claim(context))

    def claim(self, context: PlugContext) -> Any:
        """Its pin as gpiozero's device, off. Raises OutputError."""
        try:
            return gpio.output(self.pin, self.active_high, context.pin_factory)
        except gpio.GpioError as error:
            raise OutputError(str(error)) from None


class Switch:
    """An opened relay."""

    def __init__(self, device: Any) -> None:
        self.device = device

    def set(self, duty: float, now: float) -> None:
        """On from half power up: a thermostat asks for all or nothing. Writes the pin at every call."""
        self.device.value = duty >= 0.5

    def off(self) -> None:
        self.device.off()

    def close(self) -> None:
        """Off first: a closed pin keeps its level, which for an active-low board may be "on"."""
        self.device.off()
        self.device.close()
