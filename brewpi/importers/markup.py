"""Tables in a web page, as many programs save them under the name of a workbook, and records in XML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from brewpi.importers import delimited, json_tables
from brewpi.importers.heads import head
from brewpi.importers.sheet import LogError, Sheet
from brewpi.importers.text_rows import Rows

WIDEST_CELL = 20  # columns that one cell may span
DEEPEST = 40
_XML = re.compile(r"\s*(?:<\?xml\b.*?\?>\s*)?(?:<!--.*?-->\s*)*<([a-z][\w:.-]*)", re.I | re.S)
_PAGE = re.compile(
    r"\s*(?:<\?xml\b.*?\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div)\b", re.I | re.S
)
_RECIPES = ("recipes", "recipe", "beerjson")


def sheets(text: str) -> list[Sheet]:
    """The tables in a page, or the records of an XML document. Raises LogError, one sentence, where there is none."""
    if _PAGE.match(text):
        found = _of_page(text)
        if not found:
            raise LogError("is a web page (HTML) without a table of readings; download them as CSV.")
        return found
    return _of_records(text)


def _of_page(text: str) -> list[Sheet]:
    page = _Tables()
    try:
        page.feed(text)
        page.close()
    except AssertionError:  # html.parser's answer to some broken declarations
        raise LogError("is a web page (HTML) that is broken; download its table as CSV.") from None
    found: list[Sheet] = []
    for rows in page.tables:
        try:
            found += delimited.from_rows(rows)
        except LogError:
            continue  # a frame around something else
    return [sheet for sheet in found if len(sheet.rows) > 1]


class _Tables(HTMLParser):
    """The rows of each table; one within another is a table of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Rows] = []
        self._open: list[Rows] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table":
            self._end_cell()
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            self._cell, span = [], dict(attrs).get("colspan") or "1"
            self._span = min(int(span), WIDEST_CELL) if span.isdecimal() else 1
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a table, a row or a cell."""
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Words within a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        """End what is still open."""
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        if self._cell is not None and self._open:
            rows = self._open[-1]
            if not rows:
                rows.append([])
            rows[-1] += [" ".join("".join(self._cell).split()), *[""] * (self._span - 1)]
        self._cell = None


def _of_records(text: str) -> list[Sheet]:
    root = _XML.match(text)
    if root and root[1].lower() in _RECIPES:
        raise LogError("is a recipe (BeerXML), which holds no readings; export those of the batch as CSV.")
    if "<!ENTITY" in text or "<!DOCTYPE" in text[:5000]:
        raise LogError("is XML with definitions of its own; export the readings as CSV.")
    try:
        tree = ElementTree.fromstring(text.strip())
    except ElementTree.ParseError as error:
        raise LogError(f"is XML that is broken ({error}); export the readings as CSV.") from None
    worksheets = [item for item in tree.iter() if _tag(item) == "Worksheet"]
    if worksheets:  # of a spreadsheet of 2003
        found = [sheet for item in worksheets for sheet in delimited.from_rows(_rows(item), _title(item))]
    else:
        found = json_tables.tables(_node(tree, 0))
    if not any(head(name).is_gravity for sheet in found for name in sheet.heads):
        raise LogError("is XML without a list of readings; export the readings as CSV.")
    return found


def _tag(item: ElementTree.Element) -> str:
    return item.tag.rpartition("}")[2]


def _title(item: ElementTree.Element) -> str:
    return next((value for name, value in item.attrib.items() if name.endswith("Name")), "")


def _rows(worksheet: ElementTree.Element) -> Rows:
    rows = [item for item in worksheet.iter() if _tag(item) == "Row"]
    return [["".join(cell.itertext()).strip() for cell in row if _tag(cell) == "Cell"] for row in rows]


def _node(item: ElementTree.Element, depth: int) -> Any:
    """An element as JSON would write it: its attributes and parts by name, several of one name as a list."""
    if depth > DEEPEST:
        raise RecursionError
    if not len(item) and not item.attrib:
        return (item.text or "").strip()
    parts: dict[str, Any] = {name.rpartition("}")[2]: value for name, value in item.attrib.items()}
    if not len(item) and (said := (item.text or "").strip()):
        parts["value"] = said
    lists: dict[str, list[Any]] = {}
    for inner in item:
        lists.setdefault(_tag(inner), []).append(_node(inner, depth + 1))
    return {**parts, **{name: found if len(found) > 1 else found[0] for name, found in lists.items()}}
