"""The commands as a person types them: what they print, what they refuse, and with which status."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from fresh_imports import brings
from typer.testing import CliRunner

from brewpi.cellar.cellar import Cellar
from brewpi.cli import app
from brewpi.config.config import loads
from brewpi.hardware.lock import lock_config
from brewpi.registry import load
from brewpi.sensors import KINDS

CONFIG = """
site = "riverside"

[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794eff" }
gravity = { kind = "topic", topic = "tilt/red", format = "tiltbridge" }
[tanks.fv1.outputs]
heat = { kind = "relay", pin = 17 }
cool = { kind = "relay", pin = 27, compressor = true }
[tanks.fv1.temperature]
target_c = 19.0
"""
BAND = ["p10", "p50", "p90"]


@pytest.fixture
def cellar(tmp_path: Path) -> Path:
    path = tmp_path / "cellar.toml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A plain ale, logged every half hour for eight days."""
    hours = np.arange(0.0, 192.0, 0.5)
    sg = 1.010 + 0.040 / (1.0 + np.exp(0.08 * (hours - 40.0)))
    lines = [f"{h:.2f},{g:.4f},19.0" for h, g in zip(hours, sg, strict=True)]
    path = tmp_path / "fv1.csv"
    path.write_text("\n".join(["hours,sg,temp_c", *lines]) + "\n")
    return path


def brewpi(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


# --- predict


def test_predict_prints_the_objects_of_the_contract(log):
    done = brewpi("predict", log, "--at", "24,48.5", "--json")

    assert done.exit_code == 0
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    bands = ["remaining_h", "rest_h", "final_sg"]
    named = ["p_stuck", "assumed", "why", "temp_c", "notes"]
    assert list(first) == ["log", "at_h", "sg", "source", "actionable", *bands, *named]
    assert (first["log"], first["at_h"], second["at_h"]) == ("fv1.csv", 24.0, 48.5)
    assert first["source"] == "model"
    for key in ("remaining_h", "rest_h", "final_sg"):
        assert list(first[key]) == BAND
        assert first[key]["p10"] <= first[key]["p50"] <= first[key]["p90"]


def test_predict_speaks_of_the_last_reading_when_no_time_is_said(log):
    (said,) = (json.loads(line) for line in brewpi("predict", log, "--json").stdout.splitlines())
    assert said["at_h"] == 191.5
    assert said["remaining_h"] == {"p10": 0.0, "p50": 0.0, "p90": 0.0}


def test_predict_never_looks_ahead(log, tmp_path):
    lines = log.read_text().splitlines()
    short = tmp_path / "short.csv"
    short.write_text("\n".join(lines[: 1 + 97]) + "\n")  # up to 48 h

    whole, cut = (json.loads(brewpi("predict", path, "--at", "48", "--json").stdout) for path in (log, short))

    assert {**whole, "log": ""} == {**cut, "log": ""}


def objects(*words: object) -> list[dict]:
    return [json.loads(line) for line in brewpi("predict", *words, "--json").stdout.splitlines()]


def test_predict_leaves_out_a_hand_reading_that_the_next_one_contradicts_and_says_so(tmp_path):
    must = [1.0672, 1.0539, 1.0475, 1.0413, 1.0371, 1.0318, 1.0285, 1.0247, 1.0209, 1.0177]
    rows = [f"{24 * i},{sg}" for i, sg in enumerate(must)]
    wrong, without = tmp_path / "wrong.csv", tmp_path / "without.csv"
    wrong.write_text("\n".join(["hours,sg", *rows[:7], "168,1.0147", *rows[8:]]) + "\n")
    without.write_text("\n".join(["hours,sg", *rows[:7], *rows[8:]]) + "\n")
    at = ["--medium", "wine", "--at", "168,192,216"]
    (before, *told), (_, *expected) = objects(wrong, *at), objects(without, *at)
    assert before["notes"] == []  # nothing contradicts it yet
    for one, other in zip(told, expected, strict=True):
        (note,) = one["notes"]
        assert note.startswith("gravity 1.0147 at 168 h lies 6 points under the next one: ")
        assert {**one, "log": "", "notes": []} == {**other, "log": "", "notes": []}
    assert brewpi("predict", wrong).stdout.count("was it misread?") == 1


def test_predict_doubts_a_last_reading_that_no_beer_can_have(tmp_path):
    rows = ["hours,sg", "0,1.058", "24,1.052", "48,1.041", "72,1.031"]
    slip, without = tmp_path / "slip.csv", tmp_path / "without.csv"
    slip.write_text("\n".join([*rows, "96,1.000"]) + "\n")
    without.write_text("\n".join(rows) + "\n")
    (told,), (expected,) = objects(slip, "--at", "96"), objects(without, "--at", "96")
    assert told.pop("notes") == [
        "gravity 1.0000 lies 20 points under where the beer was going; not believed until the next reading: was it"
        " misread?"
    ]
    assert {**told, "log": ""} == {key: value for key, value in {**expected, "log": ""}.items() if key != "notes"}


def test_predict_says_why_in_a_line_of_its_own(tmp_path):
    idle = tmp_path / "idle.csv"
    idle.write_text("\n".join(["hours,sg", *(f"{24 * i},{1.052 - 0.0002 * (i % 2)}" for i in range(12))]) + "\n")
    said = brewpi("predict", idle, "--at", "0,264").stdout.splitlines()
    assert "idle.csv, 0 h: needs two readings; has one" in said
    (why,) = [line for line in said if line.startswith("idle.csv, 264 h: ")]
    assert why.startswith("idle.csv, 264 h: has not begun to ferment in 11 days, ")
    assert why.endswith("does the hydrometer lie in it?")
    assert [line.split()[-1] for line in said if line.startswith(" idle.csv ")] == ["none", "model"]


@pytest.mark.parametrize(
    ("name", "speaks_of"),
    [("Hard cider 3.csv", "cider"), ("RieslingTank4.csv", "wine"), ("miód 2024.csv", "mead"), ("fv1.csv", None),
     ("Cider House Pale Ale.csv", None), ("summer ale.csv", None), ("cidery tank.csv", None)],
)  # fmt: skip
def test_predict_asks_about_a_name_that_speaks_of_another_medium_than_it_assumes(log, tmp_path, name, speaks_of):
    named = tmp_path / name
    named.write_text(log.read_text())

    (said,) = (json.loads(line) for line in brewpi("predict", named, "--at", "48", "--json").stdout.splitlines())

    asked = f"taken for beer, but its name speaks of {speaks_of}: add --medium {speaks_of}"
    assert said["notes"] == ([asked] if speaks_of else [])
    assert said["assumed"]["medium"] == "beer"
    told = brewpi("predict", named, "--at", "48", "--json", "--medium", "cider")
    assert json.loads(told.stdout)["notes"] == []


def test_predict_answers_what_if_it_is_held_warmer(log):
    cold, as_it_is, warm = (objects(log, "--at", "48", "--hold", c)[0]["remaining_h"]["p50"] for c in (16, 19, 24))
    assert warm < as_it_is < cold
    assert as_it_is == objects(log, "--at", "48")[0]["remaining_h"]["p50"]


@pytest.mark.parametrize(
    ("held", "why"),
    [("68", "68 is not in -2 to 45 °C; 68 °F are 20.0 °C"), ("46", "46 is not in -2 to 45 °C; 46 °F are 7.8 °C"),
     ("-3", "-3 is not in -2 to 45 °C"), ("200", "200 is not in -2 to 45 °C")],
)  # fmt: skip
def test_a_temperature_to_hold_that_no_beer_bears_says_what_it_is_in_fahrenheit(log, held, why):
    done = brewpi("predict", log, "--hold", held)
    assert done.exit_code == 2
    assert f" predict: Invalid value for '--hold': {why}; see " in done.stderr


def test_predict_says_when_holding_it_warmer_makes_no_difference(log, tmp_path):
    blind = tmp_path / "blind.csv"
    header, *lines = log.read_text().split()
    blind.write_text("\n".join([header, *(line.removesuffix("19.0") for line in lines)]))
    (said,) = objects(blind, "--at", "48", "--hold", "24")
    assert said["why"] == "no temperature in the log, --hold changes nothing"
    (said,) = objects(log, "--at", "0", "--hold", "24")
    assert said["why"] == "needs two readings; has one; without the model, --hold changes nothing"


@pytest.mark.parametrize(("typed", "meant"), [("12.9", "12.9 °P are 1.052"), ("1052", "is 1.052 meant?")])
def test_predict_says_what_an_original_gravity_in_another_unit_means(log, typed, meant):
    done = brewpi("predict", log, "--og", typed)
    assert (done.exit_code, meant in done.stderr) == (2, True)


def test_predict_says_what_is_missing(log):
    (said,) = (json.loads(line) for line in brewpi("predict", log, "--at", "0", "--json").stdout.splitlines())
    assert (said["source"], said["remaining_h"], said["why"]) == ("none", None, "needs two readings; has one")


def test_a_file_that_is_no_log_does_not_stop_the_others(log, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("")

    done = brewpi("predict", bad, log, "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["log"] == "fv1.csv"
    assert done.stderr.startswith("bad.csv: ")


def test_predict_in_a_table_for_a_person(log):
    done = brewpi("predict", log, "--at", "48")
    assert done.exit_code == 0
    assert "fv1.csv" in done.stdout
    assert "80 %" in done.stdout


@pytest.mark.parametrize("at", ["soon", "-3", "1,,2", "nan"])
def test_predict_refuses_times_that_are_none(log, at):
    done = brewpi("predict", log, f"--at={at}")
    assert done.exit_code == 2
    assert done.stderr == f"--at {at}: give elapsed hours, such as --at 24,48.5\n"


def test_without_its_model_the_curve_answers_and_says_so(log, tmp_path):
    done = brewpi("predict", log, "--at", "48", "--json", "--model", tmp_path / "nowhere")
    said = json.loads(done.stdout)
    assert said["source"] == "curve"
    assert "nowhere" in said["why"]
    assert "the fitted curve answers instead" in done.stderr


# --- check, simulate, replay, run, off


def test_check_praises_a_right_config(cellar):
    done = brewpi("check", cellar)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "cellar.toml: no mistake found"


def test_check_names_every_mistake_and_leaves_with_2(cellar):
    cellar.write_text(CONFIG.replace("pin = 27", "pin = 17").replace("volume_l", "volume_litres"))
    lines = cellar.read_text().splitlines()
    table, option = (next(n for n, line in enumerate(lines, 1) if word in line) for word in ("[tanks.fv1]", "litres"))
    done = brewpi("check", cellar)
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        f'cellar.toml: tanks.fv1: option "volume_l" is missing (litres of beer in the tank) (line {table})',
        f'cellar.toml: tanks.fv1: unknown option "volume_litres"; did you mean "volume_l"? (line {option})',
    ]


@pytest.mark.parametrize("command", ["check", "run", "simulate", "off"])
def test_every_command_refuses_a_missing_config_in_one_sentence(command, tmp_path):
    done = brewpi(command, tmp_path / "cellar.toml")
    assert done.exit_code == 2
    assert "no such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_remarks_that_the_password_cannot_be_read_here(cellar, tmp_path):
    cellar.write_text(f'{CONFIG}\n[mqtt]\nusername = "brewpi"\npassword_file = "{tmp_path}/password"\n')
    done = brewpi("check", cellar)
    assert done.exit_code == 0
    assert done.stderr == (
        f"cellar.toml: mqtt.password_file: {tmp_path}/password cannot be read here (No such file or directory);"
        f" the user that runs brewpi has to be able to (line {cellar.read_text().count(chr(10))})\n"
    )
    (tmp_path / "password").write_text("secret\n")
    assert brewpi("check", cellar).stderr == ""


def test_check_remarks_that_the_brokers_authority_cannot_be_read_here(cellar, tmp_path):
    cellar.write_text(f'{CONFIG}\n[mqtt]\ntls = true\nca_file = "{tmp_path}/ca.crt"\n')
    assert brewpi("check", cellar).stderr.startswith(
        f"cellar.toml: mqtt.ca_file: {tmp_path}/ca.crt cannot be read here (No such file or directory);"
    )


@pytest.mark.parametrize(
    ("lies_there", "sentence"),
    [
        (None, "holds no model (fermentation.json is not there)"),
        ("{}", "fermentation.json: not a model card (KeyError: 'format')"),
    ],
)
def test_check_remarks_that_no_model_is_in_the_directory(lies_there, sentence, cellar, tmp_path):
    """The service would run, and only its log would say that the curves forecast alone."""
    if lies_there:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "fermentation.json").write_text(lies_there)
    cellar.write_text(CONFIG.replace("[tanks.fv1]", f'[model]\ndirectory = "{tmp_path}/mine"\n[tanks.fv1]', 1))
    said = brewpi("check", cellar).stderr
    assert said.startswith(f"cellar.toml: model.directory: {tmp_path}/mine")
    assert sentence in said


def test_a_record_that_is_some_other_file_is_refused_and_stays(cellar, tmp_path):
    users = tmp_path / "users"
    users.write_text("brewer:secret\n")
    cellar.write_text(CONFIG.replace("[tanks.fv1]", f'[store]\npath = "{users}"\n[tanks.fv1]', 1))
    assert brewpi("check", cellar).stderr == (
        f"cellar.toml: store.path: {users} is no record of brewpi but some other file, which stays as it is;"
        f" name a file of its own; run refuses it (line {1 + CONFIG.partition('[tanks.fv1]')[0].count(chr(10)) + 1})\n"
    )
    done = brewpi("run", cellar)
    assert done.exit_code == 2
    assert "store.path" in done.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["cellar.toml", "users"]
    assert users.read_text() == "brewer:secret\n"


@pytest.mark.parametrize(
    ("wired", "level", "number"),
    [("pin = 5", "high", 5), ("pin = 22, active_high = false", "low", 22), ("pin = 6, active_high = false", None, 6)],
)
def test_check_remarks_that_a_relay_is_on_while_the_pi_boots(wired, level, number, cellar):
    """And for as long as the service does not start: a heater, or an open drain."""
    cellar.write_text(re.sub(r"(heat = .*?)pin = \d+", rf"\1{wired}", CONFIG, count=1))
    said = brewpi("check", cellar).stderr
    assert said.startswith(
        f"cellar.toml: tanks.fv1.outputs.heat: GPIO{number} is {level} while the Pi boots, and this" if level else ""
    )
    assert len(said.splitlines()) == bool(level)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("records", "records is a folder, and nothing would be kept; name a file in it, "),
        ("cellar.toml/brewpi.sqlite", "cellar.toml is a file, and nothing would be kept; name a folder"),
        ("new/brewpi.sqlite", ""),
    ],
)
def test_check_remarks_that_no_record_can_be_kept_there(path, sentence, cellar, tmp_path):
    (tmp_path / "records").mkdir()
    cellar.write_text(CONFIG.replace("[tanks.fv1]", f'[store]\npath = "{tmp_path}/{path}"\n[tanks.fv1]', 1))
    said = brewpi("check", cellar).stderr
    assert said.startswith(f"cellar.toml: store.path: {tmp_path}/{sentence}" if sentence else "")
    assert len(said.splitlines()) == bool(sentence)


