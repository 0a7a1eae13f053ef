"""What all sensors that are told over MQTT have in common."""

import json
import time

import pytest

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.sensors.message_probe import READ_FOR_S, READ_TOGETHER, MessageProbe
from brewpi.sensors.mqtt_thermometer import MqttThermometer
from brewpi.sensors.topic import Topic

NOW = 1_790_000_000.0


KINDS = [
    (Topic(topic="t/x", format="gravitymon", unit="sg"), lambda n: {"gravity": 1.05 - n * 1e-6, "temp": 19.0}),
    (MqttThermometer(topic="t/x", field="t", temperature_unit="c", measure="beer_c"), lambda n: {"t": n * 0.001}),
]


def probe_of(options, said, sent: int) -> MessageProbe:
    inbox = Inbox(sent)
    for number in range(sent):
        inbox.put(Message("t/x", json.dumps(said(number)).encode(), False, NOW + number))
    return options.open(PlugContext(subscribe=lambda topic: inbox))


@pytest.mark.parametrize(("options", "said"), KINDS)
def test_what_is_left_for_the_next_tick_is_read_then_and_in_order(monkeypatch, options, said):
    monkeypatch.setattr("brewpi.sensors.message_probe.READ_FOR_S", 0.0)
    probe, shares = probe_of(options, said, 2000), []
    while probe.inbox.messages:
        shares.append([reading.at for reading in probe.read(NOW + 2000) if reading.quantity == options.measures()[0]])
    assert [len(share) for share in shares] == [READ_TOGETHER] * (2000 // READ_TOGETHER)
    assert [at for share in shares for at in share] == [NOW + number for number in range(2000)]


@pytest.mark.parametrize(("options", "said"), KINDS)
def test_a_device_that_never_stops_talking_has_its_share_of_a_tick(options, said):
    probe = probe_of(options, said, 40_000)
    began_s = time.thread_time()
    read = probe.read(NOW + 40_000)
    assert time.thread_time() - began_s < 2.0 * READ_FOR_S
    assert read
    assert probe.inbox.messages


def test_stop_is_the_first_that_is_taken_of_many_and_the_rest_stays_in_order():
    inbox = Inbox()
    for number in range(9):
        inbox.put(Message("brewpi/x/fv1/command/mode", str(number).encode(), False, NOW + number))
    stop = json.dumps({"id": "1", "issued_at": "2026-09-21T14:13:20Z", "by": "anna"}).encode()
    inbox.put(Message("brewpi/x/fv1/command/stop", stop, False, NOW + 9))
    assert [message.at - NOW for message in inbox.take(3)] == [0.0, 1.0, 9.0]
    assert [message.at - NOW for message in inbox.take()] == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
