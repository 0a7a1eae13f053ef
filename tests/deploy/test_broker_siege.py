"""Who has an account at the shipped broker, of any role, and means ill: the daemon's line stays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import until
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
    (tmp_path / "password").write_text("password of daemon\n")
    options = Mqtt(port=shipped.tls, username="daemon", password_file=tmp_path / "password", tls=True,
                   ca_file=shipped.here / "ca.crt")  # fmt: skip
    link = MqttLink(options, AVAILABILITY, time.time)
    link.start()
    until(lambda: link.online)
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
