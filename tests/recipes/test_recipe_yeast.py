"""What other programs' recipes say of a yeast."""

import json

import pytest

from brewpi.recipes.imported import read_recipes


def of_beerxml(inner):
    text = f"<RECIPES><RECIPE><OG>1.050</OG><YEASTS><YEAST><NAME>x</NAME>{inner}</YEAST></YEASTS></RECIPE></RECIPES>"
    (found,) = read_recipes(text)
    return found


@pytest.mark.parametrize(("said", "share"), [("75", 0.75), ("0.75", 0.75), ("75 %", 0.75), ("101", 1.01), ("3", None)])
def test_an_attenuation_is_per_cent_or_a_share(said, share):
    assert of_beerxml(f"<ATTENUATION>{said}</ATTENUATION>").attenuation == share
    yeasts = [{"name": "x", "attenuation": said}]
    assert read_recipes(json.dumps({"name": "A", "og": 1.05, "yeasts": yeasts}))[0].attenuation == share


@pytest.mark.parametrize(("low", "high", "said"), [(24, 15, True), (18, 18, True), (0, 0, False)])
def test_a_range_that_is_none_is_left_out(low, high, said):
    found = of_beerxml(f"<MIN_TEMPERATURE>{low}</MIN_TEMPERATURE><MAX_TEMPERATURE>{high}</MAX_TEMPERATURE>")
    assert (found.yeast_low_c, found.yeast_high_c) == (None, None)
    assert (f"the yeast's range of {low} to {high} °C is none: left out" in found.notes) == said


def test_the_lower_end_of_an_attenuation_counts_where_there_is_no_upper_one():
    culture = {"name": "x", "attenuation_range": {"minimum": {"unit": "%", "value": 72}}}
    recipe = {"name": "A", "ingredients": {"culture_additions": [culture]}}
    (found,) = read_recipes(json.dumps({"beerjson": {"recipes": [recipe]}}))
    assert found.attenuation == 0.72


def test_a_yeast_that_is_added_later_is_not_the_one_that_ferments():
    """Brett for the secondary came first in the file, and its attenuation and range were those of the batch."""
    brett = {"name": "Brett", "attenuation": {"unit": "%", "value": 90}, "timing": {"use": "add_to_package"}}
    ale = {"name": "US-05", "attenuation": {"unit": "%", "value": 78}}
    text = "".join(
        f"<YEAST><NAME>{name}</NAME><ATTENUATION>{share}</ATTENUATION><ADD_TO_SECONDARY>{later}</ADD_TO_SECONDARY></YEAST>"
        for name, share, later in (("Brett", 90, "TRUE"), ("US-05", 78, "FALSE"))
    )
    for recipe in (
        f"<b:RECIPES xmlns:b='x'><RECIPE><OG>1.050</OG><YEASTS>{text}</YEASTS></RECIPE></b:RECIPES>",
        json.dumps({"beerjson": {"recipes": [{"name": "A", "ingredients": {"culture_additions": [brett, ale]}}]}}),
    ):
        (found,) = read_recipes(recipe)
        assert (found.yeast, found.attenuation) == ("US-05", 0.78)
        assert 'yeast "Brett" is added later: left out' in found.notes
        assert not [note for note in found.notes if "the first one counts" in note]
    (alone,) = read_recipes(json.dumps({"beerjson": {"recipes": [{"ingredients": {"culture_additions": [brett]}}]}}))
    assert alone.yeast == "Brett"


def test_elements_may_have_a_prefix():
    (found,) = read_recipes('<b:RECIPES xmlns:b="x"><b:RECIPE><b:OG>1.050</b:OG></b:RECIPE></b:RECIPES>')
    assert found.og == 1.05
