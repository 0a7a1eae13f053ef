"""The ready recipes: each can be read, followed to its end, and is careful where it cannot be undone."""

from itertools import pairwise
from pathlib import Path

import pytest

from brewpi import recipes
from brewpi.config.config import ConfigErrors, load
from brewpi.control.steps import Steps
from brewpi.control.until import Group, Leaf

NAMES = recipes.names()
CRASH_C = 10.0  # below, yeast goes to sleep


def kinds(until) -> set[str]:
    """Every condition of an until."""
    if isinstance(until, Leaf):
        return {type(until.condition).__name__}
    return set().union(*(kinds(member) for member in until.members)) if isinstance(until, Group) else set()


def test_what_the_issue_promised_is_there():
    assert NAMES == ["ale", "belgian", "cider", "lager", "mead", "red_wine", "white_wine"]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_reached_in_order_and_none_twice(name):
    steps = Steps(recipes.load(name).steps)
    seen = [steps.begin(0.0).name]
    while steps.following is not None:
        seen.append(steps.go_on(0.0).name)
    assert seen == [step.name for step in recipes.load(name).steps]
    assert recipes.load(name).steps[-1].transfer is not None


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_crashed_on_a_clock_or_on_a_forecast_alone(name):
    steps = recipes.load(name).steps
    crashes = [one for one, other in pairwise(steps) if (other.target_c or 99.0) < min(CRASH_C, one.target_c or 99.0)]
    assert crashes or name == "red_wine"
    for before in crashes:
        assert isinstance(before.until, Group)
        assert before.until.word == "all"
        assert {"Stable", "Operator"} <= kinds(before.until)


@pytest.mark.parametrize("name", NAMES)
def test_its_temperatures_are_within_what_its_yeast_bears_while_it_works(name):
    recipe = recipes.load(name)
    first = recipe.steps[0].target_c
    assert recipe.batch.yeast_low_c <= first <= recipe.batch.yeast_high_c


@pytest.mark.parametrize("name", NAMES)
def test_what_its_gravity_has_to_show_is_within_what_it_is_expected_to_reach(name):
    recipe = recipes.load(name)
    assert recipe.steps[-1].transfer.min_attenuation < recipe.batch.expected_attenuation


@pytest.mark.parametrize("name", NAMES)
def test_only_beer_goes_without_nutrients(name):
    recipe = recipes.load(name)
    assert (recipe.nutrients is None) == (recipe.batch.medium == "beer")


def test_an_unknown_recipe_gets_the_nearest_ready_one():
    with pytest.raises(recipes.BadRecipe) as bad:
        recipes.load("larger")
    assert bad.value.sentences == ['no ready recipe is called "larger"; did you mean "lager"? Or name a .toml file']


def test_a_brewer_s_own_file_is_read(tmp_path: Path):
    own = tmp_path / "own.toml"
    own.write_text('name = "Own"\n[[steps]]\nname = "hold"\n', encoding="utf-8")
    assert recipes.load(str(own)).name == "Own"


def test_a_file_that_is_missing_or_no_text_gets_a_sentence(tmp_path: Path):
    with pytest.raises(recipes.BadRecipe, match="no such recipe file"):
        recipes.load(str(tmp_path / "none.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(recipes.BadRecipe, match=r"cannot be read \(Is a directory\); it has to be a text file"):
        recipes.load(str(tmp_path / "folder.toml"))


@pytest.mark.parametrize(("code", "what"), [("latin-1", "line 2 is not in UTF-8"), ("utf-16", "is in UTF-16")])
def test_a_file_in_another_code_says_so_as_a_config_does(tmp_path: Path, code: str, what: str):
    recipe = tmp_path / "house.toml"
    recipe.write_bytes('# ours\nname = "Kölsch"\n'.encode(code))
    with pytest.raises(recipes.BadRecipe) as caught:
        recipes.load(str(recipe))
    with pytest.raises(ConfigErrors) as of_config:
        load(recipe)
    assert caught.value.sentences == of_config.value.sentences == [f"{recipe}: {what}; save the file as text in UTF-8"]
