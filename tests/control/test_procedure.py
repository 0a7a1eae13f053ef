"""A recipe as a brewer writes it: read as it stands, or refused with a sentence for every mistake in it."""

import pytest

from brewpi.control.procedure import BadRecipe, parse

GOOD = """
name = "Pale ale"
[batch]
medium = "beer"
og = 1.050
[nutrients]
need = "low"
[[steps]]
name = "primary"
target_c = 19.0
until = { kind = "elapsed", hours = 24 }
latest_h = 48
[[steps]]
name = "transfer"
transfer = { window_h = 48, min_attenuation = 0.65 }
"""


def check(*changes: tuple[str, str]) -> list[str]:
    """The sentences about GOOD with some of its text replaced."""
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    try:
        parse(text, "pale.toml")
    except BadRecipe as bad:
        return bad.sentences
    return []


def test_a_recipe_is_read_as_it_is_written():
    recipe = parse(GOOD, "pale.toml")
    assert recipe.name == "Pale ale"
    assert recipe.batch.og == 1.050
    assert [step.name for step in recipe.steps] == ["primary", "transfer"]
    assert recipe.steps[0].latest_h == 48.0
    assert recipe.steps[1].transfer.min_attenuation == 0.65
    assert recipe.nutrients.need == "low"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("target_c", "targt_c", 'pale.toml: steps.primary: unknown option "targt_c"; did you mean "target_c"?'),
        ("medium", "medum", 'pale.toml: batch: unknown option "medum"; did you mean "medium"?'),
        ("window_h", "windw_h", 'pale.toml: steps.transfer.transfer: unknown option "windw_h"; did you mean'),
        ('need = "low"', 'ned = "low"', 'pale.toml: nutrients: unknown option "ned"; did you mean "need"?'),
        ("19.0", '"warm"', "pale.toml: steps.primary.target_c: is 'warm'; it should be a number"),
        ("19.0", "190.0", "pale.toml: steps.primary.target_c: is 190.0; it should be less than or equal to 45"),
        ('"elapsed"', '"elapsd"', 'steps.primary.until: until: unknown kind "elapsd"; did you mean "elapsed"?'),
        ("hours", "hour", 'until: unknown option "hour"; did you mean "hours"?'),
        ("window_h = 48", "window_h = 6", "steps.transfer.transfer.window_h: is 6; it should be greater than or equal"),
        ('name = "transfer"', 'name = "primary"', 'two steps are called "primary"; operators could not tell them'),
        ('name = "transfer"', "", 'pale.toml: steps.2: option "name" is missing'),
        ('"Pale ale"', '""', "pale.toml: name: is ''; it should have at least 1 character"),
        ('"beer"', '"bear"', "pale.toml: batch.medium: is 'bear'; it should be 'beer', 'wine', 'cider' or 'mead'"),
        ("og = 1.050", "og = 12.5", "pale.toml: batch.og: is 12.5; it should be less than or equal to 1.2"),
        ("[nutrients]", "[nutrients", "pale.toml: is not valid TOML"),
    ],
)
def test_each_mistake_gets_a_sentence_with_its_key(old, new, sentence):
    (said,) = check((old, new))
    assert sentence in said


def test_every_mistake_is_named_in_one_go():
    assert len(check(("target_c", "targt_c"), ("og = 1.050", "og = 12.5"))) == 2


def test_a_step_that_never_ends_may_only_be_the_last():
    (said,) = check(('until = { kind = "elapsed", hours = 24 }\n', ""))
    assert said == 'pale.toml: step "primary" never ends: it needs an until, for a step follows'


def test_a_recipe_without_steps_is_none():
    with pytest.raises(BadRecipe, match='option "steps" is missing'):
        parse('name = "nothing"', "nothing.toml")
