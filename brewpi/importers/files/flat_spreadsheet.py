"""Spreadsheets in one file of XML: OpenDocument's flat form (fods), and Excel's of 2003."""

from __future__ import annotations

from xml.etree import ElementTree

from brewpi.importers.sheet import MANY
from brewpi.importers.text.text_rows import Rows

MOST_REPEATED = 500  # cells: as wide as a table may be
_VALUES = ("date-value", "time-value", "value")  # of a cell, before what it shows


def tables(tree: ElementTree.Element) -> list[tuple[str, Rows]]:
    """Each sheet's title and rows; none of other XML."""
    found = [(_attribute(item, "Name"), _rows(item, "Row", "Cell")) for item in tree.iter() if tag(item) == "Worksheet"]
    if tag(tree) == "document" and any(tag(item) == "spreadsheet" for item in tree.iter()):
        found = [
            (_attribute(item, "name"), _rows(item, "table-row", "table-cell"))
            for item in tree.iter()
            if tag(item) == "table"
        ]
    return found


def tag(item: ElementTree.Element) -> str:
    """The name of an element without that of its space."""
    return item.tag.rpartition("}")[2]


def _attribute(item: ElementTree.Element, name: str) -> str:
    return next((value for key, value in item.attrib.items() if key.endswith(name)), "")


def _rows(table: ElementTree.Element, row: str, cell: str) -> Rows:
    rows = [item for item in table.iter() if tag(item) == row][: 2 * MANY]
    return [[text for part in item if tag(part) == cell for text in _cells(part)] for item in rows]


def _cells(cell: ElementTree.Element) -> list[str]:
    """What a cell holds, as often as it comes."""
    held = {key.rpartition("}")[2]: value for key, value in cell.attrib.items()}
    text = next((held[name] for name in _VALUES if name in held), "") or "".join(cell.itertext()).strip()
    times = held.get("number-columns-repeated", "1")
    return [text] * (min(int(times), MOST_REPEATED) if times.isdecimal() and text else 1)
