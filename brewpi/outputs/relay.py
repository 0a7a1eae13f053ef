"""A relay or solid-state relay on a GPIO pin: heater, cooler, glycol valve."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

from pydantic import Field

from brewpi.outputs import Actuator, Options, OutputError
from brewpi.site import Site


class Relay(Options):
    """On or off. Most relay boards with optocouplers switch on when the pin is low: `active_high = false`."""

    example: ClassVar[str] = 'cool = { kind = "relay", pin = 27, active_high = false, compressor = true }'

    pin: int = Field(ge=0, le=27, description="GPIO number (BCM), not the number on the header")
    active_high: bool = Field(default=True, description="false where the board switches on with the pin low")

    def pins(self) -> tuple[str, ...]:
        """The one pin."""
        return (f"GPIO{self.pin}",)

    def open(self, site: Site) -> Actuator:
        """Claim the pin; it is at its "off" level from the first moment. Raises OutputError."""
        from gpiozero import BadPinFactory, GPIOPinInUse, OutputDevice, PinFactoryFallback

        warnings.simplefilter("ignore", PinFactoryFallback)  # four of them say less than our one sentence
        try:
            device = OutputDevice(
                self.pin, active_high=self.active_high, initial_value=False, pin_factory=site.pin_factory
            )
        except BadPinFactory:
            raise OutputError(
                f"GPIO{self.pin}: this machine has no pins; on a Pi, install brewpi-edge[pi],"
                " elsewhere use brewpi simulate or GPIOZERO_PIN_FACTORY=mock"
            ) from None
        except GPIOPinInUse as error:
            raise OutputError(f"GPIO{self.pin}: {error}") from None
        except Exception as error:  # each pin library has its own
            raise OutputError(f"GPIO{self.pin}: {type(error).__name__}: {error}") from None
        return Switch(device)


class Switch:
    """An opened relay."""

    def __init__(self, device: Any) -> None:
        self.device = device

    def set(self, duty: float, now: float) -> None:
        """On from half power up: a thermostat asks for all or nothing. Writes the pin at every call."""
        self.device.value = duty >= 0.5

    def off(self) -> None:
        """Off."""
        self.device.off()

    def close(self) -> None:
        """Off first: a closed pin keeps its level, which for an active-low board may be "on"."""
        self.device.off()
        self.device.close()
