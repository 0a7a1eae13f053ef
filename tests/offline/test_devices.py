"""What `brewpi devices` finds is a line that a config takes."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest
from brokers import until
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent.parent / "sensors"))
import air

from brewpi.cli import app
from brewpi.config.config import loads
from brewpi.hardware.ble import Scanner
from brewpi.hardware.plug_context import Message
from brewpi.mqtt import Mqtt
from brewpi.offline.devices import on_broker, one_wire, report

NOWHERE = Mqtt(host="127.0.0.1", port=1)


def scanner() -> Scanner:
    return Scanner(quiet_s=30.0, retry_s=(0.05, 0.1))


def pasted(text: str) -> dict[str, object]:
    """All lines that are no comment, pasted into a config as sensors of tanks of their own."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    tanks = "".join(f"[tanks.t{n}]\nvolume_l = 50\n[tanks.t{n}.sensors]\n{line}\n" for n, line in enumerate(lines))
    loads(f'site = "riverside"\n{tanks}', "cellar.toml")
    return {json.dumps(tomllib.loads(line), sort_keys=True): line for line in lines}


@pytest.fixture
def bus(tmp_path: Path) -> Path:
    for number, text in (("28-0316a2794e01", "19437\n"), ("28-0316a2794e02", "\n")):
        (tmp_path / number).mkdir()
        (tmp_path / number / "temperature").write_text(text)
    (tmp_path / "w1_bus_master1").mkdir()
    return tmp_path


def test_probes_with_their_temperature(bus):
    good, bad = one_wire(bus)
    assert (good.line, good.says) == ('beer = { kind = "ds18b20", id = "28-0316a2794e01" }', "19.44 °C")
    assert "check its cable" in bad.says


def test_everything_at_once_is_pasted_into_a_config_that_loads(bus, broker, listen, monkeypatch):
    sky = air.Air()
    sky.install(monkeypatch)
    client = listen("brewpi/none")
    gravitymon = {"ID": "ee1bfc", "temperature": 18.0, "gravity": 1.012, "gravity-unit": "G", "angle": 40}
    client.send("gravitymon/gm", json.dumps(gravitymon), retain=True)
    client.send("rapt/pill", json.dumps({"gravity": 1012.5, "temperature": 19.0, "battery": 80}), retain=True)
    client.send("ispindel/json", json.dumps({"angle": 40, "gravity": 12.1}), retain=True)
    red = {"Color": "Red", "SG": "1.012", "Temp": "65", "tempunits": "F", "fermunits": "SG", "timeStamp": 1_790_000_000}
    client.send("tiltbridge/tilt_Red", json.dumps(red), retain=True)
    client.send("ispindel/spindle1/gravity", "11.5", retain=True)
    client.send("ispindel/spindle1/temperature", "19.1", retain=True)
    client.send("brewpi/riverside/fv1/state", json.dumps({"sg": 1.01, "gravity": 3}), retain=True)
    client.send('evil/" } [tanks]', json.dumps({"gravity": 12.1, "angle": 3}), retain=True)
    client.send("weather", json.dumps({"temperature": 18}), retain=True)

    import threading

    def broadcast() -> None:
        until(lambda: sky.listening)
        sky.send("D0:3E:7D:10:00:01", air.tilt(68, 1050))
        sky.send("78:E3:6D:6E:FA:20", air.pill_2(19.5, 1048.2))
        sky.send("AA:BB:CC:00:00:01", service=air.gravitymon(4.05, 18.25, 1.0312, 41.5))
        sky.send("AA:BB:CC:00:00:02", service={air.EDDYSTONE: b"\x20\x00\x0b\xb8\x15\x80" + bytes(8)})  # another beacon
        sky.send("49:24:11:18:00:65", air.inkbird(12.0, 80.0), name="sps")
        sky.send("AA:BB:CC:00:00:03", {76: b"\x10\x05\x01"}, name="a telephone")

    thread = threading.Thread(target=broadcast)
    thread.start()
    text = report(None, Mqtt(host="127.0.0.1", port=broker.port), 1.5, scanner(), bus)
    thread.join()

    kinds = sorted(json.loads(key)[next(iter(json.loads(key)))]["kind"] for key in pasted(text))
    assert kinds == ["ds18b20", "ds18b20", "gravitymon", "inkbird", "rapt_pill", "tilt", *["topic"] * 5]
    formats = {line.split('format = "')[1].split('"')[0]: line for line in text.splitlines() if "format" in line}
    assert set(formats) == {"gravitymon", "rapt", "ispindel", "tiltbridge", "ispindel_fields"}
    assert 'unit = "sg1000"' in formats["rapt"]
    assert 'unit = "plato"' in formats["ispindel"]
    assert "unit" not in formats["gravitymon"]
    assert "GPIO17" in text


def test_what_is_in_the_config_already_is_said(bus, monkeypatch):
    sky = air.Air()
    sky.install(monkeypatch)
    config = loads(
        'site = "riverside"\n[tanks.fv1]\nvolume_l = 50\n[tanks.fv1.sensors]\n'
        'beer = { kind = "ds18b20", id = "28-0316a2794e01" }\n', "cellar.toml",
    )  # fmt: skip
    text = report(config, NOWHERE, 0.5, scanner(), bus)
    assert '# beer = { kind = "ds18b20", id = "28-0316a2794e01" }  # already tanks.fv1.sensors.beer; 19.44 °C' in text
    assert "fv1 beer: DS18B20, data" in text


