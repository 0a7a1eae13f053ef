"""Messages that are JSON but for one value: what no value of JSON is costs its own field and no other."""

import json

import pytest

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.receiver.gate import Gate
from brewpi.sanitize import MAX_BYTES, parse_device_objects
from brewpi.sensors import Probe, SensorError
from brewpi.sensors.mqtt_thermometer import MqttThermometer
from brewpi.sensors.topic import Topic

NOW = 1_790_000_000.0
TOKEN = "0123456789abcdef"


def probe() -> tuple[Probe, Inbox]:
    inbox = Inbox()
    options = Topic(topic="t/x", format="rapt", unit="sg", temperature_unit="c", measure=("sg", "beer_c"))
    return options.open(PlugContext(subscribe=lambda topic: inbox)), inbox


def heard(one: Probe, inbox: Inbox, sent: str, at: float = NOW) -> dict[str, float]:
    inbox.put(Message("t/x", sent.encode(), False, at))
    return {reading.quantity: reading.value for reading in one.read(at)}


@pytest.mark.parametrize("bare", [
    "", " ", "unavailable", "unknown", "None", "True", "undefined", "n/a", "--", "****", "1.#QNAN", "-1.#IND", "20.5 C",
    "20.5°C", "0x14", "20.5.1", "%TaskTemp#Value%", "-nan(ind)", "9" * 5000,
])  # fmt: skip
def test_a_value_that_is_none_costs_only_its_field(bare: str):
    """ESPEasy's and Home Assistant's templates write into JSON whatever they have."""
    one, inbox = probe()
    sent = f'{{"gravity": 1.0512, "temperature":{bare}, "rssi": -60}}'
    assert heard(one, inbox, sent) == {"sg": 1.0512, "rssi_dbm": -60.0}
    with pytest.raises(SensorError, match=r'has no temperature|"temperature" is no number'):
        one.read(NOW)
    assert heard(one, inbox, '{"gravity": 1.0511, "temperature": 20.5}', NOW + 900.0) == {"sg": 1.0511, "beer_c": 20.5}
    assert one.read(NOW + 901.0) == []


@pytest.mark.parametrize(("bare", "celsius"), [
    (".5", 0.5), ("-.5", -0.5), ("20.", 20.0), ("+20.5", 20.5), ("09.5", 9.5), ("020", 20.0),
])  # fmt: skip
def test_a_number_that_json_writes_otherwise_is_one(bare: str, celsius: float):
    one, inbox = probe()
    sent = f'{{"gravity": 1.0512, "temperature": {bare}}}'
    assert heard(one, inbox, sent) == {"sg": 1.0512, "beer_c": celsius}
    posted = Gate(TOKEN).take(f'{sent[:-1]}, "name": "a", "token": "{TOKEN}"}}'.encode(), {}, "10.0.0.7", 0.0)
    assert heard(*probe(), posted.payload) == {"sg": 1.0512, "beer_c": celsius}


def test_a_word_beside_it_costs_a_thermometer_nothing():
    inbox = Inbox()
    options = MqttThermometer(topic="t/x", field="temperature", temperature_unit="c", measure="beer_c")
    one = options.open(PlugContext(subscribe=lambda topic: inbox))
    assert heard(one, inbox, '{"battery": unknown, "temperature": 20.4}') == {"beer_c": 20.4}
    with pytest.raises(SensorError, match='"temperature" is no number: unavailable'):
        heard(one, inbox, '{"temperature": unavailable, "battery": 90}')


def test_what_a_text_says_is_left_as_it_is():
    said = {"name": 'a: nan, "b": .5}', "note": "[x:,]", "gravity": 1.05, "list": [1, 2]}
    sent = json.dumps(said)[:-1] + ', "temperature": nan}'
    assert parse_device_objects(sent.encode()) == [{**said, "temperature": "nan"}]


@pytest.mark.parametrize("sent", [b'"\\"', b'":', b",:", b"x,", b'["x",', b"[", b":"])
def test_no_message_takes_long_to_be_none(sent: bytes):
    """In time with the square of its length, it would be an hour."""
    with pytest.raises(ValueError, match="not JSON"):
        parse_device_objects(b'{"a":' + sent * (MAX_BYTES // len(sent) - 8))
