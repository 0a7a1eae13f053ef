"""Which rows belong to which batch: by columns that name batches, tanks or devices, and by times that begin anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brewpi.importers.columns.samples import agree, are_told_apart, are_ways
from brewpi.importers.sheet import LogError, Sheet, decimal, is_absent, is_number
from brewpi.importers.tables.by_turns import told_apart
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head
from brewpi.records import Array

Rows = NDArray[np.intp]
LEAST_RUN = 3  # readings, of a part that stands in the wrong order
MOST_SPELLINGS = 100  # of the names in a column
MOST_NAMES = 12  # of tanks in a column that does not say so
UNSAID = ("words", "others")  # kinds of columns that may tell beers apart, though their heads do not say so
_DEGREES = re.compile(r"-?\d+(?:[.,]\d+)?\s*(?:[°º]\s?[CFK]|℃|℉)", re.I)
_OF = re.compile("of|the|de|du|des|del|della|do|da|der|van|la|le")  # "Name of beer"
_OF_A_QUESTION = re.compile("please|for|of|in|the|is|it|this|that|are|you|measuring|from")
_NAMING = (known.BATCH, known.DEVICE, known.NAME, known.NUMBER)


@dataclass(frozen=True, slots=True)
class Naming:
    """A column of names."""

    head: Head
    cells: list[str]
    kind: str  # batch or device; words where the head says nothing, and others


def naming(sheet: Sheet) -> list[Naming]:
    """The columns that name batches or devices, keys of programs last; sought once for all gravities of a sheet."""
    columns = [(sheet.head(i), sheet.cells(i)) for i in range(len(sheet.heads))]
    found = [Naming(h, cells, kind) for h, cells in columns if (kind := _kind(h, cells)) is not None]
    return sorted(found, key=lambda column: _is_id(column.head))


def labels(names: Sequence[Naming], rows: Array, hours: Array, gravity: Array) -> tuple[list[str], bool]:
    """A name for each row, "" where the file holds one batch only; and whether they are those of batches.

    names: what `naming` found; rows: (n,) whether a row has a gravity; hours, gravity: (n,), for whether two tanks were
    read at the same time, or two samples of one.
    Raises LogError for a table of batches with one reading each.
    """
    batches: list[list[str]] = []
    devices: list[list[str]] = []
    for name in names:
        if name.kind in UNSAID:
            continue
        if name.head.says(known.SAMPLE) and are_told_apart(name.cells, gravity, hours):
            continue
        if name.kind == "device" and are_ways(name.cells, gravity, hours):
            continue
        if (cells := _telling(name.cells, rows, name.kind == "batch")) is not None:
            (batches if name.kind == "batch" else devices).append(cells)
    if not batches and not devices:
        devices = _of_two_at_once(names, rows, hours, gravity)
    unnamed = (name.cells for name in names if name.kind in UNSAID)
    if not batches and not devices and (cells := told_apart(unnamed, rows, hours, gravity)) is not None:
        devices = [cells]
    if not batches and not devices:
        _check_one_each(names, rows)
        return [""] * len(rows), False
    parts = _without_echoes(batches) if batches else []
    for cells in devices:
        if not parts or _overlap(parts, cells, rows, hours):
            parts = _without_echoes([*parts, cells])
    return [_label(row) for row in zip(*parts, strict=True)], bool(batches)


def _of_two_at_once(names: Sequence[Naming], rows: Array, hours: Array, gravity: Array) -> list[list[str]]:
    """A column of words whose head says nothing, where at most moments there are two gravities that are not of one beer
    and the words tell them apart: the names of tanks, whatever they are called. Of days alone they may be shifts."""
    known_hours = hours[rows & np.isfinite(hours)]
    if len(known_hours) == 0 or np.all(known_hours % 24.0 == known_hours[0] % 24.0):
        return []
    for name in names:
        cells = _telling(name.cells, rows, False) if name.kind == "words" else None
        if cells is None:
            continue
        at_once: dict[float, dict[str, list[float]]] = {}
        for cell, value, at, counts in zip(cells, gravity.tolist(), hours.tolist(), rows, strict=True):
            if counts and np.isfinite(at):
                at_once.setdefault(at, {}).setdefault(cell, []).append(value)
        several = [named for named in at_once.values() if sum(map(len, named.values())) > 1]
        told = [named for named in several if max(map(len, named.values())) == 1]
        apart = [named for named in told if not agree([np.array(value) for value in named.values()])]
        if len(told) == len(several) and 2 * len(apart) > len(at_once):
            return [cells]
    return []


def _kind(h: Head, cells: Sequence[str]) -> str | None:
    """Whether a head names batches or devices and nothing else: "BBT111 Level" is of a tank, and not its name. Words
    below one that names nothing may be names as well.

    cells: below it, for a "Hydrometer" may be a gravity as well as a name.
    """
    measured = h.is_gravity and any(is_number(cell.partition(" ")[0]) for cell in cells)
    degrees = sum(_DEGREES.fullmatch(cell.strip()) is not None for cell in cells)
    if measured or h.is_temperature or h.is_og or 2 * degrees > len(cells):
        return None
    asked = (known.ASKED, _OF_A_QUESTION) if h.says(known.ASKED) else ()
    if h.only(*_NAMING, _OF, *asked) and h.says(known.BATCH):
        return "batch"
    if h.only(*_NAMING, _OF, *asked) and (h.says(known.DEVICE) or (h.says(known.NAME) and not asked)):
        return "device"
    of_time = h.names_moment or h.is_time or any(":" in cell for cell in cells)
    if of_time or not 1 < len(set(cells)) <= MOST_NAMES:
        return None
    in_words = not any(map(is_number, cells))
    if in_words and h.text:
        return "others" if h.names_something else "words"
    return "others" if _are_whole(cells) else None  # also below "#" alone, which is none of a head's words


def _are_whole(cells: Sequence[str]) -> bool:
    return all(cell.strip().isdigit() for cell in cells)


def _is_id(h: Head) -> bool:
    """Of a key that a program made: a name says more to a person."""
    return bool({"id", "uuid", "mac", "deviceid", "sensorid"} & set(h.words))


def _telling(cells: list[str], rows: Array, is_batch: bool) -> list[str] | None:
    """The column filled down, if it tells rows apart: several values, each for several readings."""
    filled = _spelled_alike(_filled_down(cells))
    values: dict[str, int] = {}
    for cell, counts in zip(filled, rows, strict=True):
        if counts:
            values[cell] = values.get(cell, 0) + 1
    several = [value for value in values if not is_absent(value)]
    total = sum(values.values())
    if len(several) < 2 or (total < 2 * len(several) * (0.75 if is_batch else 1.0) and total > 2):
        return None
    if all(map(is_number, several)) and any(map(_has_fraction, several)):
        runs = 1 + sum(a != b for a, b in pairwise(filled))
        if runs > len(values) or len(several) > 12:  # they come again, as what is measured does and a name does not
            return None
    return filled


def _spelled_alike(cells: list[str]) -> list[str]:
    """Names that differ in capitals and in what parts a word from its number only, FV1 and fv 1, as most have them."""
    counts = Counter(cells)
    if len(counts) > MOST_SPELLINGS:
        return cells
    usual: dict[str, str] = {}
    for cell, _ in counts.most_common():
        usual.setdefault(_key(cell), cell)
    return [usual[_key(cell)] for cell in cells]


def _key(name: str) -> str:
    return re.sub(r"(?<=[^\W\d])[\s._-]+(?=\d)", "", name.casefold()).strip()


def _has_fraction(text: str) -> bool:
    value = decimal(text)
    return value is not None and value % 1.0 != 0.0


def _filled_down(cells: Sequence[str]) -> list[str]:
    """Merged cells and lists that name a batch once: an empty cell is like the one above it."""
    last, out = "", []
    for cell in cells:
        text = cell.strip()
        last = last if is_absent(text) else text
        out.append(last)
    return out


def _without_echoes(columns: list[list[str]]) -> list[list[str]]:
    """Columns that split what the others have not split already; one that only repeats another in other words goes."""
    kept: list[list[str]] = []
    for cells in columns:
        before = len(set(zip(*kept, strict=True))) if kept else 1
        if len(set(zip(*kept, cells, strict=True))) > before or (len(kept) < 2 and _adds_words(kept, cells)):
            kept.append(cells)
    return kept


def _adds_words(kept: list[list[str]], cells: list[str]) -> bool:
    """A product beside a batch number says more to a person."""
    return (
        bool(kept)
        and all(any(c.isdigit() for c in text) and not any(c.isalpha() for c in text) for text in kept[0])
        and any(any(c.isalpha() for c in text) for text in cells)
    )


def _overlap(parts: list[list[str]], cells: list[str], rows: Array, hours: Array) -> bool:
    """Whether within one batch two tanks were read in the same days; if not, the beer was moved between them."""
    spans: dict[tuple[str, ...], dict[str, tuple[float, float]]] = {}
    for i in np.flatnonzero(rows & np.isfinite(hours)):
        key, tank = tuple(part[i] for part in parts), cells[i]
        low, high = spans.setdefault(key, {}).get(tank, (np.inf, -np.inf))
        spans[key][tank] = (min(low, float(hours[i])), max(high, float(hours[i])))
    for tanks in spans.values():
        ordered = sorted(tanks.values())
        if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
            return True
    return False


def _label(row: tuple[str, ...]) -> str:
    words = [text if any(c.isalpha() for c in text) or len(row) == 1 else f"#{text}" for text in row if text]
    return " ".join(dict.fromkeys(sorted(words, key=lambda word: word.startswith("#"))))


def _check_one_each(names: Sequence[Naming], rows: Array) -> None:
    """A production list has a row a batch: no series is in it."""
    for name in names:
        if name.kind != "batch":
            continue
        values = [cell for cell, counts in zip(name.cells, rows, strict=True) if counts and not is_absent(cell)]
        if len(values) >= 3 and len(set(values)) == len(values):
            raise LogError(
                f"holds one reading of each of {len(values)} batches ({values[0]}, {values[1]}, ...); "
                "a forecast needs several readings of one batch."
            )


def runs(hours: Array, gravity: Array) -> tuple[list[Rows], tuple[str, ...]]:
    """The rows of each batch where elapsed times begin again, and a remark on one batch of which the end stands before
    the beginning. hours, gravity: (n,) in the order of the file."""
    parts = [np.arange(len(hours))[part] for part in anew(hours)]
    if len(parts) == 2 and _is_end(parts[0], parts[1], hours, gravity):
        return [np.concatenate(parts[::-1])], ("the end of the batch stands before its beginning: put behind it",)
    return parts, ()


def _is_end(end: Rows, begin: Rows, hours: Array, gravity: Array) -> bool:
    """Whether the part that stands first begins where the other ends, in hours and in gravity."""
    h, g = hours[begin], gravity[begin]
    if not (np.isfinite(hours).all() and np.isfinite(gravity).all()) or len(end) < LEAST_RUN or len(begin) < LEAST_RUN:
        return False
    pause_h, step = float(np.min(hours[end]) - np.max(h)), float(gravity[end][0] - g[-1])
    fall, usual_h = float(np.max(g) - g[-1]), float(np.median(np.diff(hours[np.concatenate([begin, end])])))
    beside = 1.5 * max(float(g[-2] - g[-1]), float(gravity[end][0] - gravity[end][1]))
    lowest = -max(0.2 * fall, beside)
    return 0.0 < pause_h <= 3.0 * usual_h and fall > 0.0 and lowest <= step <= 0.05 * fall


def anew(hours: Array) -> list[slice]:
    """Where elapsed times, in the order of the file, begin again near their start: batches under each other."""
    known_hours = np.where(np.isfinite(hours), hours, -1.0)
    steps = np.diff(known_hours[known_hours >= 0.0])
    if len(steps) < 3 or np.count_nonzero(steps < 0) * 3 > np.count_nonzero(steps > 0):
        return [slice(0, len(hours))]
    cuts, top = [0], -np.inf
    for i, value in enumerate(known_hours):
        if value < 0.0:
            continue
        if i and value < 0.34 * top and top - value > 20.0:
            cuts.append(i)
            top = -np.inf
        top = max(top, float(value))
    return [slice(a, b) for a, b in zip(cuts, [*cuts[1:], len(hours)], strict=True)]
