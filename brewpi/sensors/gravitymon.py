"""GravityMon (also on an iSpindel's board) over Bluetooth: an Eddystone frame of its own making."""

from __future__ import annotations

import struct
from typing import ClassVar

from pydantic import Field

from brewpi.hardware.ble import Broadcast
from brewpi.sensors.bluetooth import Decoder, FrameError, Hydrometer, Sighting

EDDYSTONE = "0000feaa-0000-1000-8000-00805f9b34fb"
TELEMETRY = b"\x20\x00"  # Eddystone-TLM, unencrypted; GravityMon puts gravity and angle where the counters would be
FIELDS = struct.Struct(">HHHH")  # battery in mV, °C x 1000, SG x 10,000, degrees x 100 (gravitymon-gateway)


def decode(broadcast: Broadcast) -> Sighting | None:
    """A GravityMon's sighting; None for other beacons. Raises FrameError.

    Any Eddystone beacon sends telemetry frames: those whose gravity could be none are not ours.
    """
    frame = broadcast.service.get(EDDYSTONE, b"")
    if not frame.startswith(TELEMETRY):
        return None
    if len(frame) < 10:
        raise FrameError(f"GravityMon {broadcast.address} sent {len(frame)} bytes, 10 are the least")
    battery, celsius, gravity, angle = FIELDS.unpack_from(frame, 2)
    chip = frame[10:14]
    return Sighting(
        device=chip.hex() if len(chip) == 4 and any(chip) else broadcast.address,
        sg=gravity / 10_000.0,
        celsius=celsius / 1000.0,
        angle_deg=angle / 100.0,
        battery_v=battery / 1000.0,
    )


class GravityMon(Hydrometer):
    """A GravityMon, or an iSpindel with GravityMon's firmware, that sends Eddystone over Bluetooth: SG and °C.

    One that is set to imitate a Tilt is `kind = "tilt"`.
    """

    usual_interval_s: ClassVar[float | None] = 900.0  # it sleeps in between
    example: ClassVar[str] = 'gravity = { kind = "gravitymon", id = "ee1bfc" }'
    decode: ClassVar[Decoder] = staticmethod(decode)
    extras: ClassVar[tuple[str, ...]] = ("angle_deg", "battery_v", "rssi_dbm")

    id: str = Field(
        pattern=r"^([0-9a-f]{6,8}|[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5})$",
        examples=["ee1bfc"],
        description="its chip's number as on its page, or its Bluetooth address; `brewpi devices` shows it",
    )
    stale_s: float | None = Field(
        default=7200.0, ge=10.0, le=604_800.0, description="missed after this many seconds without a broadcast"
    )

    def label(self) -> str:
        return f"GravityMon {self.id.lower().lstrip('0')}"

    def is_it(self, sighting: Sighting, address: str) -> bool:
        """By number, leading zeros aside, or by address."""
        known = self.id.upper() == address or sighting.device.lstrip("0") == self.id.lstrip("0")
        return known and self.address in (None, address)
