"""BeerJSON without what is around it."""

import json
from pathlib import Path

import pytest

from brewpi.recipes.imported import read_recipes

SAISON = json.loads((Path(__file__).parent / "foreign" / "saison.beerjson").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "bare", [SAISON["beerjson"], SAISON["beerjson"]["recipes"], SAISON["beerjson"]["recipes"][0]]
)
def test_a_recipe_of_beerjson_is_known_by_itself(bare):
    assert read_recipes(json.dumps(bare)) == read_recipes(json.dumps(SAISON))
