"""Units that a line about a whole table says in words: "Gravity in °P, temperature in °F" above it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head

_NUMBER = re.compile(r"(?<![a-z/])\d", re.I)  # but that of g/cm3 and g/100 ml
_VALUES = re.compile(
    r"(?:all|values?|readings|measure(?:ment|d)s?|alle|(?:mess)?werte|messungen|mesures|valeurs|valores|medidas|valori"
    r"|misure|waarden|metingen|wartosci|pomiary|hodnoty|mereni|verdier|varden|vaerdier)"
)


def says_units(line: str) -> bool:
    """Whether a line without a number names a unit of what is below it: of a gravity, a temperature or of "all
    values"; a beer's name, "Plato's Porter", does not."""
    h = head(line)
    if _NUMBER.search(h.plain) or (h.gravity_unit is None and h.temp_unit is None):
        return False
    kinds = (known.TEMPERATURE, known.UNIT_COLUMN, _VALUES)
    return any(h.says(kind) for kind in kinds) or any(map(_is_gravity_alone, h.words))


def unit_said(facts: Mapping[str, str], of_temperature: bool) -> str | None:
    """The one unit that such lines name, a name of `SCALES` or c, f, k; None where they name none, or several.

    facts: what stands above the table, by name.
    """
    lines = [head(line) for name, text in facts.items() if says_units(line := f"{name}: {text}")]
    units = {h.temp_unit if of_temperature else h.gravity_unit for h in lines} - {None, "sg"}
    return units.pop() if len(units) == 1 else None


def _is_gravity_alone(word: str) -> bool:
    """Whether a word is of a gravity in any unit: "density", not "brix"."""
    return known.GRAVITY.fullmatch(word) is not None and head(word).named_gravity_unit is None
