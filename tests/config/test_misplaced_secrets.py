"""A secret that somebody typed where the name of its file belongs: said to be no file, and not repeated."""

from __future__ import annotations

import pytest

from brewpi.config.config import ConfigErrors, load, load_board
from brewpi.config.remarks import in_file
from brewpi.dashboard.server import CannotServe, _api_tokens, _token, _users
from brewpi.mqtt.paho_client import password_of
from brewpi.mqtt.reachability import Unasked

SECRETS = ["hunter2xyz", "tk_abcdef123456", "Zm9vYmFy/cXV1eA=="]
TANK = "[tanks.fv1]\nvolume_l = 500\nsensors.hand = { kind = \"manual\" }\n"
OPTIONS = [
    "[mqtt]\nusername = \"a\"\npassword_file = {}", "[mqtt]\ncommand_keys = {}", "[mqtt]\ntls = true\nca_file = {}",
    "[mqtt]\n[outbound.p]\nkind = \"ntfy\"\nsecret_file = {}",
    "[mqtt]\n[outbound.p]\nkind = \"ntfy\"\nsecret_file = \"ntfy.url\"\ntoken_file = {}",
]  # fmt: skip


@pytest.fixture
def written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ntfy.url").write_text("https://ntfy.example/topic")

    def write(option: str, value: str):
        file = tmp_path / "cellar.toml"
        file.write_text(f'site = "s"\n{option.format(value)}\n{TANK}')
        return file

    return write


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("option", OPTIONS)
def test_a_secret_in_the_place_of_a_file_is_remarked_on_and_not_repeated(written, option, secret):
    file = written(option, f'"{secret}"')
    said = " ".join(in_file(load(file), file))
    assert "cannot be read" in said
    assert not any(part in said for part in secret.split("/"))


@pytest.mark.parametrize("secret", SECRETS[:2])
def test_so_is_one_in_the_place_of_a_variable(written, secret):
    file = written("[mqtt]\n[outbound.p]\nkind = \"ntfy\"\nsecret_env = {}", f'"{secret}"')
    said = " ".join(in_file(load(file), file))
    assert "secret_env" in said
    assert "it holds nothing" in said
    assert secret not in said


@pytest.mark.parametrize("option", [*OPTIONS[:2], *OPTIONS[3:]])
def test_one_in_brackets_is_not_repeated_either(written, option):
    with pytest.raises(ConfigErrors) as refused:
        load(written(option, f'["{SECRETS[0]}"]'))
    assert "should be" in str(refused.value)
    assert SECRETS[0] not in str(refused.value)


def test_the_alarm_of_a_broker_that_cannot_be_asked_does_not_say_it(written):
    cellar = load(written(OPTIONS[0], f'"{SECRETS[0]}"'))
    assert cellar.mqtt is not None
    with pytest.raises(Unasked, match=r"password_file … .*No such file") as why:
        password_of(cellar.mqtt)
    assert SECRETS[0] not in str(why.value)


@pytest.mark.parametrize(
    ("option", "look"), [("users", _users), ("metrics_token", _token), ("api_tokens", _api_tokens)]
)
def test_nor_does_the_board(written, option, look):
    _, board = load_board(written(f"[dashboard]\n{option} = {{}}", f'"{SECRETS[0]}"'))
    with pytest.raises(CannotServe, match=f"^--{option.replace('_', '-')}: ") as why:
        look(getattr(board, option))
    assert SECRETS[0] not in str(why.value)


@pytest.mark.parametrize("name", ["/etc/brewpi/no-such-password", "ntfy.url"])
def test_a_whole_path_and_a_file_that_is_there_are_named(written, name):
    file = written("[mqtt]\n[outbound.p]\nkind = \"slack\"\nsecret_file = {}", f'"{name}"')
    (file.parent / "ntfy.url").write_text("")
    assert name in " ".join(in_file(load(file), file))
