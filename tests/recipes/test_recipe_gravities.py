"""Gravities in other programs' recipes: SG, °P, points, and what stands there before anybody measured."""

import json

import pytest

from brewpi.recipes.imported import as_toml, read_recipes


def of_beerxml(**tags):
    inner = "".join(f"<{tag}>{value}</{tag}>" for tag, value in tags.items())
    (found,) = read_recipes(f"<RECIPES><RECIPE><NAME>A</NAME>{inner}</RECIPE></RECIPES>")
    as_toml(found)
    return found


def rounded(*values):
    return tuple(None if value is None else round(value, 3) for value in values)


@pytest.mark.parametrize(
    ("og", "fg", "meant"),
    [("55", "12", (1.055, 1.012)), ("48 points", "11 points", (1.048, 1.011)), ("38 pts", "9 pts", (1.038, 1.009)),
     ("38 pts", "9", (1.038, 1.009)), ("1.050", "12", (1.050, 1.012)), ("1.050", "2.5", (1.050, 1.010)),
     ("1.050", "-0.5 °P", (1.050, 0.998)), ("12.0 °P", "-0.5", (1.048, 0.998)), ("12,5 °Plato", "1.010", (1.05, 1.004)),
     ("12.5", "1.010 SG", (1.050, 1.010)), ("1050", "1010", (1.050, 1.010)), ("36 °P", "8", (1.159, 1.032))],
)  # fmt: skip
def test_the_unit_of_a_gravity_is_known_by_its_words_and_size(og, fg, meant):
    found = of_beerxml(OG=og, FG=fg)
    assert rounded(found.og, found.fg) == meant
    (found,) = read_recipes(json.dumps({"name": "A", "og": og, "fg": fg, "yeasts": [{"name": "US-05"}]}))
    assert rounded(found.og, found.fg) == meant


def test_a_gravity_that_may_be_points_or_plato_is_left_out_and_asked_about():
    found = of_beerxml(OG="40", FG="9", PRIMARY_TEMP="19", PRIMARY_AGE="7")
    assert (found.og, found.fg) == (None, None)
    assert "original gravity of 40 may be 1.040 or 40 °P: left out" in found.notes


def test_two_original_gravities_that_differ_are_said():
    found = of_beerxml(OG="1.046 SG", FG="1.010 SG", EST_OG="1.065 SG", EST_FG="1.014 SG")
    assert rounded(found.og, found.fg) == (1.046, 1.010)
    assert "it has an original gravity of 1.046 and expects 1.065: the first one counts" in found.notes
    found = of_beerxml(OG="1.065", FG="1.014", EST_OG="1.065 SG", EST_FG="1.014 SG")
    assert not any("expects" in note for note in found.notes)


@pytest.mark.parametrize("unset", ["1.000", "0", "", "1"])
def test_a_gravity_that_nobody_entered_is_none(unset):
    found = of_beerxml(OG=unset, FG=unset, EST_OG="1.060", EST_FG="1.012")
    assert rounded(found.og, found.fg) == (1.060, 1.012)
    assert of_beerxml(OG=unset, FG=unset, PRIMARY_TEMP="19", PRIMARY_AGE="7").og is None
