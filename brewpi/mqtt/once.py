"""A short visit at the broker, for commands that end: say something, or hear what is there. Waits for the network."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from brewpi.hardware.plug_context import Message
from brewpi.mqtt import Mqtt
from brewpi.mqtt.paho_client import PahoClient, password_of, prepare
from brewpi.mqtt.reachability import MUTE, Unasked, why_closed, why_not_connected

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


def visit(options: Mqtt, messages: Sequence[tuple[str, str]]) -> dict[str, bool | None]:
    """Publish (topic, payload) each once, and by topic whether the broker lets us: only MQTT 5 has a word for no, an
    older broker takes what it throws away (None). Raises BrokerError."""
    try:
        return _visit(options, messages, is_told_why=True)
    except BrokerError:
        return dict.fromkeys(_visit(options, messages, is_told_why=False))


def _visit(options: Mqtt, messages: Sequence[tuple[str, str]], is_told_why: bool) -> dict[str, bool | None]:
    refused: dict[int, bool] = {}
    with _connected(options, is_told_why) as client:

        def published(_client: Any, _data: Any, number: int, reason: Any, _properties: Any) -> None:
            refused[number] = reason.is_failure

        client.on_publish = published
        sent = [(topic, client.publish(topic, payload, qos=1)) for topic, payload in messages]
        try:
            for _, info in sent:
                info.wait_for_publish(CONNECT_S)
        except (RuntimeError, ValueError) as error:
            raise BrokerError(f"the broker left ({error})") from None
    return {topic: None if info.mid not in refused else not refused[info.mid] for topic, info in sent}


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
def _connected(options: Mqtt, is_told_why: bool = False) -> Iterator[PahoClient]:
    host, port = options.address
    client = PahoClient(is_told_why=is_told_why)
    answered = threading.Event()
    failed: list[str] = []

    def connected(_client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            failed.append(f"refuses us ({reason})")
        answered.set()

    def closed(*_: Any) -> None:
        failed.append(why_closed(options.tls))
        answered.set()

    client.on_connect, client.on_disconnect = connected, closed
    try:
        prepare(client, options, password_of(options))
        client.connect(host, port)
    except Unasked as unasked:
        raise BrokerError(f"broker {host}:{port} {unasked}") from None
    except (OSError, ValueError) as error:
        raise BrokerError(f"broker {host}:{port} {why_not_connected(error, options.tls)}") from None
    client.loop_start()
    try:
        if not answered.wait(CONNECT_S) or failed:
            raise BrokerError(f"broker {host}:{port} {failed[0] if failed else MUTE}")
        yield client
    finally:
        client.disconnect()
        client.loop_stop()
