"""Recipes of other programs, made up in their formats."""

import json
import re
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
        ("<!DOCTYPE html>\n<html><body>Pale Ale</body></html>", "is a web page; download the recipe itself"),
        ("\n<!-- saved from url=(0014)about:internet -->\n<HTML lang='de'>", "is a web page; download the recipe"),
        ("<!---->" * 600 + "<x/>", "holds no recipe"),
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


def held(text):
    """The temperatures of the steps of the one recipe in a text."""
    (found,) = read_recipes(text)
    return [step.target_c for step in parse(as_toml(found), "recipe").steps], found.notes


def changed(file, *changes):
    text = (HERE / file).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_steps_that_are_too_hot_for_celsius_are_in_fahrenheit():
    changes = [('"stepTemp": 12,', '"stepTemp": 53.6,'), ('"stepTemp": 16,', '"stepTemp": 60.8,')]
    targets, notes = held(changed("helles.brewfather.json", *changes, ('"stepTemp": 1,', '"stepTemp": 34,')))
    assert targets == [12, 16, 1.1]
    assert "the steps' temperatures are taken for °F: no beer is held at 60.8 °C" in notes


def test_a_temperature_says_its_own_unit():
    targets, notes = held(changed("pale-ale.beerxml", ("<PRIMARY_TEMP>19.0<", "<PRIMARY_TEMP>66.2 F<")))
    assert (targets, notes) == ([19, 21, 2], ())


@pytest.mark.parametrize("temperature", ["", "<PRIMARY_TEMP>66.2</PRIMARY_TEMP>"])
def test_a_step_without_a_temperature_takes_its_time_lest_the_next_begins_at_pitching(temperature):
    text = changed("pale-ale.beerxml", ("<PRIMARY_TEMP>19.0</PRIMARY_TEMP>", temperature))
    (found,) = read_recipes(text)
    primary, secondary, _ = parse(as_toml(found), "pale-ale").steps
    assert (primary.name, primary.target_c, secondary.target_c) == ("primary", None, 21)
    assert "Stable" in repr(primary.until)  # nobody knows whether 21 °C are a crash after it
    assert found.notes[-1].endswith(": keeps the temperature before it")


def test_a_primary_that_does_not_say_how_long_is_there_all_the_same():
    text = re.sub("<PRIMARY_AGE>.*</PRIMARY_AGE>", "", (HERE / "pale-ale.beerxml").read_text())
    targets, notes = held(text)
    assert targets == [19, 21, 2]
    assert 'step "primary" does not say how long: ends after an hour' in notes


@pytest.mark.parametrize(
    ("age", "days"), [("14.0", 14), ("14 days", 14), ("2 weeks", 14), ("2 Wk", 14), ("336 hrs", 14), ("1 month", 30)]
)
def test_a_stage_s_age_is_in_days_unless_it_says_another_unit(age, days):
    text = re.sub("<PRIMARY_AGE>.*</PRIMARY_AGE>", "", (HERE / "pale-ale.beerxml").read_text())
    (found,) = read_recipes(text.replace("</RECIPE>", f"<PRIMARY_AGE>{age}</PRIMARY_AGE></RECIPE>"))
    assert found.steps[0].days == pytest.approx(days)


def test_a_final_gravity_is_in_the_unit_of_the_original_one():
    text = re.sub("<(OG|FG)>.*</(OG|FG)>", "", (HERE / "pale-ale.beerxml").read_text())
    (found,) = read_recipes(text.replace("</RECIPE>", "<OG>12.0</OG><FG>1.0</FG></RECIPE>"))
    assert (found.og, found.fg) == (pytest.approx(1.0484, abs=0.0002), pytest.approx(1.0039, abs=0.0002))


@pytest.mark.parametrize(
    ("written", "name"),
    [("K&ouml;lsch &amp; Co", "Kölsch & Co"), ("Pale & Co", "Pale & Co"), ("A &lt; B&nope;", "A < B&nope;")],
)
def test_characters_are_read_as_programs_write_them(written, name):
    (found,) = read_recipes(f"<RECIPES><RECIPE><NAME>{written}</NAME><OG>1.050</OG></RECIPE></RECIPES>")
    assert found.name == name


@pytest.mark.parametrize("around", ['{{"recipes": [{}]}}', '{{"_type": "batch", "recipe": {}}}', '[{{"recipe": {}}}]'])
def test_a_library_or_a_batch_holds_its_recipe(around):
    (found,) = read_recipes(around.format((HERE / "helles.brewfather.json").read_text()))
    assert found.og == 1.048


