"""What people get wrong on the command line: one sentence each, in words of theirs, with what to do."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import typer
from command_line import brewpi

from brewpi.cli import app
from brewpi.offline.tables import show

ALE = Path(__file__).parents[1] / "docs" / "ale.csv"
CONFIG = """
site = "riverside"

[tanks.fv1]
volume_l = 500
sensors.beer = { kind = "ds18b20", id = "28-0316a2794eff" }
sensors.pill = { kind = "topic", topic = "pill", format = "ispindel", unit = "sg" }
"""


PILL = ("calibrate", "cellar.toml", "fv1.pill", "sg")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "cellar.toml").write_text(CONFIG)
    (tmp_path / "junk.txt").write_text("hello\n")
    (tmp_path / "folder").mkdir()
    shutil.copy(ALE, tmp_path / "ale.csv")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*PILL, "--point", "1"), "--point 1: a point is READ=TRUE, such as 1.051="),
        ((*PILL, "--point", "a=b"), "--point a=b: a point is READ=TRUE"),
        ((*PILL, "--offset", "0.1", "--since", "2026-13-01"), "--since 2026-13-01: a"),
        ((*PILL, "--offset", "1e300"), "fv1.pill: that moves every reading too far"),
        ((*PILL, "--offset", "nan"), "fv1.pill: that moves every reading too far"),
        (
            (*PILL, "--point", "1.05=1.04", "--offset", "0.01"),
            "--point and --offset say the same thing",
        ),
        (("predict", "ale.csv", "--at", ""), "--at : give elapsed hours, such as --at 24,48.5"),
        (("predict", "ale.csv", "--hold", "18,5"), "number, such as 18.5; see root predict --help; a decimal has"),
        (("predict", "ale.csv", "--hold", "65F"), "; a number stands alone, without its unit: 65 °F are 18.3 °C"),
        (("predict", "ale.csv", "--og", "12 °P"), "; a number stands alone, without its unit: 12 °P are 1.048"),
        (("simulate", "cellar.toml", "--seed", "1,5"), "should be a whole number; see root simulate --help\n"),
        (("predict", "ale.csv", "--hold", "18", "--hold", "19"), "--hold is given twice; leave one of them out; see"),
        (("model", "list", "--home", "a", "--home", "b"), "--home is given twice; leave one of them out; see"),
        (("predict", ""), 'LOG is an empty name (""); name a file or folder, "." for this folder; see root predict'),
        (("predict", "ale.csv", ""), 'LOG is an empty name ("")'),
        (("import", "ale.csv", "--out", ""), '--out is an empty name ("")'),
        (("model", "install", "no", "--home="), '--home is an empty name ("")'),
        (("dashboard", "--broker", "x", "--users", ""), '--users is an empty name ("")'),
        (("predict", "ale.csv", "--og", "12"), "12 is not in 1.000 to 1.200; is 1.200 meant?; 12 °P are 1.048"),
        (("import", "ale.csv", "--out", "junk.txt"), "--out junk.txt: is a file; name a folder"),
        (("replay", "--store", "folder"), "folder: is a folder; the record is the path under [store] in the config"),
        (("restore", "junk.txt"), "junk.txt: is no whole backup of brewpi (File is not a zip file); nothing was"),
        (
            ("backup", "nowhere/b.zip", "--config", "cellar.toml", "--record", "junk.txt"),
            "nowhere/b.zip: there is no such file; look at its name and its folder; nothing was written",
        ),
        (
            ("broker-users", "operator", "anna", "--directory", "folder", "--site", "r", "--password-file", "no/x"),
            "no/x: cannot be written (No such file or directory)",
        ),
        (("api-token", "add", "x", "--file", "no/tokens"), "no/tokens: cannot be written (No such file or directory)"),
        (("dashboard-user", "anna", "--users", "no/users"), "users: No such file or directory"),
        (("dashboard-user", "", "--users", "users"), '"": should have at least 1 character'),
        (("dashboard", "--push-contact", "anna"), "push_contact: should be like 'anna@brewery.example'"),
        (("model", "list", "--home", "x" * 300), "xxx...: no file has so long a name; type a shorter one"),
        (("replay", "cellar.toml", "ale.csv", "--tank", ""), 'cellar.toml: has no tank ""; known: fv1'),
        ((*PILL, "--offset", "0.1", "--since", ""), "--since : a day is YYYY-MM-DD"),
        (("dashboard", "--setup", "nope.toml"), "--setup nope.toml: there is no such file; name the config"),
        (("bridge", "--site", "r", "--central", "c:0", "--password-file", "junk.txt", "--ca-file", "x"),
         '"c:0": a port is 1 to 65535'),
        (("model", "install", "no", "--home", "junk.txt"), "junk.txt: a file is where a folder has to be; name a"),
        (("model", "show", "folder", "--home", "folder"), "folder: holds no model (fermentation.json is not there)"),
        (
            ("dashboard", "--tls-certificate", "junk.txt", "--tls-key", "junk.txt"),
            "--tls-certificate junk.txt: is no certificate in PEM, or --tls-key junk.txt not its key",
        ),
    ],
)
def test_a_mistake_is_one_sentence_in_plain_words(
    here: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
):
    monkeypatch.chdir(here)
    done = brewpi(*words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("wiring", "cellar.toml", "--out", "cellar.toml"),
        ("backup", "cellar.toml", "--config", "cellar.toml", "--record", "junk.txt"),
        ("bridge", "--site", "r", "--central", "c", "--password-file", "junk.txt", "--ca-file", "x",
         "--out", "cellar.toml"),
        ("broker-users", "operator", "anna", "--directory", "new", "--site", "r", "--password-file", "cellar.toml"),
        ("wiring", "cellar.toml", "--out", "pipe"),
        ("broker-users", "operator", "anna", "--directory", "new", "--site", "r", "--password-file", "pipe"),
        ("model", "key", "mine"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_nothing_of_another_kind_is_written_over(here: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]):
    """A config in the place of the drawing was lost, and as root a device file such as /dev/null replaced."""
    monkeypatch.chdir(here)
    os.mkfifo("pipe")
    Path("mine.pub").write_text("the public half of an earlier key")
    before = sorted(here.iterdir())
    done = brewpi(*words)
    assert (done.returncode, len(done.stderr.strip().splitlines()), done.stdout) == (2, 1, "")
    assert sorted(here.iterdir()) == before
    assert (here / "cellar.toml").read_text() == CONFIG
    assert (here / "pipe").is_fifo()
    assert (here / "mine.pub").read_text() == "the public half of an earlier key"


@pytest.mark.parametrize(
    "words",
    [
        ("broker-users", "operator", "anna", "--directory", "new", "--site", "r", "--password-file", "password"),
        ("recipe", "import", "recipe.xml", "--out", "pale.toml"),
        ("wiring", "cellar.toml", "--out", "wiring.svg"),
    ],
    ids=" ".join,
)
def test_a_full_disk_leaves_nothing_half_done(here: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]):
    """The broker took a password that no file held, and half a recipe was in the way of the whole one."""
    monkeypatch.chdir(here)
    Path("recipe.xml").write_text("<RECIPES><RECIPE><OG>1.050</OG></RECIPE></RECIPES>")
    before = sorted(here.iterdir())
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("brewpi.hardware.files.os.fsync", Mock(side_effect=full))
    done = brewpi(*words)
    assert (done.returncode, "No space left on device" in done.stderr) == (2, True)
    assert sorted(here.iterdir()) == before


def test_what_was_written_before_is_written_again_and_a_link_stays_one(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(here)
    Path("wiring.svg").symlink_to("folder/drawing.svg")
    for _ in range(2):
        assert brewpi("wiring", "cellar.toml", "--out", "wiring.svg").returncode == 0
    assert Path("wiring.svg").is_symlink()
    assert Path("folder/drawing.svg").read_text().startswith("<svg")


def test_a_batch_that_a_file_does_not_have_is_told(here: Path, monkeypatch: pytest.MonkeyPatch):
    """A file of one batch was forecast whatever --batch said."""
    monkeypatch.chdir(here)
    done = brewpi("predict", "ale.csv", "--batch", "FV3")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == 'ale.csv: holds one batch, which has no name; leave out --batch "FV3".\n'
    assert brewpi("predict", "ale.csv", "--batch", "ale", "--at", "0").returncode == 0


def test_a_log_that_may_not_be_read_does_not_stop_the_others(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(here)
    monkeypatch.setattr("os.access", lambda *_, **__: False)  # what the command line asks before the command is called
    done = brewpi("predict", "ale.csv", "folder", "--at", "0")
    assert (done.returncode, "ale.csv" in done.stdout) == (1, True)


def test_hours_with_a_comma_in_them_are_told_as_they_were_taken(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(here)
    assert brewpi("predict", "ale.csv", "--at", "18,5").stderr.startswith("--at 18,5: taken as 18 h and 5 h; a comma")
    assert brewpi("predict", "ale.csv", "--at", "5,18").stderr == ""


def test_a_point_may_have_commas(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(here)
    done = brewpi(*PILL, "--point", "1,051=1,048", "--since", "2026-05-01")
    assert "offset = -0.003 }" in done.stdout


def test_an_import_never_writes_over_the_log_that_it_reads(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(here)
    (here / "ale.json").write_text('{"beverage": "beer"}')
    before = (here / "ale.csv").read_bytes()
    for out in (".", "./"):
        done = brewpi("import", "ale.csv", "--out", out)
        assert done.returncode == 0
        assert (here / "ale.csv").read_bytes() == before
        assert (here / "ale.json").read_text() == '{"beverage": "beer"}'
        assert (here / "ale 2.csv").exists()


@pytest.mark.parametrize("columns", [40, 76, 80, 200])
def test_a_forecast_keeps_the_name_of_its_log_and_all_else_on_any_terminal(
    here: Path, monkeypatch: pytest.MonkeyPatch, columns: int
):
    monkeypatch.chdir(here)
    monkeypatch.setenv("COLUMNS", str(columns))
    out = brewpi("predict", "ale.csv", "--at", "48").stdout
    for shown in ("ale.csv", "48 h", "1.0325", "rest in", "ends at", "stuck", "by"):
        assert shown in out
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= columns


def test_a_table_without_rows_is_its_headings(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    show(("log", "n"), [])
    assert "log" in capsys.readouterr().out


def commands() -> list[tuple[str, ...]]:
    """Every command, as it is typed."""
    program: Any = typer.main.get_command(app)
    return [
        (name, *under) for name, command in program.commands.items()
        for under in ([(one,) for one in command.commands] if hasattr(command, "commands") else [()])
    ]  # fmt: skip


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_the_help_names_what_an_option_wants_and_not_pythons_types(words: tuple[str, ...]):
    shown = brewpi(*words, "--help").stdout
    assert not re.findall(r"^ +-.*<(?:str|int|float|path|list\b).*", shown, re.MULTILINE)
    assert "[[" not in shown
