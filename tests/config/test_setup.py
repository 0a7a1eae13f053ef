"""The config in the browser: never half a file, never a mistake, never a secret."""

import os
import stat
from pathlib import Path

import pytest

from brewpi.config.described import sections
from brewpi.config.setup import KEPT, RESTART, CannotWrite, ConfigFile, hidden
from brewpi.toml_file import parse_toml

TOML = """site = "riverside"  # by the river

[tanks.fv1]
volume_l = 500
sensors.beer = { kind = "ds18b20", id = "28-0316a2794eff" }
outputs.cool = { kind = "relay", pin = 27 }
temperature = { target_c = 19.0 }
"""


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    file = tmp_path / "cellar.toml"
    file.write_text(TOML)
    file.chmod(0o644)
    return ConfigFile(file)


def test_a_change_without_a_mistake_is_written_and_what_was_before_is_kept(config):
    new = TOML.replace("19.0", "18.0")
    assert config.problems(new) == []
    assert [line for line in config.difference(new) if line[0] in "+-"] == [
        "-temperature = { target_c = 19.0 }", "+temperature = { target_c = 18.0 }"
    ]  # fmt: skip
    config.write(new, config.stamp(), "anna")
    assert config.path.read_text() == new
    assert stat.S_IMODE(config.path.stat().st_mode) == 0o644
    (before,) = config.earlier()
    assert before.endswith(" anna")
    assert config.earlier_text(before) == TOML


def test_a_mistake_is_named_as_check_does_and_nothing_is_written(config):
    wrong = TOML.replace("volume_l", "volumen_l")
    assert any('unknown option "volumen_l"; did you mean "volume_l"?' in one for one in config.problems(wrong))
    with pytest.raises(CannotWrite, match="mistakes are left"):
        config.write(wrong, config.stamp(), "anna")
    assert config.path.read_text() == TOML
    assert config.earlier() == []


def test_what_is_hardly_meant_is_said_with_its_line_and_may_be_written(config):
    wide = TOML.replace("target_c = 19.0", "target_c = 19.0, deadband_c = 3")
    (remark,) = config.remarks(wide)
    assert remark.startswith("tanks.fv1.temperature.deadband_c: 3 lets the beer swing from 16 to 22 °C")
    assert remark.endswith("(line 7)")
    assert (config.remarks(TOML), config.remarks("nonsense")) == ([], [])
    config.write(wide, config.stamp(), "anna")


def test_who_was_overtaken_overwrites_nothing(config):
    stamp = config.stamp()
    config.write(TOML.replace("19.0", "18.0"), stamp, "anna")
    with pytest.raises(CannotWrite, match="changed meanwhile"):
        config.write(TOML.replace("19.0", "17.0"), stamp, "bert")
    assert "18.0" in config.path.read_text()


def test_the_last_ten_are_kept(config, monkeypatch):
    for number in range(KEPT + 3):
        monkeypatch.setattr("time.strftime", lambda _form, _at, number=number: f"2026-05-01T00-00-{number:02}Z")
        config.write(TOML.replace("19.0", f"{5 + number}.0"), config.stamp(), "../anna/..")
    names = config.earlier()
    assert len(names) == KEPT
    assert names[0] > names[-1]
    assert all("/" not in name for name in names)
    with pytest.raises(CannotWrite):
        config.earlier_text("../cellar")


def test_a_secret_is_never_shown_and_stays_what_it_is(config):
    text = TOML + '\n[outbound.phone]\nkind = "ntfy"\nsecret_env = "NTFY"\npassword = "hops and malt"\n'
    config.path.write_text(text)
    assert "hops" not in config.text()
    assert 'secret_env = "NTFY"' in config.text(), "a name of where it is, and no secret"
    shown = config.text().replace("19.0", "18.0")
    assert config._shown(shown) == text.replace("19.0", "18.0")
    assert "hops" not in "\n".join(config.difference(shown))
    with pytest.raises(CannotWrite, match="stands for no secret"):
        config._shown(shown.replace("•••• 1", "•••• 7"))
    assert hidden("token = 'x' ; a_token = \"y\"") == 'token = "•••• 1" ; a_token = "•••• 2"'


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(config):
    config.path.parent.chmod(0o500)
    with pytest.raises(CannotWrite, match="cannot be written"):
        config.write(TOML.replace("19.0", "18.0"), config.stamp(), "anna")
    config.path.parent.chmod(0o700)
    assert config.path.read_text() == TOML


def test_a_link_stays_a_link(config, tmp_path):
    link = tmp_path / "etc" / "cellar.toml"
    link.parent.mkdir()
    link.symlink_to(config.path)
    through = ConfigFile(link)
    through.write(TOML.replace("19.0", "18.0"), through.stamp(), "anna")
    assert link.is_symlink()
    assert "18.0" in config.path.read_text()
    through.ask_restart("anna")
    assert "anna" in (tmp_path / RESTART).read_text()


def test_every_table_is_shown_with_what_its_options_mean():
    shown = {one.title: {option.name: option for option in one.options} for one in sections(parse_toml(TOML))}
    assert {"", "tanks.fv1", "tanks.fv1.temperature", "tanks.fv1.sensors.beer"} <= set(shown)
    assert shown["tanks.fv1.temperature"]["target_c"].value == "19.0"
    assert shown[""]["tick_s"].value is None
    assert shown[""]["tick_s"].default == "5.0"
    assert shown["tanks.fv1"]["volume_l"].meaning == "litres of beer in the tank"
    assert shown["tanks.fv1.sensors.beer"]["id"].value == "28-0316a2794eff"


@pytest.mark.parametrize("option", ["password_file", "secret_file", "token_file", "command_keys", "metrics_token"])
def test_so_is_one_in_the_place_of_its_files_name(config, option):
    config.path.with_name("ntfy.url").write_text("https://ntfy.example/topic")
    named = f'{option} = "/etc/brewpi/key"\n{option} = "ntfy.url"\n'
    config.path.write_text(f'{named}{option} = "hunter2xyz"\npassword = "hops"\n')
    assert config.text() == f'{named}{option} = "•••• 3"\npassword = "•••• 4"\n'
    config.path.with_name("hunter2xyz").touch()  # what is hidden later or no longer moves no number
    assert config._shown('a = "•••• 4"') == 'a = "hops"'
