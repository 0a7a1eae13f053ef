"""Kind name -> lazy "module:Class" string -> class; an unknown word gets the nearest right one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any


def nearest(word: str, words: Iterable[str]) -> str:
    """`; did you mean "x"?` for a near miss, else `; known: a, b, c`."""
    known = sorted(words)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else f"; known: {', '.join(known)}"


def load(kinds: Mapping[str, str], word: str) -> type[Any]:
    """The class behind a kind.

    Raises KeyError, with a sentence, for a word that is not in the registry.
    """
    try:
        module, _, name = kinds[word].partition(":")
    except KeyError:
        raise KeyError(f'unknown kind "{word}"{nearest(word, kinds)}') from None
    cls: type[Any] = getattr(import_module(module), name)
    return cls
