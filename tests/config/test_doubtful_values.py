"""What is within its bounds and hardly what was meant is named by `brewpi check`, with what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from brewpi.config.config import load, loads
from brewpi.config.remarks import in_file, remarks, remarks_of_service

ROOT = Path(__file__).parents[2]
FILES = {
    name: (ROOT / "deploy" / name).read_text(encoding="utf-8").replace('password_file = "/etc', '# "/etc')
    for name in ("cellar.example.toml", "cellar.transfer.example.toml")
}
HOLDS, MOVES = FILES
ALE = (ROOT / "brewpi" / "recipes" / "ale.toml").read_text(encoding="utf-8")
END = ALE[ALE.index("until = { all = [") : ALE.index("latest_h = 240")]
OG = ('style = "pale ale"', "og = 1.048")


def said(file: str, *changes: tuple[str, str], folder: Path = Path()) -> list[str]:
    text = FILES[file]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [remark for remark in remarks(loads(text, file, folder)) if "password_file" not in remark]


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_doubtful_in_the_examples(file):
    assert said(file) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "remark"),
    [
        (HOLDS, "offset_c = -0.25", "offset_c = 4.5", "sensors.beer.offset_c: 4.5 °C is more than a sound probe"),
        (HOLDS, "deadband_c = 0.3", "deadband_c = 3", "deadband_c: 3 lets the beer swing from 16 to 22 °C"),
        (HOLDS, "ramp_c_per_h = 0.5", "ramp_c_per_h = 0.001", "a change of 1 °C takes 42 days"),
        (HOLDS, "max_run_s = 28800", "max_run_s = 480", "max_run_s: is off with an alarm after 8 min"),
        (HOLDS, "/var/lib/brewpi/", "/tmp/", "store.path: /tmp/brewpi.sqlite is gone when the machine starts again"),
        (HOLDS, "/var/lib/brewpi/brewpi.sqlite", ":memory:", "store.path: :memory: keeps nothing"),
        (HOLDS, "[tanks.fv1.temperature]", "[tanks.fv1.limits]\nbeer_high_c = 50\n[tanks.fv1.temperature]",
         "limits.beer_high_c: 50 °C kills the yeast"),
        (MOVES, "ml_per_s = 1.6", "ml_per_s = 96", "96 ml a second are 5.76 l a minute"),
        (MOVES, "max_ml_per_day = 1000", "max_ml_per_day = 100", "500 ml is above max_ml_per_day 100"),
        (MOVES, "max_ml_per_dose = 500\nmax_ml_per_day = 1000", "max_ml_per_dose = 9000\nmax_ml_per_day = 9000",
         "9000 ml in one dose are 4 % of the tank"),
        (HOLDS, "every_s = 60", "every_s = 60, stale_s = 60", "beer.stale_s: what is read every 1 min is given up"),
        (HOLDS, "pin = 17 }", "pin = 17, power_w = 2 }", "outputs.heat.power_w: 2 W move 500 l by 0.0036 °C an hour"),
        (HOLDS, "pin = 17 }", "pin = 17, power_w = 200000 }", "200000 W move 500 l by 360 °C an hour"),
        (HOLDS, 'pin = 17 }\n', 'pin = 17, compressor = true }\n', None),
        (MOVES, "ml_per_s = 1.6", "ml_per_s = 0.096", "the largest dose, 500 ml, would take 86 min"),
        (MOVES, "max_ml_per_dose = 500", "max_ml_per_dose = 0.5", "dosing: the largest dose is 0.062 mg/L nitrogen"),
        (MOVES, "solution_mg_ml = 25.0", "solution_mg_ml = 0.025", "dosing: the largest dose is 0.062 mg/L nitrogen"),
        (MOVES, "longest_s = 2400", "longest_s = 40", "draining.longest_s: 500 l do not leave a tank within 40 s"),
        (HOLDS, "[tanks.fv1.temperature]", "[tanks.fv1.alarms]\noff_target_c = 0.2\n[tanks.fv1.temperature]",
         "alarms.off_target_c: 0.2 is less than temperature.deadband_c 0.3"),
        (HOLDS, "[tanks.fv1.temperature]",
         "[tanks.fv1.alarms]\nyeast_low_c = 22\nyeast_high_c = 16\n[tanks.fv1.temperature]",
         "alarms.yeast_low_c: 22 is above yeast_high_c 16"),
        (MOVES, 'recipe = "mead"', 'recipe = "cider"', "recipe: is for cider, and medium is mead"),
    ],
)  # fmt: skip
def test_a_value_that_is_hardly_meant_is_named(file, old, new, remark):
    found = said(file, (old, new))
    assert len(found) == (remark is not None)
    assert all(remark in one for one in found)


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ([("ramp_c_per_h = 2.0", "ramp_c_per_h = 0.05")],
         "crash is 360 h on its way to 3 °C at a ramp of 0.05 °C/h, and then waits 24 h; after 96 h it asks"),
        ([("latest_h = 96", "latest_h = 30")], "crash is 9 h on its way to 3 °C at a ramp of 2 °C/h, and then waits"),
        ([("ramp_c_per_h = 0.1 ", "ramp_c_per_h = 0.001 ")], "rise is 2000 h on its way to 21 °C"),
        ([("window_h = 48, change_sg = 0.001", "window_h = 240")], "rise waits for gravity to be stable over 240 h"),
        ([(END, 'until = { kind = "gravity_at_most", sg = 1.040 }\n'), OG], "crash cools to 3 °C, and step rise may"),
        ([(END, 'until = { kind = "forecast_remaining", at_most_h = 200 }\n')], "crash cools to 3 °C, and step rise"),
        ([(END, 'until = { kind = "gravity_at_most", sg = 1.012 }\n'), OG], None),
        ([(END, 'until = { kind = "forecast_remaining", at_most_h = 6 }\n')], None),
        ([], None),
    ],
)  # fmt: skip
def test_a_recipe_that_crashes_too_soon_or_never_arrives_is_named(tmp_path, changes, remark):
    text = ALE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    found = said(MOVES, ('recipe = "ale"', 'recipe = "own.toml"'), folder=tmp_path)
    assert [remark in one for one in found] == ([True] if remark else [])


def test_a_heater_with_the_rest_of_the_cooler_is_named():
    swapped = (
        ('heat = { kind = "relay", pin = 17 }', 'heat = { kind = "relay", pin = 17, compressor = true }'),
        ("pin = 27, compressor = true", "pin = 27"),
    )
    (found,) = said(HOLDS, *swapped)
    assert found.startswith("tanks.fv1.outputs.heat.compressor: the heater rests like a compressor")


def test_what_is_remarked_on_names_file_key_and_line(tmp_path):
    text = FILES[HOLDS].replace("deadband_c = 0.3", "deadband_c = 3")
    (tmp_path / "cellar.toml").write_text(text)
    line = next(number for number, one in enumerate(text.splitlines(), 1) if one.startswith("deadband_c"))
    said = in_file(load(tmp_path / "cellar.toml"), tmp_path / "cellar.toml")
    (found,) = (one for one in said if "password_file" not in one)
    assert found.startswith("cellar.toml: tanks.fv1.temperature.deadband_c: 3 lets the beer swing")
    assert found.endswith(f"(line {line})")


def test_what_only_another_user_may_read_is_nothing_that_the_service_says():
    phones = '[outbound.phones]\nkind = "ntfy"\nsecret_file = "/etc/brewpi/ntfy.url"\n'
    config = loads(FILES[HOLDS] + phones, HOLDS)
    found = set(remarks(config)) - set(remarks_of_service(config))
    assert [one.partition(":")[0] for one in found] == ["outbound.phones"]
