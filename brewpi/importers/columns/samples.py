"""Several gravities of one moment: samples of one beer, or beers of their own. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from brewpi.importers.columns.column import NOT_OF_BEER, Column
from brewpi.importers.sheet import Sheet, is_absent
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head
from brewpi.records import Array

APART_SG, APART_PLATO, SG_BELOW = 0.003, 0.75, 1.3  # a hydrometer is read to a point or two
DRIFT_SHARE = 2.0 / 3.0  # of that: two hydrometers, and two eyes, do not differ by more from one end to the other
# The mean square of steps over the variance (von Neumann) is 2 where readings differ by chance. Below this, with five
# readings and more, they go apart or together step by step, as two fermentations do.
SMOOTH, LEAST = 0.5, 5
EDGE_SHARE = 0.25  # of its whole fall: so far a beer may be from the first or last reading of a device
_COUNT = re.compile(r"\d{1,3}|[a-eprs]")


Groups = dict[tuple[str, ...], list[Column]]  # columns of one device, by the words that tell it from others


def of_one_beer(columns: list[Column], temps: list[Column], sheet: Sheet) -> tuple[Groups, tuple[str, ...]] | None:
    """Which columns count where SG 1 and SG 2 (or A and B) are samples of one beer beside one temperature, a column of
    their mean or else all; and a remark. None of anything else: gravities of two tanks differ or have temperatures of
    their own. Heads that say sample are believed if they agree; others must not drift apart, and no title names tanks.
    """
    numbered = [column for column in columns if _number(column)]
    plain = [column for column in columns if not column.stem]
    of_beer = [t.unit for t in temps if t.rank < NOT_OF_BEER]
    several = len(set(of_beer)) < len(of_beer)  # one in °C and one in °F are one
    if len(numbered) < 2 or len(numbered) + len(plain) < len(columns) or several:
        return None
    said = all(any(known.SAMPLE.fullmatch(word) for word in column.head.words) for column in numbered)
    if not agree([c.values for c in numbered]) or (not said and (_drifts(numbered) or _speaks_of_tanks(sheet))):
        return None
    names = " and ".join(f'"{column.head.text}"' for column in numbered[:3])
    remark = f'{names} agree: taken as samples of one beer; if they are two, head them "FV1 SG" and "FV2 SG"'
    return {(): plain or numbered}, () if said else (remark,)


def drift_apart(columns: list[Column]) -> tuple[str, ...]:
    """A remark on SG 1 and SG 2 that agree within what a hydrometer is read to, and yet go apart step by step."""
    numbered = [column for column in columns if _number(column)]
    if len(numbered) != len(columns) or not agree([c.values for c in numbered]) or not _drifts(numbered):
        return ()
    names = " and ".join(f'"{column.head.text}"' for column in numbered[:3])
    return (f"{names} drift apart: taken as two beers",)


def agree(series: Sequence[Array]) -> bool:
    """Whether gravities, each (n,), are within what one beer's samples are apart, wherever all have one."""
    values = np.stack(series)
    apart = np.abs(values - values[0])[:, np.isfinite(values).all(axis=0)]
    return bool(apart.size and float(apart.max()) <= _near(values))


def are_told_apart(cells: Sequence[str], gravity: Array, hours: Array) -> bool:
    """Whether a column of samples counts those of one beer: two or more at most moments, which agree.

    cells: what it calls each, a number or a letter; a word is the name of a tank or a beer.
    """
    words = {word for cell in set(cells) for word in head(cell).words}
    if not all(_COUNT.fullmatch(word) or known.SAMPLE.fullmatch(word) for word in words):
        return False
    counts: dict[float, dict[str, float]] = {}
    for cell, value, at in zip(cells, gravity.tolist(), hours.tolist(), strict=True):
        if np.isfinite(value) and np.isfinite(at) and not is_absent(cell):
            counts.setdefault(at, {})[cell.strip()] = value
    several = [list(values.values()) for values in counts.values() if len(values) > 1]
    if len(several) < 2 or 2 * len(several) < len(counts):
        return False
    return max(max(values) - min(values) for values in several) <= _near(gravity)


def are_ways(cells: Sequence[str], gravity: Array, hours: Array) -> bool:
    """Whether a column says how each reading was taken, by hand or by a device, of one beer: those by hand are between
    the others before and after them, or not far beyond the first or the last. cells: of each reading, (n,)."""
    by_hand = np.array([head(cell).says(known.BY_HAND) for cell in cells])
    measured = np.isfinite(gravity) & np.isfinite(hours)
    some, others = by_hand & measured, ~by_hand & measured
    if min(np.count_nonzero(some), np.count_nonzero(others)) < 1 or np.count_nonzero(others) < 2:
        return False
    order = np.argsort(hours[others], kind="stable")
    course, beyond = gravity[others][order], EDGE_SHARE * float(np.ptp(gravity[others]))
    course = np.concatenate([[course[0] + beyond], course, [course[-1] - beyond]])
    after = np.searchsorted(hours[others][order], hours[some]) + 1
    sides = np.stack([course[after - 1], course[after]])
    near = _near(gravity[measured])
    return bool(np.all((gravity[some] >= sides.min(axis=0) - near) & (gravity[some] <= sides.max(axis=0) + near)))


def _near(values: Array) -> float:
    """By how much samples may be apart, in the unit of these gravities."""
    largest = float(np.nanmax(values))
    near = APART_SG if largest < SG_BELOW else APART_SG * 1000.0 if largest > 900.0 else APART_PLATO
    return near * (1.0 + 1e-9)  # 1.052 - 1.049 is a little more than 0.003


def _number(column: Column) -> str:
    """The number or letter that tells a column from its likes, "" where something else does."""
    words = [word for word in column.stem if not known.SAMPLE.fullmatch(word)]
    return words[0] if len(words) == 1 and (words[0].isdigit() or len(words[0]) == 1) else ""


def _drifts(columns: list[Column]) -> bool:
    """Whether the others leave the first step by step."""
    first = columns[0].values
    for column in columns[1:]:
        apart = (column.values - first)[np.isfinite(column.values) & np.isfinite(first)]
        spread = float(np.sum((apart - np.mean(apart)) ** 2)) if len(apart) >= LEAST else 0.0
        far = DRIFT_SHARE * _near(first) * (1.0 - 1e-6)
        if spread > 0.0 and np.ptp(apart) >= far and float(np.sum(np.diff(apart) ** 2)) < SMOOTH * spread:
            return True
    return False


def _speaks_of_tanks(sheet: Sheet) -> bool:
    """Whether the title or what stands above the table is of several tanks, or of a batch that was split."""
    return any(head(text).says(known.TANKS) for text in (sheet.title, *sheet.facts.values(), *sheet.facts))
