"""The installer on a machine that is a folder: installed, run twice, upgraded, upgraded badly, removed."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tomllib
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from installing import PASSWORD, PROJECT, Machine, git, unpacked


def packages(release: Path) -> Path:
    (site,) = release.glob("venv/lib/python3*/site-packages")
    return site


def uncompiled(release: Path) -> set[Path]:
    """What its programs, who may not write there, would compile at every start; nobody imports a package's tests."""
    every = (file.relative_to(packages(release)) for file in packages(release).rglob("*.py"))
    own = (file for file in every if "tests" not in file.parts)
    return {file for file in own if not Path(cache_from_source(str(packages(release) / file))).is_file()}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_from_an_empty_machine_to_an_upgrade_and_out(machine: Machine):
    etc, data = machine.root / "etc/brewpi", machine.root / "var/lib/brewpi"

    status, said = machine.new("--without-board")
    assert status == 0, said
    assert machine.lives()
    config = tomllib.loads((etc / "cellar.toml").read_text())
    assert (config["site"], list(config["tanks"])) == ("riverside", ["fv1", "fv2"])
    users = next(machine.root.glob("etc/mosquitto/**/*users"))
    accounts = users.read_text()
    assert sorted(re.findall(r"^(\w+):", accounts, re.M)) == ["brewer", "brewpi"]
    assert PASSWORD not in accounts
    assert (machine.root / "boot/firmware/config.txt").read_text().split() == [
        "arm_64bit=1", "dtoverlay=w1-gpio", "dtparam=strict_gpiod",
    ]  # fmt: skip
    assert machine.install("--check")[0] == 0

    # Again: nothing is made anew, nothing of the brewer's is touched, the service is not even restarted.
    (etc / "cellar.toml").write_text((etc / "cellar.toml").read_text().replace("volume_l = 50", "volume_l = 61"))
    before = machine.pid, machine.release, accounts, (etc / "mqtt-password").read_text()
    status, said = machine.install("--without-board")
    assert status == 0, said
    after = machine.pid, machine.release, users.read_text(), (etc / "mqtt-password").read_text()
    assert after == before
    assert "volume_l = 61" in (etc / "cellar.toml").read_text()
    assert (machine.root / "boot/firmware/config.txt").read_text().count("dtoverlay=w1-gpio") == 1

    # An upgrade keeps config and record, takes the packages over, and mends what the card has lost of them.
    old = machine.release
    lost = packages(old) / "gpiozero/__init__.py"
    whole = lost.read_text()
    lost.write_text(whole[:-1] + "?")
    status, said = machine.install("--upgrade")
    assert status == 0, said
    assert "1 of the packages that are there are damaged" in said
    assert (packages(machine.release) / "gpiozero/__init__.py").read_text() == whole
    assert uncompiled(machine.release) == uncompiled(old) == set()
    same = [(packages(release) / "numpy/__init__.py").stat().st_ino for release in (old, machine.release)]
    assert same[0] == same[1]
    for release in (old, machine.release):
        assert subprocess.run([release / "venv/bin/pip", "--version"], capture_output=True, check=True)
    assert f"upgraded: {old.name} -> {machine.release.name}" in said
    assert old.name.startswith(f"{tomllib.loads((PROJECT / 'pyproject.toml').read_text())['project']['version']}-")
    assert machine.lives()
    assert machine.pid != before[0]
    assert old.is_dir()
    assert "volume_l = 61" in (etc / "cellar.toml").read_text()
    assert sqlite3.connect(data / "before-upgrade.sqlite").execute("pragma integrity_check").fetchone() == ("ok",)

    # Out, but for what is the brewer's.
    status, said = machine.install("--uninstall")
    assert status == 0, said
    assert not machine.lives()
    assert not (machine.root / "opt/brewpi").exists()
    assert (etc / "cellar.toml").exists()
    assert (data / "brewpi.sqlite").exists()
    assert machine.install("--check")[0] == 1


