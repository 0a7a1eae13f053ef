"""Bluetooth Low Energy: one scanner for all tanks, the only file that knows bleak.

Hydrometers broadcast what they measure; nobody connects to them. The scanner runs in a thread of its own, with the
event loop that bleak wants, and only drops what is wanted into subscriptions that the ticks drain. It starts itself
again whatever ends it: an adapter that is pulled, a Bluetooth service that restarts, a stack that falls silent.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger("brewpi")
KEPT = 64  # broadcasts of one subscription: a Tilt sends one a second, and its tank looks every few seconds
START_LIMIT_S, STOP_LIMIT_S = 20.0, 5.0
# Each broadcast is wanted, not only the first. Without it BlueZ also mixes the data of old broadcasts with the new.
BLUEZ: Any = {"filters": {"DuplicateData": True}}


class BleError(Exception):
    """Bluetooth cannot be used at all; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What one device sent at one moment. manufacturer: company id -> bytes; service: UUID -> bytes;
    heard_s: when, by the monotonic clock."""

    address: str
    received_s: float
    manufacturer: Mapping[int, bytes] = field(default_factory=dict)
    service: Mapping[str, bytes] = field(default_factory=dict)
    name: str | None = None
    rssi_dbm: float | None = None


@dataclass(slots=True, eq=False)
class Subscription:
    """Broadcasts that `wanted` says yes to, in order; bounded, the oldest go first."""

    wanted: Callable[[Broadcast], bool]
    broadcasts: deque[Broadcast] = field(default_factory=lambda: deque(maxlen=KEPT))

    def take(self) -> list[Broadcast]:
        """All that were heard since the last call."""
        return [self.broadcasts.popleft() for _ in range(len(self.broadcasts))]


class Scanner:
    """Listens while somebody has subscribed. `trouble` is why it hears nothing, None while all is well.

    quiet_s: after so long without any broadcast it starts the adapter again, since a Bluetooth service that was
    restarted says nothing to those who listened; retry_s: between attempts, the first and the longest.
    """

    def __init__(self, quiet_s: float = 60.0, retry_s: tuple[float, float] = (1.0, 30.0)) -> None:
        self.quiet_s, self.retry_s = quiet_s, retry_s
        self.trouble: str | None = None
        self._subscriptions: list[Subscription] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._leave = threading.Event()
        self._received_s = 0.0

    def subscribe(self, wanted: Callable[[Broadcast], bool]) -> Subscription:
        """What is wanted from now on. Raises BleError where bleak is not installed."""
        try:
            import bleak  # noqa: F401  (here, so that its absence is the sensor's own sentence)
        except ImportError:
            raise BleError("Bluetooth needs the `ble` extra: pip install 'brewpi-edge[ble]'") from None
        subscription = Subscription(wanted)
        with self._lock:
            self._subscriptions = [*self._subscriptions, subscription]
        self.ensure_running()
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """The last one to leave ends the scan."""
        with self._lock:
            self._subscriptions = [s for s in self._subscriptions if s is not subscription]
            last = not self._subscriptions
        if last and self._thread is not None:
            self._leave.set()
            self._thread.join(STOP_LIMIT_S + 1.0)
            self._thread = None

    def ensure_running(self) -> None:
        """Starts the thread, also one that has died."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._leave = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(self._leave,), name="bluetooth", daemon=True)
            self._thread.start()

    def _run(self, leave: threading.Event) -> None:
        try:
            asyncio.run(self._keep_scanning(leave))
        except Exception as error:  # the thread ends; whoever looks next starts another
            self._say(f"Bluetooth scanner ended ({type(error).__name__}: {error})")

    async def _keep_scanning(self, leave: threading.Event) -> None:
        wait_s, longest_s = self.retry_s
        while not leave.is_set():
            try:
                await self._scan(leave)
                wait_s = self.retry_s[0]
            except Exception as error:  # each platform and each adapter has its own
                reason = f"{type(error).__name__}: {error or 'no reason given'}"
                self._say(f"Bluetooth does not work ({reason}); check that bluez is installed and the adapter is on")
                await _sleep(wait_s, leave)
                wait_s = min(2.0 * wait_s, longest_s)

    async def _scan(self, leave: threading.Event) -> None:
        """Until told to leave, or nothing was heard for too long."""
        from bleak import BleakScanner

        scanner = BleakScanner(self._received, bluez=BLUEZ)
        await asyncio.wait_for(scanner.start(), START_LIMIT_S)
        try:
            self._received_s = time.monotonic()
            self._say(None)
            while not leave.is_set() and time.monotonic() - self._received_s < self.quiet_s:
                await _sleep(min(1.0, self.quiet_s), leave)
        finally:
            with suppress(Exception):  # an adapter that is gone cannot be stopped
                await asyncio.wait_for(scanner.stop(), STOP_LIMIT_S)

    def _received(self, device: Any, data: Any) -> None:
        self._received_s = now_s = time.monotonic()
        manufacturer = {int(company): bytes(payload) for company, payload in data.manufacturer_data.items()}
        broadcast = Broadcast(
            str(device.address).upper(), now_s, manufacturer, dict(data.service_data), data.local_name, data.rssi
        )
        for subscription in self._subscriptions:
            if subscription.wanted(broadcast):
                subscription.broadcasts.append(broadcast)

    def _say(self, trouble: str | None) -> None:
        if trouble != self.trouble and trouble is not None:
            log.warning("%s", trouble)
        self.trouble = trouble


async def _sleep(seconds: float, leave: threading.Event) -> None:
    until = time.monotonic() + seconds
    while not leave.is_set() and (left := until - time.monotonic()) > 0.0:
        await asyncio.sleep(min(left, 0.2))
