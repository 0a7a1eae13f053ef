"""Thermometers over MQTT: the one number that the config points to, nothing old or absent taken for beer."""

import json
from contextlib import suppress

import pytest

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.sensors import SensorError
from brewpi.sensors.mqtt_thermometer import MqttProbe, MqttThermometer

NOW = 1_790_000_000.0
TASMOTA = {
    "Time": "2026-09-21T16:13:20", "DS18B20-1": {"Id": "3C01F0969C4C", "Temperature": 20.4},
    "DS18B20-2": {"Id": "3C01F096AA01", "Temperature": 4.1}, "TempUnit": "C",
}  # fmt: skip
ZIGBEE = {"battery": 100, "humidity": 71.2, "linkquality": 120, "temperature": 18.31, "voltage": 3100}
SHELLY = {"id": 100, "tC": 20.4, "tF": 68.7}
THEENGS = {"id": "A4:C1:38:11:22:33", "brand": "Govee", "tempc": 19.4, "tempf": 66.92, "hum": 60.1, "batt": 88}


def probe(field: str | None = None, ahead_s: float = 0.0, **options: str) -> MqttProbe:
    chosen = {"topic": "t/x", "field": field, "temperature_unit": "c", "measure": "beer_c", **options}
    inbox = Inbox()
    return MqttThermometer(**chosen).open(PlugContext(subscribe=lambda topic: inbox, senders_ahead_s=lambda: ahead_s))


def heard(one: MqttProbe, *sent: object, retained: bool = False) -> list[float]:
    for said in sent:
        one.inbox.put(Message("t/x", said if isinstance(said, bytes) else json.dumps(said).encode(), retained, NOW))
    return [reading.value for reading in one.read(NOW)]


@pytest.mark.parametrize(
    ("field", "sent", "celsius"),
    [
        ("DS18B20-1.Temperature", TASMOTA, 20.4),
        ("DS18B20-2.Temperature", TASMOTA, 4.1),
        ("temperature", ZIGBEE, 18.31),
        ("tC", SHELLY, 20.4),
        ("tempc", THEENGS, 19.4),
        ("temperature", {"temperature": "20,4"}, 20.4),
        (None, b"20.44", 20.44),
        (None, b" -0.5\r\n", -0.5),
    ],
)
def test_each_thermometer_is_understood(field, sent, celsius: float):
    assert heard(probe(field), sent) == [celsius]


def test_a_thermometer_in_fahrenheit_is_converted_and_one_that_says_another_unit_is_refused():
    sent = {"DS18B20": {"Temperature": 68.0}, "TempUnit": "F"}
    assert heard(probe("DS18B20.Temperature", temperature_unit="f"), sent) == [pytest.approx(20.0)]
    with pytest.raises(SensorError, match='message gives its temperature in F, the config says "c"'):
        heard(probe("DS18B20.Temperature"), sent)


@pytest.mark.parametrize("word", ["fahrenheit", "°F", "K", "bananas"])
def test_a_word_for_another_unit_or_for_none_is_refused_and_a_display_is_no_reason_to_change_the_config(word: str):
    """zigbee2mqtt sends °C and says what the display shows; 24 taken for °F is a plausible -4.4 °C."""
    with pytest.raises(SensorError, match=r"only the display .* set the display to the unit of the config"):
        heard(probe("temperature"), {"temperature": 24.0, "temperature_units": word})


@pytest.mark.parametrize(
    ("field", "sent", "sentence"),
    [
        (None, b"nan", "message is no number: nan"),
        (None, b"unavailable", "message is no number: unavailable"),
        (None, b"", "message is no number: it is empty"),
        (None, TASMOTA, "message is no number: "),
        ("temperature", {"temperature": None, "humidity": 60}, 'has no number "temperature"; it has humidity'),
        ("DS18B20.Temperature", TASMOTA, "it has DS18B20-1.Temperature, DS18B20-2.Temperature"),
        ("DS18B20-1", TASMOTA, 'has no number "DS18B20-1"'),
        ("tC", {"id": 100, "tC": True}, '"tC" is no number: True'),
        ("tC", b"offline", "message is not JSON"),
    ],
)
def test_a_message_without_the_number_says_what_it_has(field, sent, sentence: str):
    one = probe(field)
    for said in ((sent,), ()):  # and so it stays until a better one comes
        with pytest.raises(SensorError, match=sentence):
            heard(one, *said)