def test_a_recipe_of_which_nothing_is_understood_is_none():
    with pytest.raises(BadRecipe, match="holds no recipe; export it as BeerXML"):
        read_recipes("<Recipes><Data><Recipe><F_R_NAME>Pale</F_R_NAME><F_R_OG>1.05</F_R_OG></Recipe></Data></Recipes>")


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
    told = f"{tmp_path}/absent.xml: there is no such file; look at its name and its folder\n"
    assert (absent.returncode, absent.stderr) == (2, told)


def test_a_name_of_several_lines_writes_no_second_line():
    text = (HERE / "helles.brewfather.json").read_text().replace('"Diacetyl Rest"', '"a\\nbatch = 3"')
    (found,) = read_recipes(text)
    assert "batch = 3" in found.notes[0]
    parse(as_toml(found), "helles")


def test_a_step_that_is_longer_than_any_is_a_year():
    text = (HERE / "helles.brewfather.json").read_text().replace('"stepTime": 10', '"stepTime": 1e6')
    (found,) = read_recipes(text)
    assert 'step "Primary" of 1e+06 days is longer than any: 365 are taken' in found.notes
    assert "hours = 8760" in as_toml(found)


@pytest.mark.parametrize("key", ["time", "duration"])
def test_grainfathers_steps_are_taken(key):
    text = (
        '{"name": "Pale", "og": 1.05, "fg": 1.01, "yeasts": [{"name": "US-05"}], "fermentation_steps":'
        f' [{{"name": "Primary", "temperature": 19, "{key}": 10}}, {{"name": "Crash", "temperature": 2, "{key}": 3}}]}}'
    )
    assert held(text) == ([19.0, 2.0], ("the times of the fermentation steps are taken for days",))
    assert "hours = 240" in as_toml(read_recipes(text)[0])


def test_grainfathers_steps_that_no_beer_ferments_for_in_days_are_in_minutes():
    text = (
        '{"name": "Pale", "og": 1.05, "fg": 1.01, "fermentation_steps": [{"name": "Primary", "temperature": 19, '
        '"time": 14400}, {"name": "Rest", "temperature": 21, "time": 1440}, {"name": "Crash", "temperature": 2}]}'
    )
    (found,) = read_recipes(text)
    assert [step.days for step in found.steps] == [10.0, 1.0, 0.0]
    assert found.notes == ("the times of the fermentation steps are taken for minutes",)


def test_grainfathers_steps_whose_first_would_take_ten_weeks_are_in_hours():
    text = (
        '{"name": "Pale", "og": 1.05, "fg": 1.01, "fermentation_steps": [{"name": "Primary", "temperature": 19, '
        '"time": 168}, {"name": "Rest", "temperature": 21, "time": 48}, {"name": "Crash", "temperature": 2}]}'
    )
    (found,) = read_recipes(text)
    assert [step.days for step in found.steps] == [7.0, 2.0, 0.0]
    assert found.notes == ("the times of the fermentation steps are taken for hours",)


@pytest.mark.parametrize(("step", "held_at_c"), [(44, 6.7), (38, 38.0), (18, 18.0)])
def test_steps_that_this_yeast_bears_in_fahrenheit_only_are_in_fahrenheit(step, held_at_c):
    """44 °F is a cold lager; 38 is none in either, and stays what it says."""
    text = (
        '{"name": "Helles", "og": 1.05, "fg": 1.01, "yeasts": [{"name": "34/70", "minTemp": 9, "maxTemp": 15}],'
        f' "fermentation": {{"steps": [{{"type": "Primary", "stepTemp": {step}, "stepTime": 14}}]}}}}'
    )
    targets, notes = held(text)
    assert targets == [held_at_c]
    assert any("taken for °F" in note for note in notes) == (held_at_c != step)


def beerxml(primary: float, secondary: float, yeast: str, style: str = "") -> str:
    yeasts = f"<YEASTS><YEAST>{yeast}</YEAST></YEASTS>" if yeast else ""
    return (
        f"<RECIPES><RECIPE><NAME>House</NAME><OG>1.050</OG><STYLE>{style}</STYLE>{yeasts}<PRIMARY_AGE>14</PRIMARY_AGE>"
        f"<PRIMARY_TEMP>{primary}</PRIMARY_TEMP><SECONDARY_AGE>30</SECONDARY_AGE>"
        f"<SECONDARY_TEMP>{secondary}</SECONDARY_TEMP></RECIPE></RECIPES>"
    )


