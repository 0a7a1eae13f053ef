"""Fermentation logs as files: one importer a format that needs one, and a general reader for all the others.

What a file is shows in what it holds, never in its name: a container gives sheets, a sheet gives readings, readings
give batches. Add a format with one file, one line in KINDS and one test. An importer says whether a sheet is its own
(`matches`) and which columns hold what (`readings`); units, sentinels, order, duplicates and batches are dealt with
once for all.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from brewpi.importers import container
from brewpi.importers.answers import Answers, remembered
from brewpi.importers.assembly import Batches, LeftOut, batches
from brewpi.importers.container import sheets
from brewpi.importers.folder import files_in, sidecars
from brewpi.importers.sheet import LONGEST_SENTENCE, LogError, Readings, Sheet
from brewpi.importers.units.spoken_degrees import DEGREE
from brewpi.media import MEDIA
from brewpi.quantities import QUANTITIES
from brewpi.records import BatchSeries
from brewpi.registry import installed, load
from brewpi.sanitize import clean_text

__all__ = [
    "KINDS", "Answers", "File", "Importer", "Log", "LogError", "Readings", "Sheet", "files_in", "read", "read_all",
]  # fmt: skip

# In the order in which they are asked; the last takes any table that names a time and a gravity.
KINDS: dict[str, str] = {
    "plain": "brewpi.importers.plain:Plain",
    "plaato": "brewpi.importers.plaato:Plaato",
    "tilt_events": "brewpi.importers.tilt_events:TiltEvents",
    "ispindel": "brewpi.importers.ispindel:ISpindel",
    "ekos": "brewpi.importers.ekos:Ekos",
    "table": "brewpi.importers.table:Table",
}
BRAND = ("brand", "product", "beer", "name")  # of a sidecar: what the beer is called
_CUT_OFF = re.compile(rf"[(@–]|(?:-|at|bei|bij|à|a|przy|{DEGREE})$", re.I)
_HALF_A_NUMBER = re.compile(r"\d:\d\d(?::\d\d)?\s+(?:[^\W\d]{1,12}\W{1,3})?\d{1,2}$|\d\s?@\s?\d|^T=\d")
log = logging.getLogger("brewpi")


class Importer(Protocol):
    """One format of log."""

    def matches(self, sheet: Sheet) -> bool:
        """Whether the sheet is of this format, from what it holds."""
        ...

    def readings(self, sheet: Sheet) -> list[Readings]:
        """The columns that matter, once for each batch. Raises LogError without the file's name."""
        ...


@dataclass(frozen=True, slots=True)
class Log:
    """One batch from one file. name: the file's, with the batch's behind it where there are several; batch: that alone;
    facts: the JSON sidecar beside it, if there is one; notes: what was assumed or left out, a sentence each;
    start_h: hours since 1970 at hour 0, if known; left_out: readings that are not in the series, with the reason."""

    name: str
    series: BatchSeries
    kind: str = "plain"
    facts: Mapping[str, object] = field(default_factory=dict)
    batch: str = ""
    notes: tuple[str, ...] = ()
    start_h: float | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """What is in a file: its batches, and a sentence for each that cannot be read."""

    logs: tuple[Log, ...]
    refused: tuple[LogError, ...] = ()


def read(path: str | Path, unit: str | None = None, batch: str | None = None) -> Log:
    """The one log in a file; `unit` overrides what the format says of its gravity, `batch` picks one of several.

    Raises LogError: one sentence with the file, what is wrong and what to do.
    """
    path = Path(path)
    logs = read_all(path, Answers(unit=unit), batch).logs
    if len(logs) > 1:
        raise LogError(f"{path.name}: holds {len(logs)} batches ({_some(logs)}); name one with --batch.")
    return logs[0]


def read_all(path: str | Path, answers: Answers | None = None, batch: str | None = None, name: str = "") -> File:
    """Every batch in a file. name: what it is called in messages (default: its own).

    Raises LogError, with the file's name, where it holds none, or none that `batch` names.
    """
    path = Path(path)
    name = name or path.name
    answers = replace(answers or Answers(), forms=remembered(path.parent))
    try:
        with warnings.catch_warnings():  # numbers that nothing can mean, such as 1e308, overflow on their way out
            warnings.simplefilter("ignore", RuntimeWarning)
            found = _batches(path, answers)
    except LogError as error:
        raise LogError(f"{name}: {error}", error.ask).about(error.form) from None
    except (RecursionError, MemoryError):
        raise LogError(f"{name}: is too large or too deeply nested for a log.") from None
    facts = _facts(path)
    logs = tuple(
        Log(
            f"{name}: {clean_text(b.name)}" if b.name else name,
            _with_facts(b.series, facts),
            b.kind,
            facts,
            clean_text(b.name),
            tuple(clean_text(note, LONGEST_SENTENCE) for note in b.notes),
            b.start_h,
            b.left_out,
        )
        for b in found.batches
    )
    refused = tuple(LogError(f"{name}: {error}", error.ask).about(error.form) for error in found.refused)
    if batch is None:
        return File(logs, refused)
    picked = _picked(logs, batch, path.stem)
    if not picked and [log.batch for log in logs] == [""]:
        raise LogError(f'{name}: holds one batch, which has no name; leave out --batch "{clean_text(batch)}".')
    if not picked:
        raise LogError(f'{name}: holds no batch "{batch}"; it has {_some(logs)}.')
    return File(picked)


