"""What operators say of a batch: corrected, moved, added to, measured by hand; all of it survives a restart."""

from dataclasses import replace

import pytest
from cellar_harness import START, CellarBench, tank_options
from plugs import ScriptedSensor

from brewpi.control.dosing import Dosing
from brewpi.estimation.gravity import original_gravity
from brewpi.mqtt.topics import iso
from brewpi.outputs.simulated import Simulated as Output
from brewpi.records import Addition
from brewpi.sensors.simulated import Simulated as Sensor

HOUR = 3600.0


@pytest.fixture
def bench(tmp_path):
    bench = CellarBench(tmp_path)
    bench.now = START + 10 * 24 * HOUR
    yield bench
    bench.power_off()


def batch_of(bench: CellarBench, tank: str = "fv1"):
    return bench.last[tank].state.batch


def points(bench: CellarBench, tank: str = "fv1") -> list[float]:
    return [round(sg, 4) for _, sg, _ in bench.last[tank].state.history]


def test_a_running_batch_is_corrected_and_keeps_its_readings(bench):
    bench.send("start_batch", name="Pale", og=1.005)
    bench.send("reading", quantity="sg", value=1.048, unit="sg")
    bench.run(minutes=30)
    bench.send("reading", quantity="sg", value=1.046, unit="sg")
    before = batch_of(bench)
    ack = bench.send("correct_batch", name="Pale 7", og=1.050, style="ipa", yeast="us05")
    assert ack["ok"], ack
    assert any("anna corrected the batch: " in text for text in bench.events("command"))
    assert bench.events("batch_ended") == []
    bench.restart()
    bench.tick()
    now = batch_of(bench)
    assert (now.id, now.name, now.og, now.style, now.yeast) == (before.id, "Pale 7", 1.050, "ipa", "us05")
    assert points(bench) == [1.048, 1.046]


def test_what_cannot_be_corrected_is_said(bench):
    assert "no batch" in bench.send("correct_batch", og=1.05)["why"]
    bench.send("start_batch", name="Pale")
    bench.send("reading", quantity="sg", value=1.060, unit="sg")
    assert "nothing to correct" in bench.send("correct_batch")["why"]
    assert "below the 1.060 that was measured" in bench.send("correct_batch", og=1.005)["why"]
    assert "in the future" in bench.send("correct_batch", pitched_at=iso(bench.now + 2 * HOUR))["why"]


def test_installed_on_day_3_and_earlier_readings_told_with_their_times(bench):
    bench.send("start_batch", name="Pale", og=1.050)
    for hours, value in ((70.0, 1.050), (46.0, 1.040), (22.0, 1.028)):
        at = iso(bench.now - hours * HOUR)
        assert bench.send("reading", quantity="sg", value=value, unit="sg", at=at)["ok"]
    bench.send("reading", quantity="sg", value=1.020, unit="sg")
    told = points(bench)
    assert told == [1.050, 1.040, 1.028, 1.020]
    assert bench.now - batch_of(bench).started_at == pytest.approx(70.0 * HOUR, abs=60.0)
    bench.kill()
    bench.now += 60.0
    bench.power_on()
    bench.tick()
    assert points(bench) == told
    assert bench.last["fv1"].forecast.source != "none"


def test_pitching_time_can_be_told_at_the_start(bench):
    assert bench.send("start_batch", name="Pale", pitched_at=iso(bench.now - 50 * HOUR))["ok"]
    assert bench.now - batch_of(bench).started_at == pytest.approx(50 * HOUR, abs=60.0)
    assert "in the future" in bench.send("start_batch", name="Next", pitched_at=iso(bench.now + HOUR))["why"]


def test_a_live_reading_in_the_tick_of_start_batch_is_not_lost(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options(spindle=Sensor(measure=("sg",), every_s=900.0)))
    bench.tick()
    bench.now += 895.0
    bench.send("start_batch", name="Pale")
    bench.tick()
    (first,) = points(bench)
    bench.restart()
    bench.tick()
    assert points(bench)[0] == first
    bench.power_off()


def test_a_reading_that_cannot_count_is_not_answered_ok(bench):
    bench.send("start_batch", name="Pale")
    assert "future" in bench.send("reading", quantity="sg", value=1.04, unit="sg", at=iso(bench.now + HOUR))["why"]
    assert not bench.send("reading", quantity="sg", value=1.04, unit="sg", at=iso(bench.now - 100 * 24 * HOUR))["ok"]


@pytest.mark.parametrize("unit", ["plato", "brix"])
def test_a_gravity_that_is_told_in_the_wrong_unit_is_asked_about(bench, unit):
    bench.send("start_batch", name="Pale", og=1.050)
    why = bench.send("reading", quantity="sg", value=1.048, unit=unit)["why"]
    assert why == f"1.048 {unit} are 1.0041 SG, and the last gravity is 1.0500: was sg the unit?"
    assert points(bench) == []
    bench.send("reading", quantity="sg", value=1.009, unit="sg")
    assert bench.send("reading", quantity="sg", value=1.048, unit=unit)["ok"]  # a dry beer


def test_the_beer_is_moved_to_another_tank_and_its_curve_goes_along(bench):
    bench.send("start_batch", name="Pale", og=1.050)
    bench.send("reading", quantity="sg", value=1.050, unit="sg")
    bench.run(minutes=30)
    bench.send("reading", quantity="sg", value=1.022, unit="sg")
    moved = batch_of(bench)
    assert "no tank" in bench.send("move_batch", to="fv9")["why"]
    assert bench.send("move_batch", to="fv2")["ok"]
    for _ in range(2):
        assert batch_of(bench) is None
        assert batch_of(bench, "fv2").id == moved.id
        assert batch_of(bench, "fv2").started_at == moved.started_at
        assert points(bench, "fv2") == [1.050, 1.022]
        bench.restart()
        bench.tick()
    assert bench.events("moved", "fv2") == ["batch Pale came from fv1"]
    bench.send("start_batch", name="Next")
    assert "holds batch Pale" in bench.send("move_batch", to="fv2")["why"]


