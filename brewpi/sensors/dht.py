"""DHT22 and DHT11: temperature and humidity of the room. In the air they say little about the wort."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from brewpi.hardware.gpio_number import GpioNumber
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import Reading
from brewpi.sensors import FailureDebounce, SensorError, SensorOptions


class Dht22(SensorOptions):
    """A DHT22 (AM2302) on a GPIO pin with a 10 kΩ pull-up: the room, to 0.1 °C and 0.1 %.

    It is never a beer probe: the wort is 1-3 °C from the air around the tank and hours behind it.
    """

    example: ClassVar[str] = 'room = { kind = "dht22", pin = 22 }'
    quantities: ClassVar[tuple[str, ...]] = ("room_c", "humidity_pct")
    model: ClassVar[str] = "DHT22"

    every_s: float = Field(default=30.0, ge=5.0, le=86_400.0, description="seconds between reads; each takes 0.35 s")
    pin: GpioNumber = Field(ge=0, le=27, description="GPIO number (BCM) of the data line")
    offset_c: float = Field(default=0.0, ge=-5.0, le=5.0, description="added to each temperature")

    def pins(self) -> tuple[str, ...]:
        return (f"GPIO{self.pin}",)

    def open(self, context: PlugContext) -> DhtProbe:
        """Take the pin. Raises SensorError."""
        try:
            import adafruit_dht
            import board

            pin = getattr(board, f"D{self.pin}")
        except ImportError:
            raise SensorError(f"{self.model} needs the `pi` extra: pip install 'brewpi-edge[pi]'") from None
        except (AttributeError, NotImplementedError):
            raise SensorError(f"{self.model} needs GPIO{self.pin} of a Raspberry Pi; this machine has none") from None
        # Not through pulseio: its helper process survives a crash of ours and keeps the pin.
        return DhtProbe(getattr(adafruit_dht, self.model)(pin, use_pulseio=False), self)


class Dht11(Dht22):
    """A DHT11 on a GPIO pin: the cheaper sibling, to 1 °C and 1 %, and only above 0 °C."""

    example: ClassVar[str] = 'room = { kind = "dht11", pin = 22 }'
    model: ClassVar[str] = "DHT11"


class DhtProbe:
    """Room temperature in °C and relative humidity in %, or nothing."""

    def __init__(self, device: Any, options: Dht22) -> None:
        self.device = device
        self.options = options
        self.debounce = FailureDebounce(5)

    def read(self, now: float) -> list[Reading]:
        """Measures once. Some reads in a hundred fail: the reply is timed in software, and Linux is busy.

        After a failure adafruit_dht 4.0.12 answers the next question within 2 s with the *old* values and without
        an error, so nothing is asked again until the next round.
        """
        try:
            self.device.measure()
            celsius, humidity = self.device.temperature, self.device.humidity
        except (RuntimeError, OSError) as error:
            return self.debounce.lost(f"{self.options.model} gives no answer ({error}); check its wiring")
        if celsius is None or not humidity:
            # A line stuck low reads as five zero bytes, whose checksum is right.
            return self.debounce.lost(f"{self.options.model} says 0 % humidity, a dead line; check its wiring")
        self.debounce.found()
        return [
            Reading(now, "room_c", celsius + self.options.offset_c),
            Reading(now, "humidity_pct", float(humidity)),
        ]

    def close(self) -> None:
        """Let go of the pin."""
        self.device.exit()
