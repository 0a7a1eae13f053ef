"""What was recorded is decided again: the same by the same rules, and a changed rule is named with its time and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from batch_scenario import Story, a_tank
from cellar_harness import START, CellarBench, tank_options
from typer.testing import CliRunner

from brewpi.cellar.control_journal import OTHERS, SUPPLY, SWAPPED
from brewpi.cli import app
from brewpi.control import setpoint
from brewpi.control.approvals import ApprovalPolicy
from brewpi.control.dosing import DoseGate
from brewpi.control.drain import DrainGate
from brewpi.control.interlocks import Interlocks
from brewpi.control.shared import Shared
from brewpi.mqtt.topics import iso
from brewpi.outputs.simulated import Simulated as Output
from brewpi.records import Permissive
from brewpi.store import Store, StoreOptions

HOUR = 3600.0


def replay(file: Path, *more: str) -> tuple[int, list[str]]:
    """Status and lines of the command."""
    result = CliRunner().invoke(app, ["replay", "--store", str(file), *more])
    return result.exit_code, result.output.splitlines()


@pytest.fixture(scope="module")
def mead(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of a mead: a dose is asked for and given, one by hand, the target moved, a stop, a restart, a drain
    that is refused, a probe that falls silent."""
    run = Story(tmp_path_factory.mktemp("mead"), a_tank("mead", target_c=18.0, medium="mead"), og=1.095)
    run.until_asked("dose", within_h=72)
    run.confirm("dose")
    run.until(lambda: [dose.standing for dose in run.report.state.doses] == ["given"], within_h=2)
    run.send("dose", volume_ml=50.0, by_hand=True)
    run.send("target", target_c=19.5)
    run.send("drain")
    run.vessel.unplug("beer_c")
    run.tick(20)
    run.vessel.plug("beer_c")
    run.send("stop", by="ben")
    run.tick(5)
    run.send("resume")
    run.restart()
    run.send("mode", action="dose", mode="act")
    run.until_asked("step", within_h=0.1) if "step" in run.asks else run.tick(60)
    run.until(lambda: len(run.report.state.doses) >= 3, within_h=72)
    run.tick(30)
    run.power_off()
    return run.config.store.path


def test_the_same_rules_decide_the_same(mead):
    status, (line,) = replay(mead, "--tank", "fv1")
    assert line.endswith("ticks: today's rules decide the same")
    assert status == 0


def test_a_dose_that_would_be_refused_today_is_named(mead, monkeypatch):
    monkeypatch.setattr(DoseGate, "permit", lambda self, wish, state, now: (None, "no more nutrients"))
    status, lines = replay(mead, "--tank", "fv1")
    assert status == 1
    assert any("recorded  dose: " in line and "-dose-1" in line for line in lines)
    assert any("today     dose: none" in line for line in lines)


def test_a_question_that_would_be_asked_otherwise_today_is_named(mead, monkeypatch):
    allowed = ApprovalPolicy.is_allowed
    politely = lambda self, key, *more, **how: allowed(self, f"please {key}", *more, **how)  # noqa: E731
    monkeypatch.setattr(ApprovalPolicy, "is_allowed", politely)
    status, lines = replay(mead, "--tank", "fv1", "--json")
    differences = [json.loads(line) for line in lines[:-1]]
    assert status == 1
    assert differences[0]["recorded"]["asks"] == "dose 1 (asked)"
    assert differences[0]["today"]["asks"] == "please dose 1 (asked)"
    assert json.loads(lines[-1])["differences"] == len(differences)


def test_only_what_lies_between_the_times_is_compared(mead, monkeypatch):
    monkeypatch.setattr(DoseGate, "permit", lambda self, wish, state, now: (None, "no more nutrients"))
    status, lines = replay(mead, "--tank", "fv1", "--from", iso(START), "--to", iso(START + 2 * HOUR))
    assert (status, len(lines)) == (0, 1)


