"""What all hydrometers and thermometers that broadcast over Bluetooth have in common; each has a file of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from brewpi.hardware.ble import BleError, Broadcast, Scanner, Subscription
from brewpi.hardware.plug_context import PlugContext
from brewpi.quantities import QUANTITIES
from brewpi.records import Reading
from brewpi.sensors import SensorError, SensorOptions
from brewpi.sensors.simulated import Simulated

Address = Annotated[
    str,
    BeforeValidator(lambda text: text.upper().replace("-", ":") if isinstance(text, str) else text),
    Field(pattern=r"^[0-9A-F]{2}(:[0-9A-F]{2}){5}$", examples=["A4:C1:38:0B:1C:2D"]),
]
FIELDS = {"beer_c": "celsius", "room_c": "celsius", "glycol_c": "celsius"}  # where a sighting has a quantity
RIVAL_S = 600.0  # two devices of one name that are both heard within this time are two


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one broadcast says; None where it says nothing. `device` is what tells it from others of its kind."""

    device: str
    sg: float | None = None
    celsius: float | None = None
    humidity_pct: float | None = None
    angle_deg: float | None = None
    battery_v: float | None = None
    battery_pct: float | None = None
    battery_weeks: float | None = None


class FrameError(ValueError):
    """A broadcast of this kind of device that cannot be read; the message is a sentence."""


Decoder = Callable[[Broadcast], Sighting | None]


class Bluetooth(SensorOptions):
    """Options of a device that broadcasts. A kind says how its frames are read, and what it may be the meter of."""

    decode: ClassVar[Decoder]
    extras: ClassVar[tuple[str, ...]] = ()  # what it tells of itself
    unique: ClassVar[bool] = True  # no other device goes by the same name

    every_s: float = Field(default=15.0, ge=1.0, le=86_400.0, description="seconds between looks at what was heard")
    address: Address | None = Field(
        default=None, description="its Bluetooth address, AA:BB:CC:DD:EE:FF; `brewpi devices` shows it"
    )
    offset_c: float = Field(default=0.0, ge=-5.0, le=5.0, description="added to each temperature")

    def label(self) -> str:
        """The device, in a sentence."""
        return f"Bluetooth {self.address}"

    def pins(self) -> tuple[str, ...]:
        """The device: it is in one tank."""
        return (self.label(),)

    def is_it(self, sighting: Sighting, address: str) -> bool:
        """Whether this is our device."""
        return address == self.address

    def offsets(self) -> dict[str, float]:
        """Added to each reading, by quantity."""
        return dict.fromkeys(FIELDS, self.offset_c)

    def simulated(self) -> SensorOptions:
        """A simulated sibling that measures the same."""
        measure = tuple(quantity for quantity in self.measures() if quantity not in self.extras)
        every_s = max(self.every_s, 60.0)
        return Simulated(measure=measure, every_s=every_s, stale_s=self.stale_s, interval_s=self.interval_s)

    def open(self, context: PlugContext) -> BluetoothProbe:
        """Listen. Raises SensorError."""
        scanner: Scanner = context.shared.setdefault("bluetooth", Scanner())
        return BluetoothProbe(scanner, self)


class Hydrometer(Bluetooth):
    """Options of one that floats in the beer: its gravity is the tank's, its temperature too if `measure` says so."""

    measure: tuple[Literal["sg", "beer_c"], ...] = Field(
        default=("sg",), min_length=1, description="what it is the meter of; add beer_c for its thermometer"
    )
    offset_sg: float = Field(
        default=0.0, ge=-0.05, le=0.05, description="added to each gravity: 1.000 minus what it shows in water"
    )

    def measures(self) -> tuple[str, ...]:
        """What it is the meter of, and what the device tells of itself."""
        return (*self.measure, *self.extras)

    def offsets(self) -> dict[str, float]:
        """Added to each reading, by quantity."""
        return {**super().offsets(), "sg": self.offset_sg}


class BluetoothProbe:
    """Turns broadcasts into readings. One it cannot use is its fault until one comes that it can."""

    def __init__(self, scanner: Scanner, options: Bluetooth) -> None:
        self.scanner, self.options = scanner, options
        self.received: dict[str, float] = {}  # address -> when last, by the monotonic clock
        try:
            self.subscription: Subscription = scanner.subscribe(self._wanted)
        except BleError as error:
            raise SensorError(str(error)) from None

    def read(self, now: float) -> list[Reading]:
        """Readings of the newest broadcast since the last look, as old as they are. Raises SensorError."""
        newest: tuple[Sighting, Broadcast] | None = None
        bad: FrameError | None = None
        for broadcast in self.subscription.take():
            try:
                sighting = type(self.options).decode(broadcast)
            except FrameError as error:
                bad = error
                continue
            if sighting is not None:
                newest, bad = (sighting, broadcast), None
                self.received[broadcast.address] = broadcast.received_s
        if not self.options.unique:
            self._refuse_rivals()
        if newest is None:
            self._complain(bad)
            return []
        return self._readings(*newest, now)

    def close(self) -> None:
        """Listen no more."""
        self.scanner.unsubscribe(self.subscription)

    def _wanted(self, broadcast: Broadcast) -> bool:
        """Called in the scanner's thread. A frame that cannot be read is ours only if its address is."""
        try:
            sighting = type(self.options).decode(broadcast)
        except FrameError:
            return self.options.address in (None, broadcast.address)
        return sighting is not None and self.options.is_it(sighting, broadcast.address)

    def _refuse_rivals(self) -> None:
        latest_s = max(self.received.values(), default=0.0)
        self.received = {address: at for address, at in self.received.items() if latest_s - at < RIVAL_S}
        if len(self.received) > 1:
            who = " and ".join(sorted(self.received))
            raise SensorError(f"{self.options.label()} is heard from two devices, {who}; say which with address")

    def _complain(self, bad: FrameError | None) -> None:
        self.scanner.ensure_running()
        if self.scanner.trouble:
            raise SensorError(self.scanner.trouble)
        if bad is not None:
            raise SensorError(str(bad))

    def _readings(self, sighting: Sighting, broadcast: Broadcast, now: float) -> list[Reading]:
        at = now - max(0.0, time.monotonic() - broadcast.received_s)
        offsets = self.options.offsets()
        readings: list[Reading] = []
        for quantity in self.options.measures():
            value = broadcast.rssi_dbm if quantity == "rssi_dbm" else getattr(sighting, FIELDS.get(quantity, quantity))
            if value is None:
                continue
            value += offsets.get(quantity, 0.0)
            refusal = QUANTITIES[quantity].refusal(value)
            if refusal is not None and not QUANTITIES[quantity].diagnostic:
                raise SensorError(f"{self.options.label()}: {refusal.partition(';')[0]}")
            if refusal is None:
                readings.append(Reading(at, quantity, value))
        return readings
