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


def test_another_device_of_a_gateway_is_known_by_the_address_of_its_hardware():
    """BTHome through a Shelly: two sensors on one topic, of which one is in the next tank."""
    heard = thermometer("temperature")
    assert heard({"address": "7c:c6:b6:aa:bb:cc", "temperature": 20.5}) == {"beer_c": 20.5}
    with pytest.raises(SensorError, match='"temperature" is of probe 7c:c6:b6:00:00:01 now'):
        heard({"address": "7c:c6:b6:00:00:01", "temperature": 3.5})


def test_an_address_of_the_network_may_change():
    heard = thermometer("temperature")
    for address in ("192.168.1.20", "192.168.1.31", "::ffff:c0a8:0114"):
        assert heard({"address": address, "temperature": 20.5}) == {"beer_c": 20.5}


@pytest.mark.parametrize(("value", "errors", "said"), [
    (20.4, ["out_of_range"], r"\(out_of_range\)"), (None, ["read"], r"\(read\)"), (20.4, "sensor open", "sensor open"),
])  # fmt: skip
def test_an_error_that_a_device_gives_beside_its_number_is_heeded(value: object, errors: object, said: str):
    """Shelly of the second generation."""
    heard = thermometer("tC")
    with pytest.raises(SensorError, match=f'"tC" is said by its device not to be valid.*{said}.*; look at its probe'):
        heard({"id": 100, "tC": value, "errors": errors})
    for none in ([], "", 0, None, "none", False):
        assert heard({"id": 100, "tC": 20.4, "errors": none}) == {"beer_c": 20.4}


def test_a_count_of_errors_that_once_were_is_none_of_this_number():
    heard = thermometer("temperature")
    assert heard({"temperature": 20.4, "errors": 12}) == {"beer_c": 20.4}
    with pytest.raises(SensorError, match=r"\(3\)"):
        heard({"temperature": 20.4, "error": 3})


@pytest.mark.parametrize("around", ["\u00a0{}\u00a0", "\u200b{}", "\u202f{}\u2009", '"{}\u00a0"'])
def test_what_does_not_show_around_a_number_is_no_part_of_it(around: str):
    """The sentence would be: message is no number: 20.4."""
    assert thermometer()(around.format("20.4").encode()) == {"beer_c": 20.4}
    assert thermometer("t")({"t": around.format("20,4").strip('"')}) == {"beer_c": 20.4}


def test_the_minus_of_a_swedish_computer_is_a_minus():
    heard = Heard(MqttThermometer(topic="t/x", temperature_unit="c", measure="glycol_c"))
    assert heard("\u22122,5".encode()) == {"glycol_c": -2.5}


def test_a_clock_that_stands_is_said_and_a_repetition_is_none():
    """Each message would be taken for a repetition of the first, and for silence, for which there seems no reason."""
    heard = Heard(Topic(topic="t/x", format="tiltbridge"), every_s=1200.0)
    sent = {"Color": "Red", "SG": "1.050", "fermunits": "SG", "timeStamp": NOW + 1200.0}
    assert heard(sent) == {"sg": 1.05}
    assert [heard(sent) for _ in range(6)] == [{}] * 6
    with pytest.raises(SensorError, match=r"other numbers at one and the same time, 2\.3 h ago: does the .* clock"):
        heard({**sent, "SG": "1.048"})
    assert heard({**sent, "SG": "1.048", "timeStamp": NOW + 9 * 1200.0}) == {"sg": 1.048}


def test_two_messages_of_one_minute_are_no_clock_that_stands():
    heard = Heard(Topic(topic="t/x", format="tiltbridge"), every_s=20.0)
    sent = {"Color": "Red", "fermunits": "SG", "timeStamp": "2026-09-21T14:13:00Z"}
    assert heard({**sent, "SG": "1.050"}) == {"sg": 1.05}
    assert heard({**sent, "SG": "1.049"}) == {}


@pytest.mark.parametrize("time", ["20260921141820", "2026-09-21T16:18:20+02:00[Europe/Berlin]"])
def test_a_time_in_digits_alone_or_with_its_zone_named_behind_is_read(time: str):
    heard = Heard(Topic(topic="t/x", format="tiltbridge"))
    assert heard({"Color": "Red", "SG": "1.050", "fermunits": "SG", "timeStamp": time}) == {"sg": 1.05}
    assert heard.probe.read(NOW) == []  # nothing is wrong with it


def test_a_hydrometer_that_speaks_another_language_is_told_what_there_is():
    options = Topic(topic="t/x", format="ispindel", unit="plato", measure=("sg", "beer_c"))
    with pytest.raises(SensorError, match=r"has no gravity; is it ispindel\? It has Temperatur, Extrakt, Winkel"):
        Heard(options)({"Name": "Spindel", "Temperatur": 20.5, "Extrakt": 12.4, "Winkel": 45})
    stream = Heard(Topic(topic="t/x", format="brewfather", measure=("sg", "beer_c")))
    assert stream({"name": "a", "gravity": 1.05, "gravity_unit": "G", "temperature": 20.5}) == {"sg": 1.05}
    with pytest.raises(SensorError, match=r"has no temperature; .*; it has gravity, temperature"):
        stream.probe.read(NOW)
