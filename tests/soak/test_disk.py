"""A disk that fills up, cannot be written, or loses the database: an alarm, control on time, and nothing that had to
be kept is missing afterwards. A dose that cannot be written down is not given."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from cellar_harness import CellarBench, tank_options

from brewpi.control.dosing import Dosing
from brewpi.outputs.simulated import Simulated as Output
from brewpi.store.packing import unpack

SIZE_KIB = 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of a megabyte, in memory."""
    here = tmp_path / "disk"
    here.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_KIB}k", "tmpfs", str(here)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("A FULL DISK IS NOT TESTED HERE: mounting a tmpfs needs root")
    yield here
    subprocess.run(["umount", "-l", str(here)], check=True)


class Trial:
    """A cellar on that disk: fv1 is cooled and dosed, fv2 is cooled."""

    def __init__(self, here: Path) -> None:
        usual = tank_options()
        pump = {"nutrient": Output(role="nutrient", ml_per_s=10.0)}
        dosed = usual.model_copy(
            update={
                "outputs": {**usual.outputs, **pump},
                "medium": "mead",
                "dosing": Dosing(solution_mg_ml=1.0, max_ml_per_dose=100.0, max_ml_per_day=10_000.0, fresh_h=24.0),
            }
        )
        self.bench = CellarBench(here, fv1=dosed, fv2=usual)
        self.path = here / "brewpi.sqlite"
        self.late_s = 0.0
        self.bench.beer("fv1", 22.0)
        self.bench.beer("fv2", 22.0)
        assert self.bench.send("start_batch", name="Blossom", og=1.09)["ok"]
        assert self.bench.send("reading", quantity="sg", value=1.085, unit="sg")["ok"]
        self.run(10.0)
        assert self.dose("d1")["ok"]
        self.run(2.0)
        assert self.standings() == {"d1": "given"}

    def run(self, minutes: float) -> None:
        """Virtual minutes; each tick is timed in real seconds, for a disk that hangs would hold up the relays."""
        for _ in range(round(minutes * 12.0)):
            began = time.monotonic()
            self.bench.tick()
            self.late_s = max(self.late_s, time.monotonic() - began)

    def dose(self, key: str) -> dict[str, Any]:
        return self.bench.send("dose", id=key, volume_ml=50.0)

    def fed_ml(self) -> float:
        return self.bench.vessels["fv1"].fed_ml

    def standings(self) -> dict[str, str]:
        return {dose.id: dose.standing for dose in self.bench.last["fv1"].state.doses}

    def alarms(self) -> str:
        return " | ".join(alarm.text for alarm in self.bench.last["fv1"].command.alarms)

    def cools(self) -> None:
        """Control still works: warm beer is cooled and cold beer is not."""
        self.bench.beer("fv2", 15.0)
        self.run(10.0)
        assert not self.bench.cooling("fv2")
        self.bench.beer("fv2", 25.0)
        self.run(20.0)
        assert self.bench.cooling("fv2")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def gaps(self, since: float, until: float) -> int:
        """Ticks of fv1 that are in no block."""
        blocks = self.rows("SELECT data FROM block WHERE tank = 'fv1'")
        recorded = {round(tick.at, 3) for (data,) in blocks for tick in unpack(data)}
        wanted = {round(since + 5.0 * n, 3) for n in range(1, round((until - since) / 5.0) + 1)}
        return len(wanted - recorded)


def fails(
    trial: Trial, sentence: str, mend: Callable[[], object], figure: Callable[[str, object], None], began: float
) -> None:
    """The same for whatever has happened to the disk."""
    trial.run(12.0)
    assert sentence in trial.alarms()
    fed_ml = trial.fed_ml()
    trial.dose("d2")
    trial.run(0.5)
    assert trial.fed_ml() == fed_ml
    assert "dose 0 is not given: it cannot be written down first" in trial.alarms()
    assert trial.bench.send("target", tank="fv2", target_c=18.0)["ok"]
    trial.cools()
    mend()
    trial.run(12.0)
    assert sentence not in trial.alarms()
    assert trial.fed_ml() == fed_ml  # nor is it given later, when nobody thinks of it any more
    assert trial.dose("d3")["ok"]
    trial.run(2.0)
    assert trial.standings() == {"d1": "given", "d3": "given"}
    assert trial.fed_ml() == pytest.approx(fed_ml + 50.0)
    until = trial.bench.now
    trial.bench.power_off()

    assert trial.rows("PRAGMA integrity_check") == [("ok",)]
    events = [json.loads(details) for (details,) in trial.rows("SELECT details FROM event WHERE kind = 'command'")]
    assert any(event.get("command") == "target" for event in events)  # of the time when nothing could be written
    assert dict(trial.rows("SELECT id, standing FROM dose")) == {"d1": "given", "d3": "given"}
    figure("ticks that were not written afterwards", trial.gaps(began, until))
    figure("longest tick, ms", round(trial.late_s * 1000.0))
    assert trial.gaps(began, until) == 0
    assert trial.late_s < 1.0


def test_the_disk_is_full_for_half_an_hour(disk, figure):
    trial = Trial(disk)
    began = trial.bench.now
    ballast = disk / "ballast"
    with suppress(OSError):  # until there is no room for another byte
        ballast.write_bytes(b"\0" * 1024 * SIZE_KIB)
    fails(trial, "the disk is full, make room", ballast.unlink, figure, began)


def test_the_disk_becomes_read_only_for_half_an_hour(disk, figure):
    """As a card does that wears out: the kernel lets nothing through any more, also for a file that is open."""
    trial = Trial(disk)
    began = trial.bench.now
    trial.bench.cellar.store.database.close()  # a busy file cannot be remounted; the next write opens it again
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

    def mend() -> None:
        trial.bench.cellar.store.database.close()
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)

    fails(trial, "control goes on", mend, figure, began)


def test_the_database_is_deleted_under_way(tmp_path, figure):
    trial = Trial(tmp_path)
    began = trial.bench.now
    for path in tmp_path.glob("brewpi.sqlite*"):
        path.unlink()
    trial.run(12.0)
    assert "was deleted or replaced while it was in use" in trial.alarms()
    assert trial.dose("d2")["ok"]
    trial.run(2.0)
    assert trial.standings() == {"d1": "given", "d2": "given"}
    trial.cools()
    until = trial.bench.now
    trial.bench.restart()
    trial.run(2.0)
    assert trial.standings() == {"d1": "given", "d2": "given"}
    assert trial.dose("d1")["why"] == "repeated: this id was obeyed before"
    assert trial.bench.last["fv1"].state.batch.name == "Blossom"
    assert trial.rows("PRAGMA integrity_check") == [("ok",)]
    trial.bench.power_off()
    figure("ticks that were not written afterwards", trial.gaps(began, until))
    figure("longest tick, ms", round(trial.late_s * 1000.0))
    assert trial.late_s < 1.0


def test_a_directory_that_goes_away_and_comes_back(tmp_path, figure):
    """A stick that is pulled out."""
    here = tmp_path / "stick"
    here.mkdir()
    trial = Trial(here)
    began = trial.bench.now
    here.rename(tmp_path / "pocket")
    here.write_text("no directory")

    def mend() -> None:
        here.unlink()
        (tmp_path / "pocket").rename(here)

    fails(trial, "control goes on", mend, figure, began)
