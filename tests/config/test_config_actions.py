"""What a config says of recipes, doses and draining: what cannot work together is said before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from brewpi.config.config import ConfigErrors, load
from brewpi.config.remarks import remarks

GOOD = """
site = "riverside"
[tanks.fv1]
volume_l = 1000
medium = "mead"
recipe = "mead"
[tanks.fv1.sensors]
beer = { kind = "ds18b20", id = "28-0316a2794eff" }
hydrometer = { kind = "simulated", measure = ["sg"] }
vent = { kind = "switch", pin = 5, measure = "vent_open" }
[tanks.fv1.outputs]
cool = { kind = "relay", pin = 27 }
nutrient = { kind = "pump", pin = 25, ml_per_s = 1.6 }
drain = { kind = "valve", pin = 24 }
[tanks.fv1.temperature]
target_c = 18.0
[tanks.fv1.dosing]
solution_mg_ml = 20
max_ml_per_dose = 3000
max_ml_per_day = 4000
[tanks.fv1.draining]
longest_s = 3600
"""
DOSING = "[tanks.fv1.dosing]\nsolution_mg_ml = 20\nmax_ml_per_dose = 3000\nmax_ml_per_day = 4000\n"
VENT = 'vent = { kind = "switch", pin = 5, measure = "vent_open" }\n'
VALVE = 'drain = { kind = "valve", pin = 24 }\n'


@pytest.fixture
def check(tmp_path: Path):
    """The sentences about GOOD with some of its text replaced, without the name of the file."""

    def _check(*changes: tuple[str, str], beside: dict[str, str] | None = None) -> list[str]:
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        for name, content in (beside or {}).items():
            (tmp_path / name).write_text(content)
        (tmp_path / "cellar.toml").write_text(text)
        try:
            load(tmp_path / "cellar.toml")
        except ConfigErrors as errors:
            return [sentence.removeprefix("cellar.toml: tanks.fv1") for sentence in errors.sentences]
        return []

    return _check


def test_a_tank_that_can_do_everything_is_right(check):
    assert check() == []


# --- recipes


def test_an_unknown_recipe_gets_the_nearest_ready_one(check):
    assert check(('"mead"\n[', '"mad"\n[')) == [
        '.recipe: no ready recipe is called "mad"; did you mean "mead"? Or name a .toml file'
    ]


def test_a_brewer_s_own_recipe_lies_beside_the_config(check):
    own = {"own.toml": 'name = "Own"\n[[steps]]\nname = "hold"\n'}
    assert check(('recipe = "mead"', 'recipe = "own.toml"'), beside=own) == []


def test_its_name_may_end_in_capitals(check):
    own = 'name = "Own"\n[[steps]]\nname = "hold"\n'
    assert check(('recipe = "mead"', 'recipe = "own.TOML"'), beside={"own.TOML": own}) == []
    (said,) = check(('recipe = "mead"', 'recipe = "none.TOML"'))
    assert said.endswith("none.TOML: no such recipe file")


@pytest.mark.parametrize("file", ["x.beerxml", "my ale.XML", "brewfather.json"])
def test_a_recipe_of_another_program_has_to_be_imported(check, file):
    assert check(('recipe = "mead"', f'recipe = "{file}"'), beside={file: "<RECIPES/>"}) == [
        f".recipe: {file} is another program's recipe; brewpi recipe import makes a .toml file of it, to name here"
    ]


def test_mistakes_in_it_are_said_with_the_file_and_the_key(check):
    own = {"own.toml": 'name = "Own"\n[[steps]]\nname = "hold"\ntarget = 3\n'}
    (said,) = check(('recipe = "mead"', 'recipe = "own.toml"'), beside=own)
    assert said == '.recipe: own.toml: steps.hold: unknown option "target"; did you mean "target_c"?'


def test_a_recipe_that_sets_a_temperature_needs_one_that_is_controlled(check):
    changes = (("[tanks.fv1.temperature]\ntarget_c = 18.0\n", ""), ('cool = { kind = "relay", pin = 27 }\n', ""))
    assert check(*changes) == [
        ".recipe: step primary sets a temperature; add [tanks.<name>.temperature]"
    ]


def test_a_step_outside_the_limits_is_refused(check):
    limits = "[tanks.fv1.limits]\nbeer_low_c = 10.0\n[tanks.fv1.dosing]"
    assert check(("[tanks.fv1.dosing]", limits)) == [
        ".recipe: step clear wants 8 °C, outside limits.beer_low_c 10 to beer_high_c 32"
    ]


# --- doses


def test_nutrients_need_a_bottle(check):
    assert check((DOSING, "")) == [
        ".outputs.nutrient: never runs without [tanks.<name>.dosing]: what is in the bottle, and its caps",
        ".recipe: has nutrients, and nothing says what is in the bottle; add [tanks.<name>.dosing]",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("max_ml_per_dose = 3000\n", "", '.dosing: option "max_ml_per_dose" is missing (a larger dose is refused)'),
        ("solution_mg_ml = 20", "solution_mg_ml = 0", ".dosing.solution_mg_ml: is 0; it should be greater than 0"),
        ("= 4000", "= 4000\nmax_mg_l_per_batch = 900", ".dosing.max_mg_l_per_batch: is 900; it should be less"),
        ("= 4000", "= 4000\nmax_alcohol_pct = 15", ".dosing.max_alcohol_pct: is 15; it should be less than or equal"),
        ("max_ml_per_day", "max_ml_a_day", '.dosing: unknown option "max_ml_a_day"; did you mean'),
    ],
)
def test_caps_have_to_be_said_and_within_reason(check, old, new, sentence):
    assert any(said.startswith(sentence) for said in check((old, new)))


def test_a_relay_is_no_pump(check):
    (said,) = check(('{ kind = "pump", pin = 25, ml_per_s = 1.6 }', '{ kind = "relay", pin = 25 }'))
    assert said.endswith('doses want kind = "pump", which ends them on time')


# --- the drain


def test_an_unvented_tank_is_never_drained(check):
    assert check((VENT, "")) == [
        ".outputs.drain: an unvented tank that is drained implodes; prove the vent with a switch that measures"
        " vent_open, or with a pressure sensor that measures top_bar"
    ]


def test_a_valve_needs_to_know_what_has_to_be_proven(check):
    assert check(("[tanks.fv1.draining]\nlongest_s = 3600\n", "")) == [
        ".outputs.drain: never opens without [tanks.<name>.draining], which says what has to be proven first"
    ]


def test_what_has_to_be_proven_needs_a_valve(check):
    assert check((VALVE, "")) == [".draining: there is no valve; add outputs.drain, or remove it"]


def test_a_valve_opens_in_a_recipe_only(check):
    assert check(('recipe = "mead"\n', "")) == [
        ".outputs.drain: opens in a recipe's transfer step only; add recipe"
    ]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("longest_s = 3600\narmed_s = 900", ".draining.armed_s: is 900; it should be less than or equal to 300"),
        ("longest_s = 86400", ".draining.longest_s: is 86400; it should be less than or equal to 14400"),
        ("longest_s = 3600\nforecast_h = 24", ".draining.forecast_h: is 24; it should be less than or equal to 6"),
        ("longest_s = 3600\nfresh_s = 900", ".draining.fresh_s: is 900; it should be less than or equal to 120"),
    ],
)
def test_its_limits_are_within_reason(check, more, sentence):
    assert check(("longest_s = 3600", more)) == [sentence]


def test_a_drain_cannot_be_given_to_the_software(check):
    (said,) = check(("longest_s = 3600", 'longest_s = 3600\nmode = "act"'))
    assert said.startswith('.draining: unknown option "mode"')


def test_an_instrument_that_a_hand_overrules_is_named(tmp_path: Path):
    file = tmp_path / "cellar.toml"
    hand = 'hand = { kind = "manual", measure = ["sg"] }\n'
    for line, said in ((hand, 1), (hand.replace(', measure = ["sg"]', ""), 0)):
        file.write_text(GOOD.replace(VENT, VENT + line), encoding="utf-8")
        found = [text for text in remarks(load(file)) if "nothing goes by it" in text]
        assert len(found) == said
        assert all(text.startswith("tanks.fv1.sensors.hydrometer: its gravity is recorded") for text in found)


OWN = """
name = "Own"
batch = { medium = "mead", og = 1.050, expected_attenuation = 0.78 }
[[steps]]
name = "primary"
target_c = 19
until = UNTIL
[[steps]]
name = "hold"
"""
DAYS = '{ kind = "elapsed", hours = 120 }'
DRY = '{ kind = "attenuation", at_least = 0.95 }'


@pytest.fixture
def remarked(tmp_path: Path):
    """What is remarked of a recipe that waits so, in a tank with these sensors changed."""

    def remarked(until: str, *changes: tuple[str, str], more: str = "", facts: str = "") -> list[str]:
        own = OWN.replace("UNTIL", until).replace("batch = { ", f"batch = {{ {facts}") + more
        (tmp_path / "own.toml").write_text(own, encoding="utf-8")
        text = GOOD.replace('recipe = "mead"', 'recipe = "own.toml"')
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "cellar.toml").write_text(text, encoding="utf-8")
        return [text for text in remarks(load(tmp_path / "cellar.toml")) if "recipe: " in text]

    return remarked


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (DRY, "waits for an attenuation of 0.95, of which 0.78 is expected"),
        ('{ kind = "gravity_at_most", sg = 1.000 }', "waits for an attenuation of 1.00, of which 0.78 is expected"),
        (f'{{ all = [{DAYS}, {{ kind = "stable", min_attenuation = 0.9 }}] }}', "waits for an attenuation of 0.90"),
        (f"{{ any = [{DRY}, {DRY}] }}", "waits for an attenuation of 0.95"),
        ('{ kind = "elapsed", hours = 400 }', "waits for 400 h; after 336 h it asks instead of ending"),
    ],
)
def test_a_step_that_waits_for_what_cannot_be_is_named(remarked, until, why):
    (said,) = remarked(until)
    assert said.startswith(f"tanks.fv1.recipe: step primary {why}")
    assert said.endswith("; after 336 h it asks instead of ending")


@pytest.mark.parametrize("until", [DAYS, f"{{ any = [{DRY}, {DAYS}] }}", '{ kind = "attenuation", at_least = 0.7 }'])
def test_one_that_ends_is_not(remarked, until):
    assert not remarked(until)


@pytest.mark.parametrize(
    "condition", ['"rest_cue"', '"stable", min_attenuation = 0.6', '"forecast_remaining", at_most_h = 2']
)
def test_gravity_that_nothing_measures_is_named_unless_a_hand_enters_it(remarked, condition):
    until = f"{{ kind = {condition} }}"
    meter = 'hydrometer = { kind = "simulated", measure = ["sg"] }'
    (said,) = remarked(until, (meter, ""))
    assert "waits for gravity, which nothing here measures and no hand enters" in said
    assert not remarked(until, (meter, 'hand = { kind = "manual" }'))


@pytest.mark.parametrize("word", ["step", "dose", "drain"])
def test_a_word_of_the_operators_is_no_other_question(remarked, word):
    """`confirm` with it would answer that one: the step would wait for ever, or the valve open."""
    with pytest.raises(ConfigErrors, match=f'"{word}" is what operators say to a question of its own; take another'):
        remarked(f'{{ kind = "operator", confirms = "{word}" }}')


@pytest.mark.parametrize(
    ("more", "changes", "said"),
    [
        (
            "transfer = { min_attenuation = 0.9 }", (),
            "step hold drains from an attenuation of 0.9 on, of which 0.78 is expected; the valve stays shut",
        ),
        (
            "target_c = 2", (("cool = { kind", "heat = { kind"),),
            "step hold wants 2 °C after 18.5 °C, and nothing here cools",
        ),
        (
            "[nutrients]\nnitrogen_mg_l = 350\nat_h = [24, 36, 48, 60, 72, 84, 96]", (),
            "its nutrients are 350 mg/L nitrogen, and dosing.max_mg_l_per_batch is 300; what is beyond that is refused",
        ),
        (
            "[nutrients]\nnitrogen_mg_l = 200\nat_h = [24, 48]", (),
            "each dose of its nutrients is 5000 ml, and dosing.max_ml_per_dose is 3000; it is refused",
        ),
        (
            "[nutrients]\nneed = 'high'\nat_h = [24]", (),
            "each dose of its nutrients is 8129 ml, and dosing.max_ml_per_dose is 3000; it is refused",
        ),
    ],
)  # fmt: skip
def test_what_a_tank_will_refuse_or_cannot_do_is_named(remarked, more, changes, said):
    until = f'{DAYS}\n[[steps]]\nname = "second"\ntarget_c = 18.5\nuntil = {DAYS}'
    assert not remarked(until)
    (found,) = remarked(until, *changes, more=more)
    assert found == f"tanks.fv1.recipe: {said}"


def test_a_yeast_that_is_coldest_above_its_warmest_is_named(remarked):
    until = f"{DAYS}"
    (found,) = remarked(until, facts="yeast_low_c = 25, yeast_high_c = 18, ")
    assert found == (
        "tanks.fv1.recipe: batch.yeast_low_c 25 is above yeast_high_c 18; they may be the wrong way round"
    )
