"""Hydrometers that broadcast: their frames, one scanner for all, and what happens when Bluetooth does not."""

from __future__ import annotations

import math
import time

import air
import pytest
from brokers import until

from brewpi.cellar.build import build
from brewpi.config.config import ConfigErrors, loads
from brewpi.hardware.ble import Broadcast, Scanner
from brewpi.hardware.plug_context import PlugContext
from brewpi.sensors import SensorError, gravitymon, inkbird, rapt_pill, tilt
from brewpi.sensors.bluetooth import FrameError

RED, OTHER, PILL = "D0:3E:7D:10:00:01", "D0:3E:7D:10:00:02", "78:E3:6D:6E:FA:20"
NOW = 1_790_000_000.0


def heard(manufacturer=None, service=None, name=None, address=RED) -> Broadcast:
    return Broadcast(address, 0.0, manufacturer or {}, service or {}, name, -67)


# --- frames


@pytest.mark.parametrize(
    ("major", "minor", "celsius", "sg"),
    [(68, 1050, 20.0, 1.050), (685, 10123, 20.277778, 1.0123), (32, 990, 0.0, 0.990), (999, 1050, None, None)],
    ids=["Tilt", "Tilt Pro", "freezing", "firmware"],
)
def test_a_tilt(major, minor, celsius, sg):
    sighting = tilt.decode(heard(air.tilt(major, minor)))
    if sg is None:
        assert sighting is None  # a version is no measurement
        return
    assert (sighting.device, sighting.sg) == ("red", pytest.approx(sg))
    assert sighting.celsius == pytest.approx(celsius)


def test_a_pro_whose_beer_has_999_tenths_of_a_degree_is_not_its_firmware():
    """99.9 °F are no beer; a Pro that sends them is believed to have said its version."""
    assert tilt.decode(heard(air.tilt(999, 10123))) is None


@pytest.mark.parametrize(("power", "weeks"), [(0, 0.0), (7, 7.0), (152, 152.0), (197, None), (255, None)])
def test_a_tilts_power_byte_may_be_weeks_on_battery(power, weeks):
    assert tilt.decode(heard(air.tilt(68, 1050, power=power))).battery_weeks == weeks


@pytest.mark.parametrize(("number", "colour"), list(enumerate(
    ("red", "green", "black", "purple", "orange", "blue", "yellow", "pink"), start=1)))  # fmt: skip
def test_every_colour(number, colour):
    assert tilt.decode(heard(air.tilt(68, 1050, number))).device == colour


@pytest.mark.parametrize("frame", [
    {}, {76: b""}, {76: b"\x02\x15"}, {76: b"\x10\x05\x01\x18"}, air.tilt(68, 1050, 9),
    {77: air.tilt(68, 1050)[76]}, {76: b"\x02\x15" + bytes(21)},
])  # fmt: skip
def test_other_beacons_are_no_tilt(frame):
    assert tilt.decode(heard(frame)) is None


def test_half_a_frame_is_said():
    with pytest.raises(FrameError, match="Tilt red sent 22 bytes"):
        tilt.decode(heard({76: air.tilt(68, 1050)[76][:-1]}))


@pytest.mark.parametrize("frame", [
    air.pill_1(19.5, 1048.2), air.pill_2(19.5, 1048.2), air.pill_2(19.5, 1048.2, reserved=b""),
], ids=["version 1", "version 2", "version 2 without its reserved byte"])  # fmt: skip
def test_a_rapt_pill(frame):
    sighting = rapt_pill.decode(heard(frame, address=PILL))
    assert sighting.sg == pytest.approx(1.0482, abs=1e-6)
    assert sighting.celsius == pytest.approx(19.5, abs=0.005)
    assert sighting.battery_pct == pytest.approx(80.0)
    assert sighting.angle_deg == pytest.approx(math.degrees(math.acos(16 / math.sqrt(16**2 + 32**2 + 160**2))))


@pytest.mark.parametrize("frame", [b"PTdPillG1", b"", b"XX", b"P"])
def test_what_a_pill_says_of_its_make_is_no_measurement(frame):
    assert rapt_pill.decode(heard({16722: frame}, address=PILL)) is None
    assert rapt_pill.decode(heard({17739: b"G20220612_050156_81c6d1"}, address=PILL)) is None


