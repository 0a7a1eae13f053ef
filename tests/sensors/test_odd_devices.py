"""What devices say of their time, of themselves and of their numbers: heeded, or refused with a sentence."""

import json

import pytest

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.sensors import Probe, SensorError, SensorOptions
from brewpi.sensors.mqtt_thermometer import MqttThermometer
from brewpi.sensors.topic import Topic

NOW = 1_790_000_000.0


class Heard:
    """A probe and what is sent to it, each message some seconds after the one before."""

    def __init__(self, options: SensorOptions, every_s: float = 300.0) -> None:
        self.inbox, self.now, self.every_s = Inbox(), NOW, every_s
        self.probe: Probe = options.open(PlugContext(subscribe=lambda topic: self.inbox))

    def __call__(self, sent: object, topic: str = "t/x") -> dict[str, float]:
        self.now += self.every_s
        payload = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        self.inbox.put(Message(topic, payload, False, self.now))
        return {reading.quantity: reading.value for reading in self.probe.read(self.now)}


def thermometer(field: str | None = None) -> Heard:
    return Heard(MqttThermometer(topic="t/x", field=field, temperature_unit="c", measure="beer_c"))


@pytest.mark.parametrize("day", ["2026-09-21", "2026-W39-1", "2026-09-21Z", "2026-09-21 UTC", "2026-09-21+02:00"])
def test_a_day_is_no_time(day: str):
    """At midnight of its day each message would be as old as the first, and so no news: silence all day long."""
    heard = Heard(Topic(topic="t/x", format="tiltbridge"))
    good = {"Color": "Red", "SG": "1.050", "fermunits": "SG"}
    with pytest.raises(SensorError, match=r'"timeStamp" is no time: .*; write 2026-05-01T14:30:00Z'):
        heard({**good, "timeStamp": day})
    assert heard(good) == {"sg": 1.05}


@pytest.mark.parametrize(("sender", "name"), [("brewfather", "name"), ("rapt", "device_name")])
def test_two_devices_that_share_a_topic_are_told_apart_by_name(sender: str, name: str):
    heard = Heard(Topic(topic="t/x", format=sender, unit="sg"))
    for device, gravity in (("a", 1.05), ("b", 1.02)):
        assert heard({name: device, "gravity": gravity}) == {"sg": gravity}
    for device, gravity in (("a", 1.05), ("b", 1.02)):
        with pytest.raises(SensorError, match="a and b both send to t/x; give each a name"):
            heard({name: device, "gravity": gravity})


def test_a_degree_sign_of_one_byte_in_a_topic_of_its_own_costs_nothing():
    options = Topic(topic="t/x", format="ispindel_fields", unit="plato", measure=("sg", "beer_c"))
    heard = Heard(options, every_s=1.0)
    for field, said in (("gravity", b"9.4"), ("temperature", b"19.25"), ("temp_units", b"\xb0C")):
        assert heard(said, f"t/x/{field}") == {}
    assert heard(b"-64", "t/x/RSSI")["beer_c"] == 19.25
    with pytest.raises(SensorError, match=r"message is no number: 20.4 °C; let it be sent without the °C"):
        thermometer()(b"20.4 \xb0C")


def test_a_number_is_read_whole_or_not_at_all():
    assert thermometer()(b" " * 80 + b"20.4" + b"\0" * 80) == {"beer_c": 20.4}
    with pytest.raises(SensorError, match="message is no number: 0000"):
        thermometer()(b"0" * 64 + b"20.4")


@pytest.mark.parametrize("said", [False, "false", 0])
def test_what_its_device_says_is_not_valid_is_no_temperature(said: object):
    """A Shelly whose probe is off keeps the last value beside it."""
    heard = thermometer("tmp.tC")
    with pytest.raises(SensorError, match=r'"tmp\.tC" is said by its device not to be valid; look at its probe'):
        heard({"tmp": {"value": 20.4, "units": "C", "tC": 20.4, "is_valid": said}})
    assert heard({"tmp": {"value": 20.4, "units": "C", "tC": 20.4, "is_valid": True}}) == {"beer_c": 20.4}
