"""The pins of a Pi: the only file that knows gpiozero. Relays, contacts and analogue channels, each a sentence when
it cannot be had.

A pin factory of None is gpiozero's own choice; tests give a `MockFactory`, which is a real one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, Literal

from brewpi.hardware.access import why_not

Chip = Literal["mcp3008", "mcp3208"]
PIN_CHIPS, SPI_DEVICES = "/dev/gpiochip*", "/dev/spidev*"
SUPPLY_V = 3.3  # of a Pi's header, and the reference of the converter on it
SPI_PINS = ("GPIO9", "GPIO10", "GPIO11")  # MISO, MOSI and clock of SPI0; its chip selects are GPIO8 and GPIO7
SELECT_PINS = ("GPIO8", "GPIO7")


class GpioError(Exception):
    """A pin or a channel could not be had; the message is a sentence."""


def output(pin: int, active_high: bool, pin_factory: Any) -> Any:
    """A `DigitalOutputDevice` at its "off" level from the first moment. Raises GpioError."""
    from gpiozero import DigitalOutputDevice

    return _claimed(
        f"GPIO{pin}",
        lambda: DigitalOutputDevice(pin, active_high=active_high, initial_value=False, pin_factory=pin_factory),
    )


def contact(pin: int, pull_up: bool, pin_factory: Any) -> Any:
    """A `DigitalInputDevice` that is active while its contact is closed: to ground with the Pi's pull-up, to 3.3 V
    with its pull-down. Raises GpioError."""
    from gpiozero import DigitalInputDevice

    return _claimed(f"GPIO{pin}", lambda: DigitalInputDevice(pin, pull_up=pull_up, pin_factory=pin_factory))


def analogue(chip: Chip, channel: int, select: int, pin_factory: Any) -> Any:
    """A channel of an MCP3008 or MCP3208 on SPI0 whose `voltage` is 0 to 3.3 V. Raises GpioError."""
    from gpiozero import MCP3008, MCP3208, SPISoftwareFallback

    # Without spidev gpiozero speaks SPI by hand, which is slower and says the same.
    warnings.simplefilter("ignore", SPISoftwareFallback)
    device = {"mcp3008": MCP3008, "mcp3208": MCP3208}[chip]
    return _claimed(
        f"SPI0.{select} channel {channel}",
        lambda: device(channel=channel, max_voltage=SUPPLY_V, port=0, device=select, pin_factory=pin_factory),
    )


def channel_pins(chip: Chip, select: int) -> dict[str, str]:
    """The pins that one converter shares with others, each with its use."""
    return {**dict.fromkeys(SPI_PINS, "SPI"), SELECT_PINS[select]: chip}


def _claimed(name: str, claim: Callable[[], Any]) -> Any:
    from gpiozero import BadPinFactory, GPIOPinInUse, PinFactoryFallback

    warnings.simplefilter("ignore", PinFactoryFallback)  # four of them say less than our one sentence
    try:
        return claim()
    except BadPinFactory:
        no_pins = (
            "this machine has no pins; on a Pi, install brewpi-edge[pi],"
            " elsewhere use brewpi simulate or GPIOZERO_PIN_FACTORY=mock"
        )
        raise GpioError(f"{name}: {why_not(PIN_CHIPS) or no_pins}") from None
    except GPIOPinInUse as error:
        raise GpioError(f"{name}: {error}") from None
    except Exception as error:  # each pin library has its own
        refused = why_not(SPI_DEVICES if name.startswith("SPI") else PIN_CHIPS)
        raise GpioError(f"{name}: {refused or f'{type(error).__name__}: {error}'}") from None


class Line:
    """One contact with all who listen for its opening: an emergency stop may serve several tanks.

    Listeners are called from gpiozero's thread, at once, in the order in which they joined.
    """

    def __init__(self, device: Any) -> None:
        self.device = device
        self.listeners: list[Callable[[], None]] = []
        self._lock = Lock()
        device.when_deactivated = self._opened

    @property
    def closed_contact(self) -> bool:
        """Whether current flows: the contact is closed and its wire whole."""
        return bool(self.device.is_active)

    def join(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever the contact opens."""
        with self._lock:
            self.listeners.append(listener)

    def leave(self, listener: Callable[[], None]) -> bool:
        """Call it no more. True if nobody listens any longer, and the pin has been let go."""
        with self._lock:
            if listener in self.listeners:
                self.listeners.remove(listener)
            if self.listeners:
                return False
        self.device.close()
        return True

    def _opened(self) -> None:
        with self._lock:
            listeners = list(self.listeners)
        for listener in listeners:
            with suppress(Exception):  # the next tank has to be made safe whatever this one does
                listener()
