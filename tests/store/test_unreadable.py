"""What a restart finds in the store may be anything: the cellar starts, and the tank waits for a person."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from cellar_harness import CellarBench

LATCH = "stopped by a record that cannot be read: everything is off until somebody resumes"
RAMP = {"from_c": 19.0, "target_c": 12.0, "since": 0.0, "by": "anna", "c_per_h": 1.0}


@pytest.fixture
def bench(tmp_path: Path):
    bench = CellarBench(tmp_path)
    bench.beer("fv1", 22.0)
    bench.beer("fv2", 22.0)
    bench.send("start_batch", name="Helles 12")
    bench.run(minutes=10)
    assert bench.cooling("fv1")
    yield bench
    bench.power_off()


def find(bench: CellarBench, key: str, text: str, tank: str = "fv1") -> None:
    """A restart that finds something else in the store than was written there."""
    bench.power_off()
    with sqlite3.connect(bench.config.store.path) as database:
        database.execute("UPDATE setting SET value = ? WHERE tank = ? AND key = ?", (text, tank, key))
    database.close()
    bench.now += 60.0
    bench.power_on()
    bench.run(minutes=10)


def held(**changes: Any) -> str:
    return json.dumps({"recipe": {"ramp": None}, "interlocks": {"stopped_by": None}} | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "\x00\x01",
        "[" * 100_000,
        "[1, 2]",
        '"held"',
        "{}",
        held(recipe=[]),
        held(recipe={"ramp": {**RAMP, "target_c": "cold"}}),
        held(recipe={"ramp": {**RAMP, "since": None}}),
        held(recipe={"ramp": {**RAMP, "colour": 1}}),
        held(interlocks={"guilty": 5}),
        held(recipe={"ramp": None, "trust": {"step": 1}}),
        held(recipe={"ramp": None, "trust": {"fly": {"mode": "ask", "pending": None}}}),
    ],
    ids=lambda text: text[:40] or "empty",
)
def test_held_settings_that_cannot_be_read_leave_the_tank_stopped_and_say_so(bench, text):
    find(bench, "held", text)
    assert not bench.cooling("fv1")
    assert bench.cooling("fv2")
    assert LATCH in [alarm.text for alarm in bench.last["fv1"].command.alarms]
    (said,) = bench.events("record_unreadable")
    assert said.startswith("the record of target, step and latches cannot be read (")
    assert said.endswith("fv1 begins stopped, look at its target and its batch, then resume")
    assert bench.last["fv1"].state.batch.name == "Helles 12"

    bench.restart()  # it was a person's to release, also after another restart
    bench.run(minutes=10)
    assert not bench.cooling("fv1")
    assert bench.events("record_unreadable") == []
    assert bench.send("resume")["ok"]
    bench.run(minutes=10)
    assert bench.cooling("fv1")


@pytest.mark.parametrize("text", ["{", "7", '{"og": 1.05}', '{"started_at": "soon"}', '{"started_at": 0, "og": "x"}'])
def test_a_batch_that_cannot_be_read_leaves_the_tank_stopped_and_empty(bench, text):
    find(bench, "batch", text)
    assert not bench.cooling("fv1")
    assert bench.last["fv1"].state.batch is None
    (said,) = bench.events("record_unreadable")
    assert said.startswith("the record of the batch cannot be read (")
    assert bench.send("start_batch", name="Helles 12 again")["ok"]
    assert bench.send("resume")["ok"]
    bench.run(minutes=10)
    assert bench.cooling("fv1")


@pytest.mark.parametrize("text", ["{", "7", '[{"medium": 3}]', "[[]]"])
def test_past_batches_that_cannot_be_read_are_forgotten(bench, text):
    bench.cellar.store.set("", "house", [], bench.now)
    bench.tick()
    find(bench, "house", text, tank="")
    assert bench.cooling("fv1")
    assert bench.send("end_batch")["ok"]