def test_another_config_may_decide_instead(mead, tmp_path):
    config = tmp_path / "cellar.toml"
    config.write_text(
        'site = "riverside"\n[tanks.fv1]\nvolume_l = 1000\n[tanks.fv1.temperature]\ntarget_c = 12.0\n'
        '[tanks.fv1.sensors]\nbeer = { kind = "simulated", measure = ["beer_c"] }\n'
        '[tanks.fv1.outputs]\ncool = { kind = "simulated", role = "cool" }\n'
    )
    status, lines = replay(mead, str(config), "--tank", "fv1")
    assert (status, "recorded  step: " in lines[0]) == (1, True)
    assert "on: cool" in "".join(lines)


@pytest.fixture(scope="module")
def drained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transfer that two people agree to, with everything proven by hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DrainGate, "_check", lambda *_: (Permissive("step", True, "reached"),))
        run = Story(tmp_path_factory.mktemp("drained"), a_tank("ale", target_c=18.0))
        run.tick(3)
        run.drain()
        run.tick(10)
        run.send("veto", what="drain", by="carl")
        run.tick(5)
        run.power_off()
        assert replay(run.config.store.path)[0] == 0, "under the same rules"
    return run.config.store.path


def test_a_drain_that_would_not_be_armed_today_is_named(drained):
    status, lines = replay(drained)
    assert status == 1
    assert any("commands: drain is refused today: step: the recipe is not there yet" in line for line in lines)
    assert any("recorded  drain: open" in line for line in lines)


def held(directory: Path, hours: float) -> CellarBench:
    """A tank that is only held at its temperature, and warms itself."""
    bench = CellarBench(directory, fv1=tank_options())
    for _ in range(round(hours * 60.0)):
        bench.now += 55.0
        bench.tick()
    return bench


def test_a_longer_rest_of_the_compressor_is_named_with_its_time_and_both_whys(tmp_path, monkeypatch):
    bench = held(tmp_path, 30.0)
    bench.power_off()
    assert replay(tmp_path / "brewpi.sqlite")[0] == 0
    monkeypatch.setattr("brewpi.outputs.run_limits.COMPRESSOR_REST_S", 6 * HOUR)
    status, lines = replay(tmp_path / "brewpi.sqlite")
    assert status == 1
    recorded, today = lines[0], lines[1]
    assert recorded[:24].startswith("2026-")
    assert "recorded  on: cool; cool: " in recorded
    assert "today     on: nothing; cool: compressor rests, " in today


def test_a_record_whose_start_is_thinned_away_begins_with_a_checkpoint(tmp_path, monkeypatch):
    bench = held(tmp_path, 30.0)
    bench.cellar.store.flush(bench.now)
    bench.cellar.store.database.write([("DELETE FROM block WHERE until < ?", (START + 1.5 * HOUR,))], bench.now)
    bench.power_off()
    status, (line,) = replay(tmp_path / "brewpi.sqlite", "--tank", "fv1")
    assert status == 0
    assert line.startswith(f"fv1, {iso(START + 12 * HOUR)[:13]}")
    monkeypatch.setattr(Interlocks, "_rests", lambda *_: "not today")
    assert replay(tmp_path / "brewpi.sqlite")[0] == 1


