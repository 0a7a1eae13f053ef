"""The air of a cellar: a backend of bleak that delivers what a test broadcasts, and fails as adapters do.

bleak chooses it where it would choose BlueZ; everything above, from `import bleak` to the sensor, is the real path.
"""

from __future__ import annotations

import asyncio
import struct
import threading
from typing import Any

import bleak
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakError

TILT_UUID = "a495bb{:02x}c5b14b44b5121370f02d74de"
EDDYSTONE = "0000feaa-0000-1000-8000-00805f9b34fb"


class Air:
    """All scanners that listen. `adapter` False: there is none. `deaf`: the stack was restarted, nobody is told."""

    def __init__(self) -> None:
        self.adapter = True
        self.listening: list[Backend] = []
        self.starts = 0

    def install(self, monkeypatch: Any) -> None:
        backend = type("TestBackend", (Backend,), {"air": self})
        monkeypatch.setattr(bleak, "get_platform_scanner_backend_type", lambda: (backend, "test"))

    def pull_adapter(self) -> None:
        self.adapter = False
        self.restart_stack()

    def restart_stack(self) -> None:
        """Whoever listened hears nothing more, and is not told."""
        self.listening.clear()

    def send(self, address: str, company: dict[int, bytes] | None = None, *, service: dict[str, bytes] | None = None,
             name: str | None = None, rssi: int = -67) -> None:  # fmt: skip
        """Broadcast once, and wait until it was delivered."""
        data = AdvertisementData(name, company or {}, service or {}, [], None, rssi, ())
        for backend in list(self.listening):
            done = threading.Event()

            def publish_confirmed(backend: Backend = backend, done: threading.Event = done) -> None:
                backend.call_detection_callbacks(BLEDevice(address, name, None), data)
                done.set()

            backend.loop.call_soon_threadsafe(publish_confirmed)
            assert done.wait(5.0)


class Backend(BaseBleakScanner):
    air: Air

    def __init__(self, callback: Any, uuids: Any, mode: Any, **platform: Any) -> None:
        super().__init__(callback, uuids)
        assert platform["bluez"]["filters"]["DuplicateData"] is True

    async def start(self) -> None:
        self.air.starts += 1
        if not self.air.adapter:
            raise BleakError("No Bluetooth adapters found.")
        self.loop = asyncio.get_running_loop()
        self.air.listening.append(self)

    async def stop(self) -> None:
        if not self.air.adapter:
            raise BleakError("No Bluetooth adapters found.")
        if self in self.air.listening:
            self.air.listening.remove(self)


def tilt(major: int, minor: int, number: int = 1, power: int = 197) -> dict[int, bytes]:
    """A Tilt's frame; number 1 is red."""
    uuid = bytes.fromhex(TILT_UUID.format(16 * number))
    return {76: b"\x02\x15" + uuid + struct.pack(">HHB", major, minor, power)}


def pill_1(celsius: float, points: float, battery_pct: float = 80.0) -> dict[int, bytes]:
    """A RAPT Pill's frame, version 1."""
    body = struct.pack(">Hfhhhh", round((celsius + 273.15) * 128), points, 16, 32, 160, round(battery_pct * 256))
    return {16722: b"PT\x01" + bytes.fromhex("78e36d6efa20") + body}


def pill_2(celsius: float, points: float, battery_pct: float = 80.0, reserved: bytes = b"\x00") -> dict[int, bytes]:
    """A RAPT Pill's frame, version 2."""
    body = struct.pack(
        ">?fHfhhhh", True, -3.5, round((celsius + 273.15) * 128), points, 16, 32, 160, round(battery_pct * 256)
    )
    return {16722: b"PT\x02" + reserved + body}


def gravitymon(volts: float, celsius: float, sg: float, angle_deg: float, chip: str = "00ee1bfc") -> dict[str, bytes]:
    """A GravityMon's Eddystone frame."""
    numbers = (round(volts * 1000), round(celsius * 1000), round(sg * 10_000), round(angle_deg * 100))
    return {EDDYSTONE: b"\x20\x00" + struct.pack(">HHHH", *numbers) + bytes.fromhex(chip)}


def inkbird(celsius: float, humidity_pct: float, battery_pct: int = 87) -> dict[int, bytes]:
    """An IBS-TH's frame: its temperature stands where others have their company."""
    frame = struct.pack("<hH3xBB", round(celsius * 100), round(humidity_pct * 100), battery_pct, 6)
    return {int.from_bytes(frame[:2], "little"): frame[2:]}