def test_fruit_is_added_and_state_forecast_and_alarms_know_it(bench):
    bench.send("start_batch", name="Sour", og=1.050)
    for value in (1.050, 1.030, 1.012):
        bench.send("reading", quantity="sg", value=value, unit="sg")
        bench.run(minutes=20)
    assert bench.send("addition", what="raspberries", points=12)["ok"]
    assert bench.events("addition") == ["raspberries added by anna: +12 points"]
    bench.send("reading", quantity="sg", value=1.024, unit="sg")
    bench.restart()
    bench.tick()
    assert original_gravity(bench.last["fv1"].state) == pytest.approx(1.062)
    assert bench.last["fv1"].forecast.source != "none"
    assert not bench.send("addition", what="x", points=1e9)["ok"]


def test_a_wrong_hand_reading_is_forgotten(bench):
    bench.send("start_batch", name="Pale", og=1.050)
    bench.send("reading", quantity="sg", value=1.050, unit="sg")
    bench.run(minutes=20)
    wrong = bench.send("reading", quantity="sg", value=1.005, unit="sg")["id"]
    assert points(bench) == [1.050, 1.005]
    assert not bench.send("forget_reading", reading="nobody")["ok"]
    assert bench.send("forget_reading", reading=wrong)["ok"]
    assert points(bench) == [1.050]
    assert bench.last["fv1"].state.measured["sg"].value == pytest.approx(1.050)
    assert not bench.send("forget_reading", reading=wrong)["ok"]
    bench.restart()
    bench.tick()
    assert points(bench) == [1.050]


def test_a_reading_is_forgotten_by_the_id_it_was_given_with(bench):
    bench.send("start_batch", name="Pale", og=1.050)
    wrong = bench.send("reading", quantity="sg", value=1.005, unit="sg")["id"]
    assert bench.send("forget_reading", id=wrong)["ok"]
    assert points(bench) == []


def test_a_note_is_on_the_record_at_its_time(bench):
    at = bench.now - 5 * HOUR
    assert bench.send("note", text="dry hops in", at=iso(at))["ok"]
    (event,) = [e for e in bench.cellar.store.events("fv1") if e.kind == "note"]
    assert (event.text, round(event.at)) == ("dry hops in", round(at))


def test_what_a_batch_was_given_goes_along_to_the_other_tank_and_counts_there(tmp_path):
    caps = Dosing(solution_mg_ml=20.0, max_ml_per_dose=2000.0, max_ml_per_day=3000.0, max_mg_l_per_batch=150.0)
    plain = tank_options(target_c=None, probes=Sensor(measure=("sg",)))
    tank = plain.model_copy(update={
        "medium": "mead", "dosing": caps, "outputs": {"nutrient": Output(role="nutrient", ml_per_s=5.0)},
    })  # fmt: skip
    bench = CellarBench(tmp_path, fv1=tank, fv2=tank)
    for name in ("fv1", "fv2"):
        bench.vessels[name].plug("sg", 1.090)
    bench.send("start_batch", name="Mead", og=1.095, medium="mead", expected_attenuation=1.0)
    bench.run(minutes=2)
    assert bench.send("dose", volume_ml=1900.0, by_hand=True)["ok"]
    assert bench.send("move_batch", to="fv2")["ok"]
    for _ in range(2):
        bench.run(minutes=2)
        assert "in a day" in bench.send("dose", tank="fv2", volume_ml=1500.0)["why"]
        assert [dose.volume_ml for dose in bench.last["fv2"].state.doses] == [1900.0]
        bench.restart()
    bench.now += 25 * HOUR  # the day is over, the batch is not
    bench.vessels["fv2"].plug("sg", 1.080)
    bench.run(minutes=2)
    assert "mg/l" in bench.send("dose", tank="fv2", volume_ml=1990.0)["why"].lower()
    bench.power_off()


def test_additions_are_not_kept_without_end(bench):
    bench.send("start_batch", name="Sour", og=1.050)
    batch = batch_of(bench)
    many = tuple(Addition(bench.now, "sugar", 0.1) for _ in range(100))
    bench.cellar.tanks["fv1"].state = replace(bench.cellar.tanks["fv1"].state, batch=replace(batch, additions=many))
    assert "100 additions" in bench.send("addition", what="sugar", points=1)["why"]


def test_what_the_other_tank_measured_before_is_none_of_the_batch_that_came(tmp_path):
    def of(sg):
        return tank_options(pill=ScriptedSensor(measure="sg", says=(sg,)))

    bench = CellarBench(tmp_path, fv1=of(1.051), fv2=of(1.008))
    bench.send("start_batch", name="Old", tank="fv2")
    bench.run(minutes=20)
    bench.send("start_batch", name="Pale", medium="beer")
    bench.run(minutes=40)
    bench.send("end_batch", tank="fv2")
    bench.run(minutes=40)
    assert bench.send("move_batch", to="fv2")["ok"]
    curve = bench.cellar.tanks["fv2"].state.history
    assert {round(sg, 3) for _, sg, _ in curve} == {1.051}
    bench.restart()
    assert bench.cellar.tanks["fv2"].state.history == curve
    assert bench.send("move_batch", tank="fv2", to="fv1")["ok"]
    bench.restart()
    assert bench.cellar.tanks["fv1"].state.history == curve
    bench.power_off()
