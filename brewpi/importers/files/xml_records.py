"""Records in XML, and spreadsheets that are written so."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from brewpi.importers.files import flat_spreadsheet, json_tables
from brewpi.importers.files.flat_spreadsheet import tag
from brewpi.importers.sheet import LogError, Sheet
from brewpi.importers.tables import long_form, messages
from brewpi.importers.text import delimited
from brewpi.importers.words.heads import head

DEEPEST = 40
_XML = re.compile(r"\s*(?:<\?xml\b.*?\?>\s*)?(?:<!--.*?-->\s*)*<([a-z][\w:.-]*)", re.I | re.S)
_RECIPES = ("recipes", "recipe", "beerjson")


def sheets(text: str) -> list[Sheet]:
    """The records of an XML document. Raises LogError, one sentence, where there is none."""
    root = _XML.match(text)
    if root and root[1].lower() in _RECIPES:
        raise LogError("is a recipe (BeerXML), which holds no readings; export those of the batch as CSV.")
    if "<!ENTITY" in text or "<!DOCTYPE" in text[:5000]:
        raise LogError("is XML with definitions of its own; export the readings as CSV.")
    try:
        tree = ElementTree.fromstring(text.strip())
    except ElementTree.ParseError as error:
        raise LogError(f"is XML that is broken ({error}); export the readings as CSV.") from None
    if spreadsheet := flat_spreadsheet.tables(tree):
        filled = ((title, rows) for title, rows in spreadsheet if any(map(any, rows)))
        found = [sheet for title, rows in filled for sheet in delimited.from_rows(rows, title)]
    else:
        found = json_tables.tables(_node(tree, 0))
    named = (messages.opened(long_form.widened(sheet)) for sheet in found)
    if not any(head(name).is_gravity for sheet in named for name in sheet.heads):
        raise LogError("is XML without a list of readings; export the readings as CSV.")
    return found


def _node(item: ElementTree.Element, depth: int) -> Any:
    """An element as JSON would write it: its attributes and parts by name, several of one name as a list."""
    if depth > DEEPEST:
        raise RecursionError
    if not len(item) and not item.attrib:
        return (item.text or "").strip()
    parts: dict[str, Any] = {name.rpartition("}")[2]: value for name, value in item.attrib.items()}
    if not len(item) and (text := (item.text or "").strip()):
        parts["value"] = text
    lists: dict[str, list[Any]] = {}
    for inner in item:
        lists.setdefault(tag(inner), []).append(_node(inner, depth + 1))
    return {**parts, **{name: found if len(found) > 1 else found[0] for name, found in lists.items()}}