LAGER_BY = {
    "BeerXML": beerxml(45, 36, "<NAME>34/70</NAME><TYPE>Lager</TYPE>"),
    "BeerXML, style": beerxml(45, 36, "<NAME>34/70</NAME>", "<NAME>Helles</NAME><TYPE>Lager</TYPE>"),
    "Brewfather": '{"name": "H", "og": 1.05, "yeasts": [{"name": "34/70", "type": "Lager"}], "fermentation": {"steps": '
    '[{"stepTemp": 45, "stepTime": 14}, {"stepTemp": 36, "stepTime": 30}]}}',
}


@pytest.mark.parametrize("by", LAGER_BY)
def test_a_lagers_steps_in_fahrenheit_are_read_so_where_its_yeast_has_no_range(by):
    targets, notes = held(LAGER_BY[by])
    assert targets == [7.2, 2.2]
    assert "the steps' temperatures are taken for °F: a lager yeast bears no 45 °C" in notes


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (beerxml(12, 2, "<TYPE>Lager</TYPE>"), [12, 2]),
        (beerxml(20, 20, "<TYPE>Lager</TYPE>"), [20, 20]),  # a steam beer
        (beerxml(30, 24, "<TYPE>Ale</TYPE>"), [30, 24]),  # a saison
        (beerxml(20, 2, ""), [20, 2]),
    ],
)
def test_steps_in_celsius_stay_what_they_are_and_nothing_is_said_of_them(text, steps):
    targets, notes = held(text)
    assert targets == steps
    assert not any("°F" in note for note in notes)


@pytest.mark.parametrize("yeast", ["<NAME>Voss</NAME><TYPE>Ale</TYPE>", ""])
def test_steps_that_may_be_of_kveik_or_in_fahrenheit_are_kept_and_asked_about(yeast):
    targets, notes = held(beerxml(40, 36, yeast))
    assert targets == [40, 36]
    assert "40 °C is more than any yeast but kveik bears: if it is °F, write 4.4" in notes


def beerjson(*steps):
    fermentation = {"fermentation_steps": list(steps)}
    (found,) = read_recipes(json.dumps({"beerjson": {"recipes": [{
        "name": "Pale", "original_gravity": {"unit": "sg", "value": 1.05}, "fermentation": fermentation,
    }]}}))  # fmt: skip
    return found


def stage(name, start_c, end_c, days, unit="day"):
    return {
        "name": name, "step_time": {"unit": unit, "value": days},
        "start_temperature": {"unit": "C", "value": start_c}, "end_temperature": {"unit": "C", "value": end_c},
    }  # fmt: skip


def test_a_beerjson_step_that_ends_warmer_than_it_begins_is_a_ramp_from_its_beginning():
    """Pitched at its end's temperature, a free rise would ferment as warm as it should end, from the first hour."""
    found = beerjson(stage("Free rise", 18, 24, 5), stage("Cold", 24, 2, 48, "hr"), stage("Lager", 2, 2, 30))
    begins, rise, cold, lager = parse(as_toml(found), "pale").steps
    assert (begins.target_c, rise.target_c, cold.target_c, lager.target_c) == (18, 24, 2, 2)
    assert (begins.ramp_c_per_h, lager.ramp_c_per_h) == (None, None)
    assert rise.ramp_c_per_h == pytest.approx(6 / 120, rel=0.01)
    assert cold.ramp_c_per_h == pytest.approx(22 / 48, rel=0.01)


@pytest.mark.parametrize(
    ("unit", "days"),
    [("day", 12.0), ("days", 12.0), ("Hours", 0.5), ("hr", 0.5), ("min", 12 / 1440), ("sec", 12 / 86_400),
     ("weeks", 84.0), ("fortnight", None), ("", None)],
)  # fmt: skip
def test_the_units_of_a_step_s_time(unit, days):
    (found,) = beerjson(stage("Hold", 18, 18, 12, unit)).steps
    assert found.days == (None if days is None else pytest.approx(days))


def test_a_temperature_of_brewfather_may_say_its_unit():
    text = (HERE / "helles.brewfather.json").read_text().replace('"stepTemp": 12', '"stepTemp": "53.6 °F"')
    assert read_recipes(text)[0].steps[0].target_c == pytest.approx(12.0)
