"""Somebody says what is true of what a sensor reads: from then on, with author and day, also after a restart."""

from datetime import date

import pytest
from cellar_harness import CellarBench, tank_options
from plugs import ScriptedSensor

from brewpi.calibration import Calibration
from brewpi.cellar.calibrations import SCALE
from brewpi.estimation.gravity import original_gravity
from brewpi.sensors.simulated import Simulated as Sensor

PILL = {"pill": ScriptedSensor(measure="sg", says=(1.0510,))}


@pytest.fixture
def bench(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options(**PILL), fv2=tank_options(pill=Sensor(measure=("sg", "beer_c"))))
    bench.run(minutes=2)
    yield bench
    bench.power_off()


def sg(bench: CellarBench) -> float:
    return round(bench.last["fv1"].state.measured["sg"].value, 4)


def of_pill(bench: CellarBench, tank: str = "fv1"):
    return next(one for one in bench.last[tank].sensors if (one.last.sensor, one.last.quantity) == ("pill", "sg"))


def test_an_offset_counts_from_the_next_reading_on_and_survives_a_restart(bench):
    assert sg(bench) == 1.051
    ack = bench.send("calibrate", sensor="pill", quantity="sg", offset=-0.003)
    assert ack["ok"], ack
    bench.run(minutes=2)
    assert sg(bench) == 1.048
    assert of_pill(bench).last.raw == 1.051, "what was read stays"
    assert of_pill(bench).by == "anna"
    (text,) = bench.events("command")
    assert text == "anna calibrated pill, gravity: -0.0030 is added"
    bench.restart()
    bench.run(minutes=2)
    assert sg(bench) == 1.048
    assert of_pill(bench).by == "anna"
    assert not [alarm.key for alarm in bench.last["fv1"].command.alarms if "pill" in alarm.key]


def curve(bench: CellarBench, tank: str = "fv1") -> list[float]:
    return [round(sg, 4) for _, sg, _ in bench.cellar.tanks[tank].state.history]


def test_the_curve_of_the_running_batch_moves_along_and_stays_so_after_a_restart(bench):
    assert bench.send("start_batch", name="Pale", medium="beer")["ok"]
    bench.run(minutes=50)
    assert curve(bench) == [1.051] * 4
    assert bench.send("calibrate", sensor="pill", quantity="sg", offset=-0.003)["ok"]
    assert curve(bench) == [1.048] * 4
    bench.run(minutes=20)
    assert curve(bench) == [1.048] * 5
    assert original_gravity(bench.last["fv1"].state) == pytest.approx(1.048)
    bench.restart()
    assert curve(bench) == [1.048] * 5
    assert bench.send("calibrate", sensor="pill", quantity="sg", points=[[1.0, 0.999], [1.051, 1.049]])["ok"]
    assert curve(bench) == [1.049] * 5
    assert bench.send("calibrate", sensor="pill", quantity="sg", forget=True)["ok"]
    assert curve(bench) == [1.051] * 5


def test_a_calibration_that_comes_with_another_config_moves_it_too(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options(**PILL))
    assert bench.send("start_batch", name="Pale", medium="beer")["ok"]
    bench.run(minutes=50)
    bench.power_off()
    how = Calibration(since=date(2026, 1, 1), offset=-0.004)
    told = {"pill": PILL["pill"].with_calibration("sg", how)}
    bench.config = bench.config.model_copy(update={"tanks": {"fv1": tank_options(**told)}})
    bench.now += 60.0
    bench.power_on()
    assert curve(bench) == [1.047] * 4
    bench.restart()
    bench.run(minutes=20)
    assert curve(bench) == [1.047] * 5
    bench.power_off()


@pytest.mark.parametrize("how", ["it came from another tank", "another hydrometer came with another config"])
def test_what_another_hydrometer_has_read_of_the_batch_stays(tmp_path, how):
    other = tank_options(float=ScriptedSensor(measure="sg", says=(1.0450,)))
    bench = CellarBench(tmp_path, fv1=tank_options(**PILL), fv2=other)
    assert bench.send("start_batch", name="Pale", medium="beer")["ok"]
    bench.run(minutes=50)
    tank = "fv2" if "tank" in how else "fv1"
    if tank == "fv2":
        assert bench.send("move_batch", to="fv2")["ok"]
    else:
        bench.config = bench.config.model_copy(update={"tanks": {"fv1": other}})
        bench.restart()
    bench.run(minutes=20)
    assert curve(bench, tank) == [1.051] * 4 + [1.045] * (len(curve(bench, tank)) - 4)
    assert bench.send("calibrate", tank=tank, sensor="float", quantity="sg", offset=0.005)["ok"]
    for _ in range(2):
        assert curve(bench, tank) == [1.051] * 4 + [1.05] * (len(curve(bench, tank)) - 4)
        bench.restart()
    bench.power_off()


@pytest.mark.parametrize("kept", ["x", {"sensor": 3}, {"sensor": "pill", "how": {"since": "no"}}])
def test_a_record_of_the_scale_that_cannot_be_read_is_made_anew(bench, kept):
    assert bench.send("start_batch", name="Pale", medium="beer")["ok"]
    bench.run(minutes=50)
    bench.cellar.store.set("fv1", SCALE, kept, bench.now)
    bench.restart()
    assert bench.send("calibrate", sensor="pill", quantity="sg", offset=-0.003)["ok"]
    assert curve(bench) == [1.048] * 4


