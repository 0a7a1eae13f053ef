"""What a person reads, whatever came in."""

from brewpi.sanitize import is_clean

LONGEST_SENTENCE = 1000


def shown(sentence: str) -> None:
    assert sentence, "says nothing"
    assert is_clean(sentence), "not clean"
    assert len(sentence) < LONGEST_SENTENCE, "endless"