def test_what_cannot_be_looked_at_is_a_sentence(tmp_path, monkeypatch):
    sky = air.Air()
    sky.adapter = False
    sky.install(monkeypatch)
    text = report(None, NOWHERE, 0.5, scanner(), tmp_path / "none")
    assert "# there is no 1-wire bus; add dtoverlay=w1-gpio" in text
    assert "# Bluetooth does not work (BleakError: No Bluetooth adapters found.)" in text
    assert "# broker 127.0.0.1:1 does not answer" in text


def test_a_gravity_whose_unit_nobody_can_know_is_asked_for(broker, listen):
    listen("brewpi/none").send("ispindel/one", json.dumps({"angle": 40, "gravity": 1.25}), retain=True)
    (found,) = on_broker(Mqtt(host="127.0.0.1", port=broker.port), 0.5)
    assert 'is that in "plato" or in "sg"? The message does not say' in found.says


# --- wiring


CELLAR = """
site = "Riverside"
[tanks.fv1]
volume_l = 50
[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794e01" }
gravity = { kind = "tilt", color = "red" }
[tanks.fv1.outputs]
heat = { kind = "relay", pin = 17 }
cool = { kind = "relay", pin = 27, active_high = false }
[tanks.fv1.temperature]
target_c = 19.0
""".replace("Riverside", "riverside")


@pytest.mark.parametrize(("sent", "line"), [
    (b'[{"gravity": 1.05, "angle": 40.1, "temperature": nan}]', 'format = "ispindel", unit = "sg"'),
    (b'{"name": "a", "gravity": 12.5, "gravity_unit": "P", "temp": 68, "temp_unit": "F"}', 'format = "brewfather" }'),
    (b'{"name": "a", "gravity": 1.05, "corr_gravity": 1.049, "gravity_unit": "G"}', 'format = "gravitymon" }'),
    (b'{"device_id": "9b3c", "gravity": 1.1, "gravity_unit": "P"}', 'format = "rapt", unit = "plato"'),
    (b'{"device_id": "9b3c", "gravity": "1,048", "gravity_unit": "SG"}', 'format = "rapt", unit = "sg"'),
    (b'{"device_id": "9b3c", "gravity": 1048.2, "gravity_unit": "SG"}', 'format = "rapt", unit = "sg1000"'),
])  # fmt: skip
def test_what_a_message_says_of_its_unit_is_heeded(mocker, sent: bytes, line: str):
    mocker.patch("brewpi.offline.devices.receive", return_value=[Message("cellar/x", sent, False, 0.0)])
    (found,) = on_broker(Mqtt(), 0.5)
    assert line in found.line
    assert "does not say" not in found.says


@pytest.mark.parametrize("sent", [
    b'{"device_id": "9b3c", "gravity": 1.1, "gravityUnits": "P"}', b'{"gravity": {"value": 1.1, "unit": "Plato"}}',
    b'{"angle": 40, "gravity": 1.1, "fermunits": "Plato"}',
])  # fmt: skip
def test_a_unit_is_heeded_as_the_sensor_heeds_it(mocker, sent: bytes):
    """Beer that is nearly dry in °P; what is pasted from here would refuse all that comes."""
    mocker.patch("brewpi.offline.devices.receive", return_value=[Message("cellar/x", sent, False, 0.0)])
    (found,) = on_broker(Mqtt(), 0.5)
    assert 'unit = "plato"' in found.line
    assert "does not say" not in found.says


def test_a_topic_that_is_gravity_alone_belongs_to_no_device(mocker):
    mocker.patch("brewpi.offline.devices.receive", return_value=[Message("gravity", b"1.05", False, 0.0)])
    assert list(on_broker(Mqtt(), 0.5)) == []


def test_a_number_that_fits_no_unit_is_asked_for(mocker):
    mocker.patch("brewpi.offline.devices.receive",
                 return_value=[Message("cellar/x", b'{"gravity": 700, "angle": 90}', False, 0.0)])  # fmt: skip
    (found,) = on_broker(Mqtt(), 0.5)
    assert "The message does not say" in found.says


def test_the_header_is_drawn_with_every_wire(tmp_path):
    import xml.etree.ElementTree as ElementTree

    config, out = tmp_path / "cellar.toml", tmp_path / "wiring.svg"
    config.write_text(CELLAR)
    done = CliRunner().invoke(app, ["wiring", str(config), "-o", str(out)])
    assert done.exit_code == 0, done.output
    texts = ["".join(node.itertext()) for node in ElementTree.parse(out).iter("{http://www.w3.org/2000/svg}text")]
    assert "fv1 heat: Relay" in texts
    assert "fv1 cool: Relay, active low" in texts
    assert "fv1 beer: DS18B20, data" in texts
    assert any("No wire to the header: fv1 gravity: Tilt red" in text for text in texts)
    # GPIO27 is low while the Pi boots, and this relay is on with it low
    assert any("fv1 cool: GPIO27 is low while the Pi boots, and this relay is on with it low" in text for text in texts)
    assert not any("fv1 heat: GPIO17" in text for text in texts)
    assert CliRunner().invoke(app, ["wiring", str(config)]).output == out.read_text()


def test_a_bad_config_or_place_is_a_sentence(tmp_path):
    config = tmp_path / "cellar.toml"
    config.write_text("site = 3")
    assert CliRunner().invoke(app, ["wiring", str(config)]).exit_code == 2
    config.write_text(CELLAR)
    assert CliRunner().invoke(app, ["wiring", str(config), "-o", str(tmp_path / "no" / "w.svg")]).exit_code == 2
