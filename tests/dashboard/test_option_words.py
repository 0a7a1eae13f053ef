"""What each option means is said in each language of the board; of a kind that is added it is English until then."""

from __future__ import annotations

import pytest

from brewpi.config.described import meanings
from brewpi.dashboard.views.language import LANGUAGES, is_translated


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_options_sentence_is_translated(language: str):
    missing = [text for text in dict.fromkeys(meanings()) if not is_translated(language, text)]
    assert not missing, f"write them into brewpi/dashboard/locale/{language}.po: {missing}"
