"""Every alarm that there is, an entry each: how grave, what finds it, how long it must last, what to do.

An alarm's key is that of its entry with the names filled in: "{sensor}: silent" stands for "beer: silent". Entries with
a `rule` are judged here once a minute; the others are found elsewhere (interlocks, outputs, doses, drain, store, link)
and handed in by key. docs/operator.md has its table from here, the board what it says in other languages.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache

from brewpi import generated_docs
from brewpi.alarms.entries import (
    balance_alarms,
    beer_alarms,
    broker_alarms,
    crossed_alarms,
    dosing_alarms,
    hydrometer_alarms,
    output_alarms,
    sensor_alarms,
    service_alarms,
)
from brewpi.alarms.entry import ALARM, CatalogueEntry
from brewpi.alarms.options import Alarming
from brewpi.alarms.rules.view import HOUR_S

CATALOGUE: Mapping[str, CatalogueEntry] = {
    **sensor_alarms.ENTRIES, **balance_alarms.ENTRIES, **crossed_alarms.ENTRIES, **hydrometer_alarms.ENTRIES,
    **output_alarms.ENTRIES, **beer_alarms.ENTRIES, **dosing_alarms.ENTRIES, **service_alarms.ENTRIES,
    **broker_alarms.ENTRIES,
}  # fmt: skip
UNKNOWN = CatalogueEntry(
    severity=ALARM, says="", meanwhile="", todo="Look at the tank, then acknowledge.",
    todo_in={
        "de": "Den Tank ansehen, dann quittieren.",
        "es": "Mire el tanque, luego reconozca.",
        "fr": "Regardez la cuve, puis acquittez.",
    },
)  # fmt: skip


def words_in(language: str) -> dict[str, str]:
    """All that alarms say and ask for, by the English, in a language."""
    words = {}
    for entry in (*CATALOGUE.values(), UNKNOWN):
        for english, translations in ((entry.todo, entry.todo_in), *entry.says_in.items()):
            if language in translations:
                words[english] = translations[language]
    return words


@lru_cache(maxsize=256)
def entry_key(key: str) -> str | None:
    """The key in the catalogue that an alarm's key stands for; None if it is in there under no name."""
    if key in CATALOGUE:
        return key
    for known in CATALOGUE:
        pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(known))
        if "{" in known and re.fullmatch(pattern, key):
            return known
    return None


def entry_of(key: str) -> CatalogueEntry:
    """The entry of an alarm's key; of an unknown one, an entry that says to look at the tank."""
    return CATALOGUE[known] if (known := entry_key(key)) else UNKNOWN


def raise_s(key: str, options: Alarming) -> float:
    """How long a rule has to hold before its alarm is raised, with what the config says of it."""
    return options.off_target_h * HOUR_S if key == "beer: off target" else CATALOGUE[key].raise_s


def _lasting(seconds: float) -> str:
    return f"{seconds / HOUR_S:g} h" if seconds >= HOUR_S else f"{seconds / 60.0:g} min"


def table() -> Iterator[str]:
    """The lines of the table in docs/operator.md."""
    yield "| it says | `key` | how grave | it does | you do |"
    yield "| --- | --- | --- | --- | --- |"
    for key, entry in CATALOGUE.items():
        grave = " or ".join(entry.severity) + (f", after {_lasting(entry.raise_s)}" if entry.rule else "")
        says = entry.says if entry.says.startswith("about") else f"`{entry.says}`"
        yield f"| {says} | `{key}` | {grave} | {entry.meanwhile} | {entry.todo} |"


def renewed(page: str) -> str:
    """A page with the table made anew. Raises ValueError where one of its marks is missing."""
    return generated_docs.renewed(page, "brewpi/alarms/catalogue.py", table())


if __name__ == "__main__":
    sys.stdout.write(renewed(sys.stdin.read()))
