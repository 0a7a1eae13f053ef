"""What a thermometer's message says beside its number: that it counts for nothing, and whose it is."""

import json
from contextlib import nullcontext, suppress

import pytest

from brewpi.hardware.plug_context import Inbox, Message, PlugContext
from brewpi.sensors import SensorError
from brewpi.sensors.messages.formats import FORMATS
from brewpi.sensors.mqtt_thermometer import MqttThermometer
from brewpi.sensors.topic import Topic

NOW = 1_790_000_000.0


class Heard:
    """A thermometer, and whether each of its messages, a minute apart, was believed."""

    def __init__(self, field: str = "temperature") -> None:
        options = MqttThermometer(topic="t/x", field=field, temperature_unit="c", measure="beer_c")
        self.inbox, self.now = Inbox(), NOW
        self.probe = options.open(PlugContext(subscribe=lambda topic: self.inbox))

    def __call__(self, *messages: object) -> list[bool]:
        return [self._believed(message) for message in messages]

    def _believed(self, message: object) -> bool:
        self.now += 60.0
        payload = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.inbox.put(Message("t/x", payload, False, self.now))
        try:
            return bool(self.probe.read(self.now))
        except SensorError:
            return False


@pytest.mark.parametrize("said", [
    {"ok": False}, {"available": 0}, {"online": "false"}, {"sensor_ok": False}, {"status": "offline"},
    {"probePresent": 0}, {"state": "unavailable"}, {"quality": "bad"}, {"fault": True}, {"fault": "open circuit"},
    {"err": 1},
    {"errorCode": 3}, {"sensor_status": "not connected"}, {"is_stale": "yes"}, {"health": "Failed"}, {"success": False},
    {"status": "sensor_error"}, {"status": "probe disconnected"}, {"state": "No probe"}, {"sensor": "error"},
    {"StatusCode": "Bad"}, {"last_known": True}, {"cached": "yes"}, {"simulated": True}, {"crc_ok": False},
    {"valid": "N"}, {"status": {"online": False}},
    {"temperature_valid": 0}, {"temp_ok": False}, {"temperatureStatus": "open circuit"}, {"temperature_error": True},
    {"q": "bad"}, {"alarm": "probe failure"}, {"temp_is_estimate": True}, {"frozen": True}, {"calibrating": "yes"},
    {"overrange": True}, {"out_of_range": 1}, {"disconnected": True}, {"fresh": False}, {"test_mode": True},
    {"quality": "uncertain"}, {"quality": "Bad, Not Connected"}, {"StatusCode": "Bad_NoCommunication"},
    {"StatusCode": 0x80310000},
], ids=str)  # fmt: skip
def test_a_temperature_that_its_device_gives_up_is_none(said):
    """Gateways send the last value of a probe that fell silent on and on."""
    heard = Heard()
    assert heard({"temperature": 19.5, **said}) == [False]
    assert heard({"temperature": 19.5}) == [True]


GIVEN_UP = [
    {"valid": False}, {"status": "offline"}, {"online": 0}, {"error": "tilt out of range"}, {"stale": True},
    {"hydrometer_status": "lost"}, {"quality": "bad"}, {"calibration_mode": True}, {"run_mode": "calibration"},
]  # fmt: skip
OF_GRAVITY = [{"gravity_valid": False}, {"gravityStatus": "invalid"}, {"sg_ok": 0}, {"gravity_error": "no angle"}]


@pytest.mark.parametrize("said", GIVEN_UP + OF_GRAVITY, ids=str)
@pytest.mark.parametrize("sender", sorted(FORMATS.keys() - {"ispindel_fields", "tiltbridge"}))
def test_a_gravity_that_its_device_gives_up_is_none(sender: str, said):
    """A bridge that sends the last value of a hydrometer out of battery, marked so: done, and drained."""
    temperature = "temp" if sender == "brewfather" else "temperature"
    sent = {"name": "a", "gravity": 1.011, "gravity_unit": "G", temperature: 20.0, "temp_unit": "C", **said}
    inbox = Inbox()
    probe = Topic(topic="t/x", format=sender, unit="sg", measure=("sg", "beer_c")).open(
        PlugContext(subscribe=lambda topic: inbox)
    )
    inbox.put(Message("t/x", json.dumps(sent).encode(), False, NOW))
    with nullcontext() if said in OF_GRAVITY else suppress(SensorError):
        assert {reading.quantity for reading in probe.read(NOW)} == {"beer_c"}
    with pytest.raises(SensorError, match=r"is said by its device not to be valid.*; look at the device"):
        probe.read(NOW)


@pytest.mark.parametrize("said", [
    {"ok": True}, {"status": "OK"}, {"state": "ON"}, {"state": "OFF"}, {"errorCode": 0}, {"err": 12}, {"fault": None},
    {"fault": "none"}, {"present": False}, {"connected": False}, {"quality": 20}, {"linkquality": 0}, {"timeout": 30},
    {"battery_ok": 0}, {"alarm": True}, {"sensor_fault": "0x00"}, {"status": {"code": 0}}, {"lost": 1}, {"failed": 3},
    {"gravity_valid": False}, {"humidity_status": "error"}, {"temp_status": "rising"}, {"state": "open"},
    {"alarm": "battery low"}, {"battery_low": True}, {"alert": "high"}, {"StatusCode": 0}, {"StatusCode": 200},
    {"calibrating": 0}, {"disconnected": 3}, {"mode": "config"}, {"hold": True}, {"charging": True}, {"old": 18.4},
    {"test": 1},
], ids=str)  # fmt: skip
def test_what_says_nothing_against_a_temperature_costs_none(said):
    assert Heard()({"temperature": 19.5, **said}) == [True]


