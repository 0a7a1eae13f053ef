"""Kind name -> lazy "module:Class" string -> class; an unknown word gets the nearest right one.

A plug may also live in somebody's own package, which names it as an entry point of the group `brewpi.sensors`,
`brewpi.outputs`, `brewpi.forecasters`, `brewpi.conditions`, `brewpi.importers` or `brewpi.outbound`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from brewpi.sanitize import clean_text
from brewpi.sentences import Sentence
from brewpi.toml_text import value_text

SHOWN = 40  # characters of a word that somebody wrote


def nearest(word: str, words: Iterable[str]) -> str:
    """`; did you mean "x"?` for a near miss, else `; known: a, b, c`."""
    close = closest(word, words)
    if close is not None:
        return Sentence('; did you mean "{word}"?', word=close)
    return Sentence("; known: {words}", words=", ".join(sorted(words)))


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one that is written nearly so, in whatever case, or None."""
    known = {one.lower(): one for one in sorted(words)}
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return known[close[0]] if close else None


def unknown(what: str, word: str, words: Iterable[str]) -> str:
    """`unknown kind "x"; did you mean "y"?`: of the word as much as can be shown."""
    return f'unknown {what} "{clean_text(word, SHOWN)}"{nearest(word[:SHOWN], words)}'


@cache
def installed(group: str) -> dict[str, str]:
    """The kinds that installed packages name, looked up once."""
    return {point.name: point.value for point in entry_points(group=f"brewpi.{group}")}


def with_installed(group: str, own: Mapping[str, str]) -> dict[str, str]:
    """Our own kinds and those of installed packages; a word that is ours stays ours."""
    return {**installed(group), **own}


def load(kinds: Mapping[str, str], word: object) -> type[Any]:
    """The class behind a kind.

    Raises KeyError, with a sentence, for what is no word, for one that is not in the registry and for a package that
    cannot be imported.
    """
    if not isinstance(word, str):
        given = clean_text(value_text(word), SHOWN)
        raise KeyError(f'option "kind" is {given}; it should be text; known: {", ".join(sorted(kinds))}')
    if word not in kinds:
        raise KeyError(unknown("kind", word, kinds))
    module, _, name = kinds[word].partition(":")
    try:
        found: type[Any] = getattr(import_module(module), name)
    except Exception as error:  # whatever somebody else's package does
        why = f"{type(error).__name__}: {error}"
        raise KeyError(f'kind "{word}" is {kinds[word]}, which cannot be loaded ({why})') from error
    return found