@pytest.mark.parametrize("frame", [b"PT", b"PT\x03" + bytes(20), b"PT\x01" + bytes(19), b"PT\x02" + bytes(22)])
def test_a_pill_of_another_version_is_said(frame):
    with pytest.raises(FrameError, match="not known here"):
        rapt_pill.decode(heard({16722: frame}, address=PILL))


def test_a_pill_whose_gravity_is_no_number_is_said():
    with pytest.raises(FrameError, match="no number"):
        rapt_pill.decode(heard(air.pill_2(19.5, math.nan), address=PILL))


def test_a_gravitymon():
    sighting = gravitymon.decode(heard(service=air.gravitymon(4.05, 18.25, 1.0312, 41.5)))
    assert (sighting.device, sighting.battery_v, sighting.celsius) == ("00ee1bfc", 4.05, 18.25)
    assert (sighting.sg, sighting.angle_deg) == (pytest.approx(1.0312), 41.5)
    assert gravitymon.decode(heard(service={air.EDDYSTONE: b"\x10\x00somewhere"})) is None
    with pytest.raises(FrameError, match="sent 6 bytes"):
        gravitymon.decode(heard(service={air.EDDYSTONE: b"\x20\x00\x00\x00\x00\x00"}))


def test_an_inkbird_as_recorded():
    """A frame of a real IBS-TH2: 20.96 °C, 46.23 %, battery 87 %."""
    sighting = inkbird.decode(heard({2096: b"\x0f\x12\x00Z\xc7W\x06"}, name="sps"))
    assert (sighting.celsius, sighting.humidity_pct, sighting.battery_pct) == (20.96, 46.23, 87.0)
    assert inkbird.decode(heard(air.inkbird(-1.5, 0.0), name="tps")).celsius == -1.5
    assert inkbird.decode(heard(air.inkbird(-1.5, 0.0), name="tps")).humidity_pct is None


def test_an_inkbird_whose_old_data_is_mixed_with_new_says_nothing():
    mixed = {**air.inkbird(18.0, 50.0), **air.inkbird(19.0, 50.0)}
    assert inkbird.decode(heard(mixed, name="sps")) is None
    assert inkbird.decode(heard(air.inkbird(18.0, 50.0), name="a television")) is None
    with pytest.raises(FrameError, match="200 %"):
        inkbird.decode(heard(air.inkbird(18.0, 50.0, 200), name="sps"))


# --- through bleak


@pytest.fixture
def sky(monkeypatch):
    sky = air.Air()
    sky.install(monkeypatch)
    return sky


@pytest.fixture
def context():
    """A cellar's plugs share a scanner; this one is quick to notice."""
    context = PlugContext(shared={"bluetooth": Scanner(quiet_s=0.4, retry_s=(0.05, 0.1))})
    yield context
    context.shared["bluetooth"]._leave.set()


def opened(context, sky, options):
    probe = options.open(context)
    until(lambda: sky.listening)
    return probe


def red(**more) -> tilt.Tilt:
    return tilt.Tilt(color="red", measure=("sg", "beer_c"), **more)


def test_a_broadcast_becomes_readings_as_old_as_it_is(context, sky):
    probe = opened(context, sky, red(offset_sg=0.001, offset_c=-0.5))
    assert probe.read(NOW) == []
    sky.send(RED, air.tilt(68, 1050, power=7))
    time.sleep(0.3)
    readings = {r.quantity: r for r in probe.read(NOW)}
    assert readings["sg"].value == pytest.approx(1.051)
    assert readings["beer_c"].value == pytest.approx(19.5)
    assert (readings["battery_weeks"].value, readings["rssi_dbm"].value) == (7.0, -67)
    assert 0.3 <= NOW - readings["sg"].at < 5.0
    assert probe.read(NOW) == []  # never an old value twice


def test_of_many_broadcasts_the_newest_counts_and_others_are_not_heard(context, sky):
    probe = opened(context, sky, red())
    for n in range(200):
        sky.send(RED, air.tilt(68, 1200 - n))
        sky.send(OTHER, air.tilt(60, 1100, number=2))
    assert [r.value for r in probe.read(NOW) if r.quantity == "sg"] == [pytest.approx(1.001)]