def test_a_record_of_the_working_directory_is_told_and_of_two_none_is_taken(cellar, tmp_path, monkeypatch):
    """A second start from elsewhere began another one, which did not know the doses of the first."""
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert brewpi("check", cellar).stderr == ""

    (elsewhere / "brewpi.sqlite").touch()
    said = f"cellar.toml: store.path: the record is found from {elsewhere} only; write path ="
    assert brewpi("check", cellar).stderr.startswith(said)

    (tmp_path / "brewpi.sqlite").touch()
    said = f"store.path: brewpi.sqlite is a record in {elsewhere} and in {tmp_path}; write the whole path of yours"
    assert brewpi("check", cellar).stderr == f"cellar.toml: {said}; run refuses it\n"
    for command in (["run", cellar], ["backup", tmp_path / "a.zip", "--config", cellar]):
        refused = brewpi(*command)
        assert (refused.exit_code, said in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["simulate"], "brewpi simulate: Missing argument 'CONFIG'; see brewpi simulate --help"),
        (["simulat"], "brewpi: No such command 'simulat'"),
        (["simulate", "cellar.toml", "--dayz", "3"], "brewpi simulate: No such option: --dayz"),
        (["simulate", "cellar.toml", "--days", "900"], "brewpi simulate: Invalid value for '--days': it should be"),
        (["simulate", "cellar.toml", "--days", "0,5"],
         "brewpi simulate: Invalid value for '--days': it should be a number, such as 0.5; see brewpi simulate"),
        (["simulate", "cellar.toml", "--seed", "a"], "brewpi simulate: Invalid value for '--seed': it should be a"),
        (["api-token", "add", "x", "--scope", "all", "--file", "f"],
         "brewpi api-token add: Invalid value for '--scope': 'all' is not one of 'read', 'command'; see"),
    ],
)  # fmt: skip
def test_what_no_command_knows_gets_one_sentence(words, sentence):
    done = CliRunner().invoke(app, words, prog_name="brewpi")
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(sentence)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["recipe", "import", "missing.xml"], "missing.xml: there is no such file; look at its name and its folder"),
        (["restore", "missing.backup"], "missing.backup: there is no such file; look at its name and its folder"),
        (["model", "show", "missing"], "missing: there is no such file; look at its name and its folder"),
        (["recipe", "import", "."], ".: is a folder; name a file in it"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_our_words(words, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, words, prog_name="brewpi")
    assert (done.exit_code, done.stdout, done.stderr.strip()) == (2, "", sentence)


def test_units_and_media_may_be_written_in_capitals(log):
    said = brewpi("predict", log, "--unit", "SG", "--temp-unit", "C", "--medium", "Beer")
    assert said.exit_code == 0
    assert said.stdout == brewpi("predict", log, "--unit", "sg", "--temp-unit", "c", "--medium", "beer").stdout


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 1, "what was written is not whole (No space left"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""),
    ],
)
def test_what_finds_no_room_or_no_reader_is_no_traceback(error, status, sentence, cellar, monkeypatch, capsys):
    """`brewpi wiring CONFIG > FILE` on a full card, and `| head`."""
    monkeypatch.setattr("brewpi.cli.cellar.typer.echo", Mock(side_effect=error))
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # put back behind us
    with pytest.raises(SystemExit) as ended:
        app(["check", str(cellar)])
    said = capsys.readouterr().err
    assert (ended.value.code, said.startswith(sentence), len(said.splitlines())) == (status, True, bool(sentence))