def test_a_thermometer_whose_unit_somebody_changes_is_not_believed():
    """24 °F are a plausible -4.4 °C, and the heater would run."""
    one = probe("temperature", temperature_unit="f")
    assert heard(one, {"temperature": 75.0}) == [pytest.approx(23.9, abs=0.1)]
    with pytest.raises(SensorError, match="temperature of 24 fits those before only in °C"):
        heard(one, {"temperature": 24.0})


def test_glycol_far_below_any_beer_is_known_by_its_unit_too():
    one = probe("temperature", temperature_unit="f", measure="glycol_c")
    assert heard(one, {"temperature": 18.0}) == [pytest.approx(-7.8, abs=0.1)]
    with pytest.raises(SensorError, match="temperature of -8 fits those before only in °C"):
        heard(one, {"temperature": -8.0})


def tasmota(probe_id: str | None, celsius: float, named: str = "Id") -> dict[str, object]:
    return {"DS18B20-1": {**({named: probe_id} if probe_id else {}), "Temperature": celsius}, "TempUnit": "C"}


@pytest.mark.parametrize("named", ["Id", "mac"])
def test_another_probe_never_takes_the_place_of_the_first(named: str):
    """Tasmota numbers its probes anew at a start without one of them: DS18B20-1 is that of the cold room then."""
    one = probe("DS18B20-1.Temperature")
    assert heard(one, tasmota("3C01A", 20.4, named), tasmota("3c01a", 20.5, named)) == [20.4, 20.5]
    with pytest.raises(SensorError, match="is of probe 3C01B now, not of 3C01A; set id to the number"):
        heard(one, tasmota("3C01B", 4.1, named))
    assert heard(one, tasmota("3C01A", 20.3, named)) == [20.3]


def test_the_probe_of_the_config_is_the_only_one_also_after_a_restart():
    assert heard(probe("DS18B20-1.Temperature", id="3C01A"), tasmota("3C01A", 20.4)) == [20.4]
    for probe_id, sentence in (("3C01B", "3C01B now, not of 3C01A"), (None, 'no id beside "DS18B20-1.Temperature"')):
        with pytest.raises(SensorError, match=sentence):
            heard(probe("DS18B20-1.Temperature", id="3C01A"), tasmota(probe_id, 4.1))


def test_the_number_of_a_probe_needs_a_field_that_it_stands_beside():
    with pytest.raises(ValueError, match="id stands beside a field, and there is none"):
        probe(id="3C01A")


def test_two_devices_that_send_to_one_topic_are_not_mixed():
    one = probe("tempc")
    other = {**THEENGS, "id": "A4:C1:38:99:99:99", "tempc": 4.0}
    assert heard(one, THEENGS, other, THEENGS, other) == [19.4, 19.4]
    with pytest.raises(SensorError, match="is of probe A4:C1:38:99:99:99 now"):
        heard(one)


@pytest.mark.parametrize("absent_c", [85.0, -127.0, -196.6])
def test_what_a_probe_says_that_is_not_there_is_no_temperature(absent_c: float):
    one = probe("t", temperature_unit="f" if absent_c == -196.6 else "c")
    assert heard(one, {"t": absent_c}, {"t": absent_c}) == []
    with pytest.raises(SensorError, match="as a probe does that is not there"):
        heard(one, {"t": absent_c})
    assert len(heard(one, {"t": 68.0 if absent_c == -196.6 else 20.0})) == 1