@pytest.mark.parametrize(("frame", "sentence"), [
    (air.tilt(68, 4999), "Tilt red: gravity of 4.999 SG is not between 0.95 and 1.2"),
    (air.tilt(68, 0), "Tilt red: gravity of 0 SG is not between 0.95 and 1.2"),
    (air.tilt(212, 1010), "Tilt red: beer temperature of 100 °C is not between -5 and 50"),
    (air.tilt(65535, 65535), "Tilt red: gravity of 6.5535 SG is not between 0.95 and 1.2"),
    ({76: air.tilt(68, 1050)[76][:-1]}, "Tilt red sent 22 bytes, 23 are a whole frame"),
])  # fmt: skip
def test_what_cannot_be_true_is_a_fault_and_no_reading(context, sky, frame, sentence):
    probe = opened(context, sky, red())
    sky.send(RED, frame)
    with pytest.raises(SensorError) as error:
        probe.read(NOW)
    assert str(error.value) == sentence
    sky.send(RED, air.tilt(68, 1050))
    assert len(probe.read(NOW)) == 3


def test_one_scanner_serves_every_tank(context, sky):
    first = opened(context, sky, red())
    second = rapt_pill.RaptPill(address=PILL.lower()).open(context)
    third = inkbird.Inkbird(address=OTHER).open(context)
    sky.send(RED, air.tilt(68, 1050))
    sky.send(PILL, air.pill_2(19.5, 1048.2))
    sky.send(OTHER, air.inkbird(12.0, 80.0), name="sps")
    assert {r.quantity for r in first.read(NOW)} == {"sg", "beer_c", "rssi_dbm"}
    assert {r.quantity for r in second.read(NOW)} == {"sg", "angle_deg", "battery_pct", "rssi_dbm"}
    assert {r.quantity for r in third.read(NOW)} == {"room_c", "humidity_pct", "battery_pct", "rssi_dbm"}
    assert len(sky.listening) == 1
    for probe in (first, second, third):
        probe.close()
    until(lambda: not sky.listening)


def test_two_tilts_of_one_colour_are_told_apart_or_refused(context, sky):
    anyone = opened(context, sky, red())
    mine = red(address=OTHER.lower()).open(context)
    sky.send(RED, air.tilt(68, 1050))
    sky.send(OTHER, air.tilt(68, 1010))
    assert [r.value for r in mine.read(NOW) if r.quantity == "sg"] == [pytest.approx(1.010)]
    with pytest.raises(SensorError, match=f"heard from two devices, {RED} and {OTHER}; say which with address"):
        anyone.read(NOW)


def test_a_scanner_that_dies_is_an_alarm_and_comes_back(context, sky):
    probe = opened(context, sky, red())
    sky.pull_adapter()
    until(lambda: context.shared["bluetooth"].trouble)
    with pytest.raises(SensorError, match=r"Bluetooth does not work .*No Bluetooth adapters found"):
        probe.read(NOW)
    sky.adapter = True
    until(lambda: sky.listening)
    until(lambda: context.shared["bluetooth"].trouble is None)
    sky.send(RED, air.tilt(68, 1050))
    assert len(probe.read(NOW)) == 3


def test_a_bluetooth_service_that_restarts_silently_is_listened_to_again(context, sky):
    probe = opened(context, sky, red())
    before = sky.starts
    sky.restart_stack()
    until(lambda: sky.listening)
    assert sky.starts > before
    sky.send(RED, air.tilt(68, 1050))
    assert len(probe.read(NOW)) == 3


def test_a_scanner_thread_that_ended_is_started_by_the_next_look(context, sky):
    probe = opened(context, sky, red())
    scanner = context.shared["bluetooth"]
    scanner._leave.set()
    scanner._thread.join(5.0)
    assert not sky.listening
    probe.read(NOW)
    until(lambda: sky.listening)