def _batches(path: Path, answers: Answers) -> Batches:
    """What is in the tables of a file; where they are none, or say less, in the lines of its notes. Raises LogError."""
    lines: list[Sheet] = []
    try:
        tables = sheets(path)
        if not any(sheet.heads for sheet in tables) or any(re.search(r"\d", "".join(sheet.heads)) for sheet in tables):
            lines = container.notes(path)
        most, is_headless = _count(tables), not any(sheet.heads for sheet in tables)
        is_cut = 10 * _count(lines) >= 8 * most and (any(map(_is_cut_text, tables)) or container.is_prose(path))
        if lines and (is_cut or (is_headless and _count(lines) > most)):
            return batches(lines, _formats(), answers)
        return batches(tables, _formats(), answers)
    except LogError as error:
        lines = lines or container.notes(path)
        if not lines:
            raise
        try:
            return batches(lines, _formats(), answers)
        except LogError:
            raise error from None


def _is_cut_text(sheet: Sheet) -> bool:
    """Whether a table is a text that its blanks or decimal commas cut in pieces: a dash, a bracket, "at" or "degrees"
    stands in the same place of each, or half of a number behind the time."""
    rows = sheet.rows[:50]
    columns = range(max(map(len, rows), default=0)) if not sheet.heads else ()
    marks = (
        sum((_CUT_OFF.match(row[i]) or _HALF_A_NUMBER.search(row[i])) is not None for row in rows if i < len(row))
        for i in columns
    )
    return any(10 * n > 8 * len(rows) > 0 for n in marks)


def _count(found: list[Sheet]) -> int:
    return sum(len(sheet.rows) for sheet in found)


def _formats() -> dict[str, str]:
    """Our own, and those of installed packages that can be loaded before the last, which takes anything."""
    *ours, last = KINDS
    found = {word: KINDS[word] for word in ours}
    others = installed("importers")
    for word in others.keys() - KINDS.keys():
        try:
            load(others, word)
        except KeyError as error:
            log.warning("importers: %s", error.args[0])
        else:
            found[word] = others[word]
    return {**found, last: KINDS[last]}


def _picked(logs: tuple[Log, ...], batch: str, stem: str) -> tuple[Log, ...]:
    """Those of that name; if there are none, those whose name holds it. A batch without a name has that of its file."""
    wanted = batch.strip().lower().removeprefix("#")
    if len(logs) == 1 and not logs[0].batch:
        return logs if not wanted or wanted in stem.lower() else ()
    exact = tuple(log for log in logs if log.batch.lower() == batch.strip().lower() or not log.batch)
    words = tuple(log for log in logs if wanted in [word.strip("#") for word in log.batch.lower().split()])
    return exact or words or tuple(log for log in logs if wanted in log.batch.lower())


def _some(logs: tuple[Log, ...]) -> str:
    names = [log.batch or log.name for log in logs]
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")


def _facts(path: Path) -> Mapping[str, object]:
    """What a JSON sidecar says; nothing if it is absent or says nothing."""
    if path.suffix.lower() == ".json":
        return {}
    for beside in sidecars(path):
        try:
            facts = json.loads(beside.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(facts, dict):
            return facts
    return {}


def _with_facts(series: BatchSeries, facts: Mapping[str, object]) -> BatchSeries:
    """The series with what the sidecar declares: og, medium, style, yeast, and the beer's name."""
    if not facts:
        return series
    og, medium = facts.get("og_declared"), facts.get("beverage")
    style, yeast = facts.get("style"), facts.get("yeast")
    brand = next((facts[word] for word in BRAND if isinstance(facts.get(word), str)), series.brand)
    return replace(
        series,
        og=float(og) if isinstance(og, (int, float)) and 1.0 < og <= QUANTITIES["sg"].high else series.og,
        medium=medium if isinstance(medium, str) and medium in MEDIA else None,
        style=style if isinstance(style, str) else series.style,
        yeast=yeast if isinstance(yeast, str) else series.yeast,
        brand=str(brand) if brand else None,
    )