def test_a_message_about_the_battery_between_two_temperatures_is_no_fault():
    one = probe("tempc")
    assert heard(one, {"tempc": 19.4}, {"batt": 88, "rssi": -70}, {"tempc": 19.5}, {"batt": 88}) == [19.4, 19.5]
    assert heard(one, {"batt": 88}) == []
    one.inbox.put(Message("t/x", b'{"batt": 88}', False, NOW + 1000.0))
    with pytest.raises(SensorError, match='has no number "tempc"; it has batt'):
        one.read(NOW + 1000.0)


def test_what_zigbee2mqtt_remembers_is_as_old_as_it_says():
    """Once its broker or itself is started anew it says all that it remembers, of a sensor without a battery too."""
    one = probe("temperature")
    for said in ("2026-09-19T14:13:20Z", "2026-09-19T16:13:20+02:00", int((NOW - 2 * 86_400.0) * 1000)):
        one.inbox.put(Message("t/x", json.dumps({**ZIGBEE, "last_seen": said}).encode(), False, NOW))
        assert [reading.at for reading in one.read(NOW)] == [NOW - 2 * 86_400.0]
    shifted = probe("temperature", ahead_s=-86_400.0)  # the cellar was started a day too late by its clock
    shifted.inbox.put(Message("t/x", json.dumps({**ZIGBEE, "last_seen": NOW - 86_400.0 - 60.0}).encode(), False, NOW))
    assert [reading.at for reading in shifted.read(NOW)] == [NOW - 60.0]
    with pytest.raises(SensorError, match='"last_seen" is no time: N/A'):
        heard(one, {**ZIGBEE, "last_seen": "N/A"})
    assert heard(one, {**ZIGBEE, "last_seen": NOW + 7200.0}) == [18.31]
    with pytest.raises(SensorError, match="dated 2 h ahead of when they come"):
        heard(one)


@pytest.mark.parametrize("said", [
    {"DS18B20": {"Id": "3C01A", "Temperature": None}}, {"DS18B20": None}, {"Time": "2026-09-21T16:13:20"},
    {"DS18B20": {"Id": "3C01A", "Temperature": "null"}}, {"DS18B20": {"Id": "3C01A", "Temperature": "unavailable"}},
])  # fmt: skip
def test_a_thermometer_that_has_just_started_and_knows_nothing_is_silent(said):
    one = probe("DS18B20.Temperature")
    assert heard(one, {"DS18B20": {"Id": "3C01A", "Temperature": 20.4}}) == [20.4]
    for minutes in range(0, 20, 5):
        one.inbox.put(Message("t/x", json.dumps(said).encode(), False, NOW + 60.0 * minutes))
        with suppress(SensorError):
            assert one.read(NOW + 60.0 * minutes) == []
    with pytest.raises(SensorError):
        one.read(NOW + 1200.0)


@pytest.mark.parametrize("word", [b"nan", b"NAN", b"unavailable", b"unknown", b"None", b"null", b"offline", b"-"])
def test_a_word_in_the_place_of_a_number_is_a_fault_until_a_number_comes(word: bytes):
    one = probe()
    assert heard(one, b"20.4") == [20.4]
    for said in ((word,), ()):
        with pytest.raises(SensorError, match="message is no number"):
            heard(one, *said)
    assert heard(one, b"20.5") == [20.5]


@pytest.mark.parametrize("said", [b'"20.4"', b"20.4\0", b"\xef\xbb\xbf20.4\r\n", b"20,4"])
def test_what_stands_around_a_number_is_no_part_of_it(said: bytes):
    assert heard(probe(), said) == [20.4]


@pytest.mark.parametrize(("field", "sent", "sentence"), [
    (None, {"tC": 20.4, "tF": 68.7}, "it is JSON with tC, tF; set field to the one that is meant"),
    ("temperature", b"20.4", "message on t/x is the number alone; leave field out"),
    ("temperature", [ZIGBEE, ZIGBEE], "message is not one but a list of 2; let each be sent by itself"),
    ("temperature", b'{"temperature": 20.4, "temperature": 4.0}', 'has no number "temperature"'),
    ("temperature", {"temperature": 68.0}, 'looks like °F; set temperature_unit = "f"'),
    ("temperature", {"temperature": 293.1}, 'looks like K; set temperature_unit = "k"'),
])  # fmt: skip
def test_what_is_refused_says_what_to_do(field, sent, sentence: str):
    with pytest.raises(SensorError, match=sentence):
        heard(probe(field), sent)


