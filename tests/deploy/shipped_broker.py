"""The broker as it is shipped, `deploy/mosquitto` with its authority and accounts, and somebody who connects to it."""

from __future__ import annotations

import getpass
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from brokers import MOSQUITTO, leave, until
from click.testing import Result
from paho.mqtt.enums import CallbackAPIVersion
from ports import free_port
from typer.testing import CliRunner

from brewpi.cli import app

DEPLOY = Path(__file__).parent.parent.parent / "deploy" / "mosquitto"
ACCOUNTS = {
    "receiver": ("hydrometer", "--site", "riverside", "--topic", "hydrometer"),
    "daemon": ("daemon", "--config", "CELLAR"),
    "spindle": ("hydrometer", "--site", "riverside", "--topic", "ispindel/spindle1"),
    "wall": ("viewer", "--site", "riverside"),
    "board": ("board", "--site", "riverside"),
    "anna": ("operator", "--site", "riverside"),
    "phones": ("outbound", "--site", "riverside"),
    "ha": ("home-assistant", "--site", "riverside"),
    "other": ("daemon", "--site", "annex", "--tank", "fv1"),
    "heater": ("plug", "--site", "riverside", "--topic", "shellyplus-1"),
    "glycol": ("plug", "--site", "riverside", "--topic", "cmnd/glycol", "--topic", "stat/glycol"),
}
CELLAR = """
site = "riverside"
[mqtt]
host = "localhost"
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
gravity = { kind = "topic", topic = "bridge/tilt", format = "tiltbridge" }
beer = { kind = "ds18b20", id = "28-0316a2794eff" }
[tanks.fv1.outputs]
heat = { kind = "shelly", topic = "shellyplus-1" }
cool = { kind = "tasmota", topic = "glycol", compressor = true }
[tanks.fv1.temperature]
target_c = 19.0
"""


def broker_users(here: Path, *words: str, said: str = "") -> Result:
    """`brewpi broker-users`, as somebody types it who answers `said`."""
    return CliRunner().invoke(app, ["broker-users", *words, "--directory", str(here)], input=said)


class Shipped:
    """Mosquitto with the shipped configuration, in a directory of its own and on free ports."""

    def __init__(self, here: Path) -> None:
        assert MOSQUITTO
        self.here, self.plain, self.tls = here, free_port(), free_port()
        subprocess.run([DEPLOY / "make-ca", here, "localhost", "127.0.0.1"], check=True, capture_output=True)
        (here / "cellar.toml").write_text(CELLAR)
        for name, (role, *words) in ACCOUNTS.items():
            options = [str(here / "cellar.toml") if word == "CELLAR" else word for word in words]
            made = broker_users(here, role, name, *options, said=f"password of {name}\n")
            assert made.exit_code == 0, made.output
        text = (DEPLOY / "brewpi.conf").read_text().replace("/etc/mosquitto/brewpi", str(here))
        for usual, free in (("1883", self.plain), ("8883", self.tls), ("9001", free_port())):
            text = text.replace(f"listener {usual}", f"listener {free}")
        config = here / "mosquitto.conf"
        config.write_text(f"{text}persistence_location {here}/\nuser {getpass.getuser()}\n")
        log = (here / "log").open("wb")
        self.process = subprocess.Popen([MOSQUITTO, "-c", config], stderr=log, stdout=log)
        until(self.answers)

    def answers(self) -> bool:
        """On each of its ports: they open one after the other."""
        try:
            for port in (self.plain, self.tls):
                socket.create_connection(("127.0.0.1", port), 0.5).close()
        except OSError:
            return False
        return True


@contextmanager
def running(here: Path) -> Iterator[Shipped]:
    """Until its tests are over; they are skipped where there is no Mosquitto."""
    if MOSQUITTO is None:
        pytest.skip("Mosquitto is absent")
    shipped = Shipped(here)
    yield shipped
    shipped.process.terminate()
    shipped.process.wait(10)


class Client:
    """Somebody at the broker."""

    def __init__(self, broker: Shipped, name: str | None, password: str | None = None, ca: Path | None = None,
                 tls: bool = True, client_id: str = "") -> None:  # fmt: skip
        self.broker, self.heard = broker, list[str]()
        self.connected: list[bool] = []
        self.allowed = 0  # subscriptions that the broker has answered
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id, reconnect_on_failure=False)
        if name is not None:
            self.client.username_pw_set(name, password or f"password of {name}")
        if tls:
            self.client.tls_set(str(ca or broker.here / "ca.crt"))
        self.client.on_connect = lambda _c, _d, _f, reason, _p: self.connected.append(not reason.is_failure)
        self.client.on_subscribe = self._answered
        self.client.on_message = lambda _c, _d, message: self.heard.append(message.topic)
        self.client.connect("localhost" if tls else "127.0.0.1", broker.tls if tls else broker.plain)
        self.client.loop_start()
        until(lambda: self.connected)

    def _answered(self, *_: object) -> None:
        self.allowed += 1

    def says(self, topic: str, text: str = "{}") -> None:
        self.client.publish(topic, text, qos=1).wait_for_publish(5.0)

    def hears(self, *topics: str) -> None:
        """From when this returns on. What was on its way to it before has arrived then, too: one line, in order."""
        before = self.allowed
        self.client.subscribe([(topic, 1) for topic in topics])
        until(lambda: self.allowed > before)

    def close(self) -> None:
        leave(self.client)
