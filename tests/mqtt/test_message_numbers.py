"""MQTT numbers messages from 1 to 65,535 and begins again: nothing may trust a number for longer than its message."""

from __future__ import annotations

import time

import pytest
from brokers import until

from brewpi.clock import SystemClock
from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink

STATE = "brewpi/riverside/fv1/state"
EVENT = "brewpi/riverside/fv1/event"
AT_ONCE = 60
JUMP_FROM, JUMP_TO = 700, 65_000  # in between nothing happens


@pytest.fixture
def link(broker):
    link = MqttLink(Mqtt(host="127.0.0.1", port=broker.port), "brewpi/riverside/availability", SystemClock().now)
    link.start()
    until(lambda: link.pump() or link.online)
    yield link
    link.stop()


@pytest.mark.parametrize(
    ("count", "all_of_them"), [(6_000, False), pytest.param(140_000, True, marks=[pytest.mark.soak])]
)
def test_every_topic_is_alive_after_the_numbers_have_come_round_twice(link, listen, count: int, all_of_them: bool):
    """Either through all numbers, or time and again through the last and the first of them."""
    listener = listen(STATE)
    client = link.connection._client
    messages = sent = rounds = 0
    on_their_way: set[str] = set()
    end = time.monotonic() + 120.0
    while sent < count and time.monotonic() < end:
        if not all_of_them and JUMP_FROM < client._last_mid < JUMP_TO:
            client._last_mid, rounds = JUMP_TO, rounds + 1
        link.pump()
        done = link.delivered()
        on_their_way.difference_update(done)
        sent += len(done)
        while len(on_their_way) < AT_ONCE:
            messages += 1
            link.publish_confirmed(f"e{messages}", EVENT, "{}")
            on_their_way.add(f"e{messages}")
        link.retain(STATE, str(messages))
        if not done:
            time.sleep(0.001)  # the line has a thread of its own, which wants its turn
    assert all_of_them or rounds > 2
    assert sent >= count, f"{len(on_their_way)} messages were never acknowledged"
    until(lambda: link.pump() or on_their_way.difference_update(link.delivered()) or not on_their_way)

    link.retain(STATE, "the last")

    until(lambda: link.pump() or listener.heard[-1][1] == "the last")


def test_a_number_that_is_still_in_use_is_passed_over(broker, link, listen):
    """A broker that lets a message wait while 65,535 others pass."""
    listener = listen(STATE)
    client = link.connection._client
    free = client._mid_generate() + 1
    client._out_messages[free] = client._out_messages.get(free) or _unanswered(free)

    link.retain(STATE, "is sent")

    until(lambda: link.pump() or listener.payloads(STATE) == ["is sent"])
    del client._out_messages[free]


def _unanswered(number: int):
    from paho.mqtt.client import MQTTMessage

    message = MQTTMessage(number, b"elsewhere")
    message.qos = 1
    return message
