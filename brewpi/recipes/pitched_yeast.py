"""Which yeasts of a recipe go into the wort: what is added later says nothing of its fermentation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Yeast = TypeVar("Yeast")


def pitched(
    yeasts: Sequence[Yeast], is_added_later: Callable[[Yeast], bool], name: Callable[[Yeast], str | None],
    notes: list[str],
) -> list[Yeast]:  # fmt: skip
    """Those that are pitched, in their order; of those that are all added later, all. Who is left out is noted."""
    first = [one for one in yeasts if not is_added_later(one)]
    if not first:
        return list(yeasts)
    notes += [f'yeast "{name(one) or "?"}" is added later: left out' for one in yeasts if is_added_later(one)]
    return first
