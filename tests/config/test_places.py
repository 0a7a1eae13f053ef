"""A path of a config that does not begin at /: the same file, wherever brewpi is started from."""

from __future__ import annotations

from pathlib import Path

import pytest

from brewpi.config.config import load, load_board
from brewpi.store import place as record_place
from brewpi.store.options import StoreOptions

CELLAR = """
site = "cellar"
[mqtt]
username = "cellar"
password_file = "secrets/broker"
tls = true
ca_file = "/etc/ssl/ca.pem"
[dashboard]
users = "users"
[model]
directory = "models"
[outbound.phone]
kind = "webhook"
secret_file = "hook"
[tanks.fv1]
volume_l = 500
sensors.hand = { kind = "manual" }
"""


@pytest.fixture
def config(tmp_path, monkeypatch) -> Path:
    """A config that is not in the working directory."""
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cellar").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    file = tmp_path / "cellar/cellar.toml"
    file.write_text(CELLAR)
    return file


def paths(config: Path) -> dict[str, Path | None]:
    cellar = load(config)
    _, board = load_board(config)
    assert cellar.mqtt is not None
    return {
        "password_file": cellar.mqtt.password_file, "ca_file": cellar.mqtt.ca_file, "users": board.users,
        "directory": cellar.model.directory, "secret_file": cellar.outbound["phone"].secret_file,
    }  # fmt: skip


def test_every_file_that_a_config_names_is_beside_it(config, caplog):
    assert paths(config) == {
        "password_file": config.parent / "secrets/broker", "ca_file": Path("/etc/ssl/ca.pem"),
        "users": config.parent / "users", "directory": config.parent / "models", "secret_file": config.parent / "hook",
    }  # fmt: skip
    assert caplog.messages == []


def test_what_the_working_directory_alone_has_is_taken_from_there_as_before_and_told(config, caplog):
    here = Path.cwd()
    for name in ("users", "hook"):
        (here / name).touch()
    (here / "models").mkdir()
    (config.parent / "hook").touch()
    found = paths(config)
    assert (found["users"], found["directory"]) == (here / "users", here / "models")
    assert found["secret_file"] == config.parent / "hook"
    assert f'dashboard.users: users is found from {here} only; write users = "{here}/users"' in caplog.messages
    assert f'model.directory: models is found from {here} only; write directory = "{here}/models"' in caplog.messages
    assert not any("hook" in message for message in caplog.messages)


def test_what_a_service_keeps_in_its_own_folder_is_found_there_whoever_asks(config, monkeypatch, caplog):
    state = config.parent.parent / "state"
    (state / "models").mkdir(parents=True)
    monkeypatch.setattr(record_place, "INSTALLED", config.parent)
    monkeypatch.setattr(record_place, "STATE", state)
    assert paths(config)["directory"] == state / "models"
    assert caplog.messages == []


def test_the_record_keeps_its_own_rule(config):
    assert load(config).store == StoreOptions()
