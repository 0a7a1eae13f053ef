"""A model on its way from the laptop into a site: tried, signed, switched, rolled back."""

import hashlib
import json
import stat
from functools import partial
from pathlib import Path

import command_line
import pytest
from site_models import FILES, model

from brewpi.forecast.golden import golden
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.offline.model_home import KEPT, packed

brewpi = partial(command_line.brewpi, "model")


def current(home: Path) -> str:
    return json.loads((home / "current" / FILES[1]).read_text())["name"]


def test_the_last_three_are_kept_and_one_goes_back(tmp_path):
    home = tmp_path / "models"
    for n in range(KEPT + 1):
        done = brewpi("install", model(tmp_path / f"m{n}", f"house-{n}"), "--home", home)
        assert done.returncode == 0, done.stderr
    listed = brewpi("list", "--home", home).stdout.splitlines()
    assert [line[2:9] for line in listed] == ["house-3", "house-2", "house-1"]
    assert [line[0] for line in listed] == ["*", " ", " "]
    assert current(home) == "house-3"
    back = brewpi("rollback", "--home", home)
    assert back.returncode == 0, back.stderr
    assert current(home) == "house-2"
    brewpi("rollback", "--home", home)
    none = brewpi("rollback", "--home", home)
    assert (none.returncode, none.stderr.count("\n")) == (2, 1)
    assert "no earlier model" in none.stderr
    assert current(home) == "house-1"
    Model.load(home / "current")


def test_a_candidate_lies_beside_the_current_one_until_it_is_promoted_or_withdrawn(tmp_path):
    home = tmp_path / "models"
    assert brewpi("promote", "--home", home).returncode == 2
    brewpi("install", model(tmp_path / "m0", "house-0"), "--home", home)
    done = brewpi("install", model(tmp_path / "m1", "house-1"), "--shadow", "--home", home)
    assert "house-1-" in done.stdout
    assert "candidate" in done.stdout
    assert current(home) == "house-0"
    listed = brewpi("list", "--home", home).stdout.splitlines()
    assert [line[:9] for line in listed] == ["? house-1", "* house-0"]
    assert brewpi("rollback", "--home", home).returncode == 2  # a candidate was never before
    assert brewpi("promote", "--home", home).returncode == 0
    assert (current(home), (home / "shadow").exists()) == ("house-1", False)
    assert brewpi("rollback", "--home", home).returncode == 0
    assert current(home) == "house-0"
    brewpi("install", model(tmp_path / "m2", "house-2"), "--shadow", "--home", home)
    assert brewpi("withdraw", "--home", home).returncode == 0
    assert (current(home), (home / "shadow").exists()) == ("house-0", False)


def test_a_model_is_no_candidate_beside_itself(tmp_path):
    home, one = tmp_path / "models", model(tmp_path / "m0", "house-0")
    brewpi("install", one, "--home", home)
    refused = brewpi("install", one, "--shadow", "--home", home)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "is the current model; a candidate has to be another one" in refused.stderr

    other = model(tmp_path / "m1", "house-1")
    brewpi("install", other, "--shadow", "--home", home)
    assert brewpi("install", other, "--home", home).returncode == 0
    assert (current(home), (home / "shadow").exists()) == ("house-1", False)


def test_a_list_shows_both_roles_of_a_model_that_an_earlier_version_gave_both(tmp_path):
    home = tmp_path / "models"
    brewpi("install", model(tmp_path / "m0", "house-0"), "--home", home)
    (home / "shadow").symlink_to((home / "current").resolve().name)

    assert brewpi("list", "--home", home).stdout.startswith("*? house-0")


def test_trusting_a_key_names_a_current_model_that_is_not_signed(tmp_path):
    pytest.importorskip("cryptography")
    home = tmp_path / "models"
    brewpi("install", model(tmp_path / "m0", "house-0"), "--home", home)
    brewpi("key", tmp_path / "brewery.key")

    trusted = brewpi("key", tmp_path / "brewery.key.pub", "--trust", "--home", home)

    assert trusted.returncode == 0
    assert "the current model, is not: sign it on the laptop and install it again" in trusted.stdout


def test_a_zip_is_as_good_as_a_folder(tmp_path):
    zipped = packed(model(tmp_path / "m", "house"), tmp_path / "m.zip")
    assert brewpi("install", zipped, "--home", tmp_path / "models").returncode == 0
    assert current(tmp_path / "models") == "house"


def broken(folder: Path, how: str) -> Path:
    match how:
        case "other weights":
            (folder / FILES[0]).write_bytes(b"not those")
        case "malformed weights":
            blob = bytearray((folder / FILES[0]).read_bytes())
            blob[:64] = bytes(64)
            (folder / FILES[0]).write_bytes(blob)
            card = json.loads((folder / FILES[1]).read_text())
            (folder / FILES[1]).write_text(json.dumps({**card, "sha256": hashlib.sha256(blob).hexdigest()}))
        case "other answers":
            card = json.loads((folder / FILES[1]).read_text())
            off = [said and [hours + 30.0 for hours in said] for said in golden(Model.load(folder))]
            (folder / FILES[1]).write_text(json.dumps({**card, "golden": off}))
        case "a name that climbs":
            card = json.loads((folder / FILES[1]).read_text())
            (folder / FILES[1]).write_text(json.dumps({**card, "name": "../../etc"}))
    return folder


