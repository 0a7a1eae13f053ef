"""What all sensors that are told over MQTT have in common."""

import json
import time

import pytest

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.sensors.messages.message_probe import READ_FOR_S, MessageProbe
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
def test_what_is_left_for_the_next_tick_is_read_then_and_in_order(options, said):
    probe, shares = probe_of(options, said, 4000), []
    while not shares or shares[-1]:
        shares.append([reading.at for reading in probe.read(NOW + 4000) if reading.quantity == options.measures()[0]])
    assert [at for share in shares for at in share] == [NOW + number for number in range(4000)]


@pytest.mark.parametrize(("options", "said"), KINDS)
def test_a_device_that_never_stops_talking_has_its_share_of_a_tick(options, said):
    probe = probe_of(options, said, 40_000)
    began_s = time.thread_time()
    read = probe.read(NOW + 40_000)
    assert time.thread_time() - began_s < 3.0 * READ_FOR_S
    assert 0 < len(read) < 40_000


@pytest.mark.parametrize(("options", "said"), KINDS)
def test_of_what_waits_too_long_the_oldest_goes_and_the_newest_is_read(options, said):
    probe = probe_of(options, said, 2000)
    heard: list[float] = []
    for burst in range(1, 9):
        heard += [reading.at for reading in probe.read(NOW + 2000 * burst)]
        for number in range(2000 * burst, 2000 * burst + 2000):
            probe.inbox.put(Message("t/x", json.dumps(said(number)).encode(), False, NOW + number))
    while read := probe.read(NOW + 20_000):
        heard += [reading.at for reading in read]
    assert heard == sorted(heard)
    assert heard[-1] == NOW + 17_999
