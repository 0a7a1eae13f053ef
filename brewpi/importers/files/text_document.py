"""Documents of word processors (docx, odt) as plain text: a paragraph a line, a row of a table a line with tabs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from brewpi.importers.sheet import LogError

_WORD, _OPEN = "word/document.xml", "content.xml"
_OPEN_TEXT = b"opendocument.text"  # stands first in the archive: OpenDocument 1.3, part 2, "MIME Media Type"
_PARAGRAPHS, _ROWS, _CELLS = ("p", "h"), ("tr", "table-row"), ("tc", "table-cell", "covered-table-cell")
_SIGNS = {"tab": "\t", "br": "\n", "line-break": "\n", "s": " "}
_UNSEEN = ("pPr", "rPr", "del", "tracked-changes", "annotation", "note", "instrText", "pict", "drawing", "frame")
_REPEATED = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}number-columns-repeated"
MOST_REPEATED = 50  # empty cells that are said to follow


def is_one(data: bytes, names: list[str]) -> bool:
    """Whether the archive with these names is a document of text."""
    return _WORD in names or (_OPEN in names and _OPEN_TEXT in data[:200])


def text(data: bytes) -> str | None:
    """What it says; None for an archive that is none. Raises LogError for one that is broken."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        if not is_one(data, archive.namelist()):
            return None
        inside = archive.read(_WORD if _WORD in archive.namelist() else _OPEN)
        if b"<!ENTITY" in inside:
            raise LogError("is a text document with definitions of its own; export the readings as CSV.")
        tree = ElementTree.fromstring(inside)
    except (zipfile.BadZipFile, ElementTree.ParseError, ValueError, OSError, KeyError, RuntimeError):
        raise LogError("is a text document that is broken or locked; export the readings as CSV.") from None
    return "\n".join(_lines(tree))


def _lines(item: ElementTree.Element) -> Iterator[str]:
    for inner in item:
        tag = _tag(inner)
        if tag in _PARAGRAPHS:
            yield _said(inner)
        elif tag in _ROWS:
            yield "\t".join(_row(inner))
        elif tag not in _UNSEEN:
            yield from _lines(inner)


def _row(row: ElementTree.Element) -> Iterator[str]:
    for cell in row:
        if _tag(cell) in _CELLS:
            said = " ".join(" ".join(_lines(cell)).split())
            again = cell.get(_REPEATED, "1")
            yield said
            yield from [said] * (min(int(again), MOST_REPEATED) - 1 if again.isdecimal() and len(again) < 6 else 0)


def _said(paragraph: ElementTree.Element) -> str:
    """The text in a paragraph, without what was struck out."""
    parts = [paragraph.text or ""] if _tag(paragraph) not in _SIGNS else []
    for inner in paragraph:
        tag = _tag(inner)
        if tag not in _UNSEEN:
            parts.append(_SIGNS[tag] if tag in _SIGNS else _said(inner))
        parts.append(inner.tail or "")
    return "".join(parts)


def _tag(item: ElementTree.Element) -> str:
    return item.tag.rpartition("}")[2]
