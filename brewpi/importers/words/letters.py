"""Tanks, beers and devices that heads count by letters: in "Tank A SG", "Tank B SG", "Tank C SG" C is no unit. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

# A to I, apart from other letters, or behind a small one as in TankC; not of °C.
_LETTER = re.compile(r"(?<![A-Za-z°º])[A-Ia-i](?![A-Za-z])|(?<=[a-z])[A-I](?![A-Za-z])")
LEAST = 2  # that follow one another, as A and B or C to F do; °C and °F leave a gap


@lru_cache(maxsize=1024)
def as_numbers(heads: tuple[str, ...]) -> tuple[str, ...]:
    """The heads, with the number in place of each letter that counts what stands beside it: "Tank 3 SG"."""
    found = [[(_beside(text, at.start()), at.start()) for at in _LETTER.finditer(text)] for text in heads]
    letters: dict[tuple[str, str], set[int]] = {}
    for text, places in zip(heads, found, strict=True):
        for beside, at in places:
            letters.setdefault(beside, set()).add(_number(text[at]))
    counting = {beside for beside, numbers in letters.items() if any(beside) and _in_a_row(numbers)}
    said = []
    for text, places in zip(heads, found, strict=True):
        for beside, at in places:
            if beside in counting:
                text = f"{text[:at]}{_number(text[at])}{text[at + 1 :]}"
        said.append(text)
    return tuple(said)


def _beside(text: str, at: int) -> tuple[str, str]:
    """What a letter counts: the words before it, or those behind it where it stands first; none where it is alone."""
    before, behind = text[:at].lower(), text[at + 1 :].lower()
    if any(map(str.isalnum, before)):
        return before, ""
    return ("", behind) if any(map(str.isalnum, behind)) else ("", "")


def _number(letter: str) -> int:
    return ord(letter.upper()) - ord("A") + 1


def _in_a_row(numbers: set[int]) -> bool:
    return len(numbers) >= LEAST and max(numbers) - min(numbers) + 1 == len(numbers)
