"""A column of numbers, and the words of its head that tell it from others."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from brewpi.importers.units.gravity_units import measured
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head
from brewpi.records import Array

_RATIO = re.compile(r"(?<!\d)(15|20|25|60)[/_ ](4|15|20|25|60)(?!\d)")  # SG_20_20: of the beer's and the water's
_AT = re.compile(r"@\s*(?:15|20|60)\b|[([](?:15|20|60)[)\]]")  # Density@20, Density (20)
NOT_OF_BEER = 5.0  # rank of a temperature from which on it is not the beer's


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers. stem: the words that are left without quantity and unit, such as "tilt orange"."""

    index: int
    head: Head
    values: Array
    unit: str | None
    stem: tuple[str, ...]
    rank: float

    @property
    def filled(self) -> int:
        """How many cells hold a number that counts: 0 is how many say that there is none."""
        return int(np.count_nonzero(measured(self.values, self.unit)))

    @property
    def first(self) -> int:
        """The row of its first such number."""
        return int(np.argmax(measured(self.values, self.unit)))


def stem(h: Head) -> tuple[str, ...]:
    """The words of a head without quantity and unit, such as "tilt orange"."""
    drop = (known.GRAVITY, known.TEMPERATURE, known.RAW, known.CALIBRATED, known.SMOOTHED, known.BEER)
    kept = [
        w for w in h.words if not any(p.fullmatch(w) for p in drop) and (w == "tilt" or not known.FILLER.fullmatch(w))
    ]
    if re.search(r"m ?3(?!\d)", h.plain) and "3" in kept:  # the last one: BBT3 Density kg/m3
        del kept[len(kept) - 1 - kept[::-1].index("3")]
    if (ratio := _RATIO.search(h.plain)) is not None:
        return tuple(word for word in kept if word not in ratio.groups())
    says_at = not h.is_temperature and ({"at", "c", "f"} & set(h.words) or _AT.search(h.plain))  # FV15 Temp F
    at = ("20", "15", "60") if says_at else ("20", "4") if "20/" in h.plain else ()
    if h.is_temperature:
        kept = [w for w in kept if w != "t" and not known.ACTUAL.fullmatch(w)]
    return tuple(word for word in kept if word not in at)