@pytest.mark.parametrize("words", [["-h"], ["check", "-h"], ["recipe", "import", "-h"]])
def test_the_help_comes_by_its_short_name_everywhere(words):
    done = brewpi(*words)
    assert done.exit_code == 0
    assert "-h, --help" in done.output


def test_a_password_of_nobody_is_refused(cellar):
    """It was left aside, and the account of the config used."""
    done = brewpi("outbound", cellar, "--password-file", "x")
    assert (done.exit_code, "--password-file needs a --username" in done.stderr) == (2, True)


def test_an_account_of_an_unknown_role_is_told_of_its_role(tmp_path):
    done = brewpi("broker-users", "boss", "anna", "--directory", tmp_path)
    assert (done.exit_code, 'there is no role "boss"' in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--broker", "mqtt://pi"], "host: should be a name or address alone; the port has an option of its own"),
        (["--password-file", "x"], "password_file needs a username"),
        (["--ca-file", "x"], "ca_file needs tls = true"),
    ],
)
def test_options_that_do_not_go_together_are_told_in_a_sentence(words, sentence):
    done = brewpi("dashboard", *words)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith(sentence)


def test_brewpi_alone_shows_its_help():
    done = brewpi()
    assert done.exit_code == 2
    assert "simulate" in done.output


