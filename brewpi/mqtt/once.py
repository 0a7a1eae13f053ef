"""A short visit at the broker, for commands that end: say something, or hear what is there. Waits for the network."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from brewpi.hardware.files import read_text
from brewpi.hardware.plug_context import Message
from brewpi.mqtt import Mqtt

CONNECT_S = 5.0


class BrokerError(Exception):
    """The broker cannot be visited; the message is a sentence."""


def tell_once(options: Mqtt, messages: Iterable[tuple[str, str]]) -> str | None:
    """Publish (topic, payload) each once; why not, if the broker has not taken them within a few seconds."""
    try:
        with _connected(options) as client:
            sent = [client.publish(topic, payload, qos=1) for topic, payload in messages]
            for info in sent:
                info.wait_for_publish(CONNECT_S)
            return None if all(info.is_published() for info in sent) else "it did not take what was said"
    except BrokerError as error:
        return str(error)


def receive(options: Mqtt, topics: Sequence[str], listen_s: float) -> list[Message]:
    """All that matches within `listen_s`, retained messages first. Raises BrokerError."""
    received: list[Message] = []
    with _connected(options) as client:
        client.on_message = lambda _client, _data, message: received.append(
            Message(message.topic, bytes(message.payload), message.retain, time.time())
        )
        client.subscribe([(topic, 0) for topic in topics])
        time.sleep(listen_s)
    return received


@contextmanager
def _connected(options: Mqtt) -> Iterator[paho.Client]:
    host, port = options.address
    client = paho.Client(CallbackAPIVersion.VERSION2)
    answered = threading.Event()
    refused: list[str] = []

    def connected(_client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            refused.append(str(reason))
        answered.set()

    client.on_connect = connected
    try:
        if options.username:
            file = options.password_file
            client.username_pw_set(options.username, read_text(file).strip() if file else None)
        if options.tls:
            client.tls_set(ca_certs=str(options.ca_file) if options.ca_file else None, cert_reqs=ssl.CERT_REQUIRED)
    except (OSError, ValueError) as error:
        raise BrokerError(f"broker {host}:{port} cannot be asked ({error})") from None
    try:
        client.connect(host, port)
    except (OSError, ValueError) as error:
        raise BrokerError(f"broker {host}:{port} does not answer ({error})") from None
    client.loop_start()
    try:
        if not answered.wait(CONNECT_S) or refused:
            raise BrokerError(f"broker {host}:{port} refuses us ({refused[0] if refused else 'no answer'})")
        yield client
    finally:
        client.disconnect()
        client.loop_stop()
