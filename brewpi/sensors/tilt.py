"""Tilt and Tilt Pro: a floating hydrometer that broadcasts an iBeacon, known by its colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, get_args

from pydantic import Field

from brewpi.hardware.ble import Broadcast
from brewpi.sensors.bluetooth import Decoder, FrameError, Hydrometer, Sighting
from brewpi.units import to_celsius

APPLE = 0x004C          # an iBeacon is Apple's manufacturer data: 02 15, UUID, major, minor, power
BEACON = b"\x02\x15"
BEACON_BYTES = 23
UUID_HEAD, UUID_TAIL = bytes.fromhex("a495bb"), bytes.fromhex("c5b14b44b5121370f02d74de")  # with the colour between
Colour = Literal["red", "green", "black", "purple", "orange", "blue", "yellow", "pink"]
COLOURS: Mapping[int, Colour] = {0x10 * (n + 1): colour for n, colour in enumerate(get_args(Colour))}
FIRMWARE_MAJOR = 999    # then the minor is a firmware version
PRO_MINOR = 5000        # from here on °F x 10 and SG x 10,000
LONGEST_WEEKS = 152     # above it the byte is a transmit power: -59 dBm is 197


def decode(broadcast: Broadcast) -> Sighting | None:
    """A Tilt's sighting; None for what is no Tilt or no measurement. Raises FrameError.

    Major is °F and minor SG x 1000, or tenths and ten-thousandths of a Tilt Pro. The power byte holds weeks on battery
    in the later ones (Tilt Pi, TiltBridge).
    """
    frame = broadcast.manufacturer.get(APPLE, b"")
    if frame[:2] != BEACON or frame[2:5] != UUID_HEAD or frame[6:18] != UUID_TAIL or frame[5] not in COLOURS:
        return None
    colour = COLOURS[frame[5]]
    if len(frame) != BEACON_BYTES:
        raise FrameError(f"Tilt {colour} sent {len(frame)} bytes, {BEACON_BYTES} are a whole frame")
    major, minor, weeks = int.from_bytes(frame[18:20]), int.from_bytes(frame[20:22]), frame[22]
    if major == FIRMWARE_MAJOR:
        return None
    pro = minor >= PRO_MINOR
    return Sighting(
        device=colour,
        sg=minor / (10_000.0 if pro else 1000.0),
        celsius=to_celsius(major / (10.0 if pro else 1.0), "f"),
        battery_weeks=float(weeks) if weeks <= LONGEST_WEEKS else None,
    )


class Tilt(Hydrometer):
    """A Tilt or Tilt Pro in the beer, over Bluetooth. Which of the two, it says itself.

    Two Tilts of one colour within reach are told apart by `address`.
    """

    example: ClassVar[str] = 'gravity = { kind = "tilt", color = "red", measure = ["sg", "beer_c"] }'
    decode: ClassVar[Decoder] = staticmethod(decode)
    extras: ClassVar[tuple[str, ...]] = ("battery_weeks", "rssi_dbm")
    unique: ClassVar[bool] = False

    color: Colour = Field(description="the colour of its label")
    stale_s: float | None = Field(
        default=900.0, ge=10.0, le=604_800.0, description="missed after this many seconds without a broadcast"
    )

    def label(self) -> str:
        return f"Tilt {self.color}" + (f" {self.address}" if self.address else "")

    def shares(self) -> Mapping[str, str]:
        """Its colour with others of that colour, if each has its address."""
        return {f"Tilt {self.color}": "one of several, by address"} if self.address else {}

    def is_it(self, sighting: Sighting, address: str) -> bool:
        """The colour, and the address where one is given."""
        return sighting.device == self.color and self.address in (None, address)
