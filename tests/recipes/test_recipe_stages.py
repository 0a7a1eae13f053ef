"""The stages of a BeerXML: which there are, and that a crash never begins at pitching."""

import pytest

from brewpi.control.procedure import parse
from brewpi.recipes.imported import as_toml, read_recipes


def steps_of(inner):
    text = f"<RECIPES><RECIPE><NAME>House</NAME><OG>1.050</OG><FG>1.010</FG>{inner}</RECIPE></RECIPES>"
    (found,) = read_recipes(text)
    parse(as_toml(found), "house")
    return [(step.name, step.target_c, step.days) for step in found.steps], found.notes


def stages(primary, secondary, said=""):
    written = (
        f"<{stage}_{what}>{value}</{stage}_{what}>"
        for stage, values in (("PRIMARY", primary), ("SECONDARY", secondary))
        for what, value in zip(("TEMP", "AGE"), values, strict=True)
    )
    return said + "".join(written)


def test_a_stage_beyond_those_that_it_says_there_are_is_left_out_and_said():
    said = "<FERMENTATION_STAGES>1</FERMENTATION_STAGES>"
    steps, notes = steps_of(stages((19, 7), (4, 14), said))
    assert steps == [("primary", 19, 7)]
    assert 'it says 1 stages: "secondary" is left out' in notes


@pytest.mark.parametrize("age", ["0", "-5", "", "until dry"])
def test_a_primary_of_no_days_stays_before_the_crash(age):
    steps, notes = steps_of(stages((19, age), (2, 3)))
    assert [step[:2] for step in steps] == [("primary", 19), ("secondary", 2)]
    assert 'step "primary" does not say how long: ends after an hour' in notes


def test_a_crash_that_does_not_say_how_long_is_there_until_the_end():
    assert steps_of(stages((19, 7), (2, "until clear")))[0] == [("primary", 19, 7), ("secondary", 2, None)]


def test_a_primary_at_0_degrees_is_one_that_nobody_entered():
    steps, notes = steps_of(stages((0.0, 14), (20, 7)))
    assert steps == [("primary", None, 14), ("secondary", 20, 7)]
    assert 'step "primary" begins at 0 °C: taken for one that nobody entered' in notes
    assert steps_of(stages((0.0, 14), (0, 0)))[0] == []


def test_lagering_at_0_degrees_stays():
    assert steps_of(stages((12, 14), (0, 30)))[0] == [("primary", 12, 14), ("secondary", 0, 30)]
