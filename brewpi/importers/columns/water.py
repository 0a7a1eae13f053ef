"""The temperature to which a density is referred, 15 °C or 60 °F as well as 20 °C, and water of that temperature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from brewpi.importers.columns.column import Column
from brewpi.importers.units.gravity_units import DENSITIES
from brewpi.importers.words.heads import simple

COLDEST_C, WARMEST_C = 0.0, 40.0  # at which a laboratory measures
_NUMBER = r"(?<![\d.,])(?P<t>\d\d?(?:[.,]\d\d?)?)"
_AT = tuple(
    re.compile(pattern)
    for pattern in (
        _NUMBER + r"[ _]?(?:°|deg(?:rees)?\.?|grad)? ?(?P<unit>[cf])(?![a-z])",
        _NUMBER + r" ?°(?! ?[a-z])",
        r"(?:@|\b(?:at|bei)\b) ?" + _NUMBER + r"(?![\d/])",
        r"[(\[]" + _NUMBER + r"[)\]]",
        r"(?<![a-z])(?:d|rho|ρ)[ _]?" + r"(?P<t>\d\d)(?:/4)?(?!\d)",
        _NUMBER + r"(?= ?/ ?4\b)",
    )
)
_FACT = re.compile(
    r"\b(?:ref|reference|referenz|bezugs?|mess|measurement|calibration|density|dichte)[ ._-]?temp|\btemp\w*[ ._-]ref\b"
)


def reference_c(head: str) -> float | None:
    """The °C at which a head in small letters says that a density was measured, None where it says none."""
    for pattern in _AT:
        if (found := pattern.search(head)) is not None:
            t = float(found["t"].replace(",", "."))
            in_f = found.groupdict().get("unit") == "f" or t > WARMEST_C  # who writes @60 means °F
            celsius = (t - 32.0) / 1.8 if in_f else t
            if COLDEST_C <= celsius <= WARMEST_C:
                return celsius
    return None


def put_at_20(column: Column, unit: str | None, facts: Mapping[str, str]) -> Column:
    """A density as the one at 20 °C of a beer that weighs as much more than water. unit: as a person gave it; facts:
    what stands above the table, for its reference temperature."""
    unit = unit or column.unit
    if unit not in DENSITIES or unit == "sg":
        return column
    celsius = reference_c(column.head.plain)
    if celsius is None:
        above = [simple(value) for name, value in facts.items() if _FACT.search(simple(name))]
        celsius = next((c for text in above if len(text) < 20 and (c := reference_c(text)) is not None), 20.0)
    return replace(column, values=column.values * (kg_m3(20.0) / kg_m3(celsius)))


def kg_m3(celsius: float) -> float:
    """Of water at this temperature (G. S. Kell, J. Chem. Eng. Data 20 (1975) 97)."""
    over = -46.170461e-6 + celsius * (105.56302e-9 - celsius * 280.54253e-12)
    over = 999.83952 + celsius * (16.945176 + celsius * (-7.9870401e-3 + celsius * over))
    return over / (1.0 + 16.879850e-3 * celsius)
