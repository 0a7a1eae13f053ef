"""A log file as text in columns, whatever its encoding, separator or nesting."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from brewpi.quantities import GravityUnit
from brewpi.records import Array

MANY = 20_000        # rows, more than any fermentation needs: of twice as many every second one is read
ABSENT = frozenset({"", "nan", "null", "none", "n/a", "na", "-", "--", "unavailable", "unknown"})


class LogError(Exception):
    """A file that is no log, in one sentence: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What an importer found: columns of one length, in the units named; None where the file does not say.

    hours: since the first reading (or since pitching), NaN where unreadable; any order. og: declared, in SG.
    """

    hours: Array
    gravity: Array
    unit: GravityUnit | None
    temp: Array | None = None
    temp_unit: str | None = None
    og: float | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of text under names in small letters; no names where the file has no header."""

    names: tuple[str, ...]
    rows: Sequence[Sequence[str]]

    def has(self, *names: str) -> bool:
        """Whether all of these columns are there."""
        return all(name in self.names for name in names)

    def text(self, name: str) -> list[str]:
        """One column as it is written; "" where a row is short."""
        i = self.names.index(name)
        return [row[i] if i < len(row) else "" for row in self.rows]

    def numbers(self, name: str, strict: bool = True) -> Array:
        """One column as numbers, NaN where absent. Raises LogError for a word, unless not strict."""
        column = self.text(name)
        try:
            return np.array(list(map(float, column)))
        except ValueError:
            return np.array([_number(text, name, i, strict) for i, text in enumerate(column)])

    def find(self, *words: str) -> str | None:
        """The first column whose name holds one of the words; earlier words win."""
        return next((name for word in words for name in self.names if word in name), None)


def parse(data: bytes) -> Sheet:
    """A file's bytes as a sheet. Raises LogError for what is not text in rows."""
    lines = [line for line in _decode(data).splitlines() if line.strip()]
    if lines and lines[0].lower().startswith("sep="):
        del lines[0]
    if not lines:
        raise LogError("is empty; log at least two readings.")
    every = len(lines) // MANY + 1
    lines = lines[:1] + lines[1:-1:every] + lines[1:][-1:]
    if lines[0].lstrip().startswith("{"):
        return _from_json_lines(lines)
    try:
        rows = list(csv.reader(lines, delimiter=_delimiter(lines[:20]), skipinitialspace=True))
    except csv.Error as error:
        raise LogError(f"is no table ({error}); export the log as CSV.") from None
    if _is_header(rows[0]):
        names = tuple(name.strip().strip("\ufeff").strip().lower() for name in rows[0])
        if len(rows) == 1:
            raise LogError("holds a header and no readings; log at least two.")
        return Sheet(names, rows[1:])
    return Sheet((), rows)


def _decode(data: bytes) -> str:
    if data[:4] == b"PK\x03\x04":
        raise LogError("is a workbook or an archive, no text; export it as CSV.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif data[:200].count(b"\0") > 60:      # UTF-16 without its mark: every other byte of plain text is zero
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    head = text[:2000]
    if sum(not (c.isprintable() or c in "\t\r\n") for c in head) * 50 > len(head):
        raise LogError("is no text; export the log as CSV.")
    return text


def _delimiter(lines: list[str]) -> str:
    head = "\n".join(lines)
    return max(",;\t|", key=head.count) if ";" not in lines[0] else ";"


def _is_header(row: list[str]) -> bool:
    return not any(_is_number(cell) for cell in row) and any(c.isalpha() for cell in row for c in cell)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _number(text: str, name: str, i: int, strict: bool) -> float:
    word = text.strip().lower()
    if word in ABSENT:
        return np.nan
    try:
        return float(word.replace(",", "."))
    except ValueError:
        if strict:
            shown = text.strip()[:30]
            raise LogError(f'row {i + 2}: {name} of "{shown}" is no number; correct it or leave it empty.') from None
        return np.nan


def _from_json_lines(lines: list[str]) -> Sheet:
    """One object a line; what is nested counts under its inner name."""
    records = []
    for i, line in enumerate(lines):
        try:
            records.append(_flat(json.loads(line)))
        except (ValueError, AttributeError):
            raise LogError(f"line {i + 1} is no JSON object; write one reading a line.") from None
    names = tuple({name: None for record in records for name in record})
    return Sheet(names, [[record.get(name, "") for name in names] for record in records])


def _flat(record: dict[str, object]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat.update(_flat(value))
        else:
            flat[name.lower()] = "" if value is None else str(value)
    return flat


def one_of(column: list[str], what: str) -> None:
    """Raises LogError if a column that tells batches or tanks apart holds more than one."""
    found = {text.strip() for text in column} - {""}
    if len(found) > 1:
        some = ", ".join(sorted(islice(sorted(found), 3)))
        raise LogError(f"holds {len(found)} {what} ({some}{', ...' if len(found) > 3 else ''}); save each as a file.")
