"""What each option means is said in each language of the board; of a kind that is added it is English until then."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pydantic import BaseModel

from brewpi.config.described import KINDS, meanings, models
from brewpi.dashboard.views.language import LANGUAGES, is_translated
from brewpi.registry import load

PLUGS = [load(own, kind) for _, own in KINDS.values() for kind in own]
OTHERS = [language for language in LANGUAGES if language != "en"]


def missing_in(language: str, of: Iterable[type[BaseModel]]) -> list[str]:
    return [text for text in dict.fromkeys(meanings(of)) if not is_translated(language, text)]


@pytest.mark.parametrize("language", OTHERS)
def test_every_options_sentence_is_translated(language: str):
    missing = missing_in(language, [model for model in models() if model not in PLUGS])
    assert not missing, f"write them into brewpi/dashboard/locale/{language}.po: {missing}"


@pytest.mark.parametrize("language", OTHERS)
def test_a_new_kind_may_be_english_for_a_while_and_most_are_not(language: str):
    missing = missing_in(language, PLUGS)
    assert len(missing) <= 10, f"write them into brewpi/dashboard/locale/{language}.po: {missing}"
