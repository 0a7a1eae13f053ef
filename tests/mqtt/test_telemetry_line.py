"""Telemetry comes on a line of its own: however much there is of it, a command does not wait behind it."""

from __future__ import annotations

import time

from brokers import until

from brewpi.hardware.plug_context import Inbox, Message
from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink

STOP = "brewpi/riverside/fv1/command/stop"


def test_a_stop_does_not_wait_behind_telemetry_that_comes_faster_than_it_is_read(broker, listen, monkeypatch):
    put = Inbox.put

    def slowly(inbox: Inbox, message: Message) -> None:
        if message.topic.startswith("tilt/"):
            time.sleep(0.01)
        put(inbox, message)

    monkeypatch.setattr(Inbox, "put", slowly)
    link = MqttLink(Mqtt(host="127.0.0.1", port=broker.port), "brewpi/riverside/availability", time.time)
    readings, commands = link.subscribe_telemetry("tilt/red"), link.subscribe("brewpi/riverside/fv1/command/+")
    link.start()
    speaker = listen()
    until(lambda: link.online and link.telemetry.online)
    for _ in range(1000):
        speaker.client.publish("tilt/red", "{}", qos=0)
    speaker.send(STOP, "{}")
    until(lambda: commands.messages, 2.0)
    assert len(readings.messages) < 1000
    link.stop()


def test_what_is_subscribed_to_later_is_heard_as_well(broker, listen):
    link = MqttLink(Mqtt(host="127.0.0.1", port=broker.port), "brewpi/riverside/availability", time.time)
    link.start()
    until(lambda: link.online)
    inbox = link.subscribe_telemetry("tilt/red")
    until(lambda: link.telemetry.online)
    listen().send("tilt/red", "{}")
    until(lambda: inbox.messages)
    link.stop()