def test_an_adapter_that_was_never_there_is_a_sentence(context, sky):
    sky.adapter = False
    probe = red().open(context)
    until(lambda: context.shared["bluetooth"].trouble)
    with pytest.raises(SensorError, match="No Bluetooth adapters found"):
        probe.read(NOW)


def test_without_the_extra_it_says_what_to_install(context, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "bleak", None)
    with pytest.raises(SensorError, match=r"pip install 'brewpi-edge\[ble\]'"):
        red().open(context)


# --- check


def cellar(first: str, second: str) -> str:
    tanks = "".join(f"[tanks.fv{n}]\nvolume_l = 50\n[tanks.fv{n}.sensors]\ng = {plug}\n"
                    for n, plug in enumerate((first, second), start=1))  # fmt: skip
    return f'site = "riverside"\n{tanks}'


@pytest.mark.parametrize(("first", "second"), [
    ('{ kind = "tilt", color = "red" }', '{ kind = "tilt", color = "red" }'),
    ('{ kind = "tilt", color = "red", address = "D0:3E:7D:10:00:01" }', '{ kind = "tilt", color = "red" }'),
    ('{ kind = "tilt", color = "red", address = "D0:3E:7D:10:00:01" }',
     '{ kind = "tilt", color = "red", address = "d0:3e:7d:10:00:01" }'),
    ('{ kind = "rapt_pill", address = "78:E3:6D:6E:FA:20" }', '{ kind = "rapt_pill", address = "78:e3:6d:6e:fa:20" }'),
    ('{ kind = "gravitymon", id = "ee1bfc" }', '{ kind = "gravitymon", id = "00ee1bfc" }'),
    ('{ kind = "inkbird", address = "78:E3:6D:6E:FA:20" }', '{ kind = "rapt_pill", address = "78:E3:6D:6E:FA:20" }'),
])  # fmt: skip
def test_a_device_named_by_two_tanks_is_refused(first, second):
    with pytest.raises(ConfigErrors, match=r"tanks\.fv2\.sensors\.g: .*tanks\.fv1\.sensors\.g"):
        loads(cellar(first, second), "cellar.toml")


def test_two_tilts_of_one_colour_with_their_addresses_are_two():
    plug = '{{ kind = "tilt", color = "red", address = "D0:3E:7D:10:00:0{}" }}'
    loads(cellar(plug.format(1), plug.format(2)), "cellar.toml")


# --- in a cellar


def test_a_cellar_hears_two_tanks_by_one_scanner_and_alarms_when_it_dies(tmp_path, sky):
    plug = '{{ kind = "{}", {}, every_s = 1, measure = ["sg", "beer_c"] }}'
    text = cellar(plug.format("tilt", 'color = "red"'), plug.format("rapt_pill", f'address = "{PILL}"'))
    config = loads(f'store.path = "{tmp_path}/record.sqlite"\n{text}', "cellar.toml")
    now = NOW
    built = build(config, lambda: now)
    scanner = built.tanks["fv1"].sensors["g"].site.shared.setdefault("bluetooth", Scanner(0.4, (0.05, 0.1)))
    with built.opened(now):
        built.tick(now)
        until(lambda: sky.listening)
        sky.send(RED, air.tilt(68, 1050))
        sky.send(PILL, air.pill_2(12.5, 1048.2))
        now += 60.0
        first, second = built.tick(now)
        assert first.state.measured["beer_c"].value == pytest.approx(20.0)
        assert second.state.measured["beer_c"].value == pytest.approx(12.5, abs=0.01)
        assert len(sky.listening) == 1

        sky.pull_adapter()
        until(lambda: scanner.trouble)
        for _ in range(3):
            now += 60.0
            reports = built.tick(now)
        for report in reports:
            assert any("No Bluetooth adapters found" in alarm.text for alarm in report.command.alarms)

        sky.adapter = True
        until(lambda: sky.listening and scanner.trouble is None)
        for _ in range(3):
            sky.send(RED, air.tilt(68, 1049))
            sky.send(PILL, air.pill_2(12.5, 1048.0))
            now += 60.0
            reports = built.tick(now)
        for report in reports:
            assert not any("Bluetooth" in alarm.text for alarm in report.command.alarms)
    until(lambda: not sky.listening)
