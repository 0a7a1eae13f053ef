"""The demo's broker, where several programs come at once."""

import logging

import paho.mqtt.client as paho
import pytest
from brokers import until
from paho.mqtt.enums import CallbackAPIVersion

from brewpi.demo.broker import broker

pytest.importorskip("amqtt", reason="the demo extra is not installed")

CLIENTS = 12


def client(port: int, number: int, heard: dict[int, set[str]]) -> paho.Client:
    made = paho.Client(CallbackAPIVersion.VERSION2)
    made.on_connect = lambda c, *_: c.subscribe([(f"{number}/{n}/#", 1) for n in range(10)] + [("all/#", 1)])
    made.on_message = lambda _c, _d, message: heard[number].add(message.topic)
    made.connect("127.0.0.1", port)
    made.loop_start()
    return made


def test_who_comes_while_others_subscribe_hears_all_the_same(caplog):
    heard: dict[int, set[str]] = {number: set() for number in range(CLIENTS)}
    with broker() as port, caplog.at_level(logging.ERROR, "asyncio"):
        first = client(port, 0, heard)
        for n in range(30):
            first.publish(f"all/{n}", "x" * 1000, qos=1, retain=True).wait_for_publish(10.0)
        others = [client(port, number, heard) for number in range(1, CLIENTS)]
        for _ in range(200):
            first.publish("all/now", "again")
        until(lambda: all(len(topics) == 31 for topics in heard.values()), 20.0)
        for made in (first, *others):
            made.disconnect()
            made.loop_stop()
    assert not caplog.records
