"""What operators ask for: obeyed, answered, remembered; or refused with a reason, and then nothing has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.hardware.plug_context import Message
from brewpi.sensors.simulated import Simulated


@pytest.fixture
def bench(tmp_path: Path):
    bench = CellarBench(tmp_path)
    yield bench
    bench.power_off()


# --- obeyed


def test_a_target_is_obeyed_answered_and_told(bench):
    bench.beer("fv1", 19.0)
    bench.tick()
    ack = bench.send("target", target_c=21.0)
    assert ack == {"id": "c1", "ok": True, "why": None}
    bench.run(minutes=10)
    assert bench.last["fv1"].demand.target_c == 21.0
    assert bench.last["fv2"].demand.target_c != 21.0
    assert bench.events("command") == ["anna sets 21.0 °C"]


def test_stop_is_in_force_before_its_own_tick_is_over(bench):
    bench.beer("fv1", 22.0)
    bench.beer("fv2", 22.0)
    bench.run(minutes=30)
    assert bench.cooling("fv1")
    assert bench.cooling("fv2")
    assert bench.send("stop")["ok"]
    assert not bench.cooling("fv1")
    assert bench.cooling("fv2")
    assert bench.send("resume")["ok"]
    bench.run(minutes=6)
    assert bench.cooling("fv1")


def test_a_hand_reading_is_a_reading(bench):
    assert bench.send("reading", quantity="sg", value=12.5, unit="plato")["ok"]
    bench.tick()
    assert bench.last["fv1"].state.measured["sg"].value == pytest.approx(1.0505, abs=0.0003)


def test_a_hand_reading_is_in_the_forecast_with_its_own_tick(bench):
    bench.send("start_batch", name="Helles 12", og=1.050)
    bench.send("reading", quantity="sg", value=1.048, unit="sg")
    bench.run(minutes=2)
    assert bench.last["fv1"].forecast.why == "needs two readings; has one"
    bench.now += 3600.0
    bench.send("reading", quantity="sg", value=1.046, unit="sg")
    first = bench.last["fv1"].forecast
    assert first.source in ("model", "curve")
    bench.run(minutes=10)
    bench.send("reading", quantity="sg", value=1.044, unit="sg")
    assert bench.last["fv1"].forecast.sg == 1.044
    assert bench.last["fv1"].forecast != first


def test_a_batch_begins_and_ends(bench):
    assert bench.send("start_batch", name="Helles 12", og=1.048, medium="beer")["ok"]
    batch = bench.last["fv1"].state.batch
    assert (batch.name, batch.og, batch.started_at) == ("Helles 12", 1.048, bench.now)
    assert bench.last["fv2"].state.batch is None
    assert bench.send("end_batch")["ok"]
    assert bench.last["fv1"].state.batch is None


def test_a_batch_without_a_medium_is_what_the_tank_usually_holds(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options().model_copy(update={"medium": "mead"}))
    bench.send("start_batch", name="Blossom")
    assert bench.last["fv1"].state.batch.medium == "mead"
    bench.power_off()


# --- refused


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"retained": True}, "retained commands are not obeyed: a broker repeats them at every reconnect"),
        ({"age_s": 61.0}, "older than 60 s"),
        ({"age_s": -30.0}, "in the future"),
        ({"payload": b"\xff\x00"}, "not JSON in UTF-8"),
        ({"target_c": "warm"}, "target_c: "),
        ({"target_c": 60.0}, "target_c: "),
        ({"target_c": 40.0}, "40 °C is outside this tank's limits, -1 to 32 °C; 40 °F are 4.4 °C"),
        ({"target_c": -3.0}, "-3 °C is outside this tank's limits, -1 to 32 °C"),
        ({"targt_c": 21.0}, '"target_c" is missing'),
    ],
)
def test_a_refused_target_changes_nothing_and_says_why(bench, how, why):
    bench.beer("fv1", 19.0)
    bench.tick()
    ack = bench.send("target", **({"target_c": 21.0} if "targt_c" not in how else {}) | how)
    assert not ack["ok"]
    assert why in ack["why"]
    assert bench.last["fv1"].demand.target_c == 19.0
    (told,) = bench.events("command_refused")
    assert told == f"target refused: {ack['why']}"


def test_a_repeated_command_is_refused_also_after_a_restart(bench):
    assert bench.send("stop", id="once")["ok"]
    assert bench.send("resume")["ok"]
    assert bench.send("stop", id="once")["why"] == "repeated: this id was obeyed before"
    bench.restart(away_s=10.0)
    assert bench.send("stop", id="once")["why"] == "repeated: this id was obeyed before"
    bench.tick()
    assert bench.last["fv1"].command.alarms == ()


def test_a_flood_of_refusals_is_answered_in_full_and_told_in_short(bench):
    inbox = bench.link.inboxes["brewpi/riverside/fv1/command/+"]
    for _ in range(150):
        inbox.put(Message("brewpi/riverside/fv1/command/stop", b"{", False, bench.now))
    bench.tick()
    bench.run(minutes=3)
    assert len(bench.link.said) == 150
    told = bench.events("command_refused")
    assert told[0] == "stop refused: not JSON in UTF-8"
    assert told[20:] == ["130 more commands were refused within a minute"]
    assert bench.send("fly")["ok"] is False
    assert bench.events("command_refused")[-1].startswith("fly refused: ")


def test_an_unknown_command_gets_the_nearest_right_one(bench):
    assert bench.send("targets", target_c=18.0)["why"] == 'unknown command "targets"; did you mean "target"?'


def test_a_target_in_fahrenheit_that_these_limits_allow_is_known_by_the_yeast(bench):
    bench.send("start_batch", name="Helles", yeast_high_c=15.0)
    assert bench.send("target", target_c=32)["why"] == (
        "32 °C is far above the yeast's range, 15 °C at most; 32 °F are 0.0 °C"
    )
    assert bench.send("target", target_c=18)["ok"]  # a diacetyl rest
    bench.send("start_batch", name="Voss", yeast_high_c=38.0)
    assert bench.send("target", target_c=32)["ok"]


def test_without_a_yeasts_range_the_tanks_limits_alone_say_what_a_target_may_be(bench):
    bench.send("start_batch", name="Voss")
    assert bench.send("target", target_c=32)["ok"]


def test_a_tank_that_is_only_watched_has_no_target(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options(target_c=None))
    assert bench.send("target", target_c=18.0)["why"].startswith("the temperature of this tank is not controlled")
    bench.power_off()


def test_a_hand_reading_needs_a_hand_sensor(tmp_path):
    options = tank_options()
    without = {name: plug for name, plug in options.sensors.items() if name != "hand"}
    bench = CellarBench(tmp_path, fv1=options.model_copy(update={"sensors": without}))
    assert bench.send("reading", quantity="sg", value=1.05, unit="sg")["why"] == (
        'sg has no hand sensor here; add hand = { kind = "manual" } to its sensors'
    )
    bench.power_off()


def test_there_is_no_batch_to_end_in_an_empty_tank(bench):
    assert bench.send("end_batch")["why"] == "no batch is in this tank"


def test_a_command_that_breaks_something_is_refused_and_no_tank_loses_its_tick(bench):
    bench.beer("fv2", 22.0)
    bench.run(minutes=30)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    bench.cellar.tanks["fv1"].recipe.set_target = broken
    ack = bench.send("target", target_c=20.0)
    assert not ack["ok"]
    assert "ZeroDivisionError" in ack["why"]
    assert bench.cooling("fv2")
    assert set(bench.last) == {"fv1", "fv2"}


# --- after a restart


def test_batch_history_target_and_stop_come_back(tmp_path):
    gravity = Simulated(measure=("sg",), every_s=900.0)
    bench = CellarBench(tmp_path, fv1=tank_options(gravity=gravity))
    bench.send("start_batch", name="Helles 12")
    started_at = bench.last["fv1"].state.batch.started_at
    bench.send("target", target_c=12.0)
    bench.run(minutes=120)
    bench.send("stop")
    history = bench.last["fv1"].state.history
    assert len(history) > 5

    bench.restart()
    bench.tick()

    report = bench.last["fv1"]
    assert (report.state.batch.name, report.state.batch.started_at) == ("Helles 12", started_at)
    assert report.state.history[: len(history)] == history
    assert report.demand.target_c == 12.0
    assert report.command.alarms[0].text == "stopped by anna: everything is off until somebody resumes"
    (said,) = bench.events("restarted")
    assert said == f"back after a restart: batch Helles 12, {len(history)} gravity readings"
    bench.power_off()


def test_the_beer_temperature_does_not_come_back_it_has_to_be_measured(bench):
    bench.beer("fv1", 22.0)
    bench.run(minutes=30)
    bench.vessels["fv1"].unplug("beer_c")
    bench.restart()
    bench.run(minutes=10)
    assert not bench.cooling("fv1")
    assert "beer_c" not in bench.last["fv1"].state.measured


def test_an_ended_batch_does_not_come_back(bench):
    bench.send("start_batch", name="Helles 12")
    bench.send("end_batch")
    bench.restart()
    bench.tick()
    assert bench.last["fv1"].state.batch is None
    assert bench.events("restarted") == []


def test_a_finished_batch_becomes_what_the_house_is_known_for(tmp_path):
    gravity = Simulated(measure=("sg",), every_s=900.0)
    bench = CellarBench(tmp_path, fv1=tank_options(gravity=gravity), fv2=tank_options())
    bench.send("start_batch", name="Helles 12", medium="beer")
    for _ in range(10 * 96):
        bench.now += 900.0 - 5.0
        bench.tick()
    assert bench.cellar.tanks["fv2"].forecaster.site_history is None
    bench.send("end_batch")
    site_history = bench.cellar.tanks["fv2"].forecaster.site_history
    assert site_history.batches == 1
    assert 48.0 < site_history.duration_h < 200.0
    assert site_history.attenuation == pytest.approx(0.78, abs=0.03)

    bench.restart()
    assert bench.cellar.tanks["fv1"].forecaster.site_history == site_history
    bench.power_off()
