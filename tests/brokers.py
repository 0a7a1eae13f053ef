"""A real Mosquitto, and another program on it."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from ports import free_port

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin")


def own_address() -> str:
    """This machine's on its network, from which it is a stranger to itself; skips where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.200", 9))  # sends nothing: it only looks for the way
        except OSError:
            pytest.skip("this machine is on no network")
        return str(s.getsockname()[0])


def until(true: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait for something that another process does; fails with the condition that never came."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


class Broker:
    """A real Mosquitto on a free port, that can be killed and started again."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.config = directory / "mosquitto.conf"
        self.config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\n")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO
        self.process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self.config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self.answers)

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5):
            return True
        return False

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def leave(client: paho.Client) -> None:
    """Disconnect, and wait for the client's thread: paho 2.1 fails if that ends, and forgets itself, between its look
    and its wait."""
    client.disconnect()
    with suppress(AttributeError):
        client.loop_stop()


class Listener:
    """Another program on the broker: hears all, and may speak."""

    def __init__(self, broker: Broker, *filters: str) -> None:
        self.heard: list[tuple[str, str, bool]] = []
        self.filters = filters
        self.ready = 0
        self.port = broker.port
        self.client = paho.Client(CallbackAPIVersion.VERSION2)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = lambda c, *_: [c.subscribe(f, qos=1) for f in filters]
        self.client.on_subscribe = self._subscribed
        self.client.on_message = lambda c, _, m: self.heard.append((m.topic, m.payload.decode(), bool(m.retain)))
        self.client.connect_async("127.0.0.1", broker.port, keepalive=5)
        self.client.loop_start()

    def _subscribed(self, *_: object) -> None:
        self.ready += 1

    def payloads(self, topic: str) -> list[str]:
        return [payload for where, payload, _ in self.heard if where == topic]

    def send(self, topic: str, payload: str | bytes, retain: bool = False) -> None:
        until(self.client.is_connected)  # a client that is still connecting refuses to wait
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(5.0)

    def close(self) -> None:
        leave(self.client)