class MainsFail(BaseException):
    """In the middle of a tick."""


def test_mains_that_fail_while_it_is_written_leave_the_curve_on_the_scale_of_what_comes(bench, monkeypatch):
    assert bench.send("start_batch", name="Pale", medium="beer")["ok"]
    bench.run(minutes=50)
    keep_anew = bench.cellar.store.keep_anew

    def cut(*what):
        keep_anew(*what)
        raise MainsFail

    monkeypatch.setattr(bench.cellar.store, "keep_anew", cut)
    with pytest.raises(MainsFail):
        bench.send("calibrate", sensor="pill", quantity="sg", offset=-0.003)
    bench.kill()
    bench.now += 60.0
    bench.power_on()
    bench.run(minutes=20)
    assert curve(bench) == [1.048] * 5


def test_one_that_begins_at_midnight_moves_the_curve_then_and_once(tmp_path):
    how = Calibration(since=date(2026, 9, 22), offset=-0.004)  # Universal Time: in Australia that is ten o'clock
    bench = CellarBench(tmp_path, fv1=tank_options(pill=PILL["pill"].with_calibration("sg", how)))
    assert bench.send("start_batch", name="Pale", medium="beer")["ok"]
    bench.run(minutes=20)
    assert curve(bench) == [1.051] * 2
    bench.now = how.begins_at - 3.0
    bench.run(minutes=20)
    for _ in range(2):
        assert set(curve(bench)) == {1.047}
        bench.restart()
    bench.power_off()


@pytest.mark.parametrize("offset", [-0.006, 0.006])
def test_where_it_was_done_moves_along(bench, offset):
    assert bench.send("start_batch", name="Pale", medium="beer")["ok"]
    bench.run(minutes=50)
    bench.cellar.tanks["fv1"].life_cycle.done_sg = 1.0505
    assert bench.send("calibrate", sensor="pill", quantity="sg", offset=offset)["ok"]
    for _ in range(2):
        assert bench.cellar.tanks["fv1"].life_cycle.done_sg == pytest.approx(1.0505 + offset, abs=1e-6)
        bench.restart()
        bench.tick()


def test_a_long_batch_of_which_the_record_has_more_moves_as_a_whole(bench, monkeypatch):
    monkeypatch.setattr("brewpi.estimation.state.HISTORY_POINTS", 8)
    assert bench.send("start_batch", name="Mead", medium="mead")["ok"]
    for _ in range(12):
        bench.now += 895.0
        bench.tick()
    assert bench.send("calibrate", sensor="pill", quantity="sg", offset=-0.003)["ok"]
    assert set(curve(bench)) == {1.048}
    bench.restart()
    assert curve(bench) == [1.048] * 13


def test_it_is_taken_back(bench):
    assert "nobody has said" in bench.send("calibrate", sensor="pill", quantity="sg", forget=True)["why"]
    bench.send("calibrate", sensor="pill", quantity="sg", points=[[1.0, 1.0], [1.051, 1.049]])
    bench.run(minutes=1)
    assert sg(bench) == 1.049
    assert bench.send("calibrate", sensor="pill", quantity="sg", forget=True)["ok"]
    bench.run(minutes=1)
    assert sg(bench) == 1.051


def test_a_temperature_correction_needs_the_sensors_own_temperature(bench):
    refused = bench.send("calibrate", sensor="pill", quantity="sg", reference_c=20.0)
    assert "beside its own temperature" in refused["why"]
    assert bench.send("calibrate", tank="fv2", sensor="pill", quantity="sg", reference_c=20.0, offset=0.001)["ok"]
    bench.run(minutes=1)
    assert of_pill(bench, "fv2").how


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"sensor": "pil", "quantity": "sg", "offset": 0.001}, 'no sensor "pil"; did you mean "pill"?'),
        ({"sensor": "pill", "quantity": "beer_c", "offset": 0.1}, "pill measures sg"),
        ({"sensor": "pill", "quantity": "sg"}, "say either how it is calibrated"),
        ({"sensor": "pill", "quantity": "sg", "offset": 0.1, "polynomial": [0.0, 1.0]}, "needs one of offset"),
        ({"sensor": "pill", "quantity": "sg", "points": [[1.05, 1.0], [1.04, 1.05]]}, "to rise"),
        ({"sensor": "pill", "quantity": "sg", "offset": 0.001, "forget": True}, "say either how"),
        ({"sensor": "pill", "quantity": "sg", "offset": 1e300}, "that moves every reading of pill too far"),
        ({"sensor": "pill", "quantity": "sg", "offset": -3.0}, "that moves every reading of pill too far"),
        ({"sensor": "pill", "quantity": "sg", "polynomial": [0.0, 1.2]}, "that moves every reading of pill too far"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(bench, fields, why):
    ack = bench.send("calibrate", **fields)
    assert not ack["ok"]
    assert why in ack["why"]
