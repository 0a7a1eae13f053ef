"""Links of ours, and a broker that speaks TLS."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme
from brokers import Broker

from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink


@pytest.fixture
def make_link() -> Iterator[Callable[..., MqttLink]]:
    """`make_link(options)`: a link to begin; all of them are stopped in the end."""
    with ExitStack() as stack:

        def make(options: Mapping[str, object], **more: object) -> MqttLink:
            made = MqttLink(Mqtt.model_validate(options), "brewpi/riverside/availability", time.time, **more)
            stack.callback(made.stop)
            return made

        yield make


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def speak_tls(tmp_path: Path, authority: trustme.CA) -> Callable[[Broker], None]:
    """Begins a Mosquitto that speaks TLS only, by the name of localhost; `ca.crt` is of who vouches for it."""

    def begin(broker: Broker) -> None:
        certificate = authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(tmp_path / "broker.key")
        certificate.cert_chain_pems[0].write_to_path(tmp_path / "broker.crt")
        authority.cert_pem.write_to_path(tmp_path / "ca.crt")
        with broker.config.open("a") as config:
            config.write(f"user {getpass.getuser()}\n")  # started as root, it would not read the key
            config.write(f"cafile {tmp_path}/ca.crt\ncertfile {tmp_path}/broker.crt\nkeyfile {tmp_path}/broker.key\n")
        broker.start()

    return begin
