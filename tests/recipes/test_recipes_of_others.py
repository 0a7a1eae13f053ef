"""Recipe files of programs that are not read, and what else programs write: what is made of them."""

from __future__ import annotations

import json

import pytest

from brewpi.control.procedure import BadRecipe
from brewpi.recipes.imported import read_recipes

PALE = {"name": "Pale", "og": 1.05, "fg": 1.01}
BSMX = "<Recipes><Data><Recipe><F_R_NAME>Pale</F_R_NAME></Recipe></Data></Recipes>"
MMUM = {"Stammwuerze": 12, "Hefe": "W-34/70", "Gaertemperatur": "9-12"}


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        (json.dumps({"Name": "Pils", **MMUM}), "MaischeMalzundMehr"),
        (json.dumps([{"Rezeptname": "Pils", **MMUM}]), "MaischeMalzundMehr"),
        (BSMX, "BeerSmith"),
        (json.dumps({"Sud": {"Sudname": "Pils", "SW": 12.5}}), "Kleiner Brauhelfer"),
        ("SQLite format 3\0\0", "a database"),
    ],
)
def test_a_file_of_another_program_is_named_with_what_to_do(text: str, whose: str):
    with pytest.raises(BadRecipe) as refused:
        read_recipes(text)
    (sentence,) = refused.value.sentences
    assert whose in sentence
    assert "export it as BeerXML" in sentence


@pytest.mark.parametrize(
    ("yeasts", "name"),
    [("US-05", "US-05"), (["US-05", "W-34/70"], "US-05"), ({"name": "T-58", "laboratory": "Lab"}, "Lab T-58"),
     ({"0": {"name": "US-05"}}, "US-05"), ([], None), ("", None)],
)  # fmt: skip
def test_a_yeast_may_be_a_name_alone(yeasts: object, name: str | None):
    (recipe,) = read_recipes(json.dumps({**PALE, "yeasts": yeasts}))
    assert recipe.yeast == name
    assert any(note.startswith("2 yeasts") for note in recipe.notes) == (isinstance(yeasts, list) and len(yeasts) > 1)


def test_a_culture_of_beerjson_may_be_a_name_alone():
    og = {"unit": "sg", "value": 1.05}
    one = {"name": "Pale", "original_gravity": og, "ingredients": {"culture_additions": "US-05"}}
    (recipe,) = read_recipes(json.dumps({"beerjson": {"recipes": [one]}}))
    assert recipe.yeast == "US-05"


def test_steps_by_their_numbers_are_steps_in_that_order():
    held = {"10": (2, 3), "2": (21, 4), "0": (19, 7)}
    steps = {number: {"stepTemp": target_c, "stepTime": days} for number, (target_c, days) in held.items()}
    (recipe,) = read_recipes(json.dumps({**PALE, "fermentation": {"steps": steps}}))
    assert [(step.target_c, step.days) for step in recipe.steps] == [(19.0, 7.0), (21.0, 4.0), (2.0, 3.0)]


def test_what_stands_in_cdata_is_taken_as_it_stands():
    text = (
        "<RECIPES><RECIPE><NAME><![CDATA[Ale & Co <3]]></NAME><OG>1.050</OG><YEASTS><YEAST>"
        "<NAME>Hops &amp; Malt & caf&eacute;</NAME></YEAST></YEASTS></RECIPE></RECIPES>"
    )
    (recipe,) = read_recipes(text)
    assert recipe.name == "Ale & Co <3"
    assert recipe.yeast == "Hops & Malt & café"