NAMED = [
    *({name: value} for name in ("device_id", "sensor", "name", "entity_id", "probe", "location", "topic")
      for value in ("cellar", "A4:C1:38:00:00:01")),
    *({name: 3} for name in ("sensor_id", "probe_no", "node_id", "serial", "sn", "uuid")),
    *({name: "cellar"} for name in ("host", "hostName", "client", "src", "sn", "unique_id", "vessel", "fermenter")),
    *({name: "A4:C1:38:00:00:01"} for name in ("bt_mac", "hardware_id", "bdaddr")), {"model": "Nexus-TH", "id": 77},
    *({name: "cellar"} for name in ("label", "identifier", "api_key", "user")),
    *({name: 3} for name in ("token", "tank_no")),
]  # fmt: skip
OTHER = {"cellar": "garage", "A4:C1:38:00:00:01": "A4:C1:38:00:00:02", 3: 4, "Nexus-TH": "Other"}


@pytest.mark.parametrize("who", NAMED, ids=str)
def test_of_two_thermometers_on_one_topic_none_takes_the_others_place(who):
    """One is in the next tank, or in the cold room: the heater would run."""
    one = {"temperature": 19.5, **who}
    other = {"temperature": 4.0, **{name: OTHER.get(value, value) for name, value in who.items()}}
    assert Heard()(one, one, other, one, other, one) == [True, True, False, True, False, True]
    assert Heard()(one, other, one, other) == [True, True, False, False]  # which is meant nobody knows
    assert Heard()(one, one, other, other, other) == [True, True, False, True, True]  # another in its place
    assert Heard()(one, one, other, other, one) == [True, True, False, True, False]


@pytest.mark.parametrize(
    "name", ["name", "ID", "sn", "uuid", "host", "mac", "chip_id", "color", "address", "token"]
)
@pytest.mark.parametrize("sender", sorted(FORMATS.keys() - {"ispindel_fields"}))
def test_of_two_hydrometers_on_one_topic_none_is_believed(sender: str, name: str):
    inbox, believed = Inbox(), []
    probe = Topic(topic="t/x", format=sender, unit="sg").open(PlugContext(subscribe=lambda topic: inbox))
    for turn, who in enumerate(["a", "b", "a", "b", "b", "b", "b", "b"]):
        sent = {name: who, "gravity": 1.05, "SG": 1.05, "gravity_unit": "G"}
        inbox.put(Message("t/x", json.dumps(sent).encode(), False, NOW + 900.0 * turn))
        try:
            believed.append(bool(probe.read(NOW + 900.0 * turn)))
        except SensorError:
            believed.append(False)
    assert believed[:4] == [True, True, False, False]  # a new one in the place of the other is no doubt
    assert believed[-1]  # once the other is gone


@pytest.mark.parametrize("envelope", ["deviceInfo", "end_device_ids", "device"])
def test_a_gateway_names_the_device_in_its_envelope(envelope):
    sent = [{envelope: {"device_id": who}, "object": {"temperature": 19.5}} for who in ("a", "a", "b", "a")]
    assert Heard("object.temperature")(*sent) == [True, True, False, True]


NO_NAMES = [
    [{"name": n} for n in "abc"],
    [{"probe": 19.5 + n % 2} for n in range(6)],
    [{"sensor": {"c": n}} for n in "aba"],
    [{"host": f"192.168.1.{n}"} for n in (20, 31, 20, 31)],
    [{"gateway_mac": n, "bssid": n, "color": n, "tag": n} for n in "aabaab"],
]


@pytest.mark.parametrize("said", NO_NAMES, ids=str)
def test_what_names_no_device_tells_none_from_another(said):
    assert all(Heard()(*({"temperature": 19.5, **one} for one in said)))


def test_a_count_of_messages_tells_no_device_from_another():
    assert all(Heard()(*({"temperature": 19.5, "serial": n, "node_id": n % 50} for n in range(40))))


AROUND = [
    (b"\0", b""),
    (b"\x02", b"\x03\r\n"),
    ("\u200b".encode(), b""),
    (b"", b";"),
    (b"", b"\x1a"),
    (b"", "\u00a0".encode()),
]


@pytest.mark.parametrize(("before", "behind"), AROUND)
@pytest.mark.parametrize("last", [b"", b",", b", "])
def test_what_a_serial_line_puts_around_a_message_costs_nothing_of_it(before: bytes, behind: bytes, last: bytes):
    assert Heard()(before + b'{"temperature": 19.5, "note": "a,}"' + last + b"}" + behind) == [True]
    inbox = Inbox()
    probe = Topic(topic="t/x", format="ispindel", unit="sg").open(PlugContext(subscribe=lambda topic: inbox))
    inbox.put(
        Message("t/x", before + b'{"ID": 1, "gravity": 1.05, "temperature": 20' + last + b"}" + behind, False, NOW)
    )
    assert [reading.value for reading in probe.read(NOW)] == [1.05]