def test_the_help_begins_with_what_a_cellar_wants_first():
    listed = re.findall(r"^  ([a-z][a-z-]+)  ", brewpi("--help").output, re.MULTILINE)
    assert listed[:3] == ["run", "off", "check"]


@pytest.mark.parametrize("words", [("simulate", "CONFIG", "--days", "1"), ("replay", "CONFIG", "LOG")])
def test_a_ctrl_c_that_a_library_keeps_to_itself_ends_what_is_simulated_all_the_same(words, cellar, log, monkeypatch):
    """As pydantic does with whatever is raised while it writes a payload."""
    ticks, tick = [], Cellar.tick

    def interrupted(self, now):
        ticks.append(now)
        with suppress(BaseException):
            signal.raise_signal(signal.SIGINT)
        return tick(self, now)

    monkeypatch.setattr(Cellar, "tick", interrupted)
    done = brewpi(*({"CONFIG": cellar, "LOG": log}.get(word, word) for word in words))
    assert (done.exit_code, len(ticks)) == (130, 1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_a_terminal_without_our_letters_gets_the_rest(encoding, cellar, tmp_path):
    def said(*words):
        return subprocess.run(
            [sys.executable, "-m", "brewpi", *map(str, words)], capture_output=True, timeout=60,
            env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        )  # fmt: skip

    shown = said("simulate", cellar, "--days", "0.01")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "C" in shown.stdout.decode(encoding)
    drawing = said("wiring", cellar)
    assert (drawing.returncode, drawing.stderr) == (0, b"")
    assert "Ω" in drawing.stdout.decode("utf-8")  # a file, whatever the terminal


def test_simulate_tells_the_same_story_for_the_same_seed(cellar):
    first, second, other = (
        brewpi("simulate", cellar, "--days", "1", "--seed", seed, "--json").stdout for seed in (3, 3, 4)
    )
    assert first == second != other
    lines = [json.loads(line) for line in first.splitlines()]
    last = [line for line in lines if line["topic"] == "state"][-1]
    assert last["elapsed_h"] == 24.0
    assert abs(last["beer_c"] - 19.0) < 1.0
    assert last["sg"] < 1.045


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_tank_with_any_one_sensor_can_be_simulated(kind, tmp_path):
    """The installer's first config knows hand readings alone; `simulate` once asked to be started with `simulate`."""
    example = load(KINDS, kind).example
    cellar = tmp_path / "cellar.toml"
    cellar.write_text(f'site = "riverside"\n[tanks.fv1]\nvolume_l = 50\n[tanks.fv1.sensors]\n{example}\n')
    done = brewpi("simulate", cellar, "--days", "0.6", "--json")
    assert done.exit_code == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    states = [line for line in lines if line["topic"] == "state"]
    (sensor,) = loads(cellar.read_text(), "cellar.toml").tanks["fv1"].sensors.values()
    for quantity in set(sensor.measures()) & set(states[0]):
        assert any(state[quantity] is not None for state in states)
    assert not [line for line in lines if "simulated tank" in line.get("text", "")]


def test_replay_tells_what_would_have_been(cellar, log):
    done = brewpi("replay", cellar, log, "--json")
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["state"]["sg"] == pytest.approx(1.010, abs=0.0005)
    assert any(line["forecast"]["source"] == "model" for line in lines)
    assert lines[-1]["forecast"]["remaining_h"]["p50"] == 0.0


def test_replay_says_nothing_twice(cellar, log):
    lines = brewpi("replay", cellar, log).stdout.splitlines()
    assert lines[-1].split()[:3] == ["191.5", "h", "1.0100"]
    assert len(set(lines)) == len(lines)


def test_replay_misses_the_temperature_once(cellar, log):
    lines = log.read_text().replace(",19.0", ",").splitlines()
    log.write_text("\n".join(lines[: 1 + 48]) + "\n")  # a day
    lines = brewpi("replay", cellar, log).stdout.splitlines()
    (said,) = [line for line in lines if "! " in line]
    assert "no beer temperature (none so far)" in said


def test_replay_blames_no_heater_for_a_log_that_cannot_answer(cellar, log):
    rows = [line.split(",") for line in log.read_text().splitlines()[1 : 1 + 144]]  # three days
    cooling = [f"{h},{sg},{19.0 - 0.2 * min(float(h), 60.0):.2f}" for h, sg, _ in rows]
    log.write_text("\n".join(["hours,sg,temp_c", *cooling]) + "\n")
    told = brewpi("replay", cellar, log).stdout
    assert "heat: beer" in told
    assert "wrong way" not in told
    assert "! heat" not in told


def test_replay_refuses_an_unknown_tank(cellar, log):
    done = brewpi("replay", cellar, log, "--tank", "fv9")
    assert done.exit_code == 2
    assert done.stderr == 'cellar.toml: has no tank "fv9"; did you mean "fv1"?\n'


def test_on_a_laptop_run_says_what_to_do(cellar):
    words = [sys.executable, "-m", "brewpi", "run", str(cellar)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, cwd=cellar.parent)
    assert done.returncode == 2
    assert "this machine has no pins" in done.stderr
    assert "brewpi simulate" in done.stderr
    assert "Traceback" not in done.stderr


def test_off_drives_every_output_into_its_safe_state(cellar, monkeypatch):
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    done = brewpi("off", cellar)
    assert (done.exit_code, done.stdout) == (0, "every output is off\n")


def test_off_beside_a_running_service_says_that_it_does_not_last(cellar, monkeypatch):
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    with lock_config(cellar):
        done = brewpi("off", cellar)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "cellar.toml: another brewpi run works with it already; stop that one first (as a service: sudo systemctl stop"
        " brewpi), or it switches them on again\n"
    )


