"""In which line of a TOML file a key stands. `tomllib` does not say, but it knows where each statement ends. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

LONGEST_STATEMENT = 200  # lines; a list or a text that is longer ends the search

Key = tuple[int | str, ...]


class Lines:
    """Of a text that is valid TOML: where each statement begins, and what it sets."""

    def __init__(self, text: str) -> None:
        self.statements = list(_statements(text))

    def of(self, key: Sequence[int | str]) -> int | None:
        """The first line that says most of a key, the number of a table in a list among its words: of an option its
        own, of one that is missing that of its table. None where the text says nothing of it."""
        best, line = 0, None
        for number, path in self.statements:
            common = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(key, path, strict=False))))
            if common > best:
                best, line = common, number
        return line


def numbered(text: str, sentences: Sequence[str], keys: Sequence[Key]) -> list[str]:
    """Sentences about a text, each with the line of its key behind it: "mqtt.tls: should be true or false (line 7)"."""
    lines = Lines(text) if any(key and str(key[0]) in text for key in keys) else None  # what is missing has no line
    found = [lines.of(key) if lines else None for key in keys]
    return [said if line is None else f"{said} (line {line})" for said, line in zip(sentences, found, strict=True)]


def key_of(dotted: str) -> Key:
    """The words of a dotted key; none where it is no key."""
    try:
        return tuple(_only(tomllib.loads(f"{dotted} = 0")))
    except ValueError:
        return ()


def _statements(text: str) -> Iterator[tuple[int, Key]]:
    """Each with its first line: the shortest lines that TOML can read by themselves."""
    table: Key = ()
    counts: dict[Key, int] = {}  # tables so far, of each list of tables
    first, chunk = 1, list[str]()
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        chunk.append(line.removesuffix("\r"))
        try:
            said = tomllib.loads("\n".join(chunk))
        except (ValueError, RecursionError):
            if len(chunk) > LONGEST_STATEMENT:
                return
            continue
        if said and chunk[0].lstrip().startswith("["):
            table = _table(tuple(_only(said)), counts, is_list=chunk[0].lstrip().startswith("[["))
            yield first, table
        elif said:
            yield first, (*table, *_only(said))
        first, chunk = number + 1, []


def _only(said: Any) -> Iterator[str]:
    """The words of a key, as far as there is one below the other."""
    while isinstance(said, list) and len(said) == 1:
        said = said[0]
    if isinstance(said, dict) and len(said) == 1:
        ((word, inner),) = said.items()
        yield word
        yield from _only(inner)


def _table(words: Key, counts: dict[Key, int], is_list: bool) -> Key:
    """The words of a header with the number of each table that is one of a list."""
    path: Key = ()
    for n, word in enumerate(words, 1):
        path = (*path, word)
        if is_list and n == len(words):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
