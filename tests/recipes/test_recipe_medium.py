"""What ferments, by the words of other programs' types and styles."""

import pytest

from brewpi.recipes.foreign import medium_of


@pytest.mark.parametrize(
    ("words", "medium"),
    [(("Ale", "Wheatwine"), "beer"), ((None, "Wheat Wine"), "beer"), (("Ale", "Wine Barrel Sour"), "beer"),
     ((None, "Wine-barrel aged"), "beer"), (("Ale", "Meadow Ale"), "beer"), ((None, "Barleywine"), "beer"),
     ((None, "Barley Wine"), "beer"), (("Wine", "Red"), "wine"), ((None, "Fruit wine"), "wine"),
     (("Cider", "Common Cider"), "cider"), (("Mixed", "Dry Mead"), "mead"), (("Mead", None), "mead"),
     (("all grain", "beer"), "beer"), (("", ""), "beer"), ((None, None), "beer")],
)  # fmt: skip
def test_a_beer_named_after_wine_or_a_meadow_is_beer(words, medium):
    assert medium_of(*words) == medium