@pytest.fixture(scope="module")
def chilled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tanks on one chiller, which rests after the start, after its longest run, and while its button is pressed."""
    here = tmp_path_factory.mktemp("chilled")
    chiller = Shared(output=Output(role="cool", compressor=True, max_run_s=1800.0, min_on_s=60.0))
    bench = CellarBench(here, {"glycol": chiller}, fv1=tank_options(), fv2=tank_options())
    for tank in ("fv1", "fv2"):
        bench.beer(tank, 26.0)
    bench.run(2 * 60)
    assert any("glycol" in report.command.why for report in bench.last.values())
    bench.cellar.tanks["fv1"].interlocks.outputs["cool"].response.chance.recovered_at = bench.now
    bench.run(1)
    bench.restart()
    bench.run(60)
    bench.power_off()
    return here / "brewpi.sqlite"


@pytest.mark.parametrize("tank", ["fv1", "fv2"])
def test_a_valve_that_waits_for_a_shared_chiller_waits_in_the_replay_too(chilled, tank: str):
    status, lines = replay(chilled, "--tank", tank)
    assert (status, len(lines)) == (0, 1), lines
    assert lines[0].endswith("today's rules decide the same")


def test_what_a_shared_chiller_holds_up_costs_the_record_a_few_lines(chilled):
    store = Store(StoreOptions(path=chilled))
    assert store.database.open_to_read()
    held = [one for tick in store.reports("fv1") for one in tick.inputs if one.kind == SUPPLY]
    others = [one for tick in store.reports("fv2") for one in tick.inputs if one.kind == OTHERS]
    store.database.close()
    assert 0 < len(held) < 20
    assert len(others) == 1


def test_tanks_whose_probes_were_swapped_stay_off_in_a_replay_until_the_one_that_was_resumed(tmp_path):
    bench = CellarBench(tmp_path, fv1=tank_options(19.0), fv2=tank_options(10.0))
    bench.run(minutes=10)
    for tank in bench.cellar.tanks.values():
        tank.swapped("are the two swapped?", bench.now)
    bench.vessels["fv1"].beer_c, bench.vessels["fv2"].beer_c = 15.0, 15.0
    bench.run(minutes=20)
    assert not any(any(vessel.duties.values()) for vessel in bench.vessels.values())
    bench.send("resume", tank="fv1")
    bench.run(minutes=20)
    assert bench.vessels["fv1"].duties["heat"] == 1.0
    bench.power_off()
    assert [replay(tmp_path / "brewpi.sqlite", "--tank", name)[0] for name in ("fv1", "fv2")] == [0, 0]
    store = Store(StoreOptions(path=tmp_path / "brewpi.sqlite"))
    assert store.database.open_to_read()
    told = [one.kind for tick in store.reports("fv2") for one in tick.inputs]
    store.database.close()
    assert told.count(SWAPPED) == 1


def test_a_live_record_is_read_without_writing_to_it(tmp_path):
    bench = held(tmp_path, 0.5)
    bench.cellar.store.flush(bench.now)
    assert replay(tmp_path / "brewpi.sqlite")[0] == 0
    bench.tick()
    bench.power_off()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--store", "gone.sqlite"], "gone.sqlite: there is no such file"),
        (["--store", "text.sqlite"], "text.sqlite: is no record of this version of brewpi"),
        (["--store", "brewpi.sqlite", "--tank", "fv9"], 'has no record of a tank "fv9"; did you mean "fv1"?'),
        (["--store", "brewpi.sqlite", "--from", "noon"], '--from "noon" is no time; write 2026-05-01'),
        (["--store", "brewpi.sqlite", "--from", "2026-05-02", "--to", "2026-05-01"], "--from has to be before --to"),
        (["--store", "brewpi.sqlite", "--from", "2031-01-01"], "nothing was recorded here that can be replayed"),
        (["a.toml", "b.csv", "--store", "brewpi.sqlite"], "leave out LOG or --store"),
        (["a.toml", "b.csv", "--from", "2026-05-01"], "add --store FILE"),
        ([], "say which config and which log"),
    ],
)
def test_what_cannot_be_replayed_gets_a_sentence_and_the_status_of_wrong_input(
    tmp_path: Path, monkeypatch: Any, arguments: list[str], sentence: str
):
    monkeypatch.chdir(tmp_path)
    bench = held(tmp_path, 0.2)
    bench.power_off()
    (tmp_path / "text.sqlite").write_text("no database\n" * 100)
    result = CliRunner().invoke(app, ["replay", *arguments])
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_an_earlier_record_says_what_to_do(tmp_path):
    import sqlite3

    from earlier_store import FILE

    connection = sqlite3.connect(tmp_path / "old.sqlite")
    connection.executescript(FILE.read_text())
    connection.close()
    status, (line,) = replay(tmp_path / "old.sqlite")
    assert status == 2
    assert line.endswith("a start of the service brings an older one up to date")


def test_a_deadband_of_today_is_named(tmp_path, monkeypatch):
    bench = held(tmp_path, 30.0)
    bench.power_off()
    monkeypatch.setattr(setpoint, "duty", lambda *_: None)
    status, lines = replay(tmp_path / "brewpi.sqlite")
    assert status == 1
    assert "today     on: nothing; hold: beer " in lines[1]
