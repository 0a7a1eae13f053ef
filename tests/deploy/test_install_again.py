"""Run again with other wishes: what changes is said, what stays is said, and nothing is left half done."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from installing import Machine, unpacked

pytestmark = pytest.mark.slow
Facts = tuple[int, str, str, str]


def facts(machine: Machine) -> Facts:
    """What a run that changes nothing leaves as it was."""
    etc = machine.root / "etc"
    kept = sorted(file for file in (*etc.glob("brewpi/**/*"), *etc.glob("systemd/**/*")) if file.is_file())
    users = (etc / "mosquitto/brewpi/users").read_text()
    return machine.pid, str(machine.release), users, "".join(f"{file}\n{file.read_text()}" for file in kept)


def password(machine: Machine) -> tuple[str, str]:
    return "--password-file", str(machine.root / "machine/password")


def has_board(machine: Machine) -> bool:
    return bool(list(machine.release.glob("venv/lib/python3*/site-packages/nicegui")))


def accounts(machine: Machine) -> list[str]:
    return re.findall(r"^(\w+):", (machine.root / "etc/mosquitto/brewpi/users").read_text(), re.M)


@pytest.fixture
def served(quick: Machine) -> Machine:
    """A machine with the service alone."""
    status, said = quick.new("--without-board")
    assert status == 0, said
    assert "without the board" in said
    assert not has_board(quick)
    return quick


def test_the_board_can_come_later(served: Machine):
    pid, release, etc = served.pid, served.release, served.root / "etc"
    status, said = served.install(*password(served))
    assert status == 0, said
    assert (has_board(served), served.lives()) == (True, True)
    assert served.pid != pid
    assert release.is_dir()  # the one before
    assert served.release.name.rpartition("-")[0] == release.name.rpartition("-")[0]
    assert "board: https://" in said
    assert "as brewer" in said
    assert "kept: brewer has a password at the broker already" in said
    assert sorted(accounts(served)) == ["board", "brewer", "brewpi", "outbound", "receiver"]
    assert "brewer" in (etc / "brewpi/dashboard-users.toml").read_text()
    assert (etc / "systemd/system/brewpi-dashboard.service").exists()
    assert (served.root / "machine/brewpi-dashboard.enabled").exists()
    assert served.install("--check", "--with-board")[0] == 0

    before = facts(served)
    status, said = served.install()
    assert (status, facts(served)) == (0, before), said


def test_an_upgrade_keeps_what_is_there_and_adds_the_board_when_told(served: Machine):
    status, said = served.install("--upgrade")
    assert (status, has_board(served)) == (0, False), said
    assert "without the board, as before; --upgrade --with-board adds it" in said
    assert served.install("--check")[0] == 0
    assert served.install("--check", "--with-board")[0] == 1

    before = facts(served)
    status, said = served.install("--upgrade", "--with-board")
    assert (status, facts(served)) == (2, before)
    assert "brewer has no account yet at the board or the broker; give --password-file FILE" in said

    status, said = served.install("--upgrade", "--with-board", *password(served))
    assert (status, has_board(served)) == (0, True), said
    assert "board: https://" in said
    assert served.install("--check", "--with-board")[0] == 0


def test_nothing_is_begun_for_a_board_that_nobody_may_use(served: Machine):
    before = facts(served)
    status, said = served.install()
    assert (status, facts(served)) == (2, before)
    assert "give --password-file FILE to make one, or --without-board to go on without the board" in said


def test_a_board_whose_packages_cannot_be_had_changes_nothing(served: Machine, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    before = facts(served)
    status, said = served.install(*password(served), "--wheels", str(tmp_path / "empty"))
    assert (status, facts(served)) == (1, before)
    assert served.lives()
    assert "deploy/locks/all.txt cannot be installed" in said
    assert "--upgrade --with-board takes those of this checkout" in said
    assert served.install("--check")[0] == 0


def test_a_service_that_does_not_live_beside_the_board_goes_back(served: Machine):
    daemon = served.release / "source/brewpi/service/daemon.py"
    daemon.write_text(daemon.read_text().replace("    clock = SystemClock()\n", "    raise MemoryError('broken')\n", 1))
    before = facts(served)
    status, said = served.install(*password(served))
    assert status == 1, said
    assert f"rolled back: {served.release.name} runs" in said
    assert facts(served)[1:] == before[1:]
    assert served.lives()
    assert not (served.root / "machine/brewpi-dashboard.enabled").exists()


@pytest.mark.parametrize("words", [["--without-board"], ["--upgrade", "--without-board"]])
def test_a_board_is_never_taken_away_in_passing(boarded: Machine, words: list[str]):
    before = facts(boarded)
    status, said = boarded.install(*words)
    assert (status, facts(boarded)) == (2, before)
    assert "this machine has the board, which --without-board does not take away; nothing was changed" in said


def test_a_board_that_was_disabled_stays_so_through_an_upgrade(boarded: Machine):
    enabled = boarded.root / "machine/brewpi-dashboard.enabled"
    enabled.unlink()
    status, said = boarded.install("--upgrade")
    assert (status, has_board(boarded), enabled.exists()) == (0, True, False), said


def test_a_config_that_is_there_is_kept_and_that_is_said(boarded: Machine):
    before = facts(boarded)
    status, said = boarded.install("--site", "hillside", "--tanks", "5")
    assert (status, facts(boarded)) == (0, before), said
    assert "the site is 'riverside'; --site hillside is for a new one" in said
    assert "has 2 tanks; --tanks 5 is for a new one" in said
    status, said = boarded.install("--site", "riverside", "--tanks", "2")
    assert (status, facts(boarded)) == (0, before), said
    assert "kept:" not in said


def test_a_password_that_is_there_is_kept_and_the_way_to_another_is_said(boarded: Machine):
    before = facts(boarded)
    status, said = boarded.install(*password(boarded))
    assert (status, facts(boarded)) == (0, before), said
    users = boarded.root / "etc/brewpi/dashboard-users.toml"
    assert f"to change it: sudo brewpi dashboard-user brewer --role operate --users {users}" in said
    assert "to change it: sudo brewpi broker-users operator brewer --site riverside" in said


def test_another_operator_is_let_in_everywhere_or_nowhere(boarded: Machine):
    before = facts(boarded)
    status, said = boarded.install("--user", "anna")
    assert (status, facts(boarded)) == (2, before)
    assert "anna has no account yet at the board or the broker; give --password-file FILE to make one" in said

    status, said = boarded.install("--user", "anna", *password(boarded))
    assert status == 0, said
    assert "as anna" in said
    assert {"anna", "brewer"} <= set(accounts(boarded))
    users = (boarded.root / "etc/brewpi/dashboard-users.toml").read_text()
    assert re.findall(r'^\["(\w+)"\]', users, re.M) == ["anna", "brewer"]

    before = facts(boarded)
    status, said = boarded.install("--user", "anna")
    assert (status, facts(boarded)) == (0, before), said


def test_another_version_is_taken_by_an_upgrade_alone_and_that_is_said(boarded: Machine):
    (boarded.source / "brewpi/service/daemon.py").open("a").write("# newer\n")
    before = facts(boarded)
    status, said = boarded.install()
    assert (status, facts(boarded)) == (0, before), said
    assert f"kept: {boarded.release.name} runs, and this checkout" in said
    assert "is another version; --upgrade takes it" in said
    assert "is not the version that runs; --upgrade takes it" in boarded.install("--check")[1]
    assert boarded.install("--upgrade")[0] == 0
    assert "kept:" not in boarded.install()[1]


def test_a_config_in_the_browser_that_was_ended_by_hand_stays_so(boarded: Machine):
    assert boarded.install("--setup-in-browser")[0] == 0
    conf = boarded.root / "etc/systemd/system/brewpi-dashboard.service.d/setup.conf"
    assert conf.exists()
    assert boarded.install("--upgrade")[0] == 0
    assert conf.exists()
    conf.unlink()
    status, said = boarded.install()
    assert (status, conf.exists()) == (0, False)
    assert "--setup-in-browser" in said


@pytest.mark.parametrize(("words", "sentence"), [
    (["--upgrade", "--uninstall"], "--upgrade and --uninstall: one of them"),
    (["--with-board", "--without-board"], "--with-board and --without-board: one of them"),
    (["--uninstall", "--without-board"], "--uninstall takes no other option"),
    (["--check", "--site", "hillside"], "--check takes no other option than --with-board"),
    (["--setup-in-browser", "--without-board"], "--setup-in-browser needs the board"),
])  # fmt: skip
def test_wishes_that_exclude_each_other_change_nothing(quick: Machine, words: list[str], sentence: str):
    status, said = quick.install(*words)
    assert status == 2
    assert sentence in said
    assert not (quick.root / "opt").exists()
    assert not (quick.root / "etc/brewpi").exists()


@pytest.mark.parametrize(("there", "words"), [
    ([], ["--site", "HOST", "--tanks", "1", "--password-file", "FIRST"]),
    (["etc/brewpi/cellar.toml"], ["--password-file", "FIRST"]),
    (["etc/brewpi/cellar.toml", "etc/brewpi/dashboard-users.toml"], []),
    (["etc/brewpi/cellar.toml", "opt/brewpi/.venv"], ["--upgrade"]),
])  # fmt: skip
def test_the_package_asks_the_installer_for_what_is_missing(tmp_path: Path, there: list[str], words: list[str]):
    _, control = unpacked(tmp_path)
    for name in there:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".venv"):
            (tmp_path / name).symlink_to("releases")
        else:
            (tmp_path / name).write_text("there\n")
    script = (control / "postinst").read_text()
    script = script.replace("/usr/share/brewpi/deploy/install.sh", f"{tmp_path}/asked", 1)
    for folder in ("/opt/brewpi", "/etc/brewpi"):
        script = script.replace(folder, f"{tmp_path}{folder}")
    (tmp_path / "asked").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$0.words"\n')
    (tmp_path / "asked").chmod(0o755)
    done = subprocess.run(["sh", "-c", script, "postinst", "configure"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked.words").read_text().split()
    expected = [str(tmp_path / "etc/brewpi/first-password") if word == "FIRST" else word for word in words]
    assert [word for word in asked if asked[asked.index(word) - 1] != "--site"] == [w for w in expected if w != "HOST"]
    assert ("brewer" in done.stdout) is ("FIRST" in words)
