"""What a workbook does not show of its sheets (hidden columns, rows that a filter leaves out), of xlsx and ods; of xlsx
what the formats of its cells say: a unit behind the number (0.0" °P"), or that it is struck through."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

from brewpi.importers.words.heads import head

_ATTRIBUTE = re.compile(r'(?:\w+:)?([\w-]+)="([^"]*)"')
_CELL = re.compile(r"<(?:\w+:)?c\s([^>]*)>")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]')  # "text", \sign, a blank as wide as a sign, [Red]
_FIGURES = re.compile(r".*[0#?%]", re.S)
YES = ("1", "true")
STRUCK = "~~"
MOST = 16_384  # columns of a sheet (ECMA-376, 18.3.1.13)


@dataclass(frozen=True, slots=True)
class Look:
    """Of one sheet, counted from 0. hidden_columns, hidden_rows; marks: the unit of a cell, or STRUCK, by row and
    column."""

    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)


def looks(data: bytes) -> dict[str, Look]:
    """By the sheets' names; nothing of a workbook in another form, or that is not as it should be."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = archive.namelist()
        if "content.xml" in names:
            return dict(of_ods(_text(archive, "content.xml")))
        return dict(_of_xlsx(archive)) if "xl/workbook.xml" in names else {}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RuntimeError, NotImplementedError):
        return {}


def _of_xlsx(archive: zipfile.ZipFile) -> Iterator[tuple[str, Look]]:
    names = archive.namelist()
    book, related = _text(archive, "xl/workbook.xml"), _text(archive, "xl/_rels/workbook.xml.rels")
    paths = {one["Id"]: one["Target"] for one in _elements(related, "Relationship")}
    marks = _marks(_text(archive, "xl/styles.xml")) if "xl/styles.xml" in names else []
    tables = "".join(_text(archive, name) for name in names if name.startswith("xl/tables/"))
    for sheet in _elements(book, "sheet"):
        text = _text(archive, "xl/" + paths[sheet["id"]].removeprefix("/").removeprefix("xl/"))
        spans = [one for one in _elements(text, "col") if one.get("hidden") in YES and not one.get("outlineLevel")]
        columns = {n for one in spans for n in range(max(int(one["min"]) - 1, 0), min(int(one["max"]), MOST))}
        is_filtered = "filterColumn" in text or "filterColumn" in tables
        rows = {int(one["r"]) - 1 for one in _elements(text, "row") if is_filtered and one.get("hidden") in YES}
        yield unescape(sheet["name"]), Look(frozenset(columns), frozenset(rows), dict(_cells(text, marks)))


def _cells(text: str, marks: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    for found in _CELL.finditer(text) if any(marks) else ():
        said = dict(_ATTRIBUTE.findall(found[1]))
        style = int(said.get("s", "0"))
        mark = marks[style] if style < len(marks) else ""
        place = _REFERENCE.fullmatch(said.get("r", ""))
        if mark and place and (mark == STRUCK or said.get("t", "n") == "n"):
            yield (int(place[2]) - 1, _number(place[1])), mark


def _marks(styles: str) -> list[str]:
    """Of each format of cells STRUCK, the unit that it shows behind its number, or "" where it shows none."""
    formats = {one["numFmtId"]: unescape(one["formatCode"]) for one in _elements(styles, "numFmt")}
    fonts = re.findall(r"<(?:\w+:)?font(?:>.*?</(?:\w+:)?font>|\s*/>)", _inside(styles, "fonts"), re.S)
    struck = {str(n) for n, font in enumerate(fonts) if re.search(r"<(?:\w+:)?strike(?!\s+val=\"(?:0|false))", font)}
    of_cells = [(one.get("fontId"), one.get("numFmtId", "")) for one in _elements(_inside(styles, "cellXfs"), "xf")]
    return [STRUCK if font in struck else _unit(formats.get(number, "")) for font, number in of_cells]


def _inside(styles: str, tag: str) -> str:
    found = re.search(rf"<(?:\w+:)?{tag}[\s>].*?</(?:\w+:)?{tag}>", styles, re.S)
    return found[0] if found else ""


def _unit(code: str) -> str:
    literals: list[str] = []

    def kept(found: re.Match[str]) -> str:
        literals.append(found[1] or found[2] or "")
        return "\x00"

    shown = _LITERAL.sub(kept, code)
    first = shown.partition(";")[0]
    behind = _FIGURES.sub("", first) if _FIGURES.match(first) else ""
    for text in literals[first.count("\x00") - behind.count("\x00") :]:
        behind = behind.replace("\x00", text, 1)
    said = head(f"({behind.strip()})")
    return behind.strip() if behind.strip() and (said.gravity_unit or said.temp_unit) else ""


def of_ods(text: str) -> Iterator[tuple[str, Look]]:
    """By the names of its sheets, from the content.xml of an OpenDocument spreadsheet."""
    for table in re.findall(r"<table:table\s.*?</table:table>", text, re.S):
        name = next(_elements(table, "table"))["name"]
        columns = _counted(table, "table-column", "collapse", "number-columns-repeated")
        rows = _counted(table, "table-row", "filter", "number-rows-repeated")
        yield unescape(name), Look(columns, rows)


def _counted(table: str, tag: str, state: str, repeated: str) -> frozenset[int]:
    hidden: set[int] = set()
    at = 0
    for one in _elements(table, tag):
        n = max(int(one.get(repeated, "1")), 0)
        hidden |= set(range(at, min(at + n, 1 << 20))) if one.get("visibility") == state else set()
        at += n
    return frozenset(hidden)


def _elements(text: str, tag: str) -> Iterator[dict[str, str]]:
    return (dict(_ATTRIBUTE.findall(found[1])) for found in re.finditer(rf"<(?:\w+:)?{tag}((?:\s[^>]*)?)/?>", text))


def _number(letters: str) -> int:
    """A is 0, Z 25, AA 26."""
    at = 0
    for letter in letters:
        at = 26 * at + ord(letter) - ord("A") + 1
    return at - 1


def _text(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode("utf-8", "replace")