@pytest.mark.parametrize("how", ["other weights", "malformed weights", "other answers", "a name that climbs"])
def test_a_bad_model_is_refused_in_a_sentence_and_the_current_one_stays(tmp_path, how):
    home = tmp_path / "models"
    brewpi("install", model(tmp_path / "good", "good"), "--home", home)
    refused = brewpi("install", broken(model(tmp_path / "bad", "bad"), how), "--home", home)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert "Traceback" not in refused.stderr
    assert current(home) == "good"
    assert len(brewpi("list", "--home", home).stdout.splitlines()) == 1


def test_what_a_card_says_of_known_batches_is_what_the_model_says_here(tmp_path):
    folder = model(tmp_path / "m", "house", golden=golden(Model.load(CHECKOUT)))
    shown = brewpi("show", folder, "--home", tmp_path / "models")
    assert shown.returncode == 0, shown.stderr
    assert "passes: hash, features, a run in a process of its own, known batches" in shown.stdout


def test_with_a_key_only_its_owner_puts_models_there(tmp_path):
    pytest.importorskip("cryptography")
    home, ours, theirs = tmp_path / "models", tmp_path / "ours", tmp_path / "theirs"
    for key in (ours, theirs):
        assert brewpi("key", key).returncode == 0
    assert stat.S_IMODE(ours.stat().st_mode) == 0o600
    assert brewpi("key", ours).returncode == 2  # never written over
    assert brewpi("key", f"{ours}.pub", "--trust", "--home", home).returncode == 0
    folder = model(tmp_path / "m", "house")
    unsigned = brewpi("install", folder, "--home", home)
    assert (unsigned.returncode, "is not signed" in unsigned.stderr) == (2, True)
    brewpi("sign", folder, "--key", theirs)
    wrong = brewpi("install", folder, "--home", home)
    assert (wrong.returncode, "not signed by the key that this site trusts" in wrong.stderr) == (2, True)
    assert brewpi("sign", folder, "--key", ours).returncode == 0
    assert brewpi("install", folder, "--home", home).returncode == 0
    card = json.loads((folder / FILES[1]).read_text())
    (folder / FILES[1]).write_text(json.dumps({**card, "distance": {"widens": 1e9, "refused": 1e9}, "name": "other"}))
    changed = brewpi("install", folder, "--home", home)
    assert (changed.returncode, current(home)) == (2, "house")


def sent_by_ssh(tmp_path, **status):
    """What comes of sending a model where scp and ssh only write down what they are told, and end like this."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("scp", "ssh"):
        ending = f"exit {status.get(tool, 0)}"
        (tools / tool).write_text(f'#!/bin/sh\necho {tool} "$@" >> {tmp_path}/said\n{ending}\n')
        (tools / tool).chmod(0o755)
    path = {"PATH": f"{tools}:/usr/bin:/bin"}
    return brewpi("install", model(tmp_path / "m", "house"), "--to", "pi@cellar", env=path)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        ({"scp": 255}, 2, "--to pi@cellar: the model was not sent; does ssh pi@cellar work?"),
        ({"ssh": 255}, 2, "--to pi@cellar: the model was not sent; does ssh pi@cellar work?"),
        ({"ssh": 127}, 2, "--to pi@cellar: there is no sudo or no brewpi; install brewpi there first"),
        ({"ssh": 2}, 2, ""),  # the other end has said why
    ],
)
def test_what_does_not_arrive_is_said_in_a_sentence(tmp_path, status, code, said):
    done = sent_by_ssh(tmp_path, **status)
    assert (done.returncode, done.stderr.strip()) == (code, said)


def test_it_is_sent_over_ssh_and_installed_there(tmp_path):
    done = sent_by_ssh(tmp_path)
    assert done.returncode == 0, done.stderr
    sent, installed = (tmp_path / "said").read_text().splitlines()
    assert sent.endswith("/model.zip pi@cellar:brewpi-model.zip")
    there = "sudo brewpi model install brewpi-model.zip --home /var/lib/brewpi/models;"
    assert installed.startswith(f"ssh pi@cellar {there}")


def test_what_is_no_model_gets_one_sentence(tmp_path):
    (tmp_path / "notes.txt").write_text("call the maltster")
    for words in (["install", tmp_path / "notes.txt"], ["install", tmp_path / "absent"], ["show", tmp_path], ["list"]):
        done = brewpi(*words, "--home", tmp_path / "models")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