@pytest.mark.slow
def test_an_upgrade_that_does_not_live_or_does_not_take_the_config_goes_back(quick: Machine):
    status, said = quick.new("--without-board")
    assert status == 0, said

    # One whose service does not live is taken back within its time.
    old = quick.release
    daemon = quick.source / "brewpi/service/daemon.py"
    daemon.write_text(daemon.read_text().replace("    clock = SystemClock()\n", "    raise MemoryError('broken')\n", 1))
    status, said = quick.install("--upgrade")
    assert status == 1, said
    assert f"rolled back: {old.name} runs" in said
    assert "MemoryError" in said
    assert (quick.release, quick.lives()) == (old, True)
    assert quick.install("--check")[0] == 0

    # One that does not take the config changes nothing.
    pid = quick.pid
    quick.checkout()
    options = quick.source / "brewpi/config/options.py"
    assert "volume_l: float = Field(gt=0.5" in options.read_text()
    options.write_text(options.read_text().replace("volume_l: float = Field(gt=0.5", "volume_l: float = Field(gt=500"))
    status, said = quick.install("--upgrade")
    assert (status, quick.pid) == (1, pid), said
    assert "does not take your config; nothing was changed" in said


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_board_comes_from_the_locks_too(machine: Machine):
    """The real pip and the whole lock, as the README's one command takes them: a package that is published without a
    wheel once ended every installation with a board, and only those without were tried."""
    status, said = machine.new()
    assert (machine.root / "opt/brewpi/.venv").is_symlink(), said
    python = machine.root / "opt/brewpi/.venv/bin/python"
    wanted = "import apprise, bleak, fpdf, nicegui, pywebpush, serial, smbus2, uvicorn"
    assert subprocess.run([python, "-c", wanted], check=False).returncode == 0
    assert (status, machine.lives()) == (0, True), said
    assert "brewer" in (machine.root / "etc/brewpi/dashboard-users.toml").read_text()
    assert "cannot be read" not in said

    # Again, and with the config in the browser.
    before = machine.pid, machine.release
    status, said = machine.install("--setup-in-browser")
    assert (status, machine.pid, machine.release) == (0, *before), said
    assert "board: https://" in said
    assert (machine.root / "etc/brewpi/cellar.toml").is_symlink()
    assert machine.install("--check")[0] == 0


