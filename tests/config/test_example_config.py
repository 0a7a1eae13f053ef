"""What a brewer copies to begin with: the example config and the unit, as they stand in the checkout."""

import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from brewpi.cellar.build import usual_batch
from brewpi.cli import app
from brewpi.config.config import load

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "deploy" / "cellar.example.toml"
TRANSFER = ROOT / "deploy" / "cellar.transfer.example.toml"
UNIT = ROOT / "systemd" / "brewpi.service"


def test_it_shows_what_a_brewer_has():
    tanks = load(EXAMPLE).tanks
    plugs = [plug for tank in tanks.values() for plug in (*tank.sensors.values(), *tank.outputs.values())]

    assert {type(plug).__name__ for plug in plugs} == {"Ds18b20", "Dht22", "Topic", "Manual", "Relay"}
    assert {output.active_high for tank in tanks.values() for output in tank.outputs.values()} == {True, False}
    assert {tank.temperature is None for tank in tanks.values()} == {True, False}


def test_it_shows_what_a_transfer_and_a_dose_need():
    fv1, mead = (load(TRANSFER).tanks[name] for name in ("fv1", "mead"))
    assert (fv1.recipe, sorted(fv1.outputs)) == ("ale", ["cool", "drain", "heat"])
    assert (mead.recipe, sorted(mead.outputs)) == ("mead", ["cool", "nutrient"])
    assert {sensor.measure for sensor in fv1.sensors.values() if type(sensor).__name__ == "Switch"} == {
        "emergency_stop", "vent_open", "level_low"
    }  # fmt: skip
    assert (usual_batch(fv1).style, usual_batch(fv1).yeast_high_c) == ("pale ale", 24.0)
    assert usual_batch(mead).medium == "mead"
    assert fv1.sensors["stop"] == mead.sensors["stop"]  # one button


@pytest.mark.parametrize("example", [EXAMPLE, TRANSFER], ids=lambda path: path.name)
def test_check_finds_no_mistake(example: Path):
    done = CliRunner().invoke(app, ["check", str(example)])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, f"{example.name}: no mistake found")


def test_two_days_of_recipes_can_be_simulated():
    done = CliRunner().invoke(app, ["simulate", str(TRANSFER), "--days", "2"])
    assert done.exit_code == 0, done.output
    assert "primary: waits, attenuation" in done.stdout
    assert "asks: dose 1 of 4, " in done.stdout


def test_three_days_of_it_can_be_simulated():
    done = CliRunner().invoke(app, ["simulate", str(EXAMPLE), "--days", "3"])
    assert done.exit_code == 0, done.output
    last = [line for line in done.stdout.splitlines() if line.startswith("day  3 00h")]
    assert [line.split()[3] for line in last] == ["fv1", "fv2", "fv3"]
    assert all("done in" in line for line in last)


@pytest.mark.parametrize("known", sorted((ROOT / "systemd").glob("*.service")), ids=lambda unit: unit.stem)
def test_systemd_understands_the_unit(tmp_path: Path, known: Path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is absent")
    unit = tmp_path / known.name
    unit.write_text(known.read_text().replace("/opt/brewpi/.venv/bin/brewpi", "/bin/true"))  # which is there
    done = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, known.name in done.stderr) == (0, False), done.stderr


def test_the_unit_switches_off_whatever_it_ran():
    lines = UNIT.read_text().splitlines()
    (runs,) = (line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart="))
    assert f"ExecStopPost={runs.replace('brewpi run', 'brewpi off')}" in lines
