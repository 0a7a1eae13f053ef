"""Tables as forums and wikis mark them up: BBCode, MediaWiki and AsciiDoc."""

from __future__ import annotations

import re
from collections.abc import Iterator

from brewpi.importers.sheet import Sheet
from brewpi.importers.text import delimited
from brewpi.importers.text.delimited import from_rows

_BB_TABLE = re.compile(r"\[table\b[^\]]*\](.*?)(?:\[/table\]|\Z)", re.I | re.S)
_BB_ROW = re.compile(r"\[tr\b[^\]]*\](.*?)(?=\[/tr\]|\[tr\b|\Z)", re.I | re.S)
_BB_CELL = re.compile(r"\[t[dh]\b[^\]]*\](.*?)(?=\[/t[dh]\]|\[t[dh]\b|\Z)", re.I | re.S)
_BB_TAG = re.compile(r"\[/?(?:b|i|u|s|color|size|font|center|left|right|align|url|img|code|quote)\b[^\]]*\]", re.I)
_WIKI_TABLE = re.compile(r"^\s*\{\|[^\n]*\n(.*?)(?:^\s*\|\}|\Z)", re.M | re.S)
_WIKI_ROW = re.compile(r"^\s*\|-[^\n]*$", re.M)
_WIKI_STYLE = re.compile(r"^\s*(?:[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s|]+)\s*)+\|(?!\|)")
_ASCIIDOC = re.compile(r"\A\s*(?:\.[^\n]*\n)?\[[^\]\n]*\]\s*\n(?=\|={3,})")
MOST_ABOVE = 20  # lines of what stands above a table


def sheets(text: str) -> list[Sheet] | None:
    """The tables in such a text, each with the lines above it; None if there is none. Raises LogError as tables do."""
    for table, rows_in in ((_BB_TABLE, _bb_rows), (_WIKI_TABLE, _wiki_rows)):
        found, at = [], 0
        for match in table.finditer(text):
            if rows := [row for row in rows_in(match[1]) if any(row)]:
                above = [_BB_TAG.sub("", line).strip() for line in text[at : match.start()].splitlines()]
                found += from_rows([*([line] for line in above[-MOST_ABOVE:] if line), *rows])
            at = match.end()
        if found:
            return found
    return delimited.sheets(_ASCIIDOC.sub("", text)) if _ASCIIDOC.match(text) else None


def _bb_rows(table: str) -> Iterator[list[str]]:
    for row in _BB_ROW.findall(table):
        yield [" ".join(_BB_TAG.sub("", cell).split()) for cell in _BB_CELL.findall(row)]


def _wiki_rows(table: str) -> Iterator[list[str]]:
    for row in _WIKI_ROW.split(table):
        cells: list[str] = []
        for line in row.splitlines():
            text = line.strip()
            if text.startswith("|+"):
                continue
            if text.startswith(("|", "!")):
                cells += re.split(r"\|\||!!", text[1:]) if text[0] == "!" else text[1:].split("||")
            elif cells:
                cells[-1] += f" {text}"
        yield [_WIKI_STYLE.sub("", cell).strip() for cell in cells]
