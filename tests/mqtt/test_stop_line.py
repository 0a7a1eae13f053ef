"""A STOP has a line of its own: it comes through however many other commands there are, and comes once."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from brokers import until

from brewpi.dashboard.actions.sender import STOP_ANSWER_S
from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt import Mqtt
from brewpi.mqtt.connection import LONGEST_WAIT_S, Connection
from brewpi.mqtt.link import MqttLink
from brewpi.mqtt.stop_line import KEPT, TwoLines

COMMANDS = "brewpi/riverside/fv1/command/"
STOP = f"{COMMANDS}stop"


@pytest.fixture
def link(broker) -> Iterator[MqttLink]:
    link = MqttLink(Mqtt(host="127.0.0.1", port=broker.port), "brewpi/riverside/availability", time.time)
    yield link
    link.stop()


def stop(number: int = 1, retained: bool = False) -> Message:
    text = f'{{"id":"s{number}","issued_at":"2026-11-27T04:00:00Z","by":"anna"}}'
    return Message(STOP, text.encode(), retained, 0.0)


def test_a_stop_does_not_wait_behind_commands_that_come_faster_than_they_are_read(link, listen, monkeypatch):
    arrive = Connection._arrive

    def slowly(line: Connection, client: object, data: object, message: object) -> None:
        if message.topic.endswith("/mode"):
            time.sleep(0.01)
        arrive(line, client, data, message)

    monkeypatch.setattr(Connection, "_arrive", slowly)
    inbox, told = link.subscribe_commands(f"{COMMANDS}+"), []
    link.on_stop(lambda: told.append(time.monotonic()))
    link.start()
    speaker = listen()
    until(lambda: link.online and link.stops.online)
    for _ in range(1000):
        speaker.client.publish(f"{COMMANDS}mode", "{}", qos=1)
    speaker.send(STOP, stop().payload)
    until(lambda: told, 4.0)
    assert len(inbox.messages) < 1000
    until(lambda: len(inbox.messages) == 1001, 60.0)
    time.sleep(0.2)
    assert [message.topic for message in inbox.messages].count(STOP) == 1
    assert len(told) == 1


def test_each_comes_once_on_whichever_line_is_first():
    both = TwoLines(Inbox())
    assert both.stops.put(stop(1))
    assert not both.commands.put(stop(1))
    assert both.commands.put(stop(2))
    assert not both.stops.put(stop(2))
    assert [message.payload for message in both.inbox.take()] == [stop(1).payload, stop(2).payload]


def test_one_that_is_sent_twice_comes_twice_and_one_that_is_on_one_line_only_comes():
    both = TwoLines(Inbox())
    for line in (both.commands, both.commands, both.stops, both.stops, both.stops):
        line.put(stop(1))
    assert len(both.inbox.take()) == 3
    assert both.commands.put(stop(1)) is False  # the twin of the third
    assert both.commands.put(stop(1))


def test_a_retained_one_that_is_refused_is_refused_once():
    both = TwoLines(Inbox())
    for line in (both.stops, both.commands):
        line.put(stop(retained=True))
    assert len(both.inbox.take()) == 1


def test_what_is_no_stop_comes_as_it_is_and_what_is_remembered_is_bounded():
    both = TwoLines(Inbox(10_000))
    mode = Message(f"{COMMANDS}mode", b"{}", False, 0.0)
    for line in (both.commands, both.commands):
        line.put(mode)
    assert len(both.inbox.take()) == 2
    for number in range(2 * KEPT):
        both.commands.put(stop(number))
    assert len(both._came) == KEPT


def test_a_service_is_back_at_its_broker_before_who_said_stop_is_sent_to_the_tank():
    assert LONGEST_WAIT_S < STOP_ANSWER_S
