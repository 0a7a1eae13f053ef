"""A sensor whose read never comes back, and the processes after the one that it hung."""

import threading

import pytest
from plugs import ScriptedSensor

from brewpi.cellar.sensor_bank import SensorBank
from brewpi.hardware.hung_sensors import HungSensors
from brewpi.hardware.plug_context import PlugContext
from brewpi.hardware.watchdog import Watchdog

NOW = 1_790_000_000.0


def hangs_in(record, sensor: str, now: float) -> HungSensors:
    """A process that is ended while it reads this."""
    hung = HungSensors(record)
    with hung.asking(sensor):
        hung.note(now)
    return hung


def test_one_that_hung_the_service_twice_is_left_alone_for_an_hour_by_its_successors(tmp_path):
    record = tmp_path / "brewpi.sqlite"
    hangs_in(record, "fv1.beer", NOW)
    assert HungSensors(record).why_not("fv1.beer", NOW + 60.0) is None, "once may be a glitch"
    hangs_in(record, "fv1.beer", NOW + 90.0)
    successor = HungSensors(record)
    assert str(successor.why_not("fv1.beer", NOW + 690.0)) == (
        "did not come back from being read and hung the service, 2 times within the hour; check its cable and supply,"
        " it is asked again in 50 min"
    )
    assert successor.why_not("fv2.beer", NOW + 690.0) is None
    assert successor.why_not("fv1.beer", NOW + 90.0 + 3600.0) is None
    hangs_in(record, "fv1.beer", NOW + 3700.0)
    assert HungSensors(record).why_not("fv1.beer", NOW + 3720.0) is None, "asked again, it has hung once"


def test_a_tick_that_hangs_elsewhere_blames_no_sensor(tmp_path):
    hung = HungSensors(tmp_path / "brewpi.sqlite")
    with hung.asking("fv1.beer"):
        pass
    hung.note(NOW)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("said", [b"", b"\xff\xfe", b"later fv1.beer\n", b"1e999\n\n1790000000.0\n"])
def test_a_damaged_file_blames_nobody(tmp_path, said):
    (tmp_path / "brewpi.sqlite.hung").write_bytes(said)
    assert HungSensors(tmp_path / "brewpi.sqlite").why_not("fv1.beer", NOW) is None


def test_the_watchdog_notes_it_once_all_is_off(tmp_path):
    done: list[str] = []
    ended = threading.Event()
    hung = HungSensors(tmp_path / "brewpi.sqlite")
    watchdog = Watchdog(
        lambda: done.append("off"), 0.05, end=lambda status: ended.set(),
        note=lambda: done.append(str(hung.note(NOW)) if hung.asked is None else hung.asked),
    )  # fmt: skip
    with hung.asking("fv1.beer"), watchdog:
        assert ended.wait(5.0)
    assert done == ["off", "fv1.beer"]


def test_it_is_not_asked_and_its_tank_says_so_while_the_others_are_read():
    hung = HungSensors(None)
    for _ in range(2):
        with hung.asking("fv1.bus"):
            hung.note(NOW)
    says = {"bus": ScriptedSensor(measure="beer_c", says=(19.0,)), "pill": ScriptedSensor(measure="sg", says=(1.050,))}
    bank = SensorBank(says, PlugContext("fv1", hung=hung))
    readings, (fault,) = bank.read(NOW + 10.0)
    assert [reading.sensor for reading in readings] == ["pill"]
    assert (fault.sensor, fault.kind) == ("bus", "error")
    assert fault.text.startswith("bus: did not come back from being read")
    readings, faults = bank.read(NOW + 3700.0)
    assert sorted(reading.sensor for reading in readings) == ["bus", "pill"]
    assert not faults
