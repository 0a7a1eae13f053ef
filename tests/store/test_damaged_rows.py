"""A disk may say anything: a row that cannot be true is left out and said, and never keeps a tank from its control."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest
from cellar_harness import START, CellarBench, tank_options

from brewpi.cellar.track_record import SHADOW
from brewpi.control.dosing import Dosing
from brewpi.outputs.simulated import Simulated as Output

BAD: list[Any] = [
    "text", b"\x00\xff", "", float("inf"), -1e308, 1e308, 2**62, -1, "\x00", '{"a":', "[" * 5000, "1e999", "\u202e",
    "9" * 5000,
]  # fmt: skip
COLUMNS = {
    "setting": ("key", "value", "at"),
    "command": ("id", "at"),
    "history": ("at", "sg", "beer_c"),
    "event": ("id", "at", "kind", "severity", "text", "details", "sent"),
    "block": ("since", "until", "data"),
    "told": ("at_h", "p10", "p50", "p90", "source", "sg", "final_sg"),
    "mark": ("way", "at", "error_h", "inside", "source"),
    "shadow_told": ("at_h", "p10", "p50", "p90", "source", "sg", "final_sg"),
    "shadow_mark": ("way", "at", "error_h", "inside", "source"),
    "dose": ("id", "at", "number", "volume_ml", "nitrogen_mg_l", "standing", "given_ml"),
}


@pytest.fixture
def bench(tmp_path: Path):
    usual = tank_options()
    pump = {"nutrient": Output(role="nutrient", ml_per_s=10.0)}
    dosing = Dosing(solution_mg_ml=1.0, max_ml_per_dose=100.0, max_ml_per_day=10_000.0, fresh_h=24.0)
    dosed = usual.model_copy(update={"outputs": {**usual.outputs, **pump}, "medium": "mead", "dosing": dosing})
    bench = CellarBench(tmp_path, fv1=dosed, fv2=tank_options())
    for tank in ("fv1", "fv2"):
        bench.beer(tank, 22.0)
    assert bench.send("start_batch", name="Blossom", og=1.09)["ok"]
    for sg in (1.089, 1.085):
        assert bench.send("reading", quantity="sg", value=sg, unit="sg")["ok"]
        bench.run(minutes=20)
    assert bench.send("dose", id="d1", volume_ml=50.0)["ok"]
    bench.run(minutes=15)
    store = bench.cellar.store
    store.database.write(
        [
            ("INSERT OR REPLACE INTO told VALUES ('fv1', ?, 1.0, 2.0, 3.0, 4.0, 'model', 1.05, 1.01)",
             (bench.last["fv1"].state.batch.id,)),
            ("INSERT OR REPLACE INTO mark VALUES ('old', 0.5, ?, 'fv1', 1.0, 1, 'model')", (START,)),
            ("INSERT OR REPLACE INTO shadow_told VALUES (?, 'm', 1.0, 2.0, 3.0, 4.0, 'model', 1.05, 1.01)",
             (bench.last["fv1"].state.batch.id,)),
            ("INSERT OR REPLACE INTO shadow_mark VALUES ('old', 'm', 0.5, ?, 1.0, 1, 'model')", (START,)),
        ],
        bench.now,
    )  # fmt: skip
    store.set("", SHADOW, {"mark": "m", "name": "a candidate"}, bench.now)
    yield bench
    bench.power_off()


def damage(bench: CellarBench, sql: str, *values: Any) -> None:
    """A restart that finds something else on the disk than was written there."""
    bench.power_off()
    with sqlite3.connect(bench.config.store.path) as database:
        database.execute(sql, values)
    database.close()
    bench.now += 60.0
    bench.power_on()


def keys(bench: CellarBench) -> set[str]:
    return {alarm.key for report in bench.last.values() for alarm in report.command.alarms}


def still_works(bench: CellarBench) -> None:
    bench.run(minutes=1)
    for tank in ("fv1", "fv2"):
        if bench.cellar.tanks[tank].interlocks.stopped_by is not None:  # it says so, and waits for a person
            assert bench.events("record_unreadable", tank)
            assert bench.send("resume", tank=tank)["ok"]
    bench.run(minutes=12)
    assert bench.cooling("fv1")
    assert bench.cooling("fv2")
    assert not [key for key in keys(bench) if key.endswith((": failing", ": broken"))]
    assert bench.cellar.store.trouble is None
    assert bench.send("end_batch")["ok"] or bench.last["fv1"].state.batch is None
    list(bench.cellar.store.reports("fv1"))
    bench.run(minutes=2)


@pytest.mark.parametrize("table", COLUMNS)
def test_whatever_stands_in_a_column_the_cellar_starts_and_cools(bench, table):
    for value in BAD:
        for column in COLUMNS[table]:
            damage(bench, f"UPDATE OR REPLACE {table} SET {column} = ?", value)
            bench.tick()
            assert not [key for key in keys(bench) if key.endswith((": failing", ": broken"))], (column, value)
    still_works(bench)


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("UPDATE dose SET volume_ml = ?", "much"),
        ("UPDATE dose SET standing = ?", "poured"),
        ("UPDATE dose SET at = ?", b"\xff"),
        ("UPDATE dose SET given_ml = ?", float("-inf")),
    ],
)
def test_a_dose_that_cannot_be_read_may_have_been_of_any_size(bench, sql, value):
    fed_ml = bench.vessels["fv1"].fed_ml
    assert fed_ml == pytest.approx(50.0)
    damage(bench, sql, value)
    bench.run(minutes=1)
    bench.send("dose", id="d2", volume_ml=10.0)
    bench.run(minutes=5)
    assert bench.vessels["fv1"].fed_ml == fed_ml
    text = " | ".join(alarm.text for alarm in bench.last["fv1"].command.alarms)
    assert "1 row of dose cannot be read, so nothing is pumped into fv1" in text
    bench.beer("fv1", 15.0)
    bench.run(minutes=10)
    assert not bench.cooling("fv1")


def test_what_is_left_out_is_said_and_the_good_rows_are_kept(bench):
    damage(bench, "INSERT INTO history VALUES ('fv1', ?, 'low', NULL)", START + 600.0)
    bench.tick()
    text = " | ".join(alarm.text for alarm in bench.last["fv1"].command.alarms)
    assert "brewpi.sqlite: 1 row of history cannot be read; left out" in text
    assert len(bench.last["fv1"].state.history) >= 2


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_that_is_gone_is_begun_anew(bench, table):
    damage(bench, f"DROP TABLE {table}")
    still_works(bench)


def test_a_block_that_unpacks_to_gigabytes_is_left_out(bench):
    blocks = len(list(bench.cellar.store.reports("fv1")))
    bomb = zlib.compress(b"[" + b" " * 2**25 + b"]", 1)
    damage(bench, "UPDATE block SET data = ? WHERE since = (SELECT min(since) FROM block WHERE tank = 'fv1')", bomb)
    assert 0 < len(list(bench.cellar.store.reports("fv1"))) < blocks
    still_works(bench)


@pytest.mark.parametrize("version", [-1, 999])
def test_a_file_of_another_version_is_not_touched(bench, version):
    damage(bench, f"PRAGMA user_version = {version}")
    bench.run(minutes=12)
    assert bench.cooling("fv1")
    assert "newer brewpi" in " ".join(alarm.text for alarm in bench.last["fv1"].command.alarms)
