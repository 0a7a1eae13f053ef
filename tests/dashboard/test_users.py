"""The file of users, as it is written, read and changed under a running board."""

import os
import pty
import stat
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from brewpi.cli import app
from brewpi.dashboard.auth.users import Users, hashed, matches, read, write

PASSWORD = "hops and malt"


def command(users: Path, name: str, *more: str, password: str = PASSWORD):
    return CliRunner().invoke(app, ["dashboard-user", name, "--users", str(users), *more], input=f"{password}\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users.toml"


def test_the_command_makes_a_file_that_only_its_owner_reads_and_that_holds_no_password(file):
    done = command(file, "anna", "--role", "operate")
    assert done.exit_code == 0, done.output
    assert "anna is new and may operate" in done.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text()
    anna = read(file)["anna"]
    assert matches(anna, PASSWORD)
    assert not matches(anna, "hops and barley")


def test_others_stay_when_one_is_added_changed_or_removed(file):
    command(file, "anna", "--role", "operate")
    command(file, 'Jörg "der Böttcher"')
    assert "has a new password" in command(file, "anna", password="another password").output
    known = read(file)
    assert {name: user.role for name, user in known.items()} == {"anna": "view", 'Jörg "der Böttcher"': "view"}
    assert not matches(known["anna"], PASSWORD)
    assert command(file, "anna", "--remove").exit_code == 0
    assert list(read(file)) == ['Jörg "der Böttcher"']
    assert list(file.parent.iterdir()) == [file], "nothing half written is left"


def test_an_old_file_keeps_its_mode(file):
    command(file, "anna")
    file.chmod(0o640)
    command(file, "vera")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [
        ("anna", "short", "a password has 10 characters or more"),
        ("an\nna", PASSWORD, "users.toml"),
        ("", PASSWORD, "users.toml"),
    ],
)
def test_what_cannot_be_a_user_is_refused_in_a_sentence(file, name, password, says):
    done = command(file, name, password=password)
    assert done.exit_code == 2
    assert says in done.output
    assert "Traceback" not in done.output
    assert not file.exists()


def test_removing_somebody_unknown_is_said(file):
    done = command(file, "anna", "--remove")
    assert done.exit_code == 2
    assert "knows no anna" in done.output


def test_a_file_that_breaks_lets_nobody_in_until_it_is_mended(file, caplog):
    command(file, "anna")
    users = Users(file)
    right = file.read_text()
    assert users.get("anna")
    file.write_text(right.replace("$argon2id", "$plain"))
    assert users.get("anna") is None
    assert "until it is mended nobody may sign in" in caplog.text
    file.write_text(right + "\n")
    assert users.get("anna")
    file.unlink()
    assert users.get("anna") is None


def test_a_file_that_an_editor_begins_with_a_mark_is_read(file):
    command(file, "anna")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert Users(file).get("anna")


def test_two_equal_passwords_have_different_hashes():
    assert hashed(PASSWORD) != hashed(PASSWORD)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_root_who_changes_a_file_leaves_it_to_its_owner(file):
    write(file, {})
    os.chown(file, 12345, 12345)
    command(file, "anna")
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 12345)


@pytest.mark.parametrize("typed", [[b"\x03"], [b"\x04"], [b"hops and malt\n", b"\x03"], [b"hops and malt\n", b"\x04"]])
def test_whoever_leaves_at_the_question_gets_a_sentence(tmp_path: Path, typed: list[bytes]):
    """Ctrl-C and Ctrl-D at a terminal, at the first question and at the second."""
    pid, terminal = pty.fork()
    if not pid:
        words = ["-m", "brewpi", "dashboard-user", "anna", "--users", str(tmp_path / "users")]
        os.execv(sys.executable, [sys.executable, *words])
    said = b""
    for question, keys in zip((b"password", b"again"), typed, strict=False):
        while question not in said:
            said += os.read(terminal, 1000)
        while termios.tcgetattr(terminal)[3] & termios.ECHO:  # what is typed before is thrown away
            time.sleep(0.01)
        os.write(terminal, keys)
    with suppress(OSError):  # the end of a terminal
        while more := os.read(terminal, 1000):
            said += more
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
    assert said.decode().splitlines()[-1] == "ended without an answer; what was asked for is not done"
    assert b"Traceback" not in said
    assert not (tmp_path / "users").exists()