@pytest.mark.parametrize("status", [{"TempUnit": "F"}, {"DS18B20": {"temperature_unit": "F"}}])
def test_the_unit_is_heeded_on_each_level_above_the_number(status):
    """Tasmota's answer to Status 10 has all one level deeper; 45 °F would be beer at 45 °C."""
    inner = {"DS18B20": {"Id": "3C01A", "Temperature": 45.0, **status.pop("DS18B20", {})}, **status}
    with pytest.raises(SensorError, match='gives its temperature in F, the config says "c"'):
        heard(probe("StatusSNS.DS18B20.Temperature"), {"StatusSNS": inner})


def test_a_field_may_have_a_dot_in_its_name():
    assert heard(probe("fv1.temp"), {"fv1.temp": 20.4}) == [20.4]


def test_a_tank_that_is_cleaned_hot_is_no_fahrenheit():
    one = probe()
    assert heard(one, b"20.4", b"60.5") == [20.4, 60.5]  # refused as beer, and why, where all readings are


def test_a_retained_temperature_is_of_any_age_and_refused():
    assert heard(probe(), b"20.4", retained=True) == []


def test_two_probes_of_one_device_are_two_sensors():
    one = {"topic": "t", "temperature_unit": "c", "measure": "room_c"}
    assert len({MqttThermometer(**one, field=field).pins() for field in ("a.T", "b.T", None)}) == 3


def test_a_gateway_of_ruuvi_says_when_it_heard_the_tag():
    one = probe("temperature")
    sent = {"gw_mac": "AA:BB:CC:DD:EE:FF", "gwts": str(int(NOW)), "ts": str(int(NOW) - 7200), "temperature": 19.5}
    one.inbox.put(Message("t/x", json.dumps(sent).encode(), False, NOW))
    assert [reading.at for reading in one.read(NOW)] == [NOW - 7200.0]


def test_a_radio_thermometer_on_another_channel_is_another_one():
    one = probe("temperature_C")
    nexus = {"model": "Nexus-TH", "id": 77, "channel": 1, "temperature_C": 19.5}
    assert heard(one, nexus) == [19.5]
    with pytest.raises(SensorError, match="is of channel 2 now, not of 1; let each device be sent"):
        heard(one, {**nexus, "channel": 2, "temperature_C": 4.0})
    assert heard(one, {**nexus, "temperature_C": 19.4}) == [19.4]


def test_a_channel_of_wifi_may_change():
    assert heard(probe("temperature"), *({"temperature": 19.5, "channel": n} for n in (1, 6))) == [19.5, 19.5]


METRICS = {"timestamp": 1_790_000_000_000, "metrics": [
    {"name": "room", "value": 12.0, "dataType": "Float"}, {"name": "beer", "value": 19.5, "dataType": "Float"},
]}  # fmt: skip


def test_an_object_in_a_list_goes_by_its_name_wherever_it_stands():
    """Sparkplug in JSON, where the place of a metric in its list may change."""
    assert heard(probe("metrics.beer.value"), METRICS) == [19.5]
    assert heard(probe("metrics.beer.value"), {**METRICS, "metrics": METRICS["metrics"][::-1]}) == [19.5]
    with pytest.raises(SensorError, match=r"it has timestamp, metrics\.room\.value, metrics\.beer\.value"):
        heard(probe("metrics.1.value"), METRICS)
    twice = [{"name": "beer", "value": 19.5}, {"name": "beer", "value": 4.0}]
    with pytest.raises(SensorError, match="has no number"):
        heard(probe("metrics.beer.value"), {"metrics": twice})
    in_f = [{"name": "beer", "value": 45.0, "unit": "F"}]
    with pytest.raises(SensorError, match='in F, the config says "c"'):
        heard(probe("metrics.beer.value"), {"metrics": in_f})
