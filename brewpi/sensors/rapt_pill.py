"""RAPT Pill: a floating hydrometer that broadcasts at each of its measurements, by default once an hour."""

from __future__ import annotations

import math
import struct
from typing import ClassVar

from pydantic import Field

from brewpi.hardware.ble import Broadcast
from brewpi.sensors.bluetooth import Address, Decoder, FrameError, Hydrometer, Sighting

RAPT = int.from_bytes(b"RA", "little")  # the company id is the first half of the word RAPT
MARK = b"PT"
HARDWARE = b"PTdPillG1"                 # says what it is, not what it measures
# Big-endian: temperature, gravity, three accelerations, battery; version 1 has the address before, version 2 the
# velocity (KegLand's and the rapt-ble project's descriptions; version 2 with and without its reserved byte).
V1 = struct.Struct(">6xHfhhhh")
V2 = {23: struct.Struct(">x?fHfhhhh"), 22: struct.Struct(">?fHfhhhh")}


def decode(broadcast: Broadcast) -> Sighting | None:
    """A Pill's sighting; None for what is none. Raises FrameError."""
    frame = broadcast.manufacturer.get(RAPT, b"")
    if not frame.startswith(MARK) or frame == HARDWARE:
        return None
    body, version = frame[3:], frame[2] if len(frame) > 2 else 0
    if version == 1 and len(frame) == 23:
        kelvin_128, points_1000, x, y, z, battery_256 = V1.unpack(body)
    elif version == 2 and len(frame) in V2:
        _, _, kelvin_128, points_1000, x, y, z, battery_256 = V2[len(frame)].unpack(body)
    else:
        raise FrameError(f"RAPT Pill {broadcast.address} sent version {version} in {len(frame)} bytes, not known here")
    if not math.isfinite(points_1000):
        raise FrameError(f"RAPT Pill {broadcast.address} sent a gravity that is no number")
    return Sighting(
        device=broadcast.address,
        sg=points_1000 / 1000.0,
        celsius=kelvin_128 / 128.0 - 273.15,
        angle_deg=_tilt_deg(x, y, z),
        battery_pct=min(100.0, battery_256 / 256.0),
    )


def _tilt_deg(x: int, y: int, z: int) -> float | None:
    """Its long axis from upright, from the acceleration at rest."""
    length = math.sqrt(x * x + y * y + z * z)
    return math.degrees(math.acos(abs(x) / length)) if length else None


class RaptPill(Hydrometer):
    """A RAPT Pill in the beer, over Bluetooth, without RAPT's cloud: switch Bluetooth telemetry on in its settings."""

    usual_interval_s: ClassVar[float | None] = 3600.0  # as it leaves the maker
    example: ClassVar[str] = 'gravity = { kind = "rapt_pill", address = "78:E3:6D:6E:FA:20" }'
    decode: ClassVar[Decoder] = staticmethod(decode)
    extras: ClassVar[tuple[str, ...]] = ("angle_deg", "battery_pct", "rssi_dbm")

    address: Address = Field(description="its Bluetooth address; `brewpi devices` shows it")
    stale_s: float | None = Field(
        default=7200.0, ge=10.0, le=604_800.0, description="missed after this many seconds without a broadcast"
    )