# --- simulate, and its record


def test_a_simulated_run_keeps_a_record_that_can_be_replayed(cellar, tmp_path):
    record = tmp_path / "trial.sqlite"
    assert brewpi("simulate", cellar, "--days", "1", "--store", record).exit_code == 0
    assert list(record.parent.glob(f"{record.name}*")) == [record]  # another trial owes it nothing

    again = brewpi("replay", "--store", record)

    assert (again.exit_code, again.stderr) == (0, "")
    assert "today's rules decide the same" in again.stdout


def test_a_record_is_never_written_over(cellar, tmp_path):
    (tmp_path / "trial.sqlite").write_bytes(b"of last year")

    done = brewpi("simulate", cellar, "--days", "1", "--store", tmp_path / "trial.sqlite")

    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "is there already; name a new file" in done.stderr


# --- simulate, with somebody who answers


def test_simulate_with_an_operator_who_says_yes_goes_from_pitch_to_empty_tank():
    example = Path(__file__).parent.parent / "deploy" / "cellar.transfer.example.toml"

    told = brewpi("simulate", example, "--days", 10, "--yes")

    assert told.exit_code == 0
    lines = [line for line in told.stdout.splitlines() if " * " in line]
    assert sum("the pump ran its time for" in line for line in lines) == 4
    steps = ["primary -> rise", "rise -> crash", "crash -> transfer", "closed -> armed", "drain open -> closed: done"]
    found = [next(i for i, line in enumerate(lines) if step in line and "asks" not in line) for step in steps]
    assert found == sorted(found)


def test_the_help_does_not_wait_for_what_only_commands_need():
    """numpy takes a Raspberry Pi longer than all else that the help needs."""
    assert brings("brewpi.cli", "numpy", "sqlite3", "paho") == []
