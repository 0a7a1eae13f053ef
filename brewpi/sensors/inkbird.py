"""Inkbird IBS-TH1, TH2 and siblings that broadcast nine bytes: temperature, and humidity where they have it."""

from __future__ import annotations

import struct
from typing import ClassVar, Literal

from pydantic import Field

from brewpi.hardware.ble import Broadcast
from brewpi.sensors.bluetooth import Address, Bluetooth, Decoder, FrameError, Sighting

NAMES = ("sps", "tps")  # IBS-TH1 and TH2 with humidity; those that measure temperature only
FRAME = struct.Struct("<hH3xBx")  # °C x 100, humidity x 100, which probe, a checksum, battery in % (inkbird-ble)


def decode(broadcast: Broadcast) -> Sighting | None:
    """A thermometer's sighting; None for other devices, and where old data cannot be told from new. Raises FrameError.

    The company id of its frame is no company but the temperature: a Bluetooth stack that keeps old data beside new
    shows several "companies", and which of them is today's nobody knows.
    """
    if broadcast.name is None or broadcast.name.lower() not in NAMES or len(broadcast.manufacturer) != 1:
        return None
    ((company, rest),) = broadcast.manufacturer.items()
    frame = company.to_bytes(2, "little") + rest
    if len(frame) != FRAME.size:
        raise FrameError(f"Inkbird {broadcast.address} sent {len(frame)} bytes, {FRAME.size} are a whole frame")
    centi_c, centi_pct, battery_pct = FRAME.unpack(frame)
    if battery_pct > 100:
        raise FrameError(f"Inkbird {broadcast.address} sent a battery of {battery_pct} %, the frame is broken")
    humid = broadcast.name.lower() == "sps"
    return Sighting(
        device=broadcast.address,
        celsius=centi_c / 100.0,
        humidity_pct=centi_pct / 100.0 if humid and centi_pct else None,
        battery_pct=float(battery_pct),
    )


class Inkbird(Bluetooth):
    """An Inkbird IBS-TH1 or TH2 over Bluetooth: the room, or the beer with its wired probe in the thermowell."""

    example: ClassVar[str] = 'room = { kind = "inkbird", address = "49:24:11:18:00:65" }'
    decode: ClassVar[Decoder] = staticmethod(decode)
    extras: ClassVar[tuple[str, ...]] = ("battery_pct", "rssi_dbm")

    address: Address = Field(description="its Bluetooth address; `brewpi devices` shows it")
    measure: Literal["room_c", "beer_c", "glycol_c"] = Field(default="room_c", description="what it is in")
    stale_s: float | None = Field(
        default=600.0, ge=10.0, le=604_800.0, description="missed after this many seconds without a broadcast"
    )

    def measures(self) -> tuple[str, ...]:
        """The temperature, in the room the humidity too, and what the device tells of itself."""
        return (self.measure, *(("humidity_pct",) if self.measure == "room_c" else ()), *self.extras)
