"""Tables as R, pandas and Julia print them: the heads have no name for the numbers or dates that rows go by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

ELIDED = "..."  # in place of rows that were not printed
# What a row goes by: its number, which one blank sets apart from figures only ("1 May" is a date), its date, or the
# seconds since 1970 as RRDtool writes them.
_NUMBER = re.compile(r"\s*(?!1\d{9}:)(\d+)(?::|\s*\|)?(?=\s\s|\s[\d+.(<\"'-])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?=\s)|1\d{9}:(?=\s)")
_DOTS = re.compile(r"[\s|:]*(?:\.{2,3}|…|⋮)[\s.…⋮|]*")
_SAID = re.compile(r"\s*(?:#|\[\d+ rows? x \d+ col|\d+×\d+ DataFrame|shape: \(|Name: .*dtype|\d+ rows? omitted)")
_MORE = re.compile(r"\s*#.*\d+ more rows?\b")
_TYPE = re.compile(
    r"<[\w:?]{2,12}>|(?:f|i|u)(?:8|16|32|64)|str|cat|bool|date|datetime\[.*\]|(?:Float|U?Int)(?:32|64)\??|DateTime|Date"
    r"|String\d*\??|object|dbl|chr|dttm|int|num|double|varchar|timestamp|bigint|integer", re.I
)  # fmt: skip
LEAST = 2  # rows


@dataclass(slots=True)
class _Column:
    """From where to where a column stands, its head, and whether a row has something there."""

    begin: int
    end: int
    head: str
    filled: bool

    def of(self, line: str) -> str:
        return line[self.begin : self.end].strip()


@dataclass(slots=True)
class _Block:
    """What is printed under one line of heads: what each row goes by (None where rows were left out), and its cells."""

    names: list[str | None]
    rows: list[list[str]]


def is_row_of_types(row: Sequence[str]) -> bool:
    """Whether cells say no more than which kind of data stands below them: <dttm> <dbl>, f64, Float64."""
    words = [word for cell in row for word in cell.split()]
    return len(words) > 1 and all(map(_TYPE.fullmatch, words))


def is_elided(row: Sequence[str]) -> bool:
    """Whether a row stands for others that were not printed."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and all(cell in (ELIDED, "..", "…", "⋮") for cell in filled)


def rows_of(lines: Sequence[str]) -> list[list[str]] | None:
    """The cells under their heads, without the numbers of the rows; None where a table is not printed like that.

    What was too wide for the screen stands in blocks below each other, each with all rows.
    """
    tabs = {line.count("\t") for line in lines if line.strip()}
    if len(tabs) == 1 and tabs != {0}:
        return None  # cells between tabs, the first head empty
    texts = [line.expandtabs(8).rstrip("\\ ") for line in lines]
    texts = [ELIDED if _MORE.match(text) else "" if _is_said(text) else text for text in texts]
    pattern = next((p for text in texts for p in (_NUMBER, _DATE) if p.match(text)), None)
    if pattern is None:
        return None
    found = [_block(above, body, pattern) for above, body in _blocks(texts, pattern)]
    whole = [block for block in found if block is not None]
    if not whole or len(whole) < len(found) or any(block.names != whole[0].names for block in whole):
        return None
    heads, *rows = ([cell for row in parts for cell in row] for parts in zip(*(b.rows for b in whole), strict=True))
    if pattern is _DATE:
        names = (name for name in whole[0].names)
        rows = [[name or ELIDED, *row] for name, row in zip(names, rows, strict=True)]
        heads = [_date_head(texts, pattern), *heads]
    return [[], heads, *rows]


def _blocks(texts: Sequence[str], pattern: re.Pattern[str]) -> Iterator[tuple[list[str], list[str]]]:
    """What stands above the rows of each block, and those."""
    above: list[str] = []
    body: list[str] = []
    for text in filter(None, texts):
        is_row = pattern.match(text) is not None or _DOTS.fullmatch(text) is not None
        if body and not is_row:
            yield above, body
            above, body = [], []
        (body if is_row else above).append(text)
    yield above, body


def _block(above: list[str], body: list[str], pattern: re.Pattern[str]) -> _Block | None:
    """One block, its first row the heads; None where it is another table."""
    begins = [pattern.match(text) for text in body]
    if len(body) < LEAST or not above or not any(begins):
        return None
    width = max(found.end() for found in begins if found)
    header = _header(above, width, pattern)
    names = [found and found[0].strip(" :|") for found in begins]
    known = [name for name in names if name]
    if header is None or (pattern is _NUMBER and len(set(known)) < len(known)):
        return None
    behind = [text[width:] if found else None for text, found in zip(body, begins, strict=True)]
    columns = _columns(header[width:], [text for text in behind if text is not None])
    if not columns:
        return None
    elided = [ELIDED] * len(columns)
    rows = [elided if text is None else [column.of(text) for column in columns] for text in behind]
    return _Block(names, [[column.head for column in columns], *rows])


def _header(above: list[str], width: int, pattern: re.Pattern[str]) -> str | None:
    """The line of heads, with nothing above what the rows go by or a head that ends with it; None if it is another."""
    header = above[-2] if _is_title(above, width) else above[-1]
    begin = header[:width]
    ends_with_dates = pattern is _DATE and begin.startswith(" ") and len(begin.rstrip()) == width
    if not (begin.strip(" |") in ("", "Row") or ends_with_dates) or "|" in header[width:]:
        return None
    return header if header[width:].strip() else None


def _is_title(above: list[str], width: int) -> bool:
    """Whether a line of its own below the heads names what the rows go by."""
    return len(above) > 1 and len(above[-1]) <= width and not above[-1].startswith(" ")


def _date_head(texts: Sequence[str], pattern: re.Pattern[str]) -> str:
    above, body = next(_blocks(texts, pattern))
    width = max(found.end() for text in body if (found := pattern.match(text)))
    return (above[-1] if _is_title(above, width) else above[-1][:width]).strip() or "date"


def _is_said(text: str) -> bool:
    """Whether a line is about the table, or rules it."""
    return bool(_SAID.match(text)) or not text.strip("-+=|: ") or is_row_of_types(text.strip(" |").split())


def _columns(header: str, body: Sequence[str]) -> list[_Column]:
    """Columns between blanks that go through all lines. Several words of a head, or a date and its time, are one: with
    what stands right of them, as numbers are printed, or left of them where that head begins with its column."""
    width = max(map(len, (header, *body)))
    taken = np.zeros(width + 1, bool)
    for line in (header, *body):
        taken[: len(line)] |= np.frombuffer(line.encode("utf-32-le", "replace"), "<u4") != ord(" ")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], taken]).astype(int)))
    out: list[_Column] = []
    waiting: _Column | None = None
    for a, b in edges.reshape(-1, 2).tolist():
        column = _Column(a, b, header[a:b].strip(), any(line[a:b].strip() for line in body))
        if waiting is not None:
            column = _joined(waiting, column)
            waiting = None
        if column.head and column.filled:
            out.append(column)
        elif out and _begins_with_its_column(out[-1], header):
            out[-1] = _joined(out[-1], column)
        else:
            waiting = column
    return out if waiting is None else []


def _joined(one: _Column, other: _Column) -> _Column:
    return _Column(one.begin, other.end, f"{one.head} {other.head}".strip(), one.filled or other.filled)


def _begins_with_its_column(column: _Column, header: str) -> bool:
    """Whether a head stands at the left of its column and is shorter."""
    written = header[column.begin : column.end]
    return not written.startswith(" ") and len(written.rstrip()) < column.end - column.begin
