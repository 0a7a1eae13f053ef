"""What a restart brings back: all of it from what brewpi 0.1 wrote, the rest of it from what is damaged."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from cellar_harness import CellarBench, tank_options
from earlier_store import FILE, tanks

from brewpi.cellar.restart import ADDITIONS_KEPT
from brewpi.control.recipe import Recipe
from brewpi.hardware.plug_context import Message
from brewpi.outputs.simulated import Simulated as Output
from brewpi.sensors.topic import Topic
from brewpi.store.database import Database

BY_RECORD = "a record that cannot be read"


class Found(CellarBench):
    """A cellar that begins with the store that brewpi 0.1 left, with some settings written otherwise."""

    def __init__(self, directory: Path, **settings: Any) -> None:
        connection = sqlite3.connect(directory / "brewpi.sqlite")
        connection.executescript(FILE.read_text())
        for key, change in settings.items():
            rows = dict(connection.execute("SELECT tank, value FROM setting WHERE key = ?", (key,)))
            value = change(json.loads(rows["fv1"]))
            connection.execute("UPDATE setting SET value = ? WHERE tank = 'fv1' AND key = ?", (json.dumps(value), key))
        connection.commit()
        connection.close()
        super().__init__(directory, **tanks(directory))
        self.beer("fv1", 20.0)

    def power_on(self) -> None:
        self.now += 3600.0
        super().power_on()

    @property
    def fv1(self) -> Any:
        return self.cellar.tanks["fv1"]


@pytest.fixture
def found(tmp_path: Path):
    bench = Found(tmp_path)
    yield bench
    bench.power_off()


def test_all_that_an_earlier_version_wrote_is_back(found):
    fv1, fv2 = found.fv1, found.cellar.tanks["fv2"]
    assert (fv1.recipe.setpoint.target_c, fv1.recipe.steps.now.name) == (16.0, "rest")
    assert fv1.recipe.steps.confirmations == {"vdk"}
    assert fv1.approvals.modes == {"step": "act", "dose": "advise", "drain": "ask"}
    assert fv1.approvals.policies["step"].pending.vetoed_by == "carl"
    drain = fv1.approvals.drain
    assert (drain.standing, drain.opened_for, drain.why) == ("closed", "b1", "aborted brewpi was restarted")
    assert [(one.what, one.points) for one in fv1.state.batch.additions] == [("raspberries", 4.0)]
    assert [dose.id for dose in fv1.state.doses] == ["d1"]
    assert fv1.state.history[0][1] == 1.0484
    assert fv1.interlocks.stopped_by is None
    assert (fv2.recipe.setpoint.target_c, fv2.interlocks.stopped_by) == (12.0, "ben")
    assert fv2.alarm_monitors.latches["beer: off target"].alarm.severity == "warning"
    found.tick()
    alarms = {alarm.key: alarm.acknowledged_by for alarm in found.last["fv2"].command.alarms}
    assert alarms["stop"] == "anna"
    assert found.events("record_unreadable") == found.events("record_unknown") == []


def test_what_is_written_today_comes_back_the_same(found):
    found.tick()
    before = {name: tank.snapshot() for name, tank in found.cellar.tanks.items()}
    found.restart()
    after = {name: tank.snapshot() for name, tank in found.cellar.tanks.items()}
    assert after["fv1"].away.away_s == 3660.0  # longer than the one before; fv2 has no batch
    assert after == {name: kept.model_copy(update={"away": after[name].away}) for name, kept in before.items()}


def within(path: str, value: Any) -> Any:
    """A change of one field of a record, by its path."""

    def change(record: dict[str, Any]) -> dict[str, Any]:
        *parents, last = path.split(".")
        at = record
        for parent in parents:
            at = at[parent]
        at[last] = value
        return record

    return change


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("recipe.ramp.target_c", "cold", "recipe.ramp.target_c"),
        ("recipe.ramp.target_c", 900.0, "recipe.ramp.target_c"),
        ("recipe.steps.since", "yesterday", "recipe.steps.since"),
        ("recipe.steps.held_since", 7, "recipe.steps.held_since"),
        ("recipe.trust.dose.mode", "fly", "approvals.policies.dose.mode"),
        ("recipe.trust.step.pending.times", None, "approvals.policies.step.pending.times"),
        ("interlocks.seen", {"cool": {"standing": "asleep"}}, "interlocks.seen.cool.standing"),
        ("interlocks.drain.opened_for", 7, "approvals.drain.opened_for"),
        ("acknowledged", {"stop": ["anna"]}, "alarms.acknowledged.stop"),
        ("watches", {"batch: stuck": ["loud", "it stands", 0.0]}, "monitors.raised.batch: stuck"),
        ("life_cycle.since", "noon", "life_cycle.since"),
    ],
)
def test_a_damaged_field_is_left_out_and_said_and_the_tank_waits_for_a_person(tmp_path, path, value, named):
    bench = Found(tmp_path, held=within(path, value))
    fv1 = bench.fv1
    assert fv1.interlocks.stopped_by == BY_RECORD
    assert fv1.approvals.drain.opened_for == "b1"  # perhaps it was drained: then never again by itself
    assert fv1.approvals.policies["drain"].mode == "ask"
    assert not path.startswith("recipe.ramp") or fv1.recipe.steps.now.name == "rest"
    assert path.startswith("recipe.ramp") or fv1.recipe.setpoint.target_c == 16.0
    assert "dose.mode" in path or fv1.approvals.policies["dose"].mode == "advise"
    assert fv1.state.batch.name == "Helles 12"
    bench.run(minutes=1)
    (said,) = bench.events("record_unreadable")
    assert named in said
    bench.restart()
    assert bench.fv1.interlocks.stopped_by == BY_RECORD
    bench.tick()
    assert bench.events("record_unreadable") == []
    assert bench.send("resume")["ok"]
    bench.run(minutes=12)
    assert bench.cooling("fv1")
    bench.power_off()


@pytest.mark.parametrize("path", ["glow", "recipe.glow", "recipe.trust.step.glow", "interlocks.drain.glow"])
def test_an_unknown_field_is_left_out_and_said_and_control_goes_on(tmp_path, path):
    bench = Found(tmp_path, held=within(path, 1))
    assert (bench.fv1.interlocks.stopped_by, bench.fv1.recipe.setpoint.target_c) == (None, 16.0)
    bench.tick()
    (said,) = bench.events("record_unknown")
    assert said.startswith("the record of target, step and latches holds what this version does not know")
    today = path.replace("recipe.trust", "approvals.policies").replace("interlocks.drain", "approvals.drain")
    assert said.endswith(today)
    bench.power_off()


def test_what_looks_right_and_does_not_work_is_not_restored_by_halves(tmp_path, monkeypatch):
    decide = Recipe.decide

    def fails_for_a_ramp(self: Recipe, *args: Any) -> Any:
        if self.setpoint.ramp is not None and self.setpoint.ramp.by == "rest":
            raise ArithmeticError("a ramp that nobody can follow")
        return decide(self, *args)

    monkeypatch.setattr(Recipe, "decide", fails_for_a_ramp)
    bench = Found(tmp_path)
    fv1 = bench.fv1
    assert fv1.interlocks.stopped_by == BY_RECORD
    assert fv1.recipe.setpoint.ramp is None
    assert fv1.recipe.steps.since is None
    assert fv1.approvals.modes == {"step": "ask", "dose": "ask", "drain": "ask"}
    assert fv1.approvals.drain.opened_for == "b1"
    bench.power_off()


def addition(**changes: Any) -> dict[str, Any]:
    return {"at": 1_790_000_025.0, "what": "raspberries", "points": 4.0, **changes}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("additions", [addition(points=1e9)]),
        ("additions", [addition(at=-1.0)]),
        ("additions", [addition()] * (ADDITIONS_KEPT + 1)),
        ("additions", [addition(colour="red")]),
        ("additions", "raspberries"),
        ("readings_since", 0.0),
        ("readings_since", 1e300),
        ("readings_since", "before"),
        ("og", 900.0),
        ("yeast_low_c", "cold"),
    ],
)
def test_a_damaged_fact_of_a_batch_costs_the_fact_and_not_the_batch(tmp_path, path, value):
    bench = Found(tmp_path, batch=within(path, value))
    batch = bench.fv1.state.batch
    assert (batch.id, batch.name, bench.fv1.interlocks.stopped_by) == ("b1", "Helles 12", BY_RECORD)
    assert getattr(batch, path) in (None, ())
    assert len(bench.fv1.state.history) == 1
    bench.tick()
    (said,) = bench.events("record_unreadable")
    assert said.startswith(f"the record of the batch cannot be read ({path}")
    bench.power_off()


def test_no_more_additions_are_taken_than_a_restart_brings_back(tmp_path):
    bench = CellarBench(tmp_path)
    assert bench.send("start_batch", name="Fruit")["ok"]
    for _ in range(ADDITIONS_KEPT):
        assert bench.send("addition", what="sugar", points=0.1)["ok"]
        bench.now += 5.0
    refused = bench.send("addition", what="sugar", points=0.1)
    assert refused["why"] == (
        f"{ADDITIONS_KEPT} additions are known of this batch; correct_batch with the og that it has by now"
    )
    bench.restart()
    assert len(bench.cellar.tanks["fv1"].state.batch.additions) == ADDITIONS_KEPT
    bench.power_off()


def test_a_compressor_rests_after_every_restart_whatever_is_in_the_store(tmp_path):
    cool = Output(role="cool", compressor=True)
    bench = CellarBench(tmp_path, fv1=tank_options().model_copy(update={"outputs": {"cool": cool}}))
    bench.beer("fv1", 24.0)
    bench.run(minutes=10)
    assert bench.cooling("fv1")
    bench.restart(away_s=1.0)
    bench.run(minutes=4.5)
    assert not bench.cooling("fv1")
    assert "compressor rests" in bench.last["fv1"].command.why
    bench.power_off()


def test_a_hydrometer_that_was_set_to_sg_while_brewpi_was_off_is_a_fault(tmp_path):
    """1.048 °P are 1.0041, beer that is done."""
    floating = Topic(topic="ispindel/red", format="ispindel", unit="plato")
    bench = CellarBench(tmp_path, fv1=tank_options(floating=floating))

    def heard(gravity: float) -> None:
        bench.tick()  # in which it is opened
        payload = json.dumps({"gravity": gravity}).encode()
        bench.link.inboxes["ispindel/red"].put(Message("ispindel/red", payload, False, bench.now))
        bench.run(minutes=1)

    bench.send("start_batch", name="Pils")
    for plato in (12.0, 11.98, 11.97):
        heard(plato)
    bench.restart(away_s=1800.0)
    heard(1.0479)
    assert bench.cellar.tanks["fv1"].state.history[-1][1] > 1.04
    assert "gravity of 1.0479 fits those before only in SG" in str(bench.last["fv1"].state.faults)
    bench.power_off()


@contextmanager
def stopped_without_room(bench, monkeypatch):
    """The first tank is stopped, and the disk is full as long as this lasts."""
    bench.tick(2)
    with monkeypatch.context() as full:
        full.setattr(Database, "_transact", Mock(side_effect=sqlite3.OperationalError("database or disk is full")))
        bench.cellar.tanks["fv1"].interlocks.stop(bench.now, "anna")
        bench.tick()
        yield


def test_a_stop_on_a_full_disk_outlives_a_power_cut_and_its_end_leaves_nothing(tmp_path, monkeypatch):
    bench = CellarBench(tmp_path)
    with stopped_without_room(bench, monkeypatch):
        bench.kill()
        bench.power_on()
        stopped = {name: tank.interlocks.stopped_by for name, tank in bench.cellar.tanks.items()}
        assert stopped == {"fv1": "somebody, while the record could not be written", "fv2": None}
        bench.tick()
        assert [file.name for file in tmp_path.glob("*stopped*")] == ["brewpi.sqlite.stopped-fv1"]
    bench.run(minutes=2)  # there is room again
    assert not list(tmp_path.glob("*stopped*"))
    bench.restart()
    assert bench.cellar.tanks["fv1"].interlocks.stopped_by == "somebody, while the record could not be written"
    bench.power_off()


def test_who_resumes_on_a_full_disk_is_not_stopped_by_the_next_power_cut(tmp_path, monkeypatch):
    bench = CellarBench(tmp_path)
    with stopped_without_room(bench, monkeypatch):
        bench.cellar.tanks["fv1"].interlocks.resume(bench.now)
        bench.tick()
        bench.kill()
        bench.power_on()
        assert bench.cellar.tanks["fv1"].interlocks.stopped_by is None
    bench.power_off()
