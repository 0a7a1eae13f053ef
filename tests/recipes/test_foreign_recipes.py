"""Recipes of other programs, made up in their formats."""

from functools import partial
from pathlib import Path

import command_line
import pytest

from brewpi.control.procedure import BadRecipe, parse
from brewpi.recipes.imported import as_toml, decoded, read_recipes

HERE = Path(__file__).parent / "foreign"


def ours(file):
    (found,) = read_recipes(decoded((HERE / file).read_bytes()))
    return found, parse(as_toml(found), file)


def test_a_beerxml_has_gravities_yeast_and_stages():
    found, recipe = ours("pale-ale.beerxml")
    assert (recipe.name, recipe.batch.style, recipe.batch.og) == ("Café Pale Ale", "American Pale Ale", 1.052)
    assert recipe.batch.expected_attenuation == pytest.approx(0.788, abs=0.001)
    assert recipe.batch.yeast == "Fermentis US-05 Safale American"
    assert (recipe.batch.yeast_low_c, recipe.batch.yeast_high_c) == (15.0, 24.0)
    held = [(step.name, step.target_c) for step in recipe.steps]
    assert held == [("primary", 19), ("secondary", 21), ("tertiary", 2)]
    assert not found.notes


def test_a_crash_waits_for_gravity_whatever_the_days_say():
    _, recipe = ours("pale-ale.beerxml")
    primary, secondary, tertiary = (step.until for step in recipe.steps)
    assert "stable" not in str(primary)
    assert "Stable" in repr(secondary)
    assert tertiary is None


def test_a_beerjson_has_units_of_its_own_and_what_is_left_out_is_said():
    found, recipe = ours("saison.beerjson")
    assert recipe.batch.og == pytest.approx(1.0525, abs=0.0005)
    assert (recipe.batch.yeast_low_c, recipe.batch.yeast_high_c) == (18.3, 25.0)
    assert [(step.name, step.target_c) for step in recipe.steps] == [("pitch", 20.0), ("free-rise", 25.0)]
    assert set(found.notes) == {'step "Age" has no temperature: left out', "2 yeasts: the first one counts"}


def test_brewfather_ramps_over_days():
    found, recipe = ours("helles.brewfather.json")
    primary, rest, crash = recipe.steps
    assert (primary.target_c, rest.name, rest.target_c, crash.target_c) == (12, "diacetyl-rest", 16, 1)
    assert rest.ramp_c_per_h == pytest.approx(4 / 48, abs=0.001)
    assert recipe.batch.yeast == "Fermentis W-34/70 SafLager Lager"
    assert found.notes == ('step "Diacetyl Rest": pressure of 0.5 is not ours to set',)


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><RECIPES><NAME>&b;</NAME></RECIPES>'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB, "document type"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd"><RECIPES/>', "document type"),
        ("<A>" * 100, "nested too deeply"),
        ("<RECIPES><RECIPE>", "no valid XML"),
        ("<RECIPES/>", "holds no recipe"),
        ("{}", "holds no recipe"),
        ("call the maltster", "neither JSON nor XML"),
        ("[" * 100_000, "neither JSON nor XML"),
    ],
)
def test_what_is_no_recipe_is_refused_in_a_sentence(text, why):
    with pytest.raises(BadRecipe, match=why):
        read_recipes(text)


def test_what_cannot_be_true_is_left_out_and_said():
    text = (HERE / "helles.brewfather.json").read_text().replace("1.048", "1.9")
    (found,) = read_recipes(text.replace('"stepTemp": 1,', '"stepTemp": -40,'))
    assert found.og is None
    assert "original gravity of 1.9 cannot be true: left out" in found.notes
    assert 'step "Cold Crash" at -40 °C cannot be held: left out' in found.notes
    parse(as_toml(found), "helles")


brewpi = partial(command_line.brewpi, "recipe", "import")


def test_the_command_writes_a_recipe_that_a_tank_can_name_and_overwrites_none(tmp_path):
    done = brewpi(HERE / "saison.beerjson", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{tmp_path}/saison-d-ete.toml: Saison d'été; name it in a tank: recipe = " in done.stdout
    assert "  2 yeasts: the first one counts" in done.stdout
    parse((tmp_path / "saison-d-ete.toml").read_text(), "saison")
    again = brewpi(HERE / "saison.beerjson", "--out", tmp_path)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "is there already" in again.stderr
    absent = brewpi(tmp_path / "absent.xml")
    assert (absent.returncode, absent.stderr) == (2, f"{tmp_path}/absent.xml: No such file or directory\n")


def test_a_name_of_several_lines_writes_no_second_line():
    text = (HERE / "helles.brewfather.json").read_text().replace('"Diacetyl Rest"', '"a\\nbatch = 3"')
    (found,) = read_recipes(text)
    assert "batch = 3" in found.notes[0]
    parse(as_toml(found), "helles")
