"""A DS18B20 says a temperature or nothing, and after a while why."""

import os
from importlib.util import find_spec

import pytest

from brewpi.sensors import SensorError
from brewpi.sensors.ds18b20 import Ds18b20

NOW = 1_790_000_000.0
ID = "28-0316a2794eff"


@pytest.fixture
def probe(bus, opened):
    """An opened probe that says what it is told to; the last word stays."""

    def _probe(*says, **options):
        bus.plug("0316a2794eff", *(getattr(bus, one) if isinstance(one, str) else one for one in says))
        return opened(Ds18b20(id=ID, **options))

    return _probe


def test_it_reads_the_beer_with_its_offset(probe):
    (reading,) = probe(19.4375, offset_c=-0.25).read(NOW)

    assert (reading.at, reading.quantity, reading.value) == (NOW, "beer_c", 19.1875)


@pytest.mark.parametrize(
    "spelled", ["28-0316A2794EFF", "280316a2794eff", "28_0316A2794EFF", " 28-0316a2794eff", "0316a2794eff"]
)
def test_its_number_in_capitals_or_without_the_dash_is_told_as_the_kernel_has_it(spelled):
    with pytest.raises(ValueError, match=f'should have the pattern of the Pi\'s own list: "{ID}"'):
        Ds18b20(id=spelled)


@pytest.mark.parametrize("spelled", ["28.FF4E79A21603", "28.FF4E79A21603.9C", "28FF4E79A216039C"])
def test_a_number_in_the_order_of_the_wire_is_told_as_the_kernel_has_it(spelled):
    with pytest.raises(ValueError, match=f'in the order of the wire; the Pi calls this probe "{ID}"'):
        Ds18b20(id=spelled)


@pytest.mark.parametrize("spelled", ["10-000801b5a7ea", "28-0316a2794e", "28-0316a2794efg", ""])
def test_another_number_is_refused(spelled):
    with pytest.raises(ValueError, match="should match pattern"):
        Ds18b20(id=spelled)


def test_it_may_sit_in_the_glycol(probe):
    (reading,) = probe(-3.5, measure="glycol_c").read(NOW)

    assert reading.quantity == "glycol_c"
    assert Ds18b20(id=ID, measure="glycol_c").measures() == ("glycol_c",)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (85.0, "85 °C, its power-on value; check its supply"),
        ("reset", "85 °C, its power-on value; check its supply"),
        (-127.0, "-127 °C, which means no probe"),
        ("not_ready", "bad checksums; check its cable and 4.7 kΩ pull-up"),
    ],
)
def test_what_is_no_temperature_is_not_read_and_said_the_third_time(probe, answer, sentence: str):
    failing = probe(19.0, answer)
    assert failing.read(NOW)
    assert failing.read(NOW + 10.0) == []
    assert failing.read(NOW + 20.0) == []

    with pytest.raises(SensorError, match=sentence):
        failing.read(NOW + 30.0)


def test_one_good_read_in_between_starts_the_count_again(probe):
    failing = probe(85.0, 85.0, 19.0, 85.0, 85.0, 19.0)

    assert [len(failing.read(NOW + 10.0 * i)) for i in range(6)] == [0, 0, 1, 0, 0, 1]


def test_an_offset_hides_no_power_on_value(probe):
    assert probe(85.0, offset_c=-5.0).read(NOW) == []


def test_a_torn_cable_is_said_at_once_and_mended_by_itself(probe, bus):
    torn = probe(19.0)
    unplugged = bus.unplug("0316a2794eff")
    with pytest.raises(SensorError, match=f"DS18B20 {ID} is gone; check its cable and plug"):
        torn.read(NOW)

    bus.plug("0316a2794eff", 19.5, probe=unplugged)
    assert torn.read(NOW + 10.0)[0].value == 19.5


def test_a_wrong_id_is_answered_with_those_that_are_there(bus, opened):
    bus.plug("0316a2794e00", 19.0)

    with pytest.raises(SensorError, match=f"no DS18B20 {ID} on the bus; it has 28-0316a2794e00"):
        opened(Ds18b20(id=ID))


def test_without_a_bus_it_says_how_to_get_one(bus, opened, tmp_path):
    bus.directory.rmdir()

    with pytest.raises(SensorError, match="no 1-wire bus; add dtoverlay=w1-gpio to /boot/firmware/config"):
        opened(Ds18b20(id=ID))


def test_without_the_library_it_says_what_to_type(missing, opened):
    missing("w1thermsensor")

    with pytest.raises(SensorError, match=r"DS18B20 needs the `pi` extra: pip install 'brewpi-edge\[pi\]'"):
        opened(Ds18b20(id=ID))


@pytest.mark.skipif(find_spec("w1thermsensor") is None, reason="the `pi` extra is not installed")
def test_the_real_library_is_imported_without_running_modprobe(opened, monkeypatch):
    monkeypatch.delenv("W1THERMSENSOR_NO_KERNEL_MODULE", raising=False)
    with pytest.raises(SensorError, match=r"1-wire bus|on the bus"):
        opened(Ds18b20(id=ID))

    assert os.environ.pop("W1THERMSENSOR_NO_KERNEL_MODULE") == "1"


@pytest.mark.parametrize("word", ["0316a2794eff", "28-0316A2794EFF", "28-0316", "10-0316a2794eff"])
def test_an_id_is_written_as_the_kernel_writes_it(word: str):
    with pytest.raises(ValueError, match="pattern"):
        Ds18b20(id=word)
