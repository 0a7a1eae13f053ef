"""A pressure transmitter on an analogue channel: the gas above the beer."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from brewpi.hardware import gpio
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors import FailureDebounce, SensorError, SensorOptions

SAMPLES = 15  # conversions of one read, of which the median counts: 20 µs each
RAIL_V = 0.02  # this near to either end a converter says "off the scale", not how much


class Analogue(SensorOptions):
    """What sensors on an MCP3008 (10 bits) or MCP3208 (12 bits) have in common: the chip and its chip select."""

    chip: gpio.Chip = Field(default="mcp3208", description="the converter on SPI0, on 3.3 V")
    select: int = Field(default=0, ge=0, le=1, description="its chip select: 0 is CE0 on GPIO8, 1 is CE1 on GPIO7")
    live_v: float = Field(
        default=0.1, ge=0.0, le=3.0, description="below this the wire is broken; what is sent at 0 bar lies above it"
    )

    def channels(self) -> tuple[int, ...]:
        raise NotImplementedError

    def pins(self) -> tuple[str, ...]:
        return tuple(f"SPI0.{self.select} channel {channel}" for channel in self.channels())

    def shares(self) -> Mapping[str, str]:
        """The bus and the chip."""
        return gpio.channel_pins(self.chip, self.select)

    def claim(self, context: PlugContext) -> list[Any]:
        """A device for each channel, all or none. Raises SensorError."""
        devices: list[Any] = []
        try:
            for channel in self.channels():
                devices.append(gpio.analogue(self.chip, channel, self.select, context.pin_factory))
        except gpio.GpioError as error:
            for device in devices:
                device.close()
            raise SensorError(str(error)) from None
        return devices

    def refusal(self, volts: float, channel: int) -> str | None:
        """Why a voltage is no measurement; None if it is one."""
        if volts < max(self.live_v, RAIL_V):
            return f"channel {channel} has {volts:.2f} V, a broken wire or no supply; check the transmitter"
        if volts > gpio.SUPPLY_V - RAIL_V:
            return f"channel {channel} has {volts:.2f} V, the end of its scale; check transmitter and divider"
        return None


class Pressure(Analogue):
    """A transmitter of gauge pressure in the head of the tank, calibrated at two points against a gauge.

    Take one with a live zero (0.5-4.5 V through a divider of 10 kΩ and 20 kΩ, or 4-20 mA through 150 Ω): it sends
    something at 0 bar too, so that a broken wire is not taken for an empty head.
    """

    example: ClassVar[str] = (
        'top = { kind = "pressure", channel = 0, low_v = 0.33, low_bar = 0.0, high_v = 3.0, high_bar = 4.0 }'
    )
    quantities: ClassVar[tuple[str, ...]] = ("top_bar",)

    channel: int = Field(ge=0, le=7, description="of the converter")
    low_v: float = Field(ge=0.0, le=3.3, description="volts at `low_bar`, as measured at the converter's input")
    low_bar: float = Field(default=0.0, ge=-1.0, le=10.0, description="gauge pressure of the first point, open: 0")
    high_v: float = Field(ge=0.0, le=3.3, description="volts at `high_bar`")
    high_bar: float = Field(gt=-1.0, le=10.0, description="gauge pressure of the second point")

    @model_validator(mode="after")
    def _two_points(self) -> Self:
        if self.high_v - self.low_v < 0.1 or self.high_bar - self.low_bar < 0.05:
            raise ValueError("the two points are too near to each other, or the wrong way round")
        if self.low_bar <= 0.0 and self.low_v <= self.live_v:
            raise ValueError(f"low_v {self.low_v:g} is not above live_v {self.live_v:g}: 0 bar would be a broken wire")
        return self

    def channels(self) -> tuple[int, ...]:
        return (self.channel,)

    def bar(self, volts: float) -> float:
        """Gauge pressure in bar: the line through the two points, and beyond them."""
        return self.low_bar + (volts - self.low_v) * (self.high_bar - self.low_bar) / (self.high_v - self.low_v)

    def open(self, context: PlugContext) -> PressureProbe:
        """Claim the channel. Raises SensorError."""
        return PressureProbe(self.claim(context)[0], self)


class PressureProbe:
    """One pressure in bar, or none."""

    def __init__(self, device: Any, options: Pressure) -> None:
        self.device, self.options = device, options
        self.debounce = FailureDebounce(2)

    def read(self, now: float) -> list[Reading]:
        """The median of some conversions. A broken wire is no reading, and said the second time."""
        volts = median(float(self.device.voltage) for _ in range(SAMPLES))
        refusal = self.options.refusal(volts, self.options.channel)
        if refusal:
            return self.debounce.lost(refusal)
        self.debounce.found()
        return [Reading(now, "top_bar", self.options.bar(volts))]

    def close(self) -> None:
        """Let go of the channel."""
        self.device.close()
