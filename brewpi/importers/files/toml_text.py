"""Readings as lists in TOML: `time = [...]` and `sg = [...]`, each perhaps over many lines."""

from __future__ import annotations

import re
import tomllib

from brewpi.importers.files.json_tables import tables
from brewpi.importers.sheet import LogError, Sheet

MOST = 2_000_000  # characters
_LIST = re.compile(r"^\s*[\w\"' .-]+=\s*\[", re.M)


def sheets(text: str) -> list[Sheet] | None:
    """The tables in a TOML document that holds lists; None of anything else."""
    if len(text) > MOST or _LIST.search(text[:20_000]) is None:
        return None
    try:
        return tables(tomllib.loads(text)) or None
    except (tomllib.TOMLDecodeError, RecursionError, LogError):
        return None