def test_packages_that_cannot_be_had_leave_nothing_behind(machine: Machine, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    status, said = machine.new("--without-board", "--wheels", str(tmp_path / "empty"))
    assert status == 1
    assert "deploy/locks/service.txt cannot be installed" in said
    assert list((machine.root / "opt/brewpi/releases").iterdir()) == []


@pytest.mark.parametrize(("words", "sentence"), [
    (["--site", "River Side", "--tanks", "2"], "site 'River Side'"),
    (["--site", "riverside", "--tanks", "none"], "tanks 'none'"),
    (["--site", "riverside", "--tanks", "0"], "tanks 0: 1 to 64"),
    (["--site", "riverside", "--tanks", "2"], "the password needs 10 characters"),
    (["--site", "riverside", "--tanks", "2", "--user", "brewpi"], "user 'brewpi': the program of that name"),
    (["--site", "riverside", "--tanks", "2", "--user", "-x"], "user '-x': a-z"),
    (["--sight", "riverside"], "unknown option --sight"),
    (["--site"], "--site wants a value"),
    (["--wheels", "nowhere"], "no such folder"),
])  # fmt: skip
def test_a_wrong_answer_changes_nothing(machine: Machine, words: list[str], sentence: str):
    status, said = machine.install(*words)
    assert status == 2
    assert sentence in said
    assert not (machine.root / "opt").exists()
    assert not (machine.root / "etc/brewpi").exists()


def test_what_is_missing_is_said_and_nothing_is_changed(machine: Machine):
    status, said = machine.install("--check")
    assert status == 1
    assert "missing  program /opt/brewpi/.venv" in said
    assert "missing  1-wire in config.txt" in said
    assert not (machine.root / "opt").exists()


def test_an_upgrade_of_nothing_is_a_sentence(machine: Machine):
    status, said = machine.install("--upgrade")
    assert status == 1
    assert "nothing is installed by this script" in said


def test_every_script_is_clean():
    shellcheck = shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("needs shellcheck: sudo apt-get install shellcheck")
    scripts = git("ls-files", "*.sh", ".ci/run")
    done = subprocess.run([shellcheck, *scripts], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", sorted(PROJECT.glob("systemd/*.service")), ids=lambda unit: unit.stem)
def test_every_unit_is_shut_in(unit: Path):
    """systemd's own measure, from 0 (safe) to 10; without a running systemd."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze")
    words = [analyze, "security", "--offline=yes", "--no-pager", str(unit)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    if found is None:
        pytest.skip(f"systemd-analyze has no --offline here: {done.stderr[:80]}")
    assert float(found[1]) <= 2.5


@pytest.mark.parametrize("unit", sorted(PROJECT.glob("systemd/*.service")), ids=lambda unit: unit.stem)
def test_what_a_unit_forbids_is_refused_and_kills_nobody(unit: Path):
    """With the usual answer, SIGSYS, OpenBLAS ended board and receiver at every start, wherever it asks for memory's
    place."""
    lines = unit.read_text().splitlines()
    assert [line for line in lines if line.startswith("SystemCallFilter=")]
    assert "SystemCallErrorNumber=EPERM" in lines


def test_the_service_may_ask_whether_the_clock_is_synchronised():
    lines = (PROJECT / "systemd/brewpi.service").read_text().splitlines()
    assert "SystemCallFilter=adjtimex clock_adjtime" in lines
    assert "ProtectClock=true" not in lines  # forbids the question, too
    assert "CapabilityBoundingSet=" in lines  # without CAP_SYS_TIME nobody sets it


def test_the_package_holds_the_program_and_what_installs_it(tmp_path: Path):
    package, control = unpacked(tmp_path)
    listed = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True).stdout
    for file in ("deploy/install.sh", "deploy/locks/all.txt", "models/fermentation.tflite", "systemd/brewpi.service"):
        assert f"./usr/share/brewpi/{file}" in listed
    assert "tests/" not in listed
    for script in ("postinst", "prerm", "postrm"):
        subprocess.run(["sh", "-n", str(control / script)], check=True)
        if shutil.which("shellcheck"):
            subprocess.run(["shellcheck", str(control / script)], check=True)
    _purge_leaves_no_secret(control / "postrm", tmp_path / "root")


def _purge_leaves_no_secret(script: Path, root: Path) -> None:
    files = {
        "etc/brewpi/cellar.toml": 'site = "riverside"', "etc/brewpi/my ale.toml": '[[steps]]\nname = "primary"',
        "etc/brewpi/dashboard-users.toml": "secret", "etc/brewpi/tokens.toml": "secret",
        "etc/brewpi/mqtt-password": "secret", "etc/mosquitto/brewpi/users": "secret",
        "etc/mosquitto/mosquitto.conf": "theirs", "var/lib/brewpi/brewpi.sqlite": "record",
    }  # fmt: skip
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for word, gone in (("remove", False), ("upgrade", False), ("purge", True), ("purge", True)):
        subprocess.run(["sh", str(script), word], check=True, env={**os.environ, "DPKG_ROOT": str(root)})
        assert (root / "etc/brewpi/mqtt-password").exists() is not gone
    left = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}
    assert left == {
        "etc/mosquitto/mosquitto.conf": "theirs", "var/lib/brewpi/brewpi.sqlite": "record",
        "var/lib/brewpi/purged/cellar.toml": files["etc/brewpi/cellar.toml"],
        "var/lib/brewpi/purged/my ale.toml": files["etc/brewpi/my ale.toml"],
    }  # fmt: skip


@pytest.mark.parametrize(("lock", "extras"), [
    ("service", ["pi"]), ("all", ["pi", "ble", "relays", "dashboard", "outbound", "receiver"]),
])  # fmt: skip
def test_the_locks_hold_what_the_project_asks_for(lock: str, extras: list[str]):
    from packaging.requirements import Requirement

    text = (PROJECT / f"deploy/locks/{lock}.txt").read_text()
    locked = {m[1].lower().replace("_", "-"): set() for m in re.finditer(r"^([\w.-]+)==(\S+)", text, re.M)}
    for m in re.finditer(r"^([\w.-]+)==(\S+)", text, re.M):
        locked[m[1].lower().replace("_", "-")].add(m[2])
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(r for extra in extras for r in project["optional-dependencies"][extra])]
    for requirement in map(Requirement, wanted):
        versions = locked.get(requirement.name.lower().replace("_", "-"), set())
        assert any(requirement.specifier.contains(v) for v in versions), f"{requirement}: type make locks"
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S)", text) if "==" in block)
