"""The board by its config: `[dashboard]`, and flags that go before it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from brewpi.cli import app
from brewpi.config.config import ConfigErrors, load, load_board

pytest.importorskip("argon2", reason="the dashboard extra is not installed")

BOARD = """
[mqtt]
host = "broker.local"
tls = true
username = "brewpi"
password_file = "/etc/brewpi/mqtt-password"

[dashboard]
listen = "127.0.0.1:8443"
users = "/etc/brewpi/dashboard-users.toml"
name = ["cellar.example"]
behind_proxy = true
username = "board"
password_file = "/etc/brewpi/dashboard-mqtt-password"
"""
TANK = """
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794eff" }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "cellar.toml"
    file.write_text(BOARD)
    return file


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch):
    """What would be served."""
    from brewpi.dashboard import server

    found: list[tuple] = []
    monkeypatch.setattr(server, "run", lambda mqtt, options, setup, failure: found.append((mqtt, options)))
    return found


def test_a_config_says_it_all_and_needs_no_tank_for_it(file: Path, started):
    done = CliRunner().invoke(app, ["dashboard", str(file)])
    assert done.exit_code == 0, done.output
    ((mqtt, options),) = started
    assert (mqtt.address, mqtt.username) == (("broker.local", 8883), "board")
    assert str(mqtt.password_file) == "/etc/brewpi/dashboard-mqtt-password"
    assert (options.listen, options.name, options.behind_proxy) == ("127.0.0.1:8443", ("cellar.example",), True)


def test_a_flag_goes_before_the_config(file: Path, started):
    flags = ["--listen", "127.0.0.1:9000", "--no-proxy", "--broker", "10.0.0.7", "--site", "hill"]
    assert CliRunner().invoke(app, ["dashboard", str(file), *flags]).exit_code == 0
    ((mqtt, options),) = started
    assert (mqtt.host, mqtt.tls, mqtt.username) == ("10.0.0.7", True, "board")
    assert (options.listen, options.behind_proxy, options.site) == ("127.0.0.1:9000", False, "hill")
    assert str(options.users) == "/etc/brewpi/dashboard-users.toml"


def test_without_a_config_it_is_for_this_machine(started):
    assert CliRunner().invoke(app, ["dashboard"]).exit_code == 0
    ((mqtt, options),) = started
    assert (mqtt.address, mqtt.username) == (("localhost", 1883), None)
    assert (options.listen, options.site, options.users) == ("127.0.0.1:8080", "+", None)


def test_the_account_of_the_cellar_is_not_the_boards(file: Path):
    file.write_text(BOARD.replace('username = "board"\npassword_file = "/etc/brewpi/dashboard-mqtt-password"\n', ""))
    mqtt, _ = load_board(file)
    assert (mqtt.username, mqtt.password_file) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("listen =", "lisen =", 'cellar.toml: dashboard: unknown option "lisen"; did you mean "listen"?'),
        ("behind_proxy = true", "behind_proxy = 7", "cellar.toml: dashboard.behind_proxy: is 7; it should be true"),
        ("listen = ", "listen = '8080' # ", "cellar.toml: dashboard.listen: is '8080'; give HOST:PORT, such as 127."),
        ("tls = true", "tls = 3.5", "cellar.toml: mqtt.tls: is 3.5; it should be true or false"),
        ("[dashboard]", "[dashboard", "cellar.toml: is not valid TOML"),
    ],
)
def test_a_mistake_gets_a_sentence_there_and_from_check(file: Path, before: str, after: str, sentence: str):
    file.write_text(f'site = "riverside"\n{BOARD.replace(before, after)}{TANK}')
    for reading in (load_board, load):
        with pytest.raises(ConfigErrors) as caught:
            reading(file)
        assert any(said.startswith(sentence) for said in caught.value.sentences), caught.value.sentences
    done = CliRunner().invoke(app, ["dashboard", str(file)])
    assert done.exit_code == 2
    assert sentence in done.output


def test_a_board_for_the_whole_network_wants_users(file: Path):
    file.write_text('[dashboard]\nlisten = "0.0.0.0:8080"\n')
    done = CliRunner().invoke(app, ["dashboard", str(file)])
    assert done.exit_code == 2
    assert "without --users the board is for this machine only" in done.output
