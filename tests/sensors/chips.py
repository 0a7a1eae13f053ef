"""An MCP3008 or MCP3208 at the end of mock wires: it speaks the datasheet's bits to gpiozero's own driver."""

from __future__ import annotations

from random import Random

from gpiozero.pins.mock import MockFactory, MockSPIDevice

REFERENCE_V = 3.3
CLOCK, MOSI, MISO, CE0, CE1 = 11, 10, 9, 8, 7


class Converter(MockSPIDevice):
    """`volts` by channel; `noise_v` is one standard deviation of what every conversion is off by.

    A channel that is absent has its wire broken: the pull-down holds it at 0 V. `dead` is a chip without supply, whose
    data line stays low.
    """

    def __init__(self, pins: MockFactory, bits: int = 12, select: int = CE0) -> None:
        super().__init__(CLOCK, MOSI, MISO, select, pin_factory=pins)
        self.bits = bits
        self.volts: dict[int, float] = {}
        self.noise_v = 0.0
        self.dead = False
        self.random = Random(1)
        self.asked = 0

    def on_start(self) -> None:
        super().on_start()
        self.asked = 0

    def on_bit(self) -> None:
        """Start bit, single-ended bit, three of the channel, one to sample, a null bit, then the result
        (Microchip DS21295 and DS21298, "Serial communication")."""
        word = self.rx_word()
        if self.asked or not word & 0b10000:
            return
        if word.bit_length() == 5:
            self.asked = word
            assert word & 0b01000, "differential mode is not what is wired here"
            self.tx_word(0 if self.dead else self._convert(word & 0b111), self.bits + 2)

    def _convert(self, channel: int) -> int:
        volts = self.volts.get(channel, 0.0) + self.random.gauss(0.0, self.noise_v)
        steps = 2**self.bits
        return min(steps - 1, max(0, int(volts / REFERENCE_V * steps)))
