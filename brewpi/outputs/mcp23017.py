"""Relays on an MCP23017 port expander: sixteen pins on two wires of the I2C bus."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, ClassVar

from pydantic import Field

from brewpi.hardware import gpio
from brewpi.hardware.access import why_not
from brewpi.hardware.gpio_number import GpioNumber
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator, OutputError, OutputOptions

# Microchip DS20001952C, "Register addresses", IOCON.BANK = 0 as after a reset; of each the A port, B is the next.
IODIR, OLAT = 0x00, 0x14
ALL_INPUTS = 0xFF
I2C_PINS = ("GPIO2", "GPIO3")


class Mcp23017(OutputOptions):
    """A relay behind one pin of an MCP23017.

    The chip keeps its outputs when the Pi restarts or dies, so its RESET has to hang on a GPIO: that is low while the
    Pi boots, and a chip in reset has let go of every pin. A board whose RESET cannot be reached is no board for this.
    """

    example: ClassVar[str] = 'heat = { kind = "mcp23017", pin = "a0", reset_pin = 26, active_high = false }'

    pin: str = Field(pattern=r"^[ab][0-7]$", examples=["a0"], description='which of its pins, "a0" to "b7"')
    reset_pin: GpioNumber = Field(
        ge=9, le=27, description="GPIO number (BCM) of the wire to RESET, with 10 kΩ to GND; 9 to 27 are low at boot"
    )
    active_high: bool = Field(default=True, description="false where the board switches on with the pin low")
    bus: int = Field(default=1, ge=0, le=22, description="number of the I2C bus; 1 is on the header")
    address: int = Field(default=0x20, ge=0x20, le=0x27, description="32 to 39, by the chip's pins A0 to A2")

    def pins(self) -> tuple[str, ...]:
        """The pin of the chip."""
        return (f"{self._chip()} pin {self.pin}",)

    def shares(self) -> Mapping[str, str]:
        """The bus, and the wire to RESET, with others on the same chip."""
        bus = dict.fromkeys(I2C_PINS, "I2C") if self.bus == 1 else {}
        return {**bus, f"GPIO{self.reset_pin}": f"RESET of {self._chip()}"}

    def open(self, context: PlugContext) -> Actuator:
        """Reset the chip if nobody did yet, and take the pin, off. Raises OutputError."""
        name = self._chip()
        chip = context.shared.get(name)
        if chip is None:
            chip = context.shared[name] = Chip(name, self._bus(), self.address, self._reset(context))
        return Switch(chip, "ab".index(self.pin[0]) * 8 + int(self.pin[1]), self.active_high)

    def _chip(self) -> str:
        return f"MCP23017 {self.bus}/{self.address:#x}"

    def _bus(self) -> Any:
        try:
            from smbus2 import SMBus
        except ImportError:
            raise OutputError("MCP23017 needs the `relays` extra: pip install 'brewpi-edge[relays]'") from None
        try:
            return SMBus(self.bus)
        except OSError as error:
            remedy = "add dtparam=i2c_arm=on to /boot/firmware/config.txt and reboot"
            why = why_not(f"/dev/i2c-{self.bus}") or f"cannot be used ({error}); {remedy}"
            raise OutputError(f"I2C bus {self.bus}: {why}") from None

    def _reset(self, context: PlugContext) -> Any:
        try:
            return gpio.output(self.reset_pin, True, context.pin_factory)
        except gpio.GpioError as error:
            raise OutputError(str(error)) from None


class Chip:
    """One expander with all who have a pin of it. What it shall be is kept here and compared at every write: a chip
    that lost its supply for a moment has forgotten everything, and each of its relays went off: `losses` counts it.
    """

    def __init__(self, name: str, bus: Any, address: int, reset: Any) -> None:
        self.name, self.bus, self.address, self.reset = name, bus, address, reset
        self.direction, self.latch = [ALL_INPUTS, ALL_INPUTS], [0, 0]
        self.lock = Lock()
        self.off_levels: dict[int, bool] = {}
        self.losses = 0
        self.renew()

    def take(self, number: int, high: bool) -> None:
        """Make a pin an output; its level is set before its direction, so that it is right from the first moment."""
        with self.lock:
            self.off_levels[number] = high
            self._set_latch(number, high)
            self.direction[number // 8] &= ~(1 << number % 8)
            self._write()

    def write(self, number: int, high: bool) -> None:
        """Set a level, and make sure that the chip has it. Raises OutputError."""
        with self.lock:
            self._set_latch(number, high)
            self._write()

    def recover(self) -> int:
        """Set it up again, all off, if it has forgotten; how often that was needed. Raises OutputError."""
        with self.lock:
            if not self._agrees():
                self.losses += 1
                for pin, off_high in self.off_levels.items():
                    self._set_latch(pin, off_high)
                self._write()
            return self.losses

    def leave(self, number: int) -> None:
        """A pin becomes an input again; the last one puts the chip into reset."""
        with self.lock:
            self.direction[number // 8] |= 1 << number % 8
            del self.off_levels[number]
            try:
                self._write()
            finally:
                if not self.off_levels:
                    self.reset.off()

    def renew(self) -> None:
        """Through reset: every pin is let go."""
        self.reset.off()
        self.reset.on()

    def _set_latch(self, number: int, high: bool) -> None:
        bit = 1 << number % 8
        self.latch[number // 8] = self.latch[number // 8] | bit if high else self.latch[number // 8] & ~bit

    def _write(self) -> None:
        try:
            self.bus.write_i2c_block_data(self.address, OLAT, self.latch)
            self.bus.write_i2c_block_data(self.address, IODIR, self.direction)
        except OSError as error:
            raise OutputError(f"{self.name} does not answer ({error}); check its wires and supply") from None
        if not self._agrees():
            raise OutputError(f"{self.name} does not keep what is written to it; check its wires and supply")

    def _agrees(self) -> bool:
        try:
            latch = self.bus.read_i2c_block_data(self.address, OLAT, 2)
            direction = self.bus.read_i2c_block_data(self.address, IODIR, 2)
        except OSError as error:
            raise OutputError(f"{self.name} does not answer ({error}); check its wires and supply") from None
        return list(latch) == self.latch and list(direction) == self.direction


class Switch:
    """An opened relay on one of its pins."""

    def __init__(self, chip: Chip, number: int, active_high: bool) -> None:
        self.chip, self.number, self.active_high, self.losses = chip, number, active_high, chip.losses
        chip.take(number, not active_high)

    def set(self, duty: float, now: float) -> None:
        """On from half power up. Raises OutputError."""
        before, self.losses = self.losses, self.chip.recover()
        if self.losses == before:
            self.chip.write(self.number, (duty >= 0.5) == self.active_high)
        else:
            raise OutputError(f"{self.chip.name} had forgotten its settings, so all its relays went off; they rest")

    def off(self) -> None:
        """Off. A chip that does not answer is put into reset, which lets go of every relay on it."""
        try:
            self.chip.write(self.number, not self.active_high)
        except OutputError:
            self.chip.renew()
            raise

    def close(self) -> None:
        """Off, then the pin is let go."""
        self.off()
        self.chip.leave(self.number)
