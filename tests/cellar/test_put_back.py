"""A record that knows less than what happened: a backup, an older copy put back by hand, a long gap, none at all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cellar_harness import CellarBench, Nobody

from brewpi.cellar.put_back import BY_COPY, GAP_S
from brewpi.config.config import TankOptions
from brewpi.control.dosing import Dosing
from brewpi.control.temperature import Temperature
from brewpi.outputs.simulated import Simulated as Output
from brewpi.sensors.simulated import Simulated as Sensor
from brewpi.store.copies import copy_record, mark_put_back

RECIPE = """
name = "Mead"
[batch]
medium = "mead"
[nutrients]
nitrogen_mg_l = 80
at_h = [1, 9]
[[steps]]
name = "primary"
target_c = 19.0
"""


class Mead(CellarBench):
    """A tank that doses by itself; its record is copied before its first dose."""

    def __init__(self, home: Path) -> None:
        (home / "mead.toml").write_text(RECIPE)
        self.older = home / "older"
        tank = TankOptions(
            volume_l=500.0, medium="mead", recipe=str(home / "mead.toml"), temperature=Temperature(target_c=19.0),
            dosing=Dosing(solution_mg_ml=50.0, max_ml_per_dose=1000.0, max_ml_per_day=2000.0),
            sensors={"beer": Sensor(measure=("beer_c", "sg"))},
            outputs={"heat": Output(role="heat"), "nutrient": Output(role="nutrient", ml_per_s=50.0)},
        )  # fmt: skip
        super().__init__(home, fv1=tank)
        assert self.send("start_batch", name="Mead", og=1.1)["ok"]
        assert self.send("mode", action="dose", mode="act")["ok"]
        self.go(0.5)
        copy_record(self.config.store.path, self.older)
        self.go(1.0)

    def power_on(self) -> None:
        super().power_on()
        self.tank.forecaster = Nobody()

    @property
    def tank(self):
        return self.cellar.tanks["fv1"]

    @property
    def given(self) -> list[str]:
        return [dose.id for dose in self.tank.state.doses if dose.standing == "given"]

    def go(self, hours: float) -> None:
        for _ in range(round(hours * 60.0)):
            self.now += 55.0
            self.tick()


@pytest.fixture
def bench(tmp_path):
    bench = Mead(tmp_path)
    assert len(bench.given) == 1
    yield bench
    bench.power_off()


def by_restore(record: Path, older: Path) -> None:
    for name in (record, record.with_name(f"{record.name}.until")):  # another machine
        name.unlink()
    shutil.copyfile(older, record)
    mark_put_back(record)


PUTTING: dict[str, Callable[[Path, Path], object]] = {
    "by hand": lambda record, older: shutil.copyfile(older, record),
    "by restore": by_restore,
}


@pytest.mark.parametrize("how", PUTTING)
def test_a_record_that_was_put_back_moves_nothing_and_doses_nothing_until_somebody_has_looked(bench, how):
    assert bench.send("target", target_c=12.0)["ok"]
    bench.power_off()
    PUTTING[how](bench.config.store.path, bench.older)
    bench.power_on()
    bench.go(0.5)
    assert bench.tank.interlocks.stopped_by == BY_COPY
    assert bench.last["fv1"].command.duties["heat"] == 0.0
    (said,) = bench.events("record_put_back")
    assert "ends 62 min ago" in said

    bench.restart()
    assert bench.send("resume")["ok"]
    bench.go(0.5)
    assert bench.given == []
    (asked,) = bench.tank.approvals.asks
    assert asked.standing == "asked"
    assert "look first whether it was given" in asked.text
    assert bench.send("confirm", what="dose")["ok"]
    bench.go(0.1)
    assert len(bench.given) == 1
    bench.restart()
    assert bench.tank.interlocks.stopped_by is None
    bench.go(8.2)
    assert len(bench.given) == 2  # by itself again


def test_a_newer_or_equal_record_is_no_older_copy(bench):
    bench.kill()
    bench.now += 60.0
    bench.power_on()
    assert bench.tank.interlocks.stopped_by is None
    bench.power_off()
    copy_record(bench.config.store.path, bench.older)
    bench.older.rename(bench.config.store.path)
    bench.now += 20 * 86_400.0
    bench.power_on()
    assert bench.tank.interlocks.stopped_by is None
    assert bench.events("record_put_back") == []
    for text in ("", "nan", "x" * 500):  # a full disk, a stranger
        bench.power_off()
        bench.config.store.path.with_name("brewpi.sqlite.until").write_text(text)
        bench.power_on()
        assert bench.tank.interlocks.stopped_by is None


@pytest.mark.parametrize(("away_s", "asks"), [(GAP_S - 600.0, False), (GAP_S + 600.0, True)])
def test_after_a_long_gap_the_next_dose_is_asked_for_until_somebody_says_act(bench, away_s, asks):
    bench.restart(away_s)
    bench.go(0.1)
    assert bench.tank.approvals.policies["dose"].asks_first is asks
    bench.restart()
    assert bench.tank.approvals.policies["dose"].asks_first is asks
    assert bench.send("mode", action="dose", mode="act")["ok"]
    assert not bench.tank.approvals.policies["dose"].asks_first


def test_an_older_record_in_the_place_of_the_open_one_learns_all_that_is_known(bench):
    assert bench.send("target", target_c=12.0)["ok"]
    bench.go(0.1)
    bench.cellar.store.database.read("PRAGMA wal_checkpoint(TRUNCATE)")
    bench.go(0.1)  # a journal of the file that goes, with pages that mean nothing in the other
    bench.older.rename(bench.config.store.path)
    bench.go(0.1)
    bench.kill()
    bench.now += 60.0
    bench.power_on()
    assert len(bench.given) == 1
    assert bench.tank.recipe.setpoint.target_c < 19.0
    assert bench.tank.interlocks.stopped_by is None


def _of_a_newer_brewpi(record: Path) -> None:
    with closing(sqlite3.connect(record)) as connection:
        connection.executescript("ALTER TABLE dose RENAME COLUMN given_ml TO given_l; PRAGMA user_version = 99")


def _torn(record: Path) -> None:
    record.write_bytes(record.read_bytes()[:9000])


def _damaged_inside(record: Path) -> None:
    whole = record.read_bytes()
    record.write_bytes(whole[:4096] + bytes(len(whole) - 4096))


def _on_a_stick_that_is_not_there(record: Path) -> None:
    record.unlink()
    record.symlink_to(record.parent / "stick" / "brewpi.sqlite")


def _in_a_folder_of_its_name(record: Path) -> None:
    record.unlink()
    record.mkdir()


SPOILT: dict[str, Callable[[Path], object]] = {
    "newer": _of_a_newer_brewpi, "torn": _torn, "damaged": _damaged_inside, "gone": Path.unlink,
    "emptied": lambda record: record.write_bytes(b""), "stick": _on_a_stick_that_is_not_there,
    "folder": _in_a_folder_of_its_name,
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_a_stop_outlives_a_record_that_cannot_be_read(bench, how):
    assert bench.send("stop")["ok"]
    bench.power_off()
    SPOILT[how](bench.config.store.path)
    bench.power_on()
    bench.vessels["fv1"].plug("beer_c", 8.0)
    bench.go(0.2)
    assert bench.tank.interlocks.stopped_by == ("anna" if how == "newer" else "a record that cannot be read")
    assert bench.last["fv1"].command.duties["heat"] == 0.0
    if how == "newer":
        assert bench.tank.state.batch.name == "Mead"
        assert bench.config.store.path.is_file()


def test_a_record_that_can_be_read_again_is_not_written_over_before_a_restart(bench):
    """Somebody forgot a chown, and did it an hour later."""
    assert bench.send("target", target_c=12.0)["ok"]
    record, aside = bench.config.store.path, bench.config.store.path.with_name("aside")
    bench.power_off()
    record.rename(aside)
    record.mkdir()
    bench.power_on()
    bench.go(0.1)
    record.rmdir()
    aside.rename(record)
    bench.go(0.1)
    assert "restart brewpi to go on with it" in bench.cellar.store.alarm().text
    bench.restart()
    assert bench.tank.state.batch.name == "Mead"
    assert len(bench.given) == 1
    assert bench.tank.recipe.setpoint.target_c == 12.0
    assert bench.cellar.store.alarm() is None


def test_a_first_start_waits_for_nobody(tmp_path):
    (tmp_path / "brewpi.sqlite").touch()
    bench = CellarBench(tmp_path)
    bench.run(minutes=1)
    assert bench.cellar.tanks["fv1"].interlocks.stopped_by is None
    bench.power_off()
