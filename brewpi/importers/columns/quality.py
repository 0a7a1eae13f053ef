"""What a column of quality, validity or status marks as bad, as historians, controllers and laboratories do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from brewpi.importers.sheet import LogError, Sheet, is_absent, is_number
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head, head, simple

MOST_KINDS = 60  # different marks; more are notes
_YES = frozenset(["true", "yes", "y", "x", "1", "ja", "j", "oui", "si", "tak", "ano", "wahr", "vrai"])
_NO = frozenset(["false", "no", "n", "0", "nein", "non", "nee", "nie", "ne", "falsch", "faux"])
_GOOD_OPC, _ABOVE_OPC = 192.0, 256.0  # the quality byte of OPC: bad from 0, uncertain from 64, good from 192


def good_only(sheet: Sheet) -> Sheet:
    """Without what is marked as bad: in the column that the mark is named after (`FV1 SG Quality`), else the whole row.

    Raises LogError where every row is.
    """
    for i in range(len(sheet.heads)):
        h = sheet.head(i)
        if not (h.says(known.QUALITY) or h.says(known.REJECTED)):
            continue
        marks = [simple(cell) for cell in sheet.cells(i)]
        bad = _bad(h, {mark for mark in marks if not is_absent(mark)})
        if not bad:
            continue
        stem = tuple(w for w in h.words if not (known.QUALITY.fullmatch(w) or known.REJECTED.fullmatch(w)))
        of = [j for j in range(len(sheet.heads)) if stem and sheet.head(j).words == stem]
        if of or all(known.FILLER.fullmatch(w) or known.GRAVITY.fullmatch(w) for w in stem):
            sheet = _without(sheet, i, of, marks, bad)
    return sheet


def _without(sheet: Sheet, i: int, of: Sequence[int], marks: Sequence[str], bad: set[str]) -> Sheet:
    n = sum(mark in bad for mark in marks)
    word = next(mark for mark in marks if mark in bad)
    if n == len(marks):
        raise LogError(f'"{sheet.heads[i]}" marks every reading as {word}; export readings that are good.')
    if of:
        what = f'cell{"s" if n > 1 else ""} of "{sheet.heads[of[0]]}"'
        rows = [
            ["" if j in of else cell for j, cell in enumerate(row)] if mark in bad else row
            for row, mark in zip(sheet.rows, marks, strict=True)
        ]
    else:
        what = f"row{'s' if n > 1 else ''}"
        rows = [row for row, mark in zip(sheet.rows, marks, strict=True) if mark not in bad]
    return replace(sheet, rows=rows, notes=(*sheet.notes, f'{n} {what} that "{sheet.heads[i]}" calls {word} left out'))


def _bad(h: Head, marks: set[str]) -> set[str]:
    """Which of these marks say that a value does not count."""
    if not marks or len(marks) > MOST_KINDS:
        return set()
    if h.says(known.REJECTED):
        return marks & _YES if marks <= _YES | _NO else set()
    if all(map(is_number, marks)):
        return _bad_numbers(h, marks)
    no = marks & _NO if h.says(known.VALID) and marks <= _YES | _NO else set()
    return no | {mark for mark in marks if _says_bad(head(mark))}


def _bad_numbers(h: Head, marks: set[str]) -> set[str]:
    values = {mark: float(mark.replace(",", ".")) for mark in marks}
    if h.says(known.VALID):
        return {mark for mark, value in values.items() if value != 1.0} if 1.0 in values.values() else set()
    if _GOOD_OPC in values.values():
        return {mark for mark, value in values.items() if not _GOOD_OPC <= value < _ABOVE_OPC}
    return set()


def _says_bad(mark: Head) -> bool:
    """"bad, not connected", "Bad_Stale", "not valid"; not "no error"."""
    for before, word in zip(("", *mark.words), mark.words, strict=False):
        denied = known.DENIAL.fullmatch(before) is not None
        if (known.VALID if denied else known.BAD).fullmatch(word):
            return True
    return False
