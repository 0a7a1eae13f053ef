"""What a brewer writes into a recipe that ends a step too early, or puts the yeast to sleep: `brewpi check` says it."""

from __future__ import annotations

import pytest

from brewpi import recipes
from brewpi.config.early_steps import early_step_remarks
from brewpi.control.procedure import parse

DAYS = '{ kind = "elapsed", hours = 120 }'
STABLE = '{ kind = "stable", min_attenuation = 0.6 }'
WARM = '{ kind = "temperature_reached" }'
CUE = '{ kind = "rest_cue" }'
VDK = '{ kind = "operator", confirms = "vdk" }'
CRASH = "step crash cools to 2 °C, and step primary may end while it still ferments"


def said(until: str, facts: str = "", primary_c: float = 19.0, crash_c: float = 2.0) -> list[str]:
    steps = (
        f'[[steps]]\nname = "primary"\ntarget_c = {primary_c}\nuntil = {until}\n'
        f'[[steps]]\nname = "crash"\ntarget_c = {crash_c}\n'
    )
    recipe = parse(f'name = "Own"\n[batch]\nmedium = "beer"\n{facts}\n{steps}', "own.toml")
    return list(early_step_remarks(recipe, 19.0))


@pytest.mark.parametrize("until", [DAYS, WARM, CUE, '{ kind = "attenuation", at_least = 0.3 }',
                                   f"{{ any = [{STABLE}, {DAYS}] }}", f"{{ all = [{DAYS}, {CUE}] }}"])  # fmt: skip
def test_a_crash_of_what_may_still_ferment_is_said(until):
    (remark,) = said(until)
    assert CRASH in remark
    assert said(until, crash_c=16.0) == []


@pytest.mark.parametrize("until", [STABLE, VDK, f"{{ all = [{DAYS}, {STABLE}] }}", f"{{ any = [{STABLE}, {VDK}] }}",
                                   '{ kind = "gravity_at_most", sg = 1.012 }'])  # fmt: skip
def test_one_after_what_shows_the_end_is_not(until):
    assert said(until, "og = 1.050") == []


def test_a_step_that_the_wort_itself_ends_is_said():
    over = '{ kind = "gravity_at_most", sg = 1.060 }'
    (remark,) = said(f"{{ all = [{over}, {over}] }}", "og = 1.050")
    assert "step primary is over as it begins: it waits for 1.060, and batch.og is 1.050" in remark
    assert said(f"{{ all = [{over}, {STABLE}] }}", "og = 1.050") == []


@pytest.mark.parametrize(
    ("primary_c", "facts", "words"),
    [
        (2.0, "", "is the first and wants 2 °C; the yeast does not work below 5 °C"),
        (8.0, "yeast_low_c = 16", "is the first and wants 8 °C; the yeast does not work below 16 °C"),
        (30.0, "yeast_high_c = 22", "wants 30 °C, above batch.yeast_high_c 22"),
    ],
)
def test_where_no_yeast_works_is_said(primary_c, facts, words):
    (remark,) = said(STABLE, facts, primary_c)
    assert words in remark


@pytest.mark.parametrize("name", recipes.names())
def test_the_ready_ones_are_as_they_should_be(name):
    assert list(early_step_remarks(recipes.load(name), 19.0)) == []
