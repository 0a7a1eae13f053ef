"""Who has an account at the shipped broker, of any role, and means ill: the daemon's line stays."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import until
from paho.mqtt.matcher import MQTTMatcher
from shipped_broker import Client, Shipped, running

from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink

AVAILABILITY = "brewpi/riverside/availability"
STOP = "brewpi/riverside/fv1/command/stop"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Iterator[Shipped]:
    with running(tmp_path_factory.mktemp("mosquitto")) as shipped:
        yield shipped


@pytest.fixture
def link(shipped: Shipped, tmp_path: Path) -> Iterator[MqttLink]:
    """The daemon's, which hears the commands of fv1."""
    (tmp_path / "password").write_text("password of daemon\n")
    options = Mqtt(port=shipped.tls, username="daemon", password_file=tmp_path / "password", tls=True,
                   ca_file=shipped.here / "ca.crt")  # fmt: skip
    link = MqttLink(options, AVAILABILITY, time.time)
    link.commands = link.subscribe_commands("brewpi/riverside/fv1/command/+")
    link.start()
    until(lambda: link.online and link.stops.online)
    yield link
    link.stop()


@pytest.mark.parametrize("name", ["spindle", "wall", "anna", "other"])
def test_nobody_takes_the_daemons_name_and_its_commands_with_it(shipped, link, name):
    inbox = link.subscribe("brewpi/riverside/+/command/+")
    thieves = [Client(shipped, name, client_id=known) for known in ("brewpi-riverside", "brewpi-riverside-")]
    operator = Client(shipped, "anna")
    operator.says(STOP)
    until(lambda: [message.topic for message in inbox.messages] == [STOP])
    assert link.connection.connects == 1
    for one in (*thieves, operator):
        one.close()


def test_the_shipped_broker_lets_a_stop_come_on_the_line_of_its_own(shipped, link, monkeypatch):
    monkeypatch.setattr(link.connection, "_matcher", MQTTMatcher())  # nothing comes on the other one
    operator = Client(shipped, "anna")
    operator.says(STOP)
    until(lambda: [message.topic for message in link.commands.messages] == [STOP])
    operator.close()


# --- packets that no library sends


def text(said: str | bytes) -> bytes:
    raw = said.encode() if isinstance(said, str) else said
    return struct.pack(">H", len(raw)) + raw


def packet(kind: int, body: bytes) -> bytes:
    """Of MQTT 3.1.1, with its length before it."""
    length, rest = b"", len(body)
    while not length or rest:
        rest, digit = divmod(rest, 128)
        length += bytes([digit | (128 if rest else 0)])
    return bytes([kind]) + length + body


class Raw:
    """A client that says any bytes. will: the topic of its last will."""

    def __init__(self, shipped: Shipped, name: str, will: str | None = None, retain: bool = False) -> None:
        self.line = socket.create_connection(("127.0.0.1", shipped.plain), 5.0)
        flags = 0xC2 | (0x0C if will else 0) | (0x20 if retain else 0)
        last = text(will) + text("{}") if will else b""
        body = text("MQTT") + bytes([4, flags]) + struct.pack(">H", 30) + text("") + last
        self.line.sendall(packet(0x10, body + text(name) + text(f"password of {name}")))
        assert self.line.recv(4) == b"\x20\x02\x00\x00"

    def says(self, topic: str | bytes, payload: bytes = b"{}", qos: int = 1, number: int = 1) -> None:
        self.line.sendall(packet(0x30 | qos << 1, text(topic) + struct.pack(">H", number) + payload))

    def dies(self) -> None:
        """Without a goodbye, so that the will is spoken."""
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.line.close()


FORGED = ["brewpi/riverside/fv1/command/target", "brewpi/riverside/fv1/state", AVAILABILITY,
          "homeassistant/sensor/brewpi_riverside_fv1/x/config"]  # fmt: skip
ODD = [
    b"brewpi/riverside/fv1/command/\x00", b"brewpi/riverside/\xff/command/stop", b"brewpi/+/fv1/command/stop",
    b"brewpi/#", b"", b"a" * 65_535, b"brewpi/riverside/../riverside/fv1/command/stop",
    b"brewpi/riverside/fv1/command/stop/",
    b"/brewpi/riverside/fv1/command/stop", b"brewpi/riverside/fv1" + b"/x" * 190 + b"/command/stop", b"$SYS/broker/x",
    "brewpi/riverside/fv1/command/st\u043ep".encode(), b"brewpi/riverside/fv1/command/\xed\xa0\x80",
    b"brewpi/riverside/fv1/command/" + b"x" * 60_000,
]  # fmt: skip


@pytest.mark.parametrize("name", ["spindle", "wall", "heater", "other"])
def test_a_last_will_forges_nothing(shipped, link, name):
    heard = [link.subscribe(topic) for topic in (*FORGED, "brewpi/riverside/#")]
    for topic in FORGED:
        for retain in (False, True):
            Raw(shipped, name, topic, retain).dies()
    time.sleep(0.5)
    assert [message.payload for inbox in heard for message in inbox.take() if message.payload == b"{}"] == []


@pytest.mark.parametrize("name", ["spindle", "wall", "heater", "phones"])
def test_a_shared_subscription_takes_nothing_from_the_daemon(shipped, link, name):
    inbox = link.subscribe("brewpi/riverside/+/command/+")
    thief, operator = Client(shipped, name), Client(shipped, "anna")
    thief.hears("$share/g/brewpi/riverside/+/command/+", "$share/g/#", "+/+/+/command/+", "$SYS/#")
    time.sleep(0.3)
    for _ in range(10):
        operator.says(STOP)
    until(lambda: len(inbox.messages) == 10)
    assert not [topic for topic in thief.heard if "command" in topic]
    thief.close()
    operator.close()


@pytest.mark.parametrize("name", ["anna", "spindle"])
def test_odd_topics_cost_who_sends_them(shipped, link, name):
    inbox = link.commands
    for topic in ODD:
        try:
            Raw(shipped, name).says(topic)
        except OSError:
            continue
    twice = Raw(shipped, "anna")
    for _ in range(2):  # a message of QoS 2 that comes again before it was let go
        twice.says("brewpi/riverside/fv1/command/mode", qos=2)
    operator = Client(shipped, "anna")
    operator.says(STOP)
    until(lambda: [message.topic for message in inbox.messages][-1:] == [STOP])
    assert [message.topic for message in inbox.messages].count(STOP) == 1
    assert link.online
    assert link.connection.connects == 1
    operator.close()
