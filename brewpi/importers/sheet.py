"""What passes from a container to an importer: rows of text under heads; and back, columns of readings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, TypeVar

import numpy as np

from brewpi.importers.words.heads import Head, head, simple
from brewpi.importers.words.letters import as_numbers
from brewpi.importers.words.vocabulary import MONTHS
from brewpi.records import Array
from brewpi.sanitize import clean_text

T = TypeVar("T")
PATH = "\x1f"  # between the names of nested objects
MANY = 20_000  # rows, more than any fermentation needs: of twice as many every second one is read
BROKEN_OFF = "breaks off: what is behind the last whole reading left out"
LONGEST_SENTENCE = 900  # characters
LONGEST_CELL = 100  # characters of a number and its unit
ABSENT = frozenset(
    {
        "",
        '"',
        "''",
        "〃",
        '-"-',
        "nan",
        "null",
        "none",
        "n/a",
        "na",
        "n.a.",
        "#n/a",
        "-",
        "--",
        "—",
        "unavailable",
        "unknown",
        "undefined",
        "\\n",
        "nil",
        "k.a.",
        "*",
        ".",
        "?",
        *("#value!", "#div/0!", "#ref!", "#num!", "#name?", "#null!", "#nv", "#wert!", "#bezug!", "#valeur!", "#n/d"),
        *("no data", "nodata", "bad input", "i/o timeout", "pt created", "not connected", "no result", "bad quality"),
        "inf",
        "-inf",
    }
)
_NAN_OF_WINDOWS = re.compile(r"[-+]?1[.,]#[A-Za-z]+\d*")  # 1.#QNAN, -1.#IND; rounded to two decimals 1.#J
_RULER = "-=+|:.…_"  # what a line between a header and its rows is made of, or stands for nothing
_ABOUT = re.compile(
    r"^(?:[~≈]|ca\.?|circa|approx(?:\.|imately)?|c\.|about|around|roughly|etwa|ungefähr|env(?:\.|iron)?|aprox\.?|około)"
    r"\s*(?=[\d+-])", re.I
)  # fmt: skip
# 1·052, as the British write it; the Arabic decimal sign; 19°5, as the French say 19.5 degrees.
_RAISED = re.compile(r"(?<=\d)[·٫°º](?=\d)")
_SWISS = re.compile(r"(?<=\d)[’ʼ´˙](?=\d{3}(?!\d))")  # 1’052 kg/m³
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875}
_WITH_FRACTION = re.compile(  # 12½, 12 1/2
    r"^(-?)(\d{1,3}(?=\D)|)(?:\s?([½¼¾⅓⅔⅛⅜⅝⅞])|(?<=\d)[\s-]([1-7])/([2-8])(?![\d.,/]))"
)
_IN_BRACKETS = re.compile(r"^\(\d[\d.,]*\)$")
_CUT = re.compile(  # 1.O52 with the letter, 2O.1, 2O °C, and 1.04S
    r"\d[.,][^\W\d_]|^\s*1[.,]\d\d[SsBbZz]\s*$|\d[^\W\d_][.,]\d|^\s*\d{1,2}[OlI](?![^\W\d])"
)
_NO_END = re.compile(  # of a number: 1O48, 1;048, 1.047-1.049, 1.048 -> 1.044; but 1.048/12P is two units
    r"[\d:]|[;,*_]\d|-\d|[^\W\d]\d|/(?!\s?\d+(?:[.,]\d+)?\s?°?[A-Za-z])"
    r"|\s*(?:-+>|→|=>|to|and|or|bis|und|oder|et|ou|y|[&,;+–-])\s*\d", re.I
)  # fmt: skip
_SECOND = re.compile(  # 12.9 °P / 1.052, 1.048/12P: the first counts
    r"\s*(?:[(|=;]|\s/|/(?=\d+[.,]\d|\d+\s?°?[A-Za-z]))\s*\d.*$", re.S
)  # fmt: skip
# 1.033 corrected 1.028: which of the two counts nobody can tell; 12.9 °Plato 13.0 °Brix is two units.
_PUT_RIGHT = re.compile(r"(?<![^\W\d])(?!plato|brix|bal+ing|blg|oechsle|baum)[^\W\d]{3,}[^\w]*(\d+[.,]\d+)", re.I)
_DAY_AND_MONTH = re.compile(r"\s*(?:0?[1-9]|[12]\d|3[01])\.?[\s-]{0,2}([^\W\d]{3,9})\.?\s*")
_MONTHS = tuple(name for names in MONTHS for name in names)
NEAR_SHARE = 0.2  # so near to a number another one behind it is of the same quantity
_UNIT_BEFORE = re.compile(r"^\s*(sg|°p|plato|°bx|brix|°oe|°c|°f)[\s:=]*(?=[-+]?\d)", re.I)
_CELL = re.compile(  # blanks stand between thousands and beside the point, and nowhere else: 1.048 1.047 is no number
    r"^([-+]?\s*(?:\d{1,3}(?:\s\d{3})+(?!\d)|\d*)(?:[\d.,']|\s[.,]|[.,]\s(?=\d))*(?:e[-+]?\d{1,3})?)\s*(.*)$",
    re.I | re.S,
)


class LogError(Exception):
    """A file that is no log, in one sentence: what is wrong and what to do.

    ask: what a person could answer to make it one: "unit", "temp_unit", "columns" or "" for nothing; form: of the table
    that it is about, see `answers.form`.
    """

    def __init__(self, text: str, ask: str = "") -> None:
        super().__init__(clean_text(text, LONGEST_SENTENCE))  # it quotes the file, which may hold anything
        self.ask = ask
        self.form = ""

    def about(self, form: str) -> LogError:
        """The same, of a table of this form."""
        self.form = form
        return self


def at_most_many(items: Sequence[T]) -> Sequence[T]:
    """All of them, or evenly `MANY` at most."""
    return items[:: len(items) // MANY + 1]


@dataclass(frozen=True, slots=True)
class Readings:
    """One batch as an importer found it: columns of one length, in the units named; None where the file does not say.

    hours: from any origin, or since pitching if `from_pitch`, NaN where unreadable; any order. unit: of the gravity, a
    name of `units.SCALES`; temp_unit: c, f or k. og: declared, in SG. name: which batch of the file. start_h: hours
    since 1970 at which `hours` is 0, if known. notes: what was assumed or left out, a sentence each. of_device: whether
    the name is that of a device or a tank, and nothing names the batch.
    """

    hours: Array
    gravity: Array
    unit: str | None
    temp: Array | None = None
    temp_unit: str | None = None
    og: float | None = None
    name: str = ""
    from_pitch: bool = False
    start_h: float | None = None
    notes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    of_device: bool = False


@dataclass(frozen=True)
class Sheet:
    """Rows of text under heads; no heads where the file has no header.

    heads: as they are written; names: in small letters; counted: with numbers for the letters of tanks. title: of the
    sheet in its workbook, or of the list in its JSON; facts: what stands above or around the table (a preamble, the
    object that holds a list). line: of the first row; long: each row holds one quantity only; hidden: whether its
    workbook does not show it; shows: of one that is shown in part, whether it is that part or the whole.
    """

    heads: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    title: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    line: int = 2
    notes: tuple[str, ...] = ()
    long: bool = False
    hidden: bool = False
    shows: Literal["", "part", "whole"] = ""
    names: tuple[str, ...] = field(init=False)
    counted: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(text.strip().lower() for text in self.heads))
        object.__setattr__(self, "counted", as_numbers(tuple(self.heads)))

    @classmethod
    def of_records(
        cls, records: Sequence[Mapping[str, str]], facts: Mapping[str, str] | None = None, notes: tuple[str, ...] = ()
    ) -> Sheet:
        """A row a record, under every name that one of them has, in the order in which the names come."""
        heads = tuple(dict.fromkeys(name for record in records for name in record))
        return cls(heads, [[record.get(name, "") for name in heads] for record in records], "", facts or {}, 1, notes)

    def has(self, *names: str) -> bool:
        """Whether all of these columns are there."""
        return all(name in self.names for name in names)

    def head(self, i: int) -> Head:
        """The head of a column, understood."""
        if i >= len(self.heads):
            return head("")
        found = head(self.counted[i])
        return found if self.counted[i] == self.heads[i] else replace(found, text=self.heads[i])

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.heads) or max(map(len, self.rows), default=0)

    def cells(self, i: int) -> list[str]:
        """One column as it is written; "" where a row is short."""
        return [row[i] if i < len(row) else "" for row in self.rows]

    def with_cells(self, i: int, cells: Sequence[str], name: str | None = None) -> Sheet:
        """The same table with these cells in a column, one a row, and its name if it has another one now."""
        heads = tuple(name if name is not None and n == i else text for n, text in enumerate(self.heads))
        rows = [
            [mine if n == i else cell for n, cell in enumerate(row)] for row, mine in zip(self.rows, cells, strict=True)
        ]
        return replace(self, heads=heads, rows=rows)

    def text(self, name: str) -> list[str]:
        """One column by name, as it is written."""
        return self.cells(self.names.index(name))

    def numbers(self, name: str, strict: bool = True) -> Array:
        """One column as numbers, NaN where absent. Raises LogError for a word, unless not strict."""
        return numbers(self.text(name), name, strict, self.line)[0]

    def find(self, *words: str) -> str | None:
        """The first column whose name holds one of the words; earlier words win."""
        return next((name for word in words for name in self.names if word in name), None)


def is_absent(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    text = text.strip()
    if text.lower() in ABSENT or not text.strip(_RULER):
        return True
    return "#" in text and _NAN_OF_WINDOWS.fullmatch(text) is not None


def numbers(column: Sequence[str], name: str = "", strict: bool = True, line: int = 2) -> tuple[Array, list[str]]:
    """A column as numbers, NaN where absent, and the unit behind each ("" mostly): 19,5 °C is 19.5 and "°C".

    Raises LogError if strict and more than one cell in five is a word, unless all are the same one: "missed", "NR".
    """
    try:
        return np.array(list(map(float, column))), []
    except ValueError:
        pass
    values, units, wrong = np.full(len(column), np.nan), [""] * len(column), []
    for i, text in enumerate(column):
        if is_absent(text):
            continue
        before = _UNIT_BEFORE.match(text) if len(text) <= LONGEST_CELL else None
        found = _CELL.match(_plain(text[before.end() :] if before else text)) if len(text) <= LONGEST_CELL else None
        value = None if found is None else decimal(found[1])
        if value is None or (found and (_NO_END.match(found[2]) or _CUT.search(text) or _is_date(text))):
            wrong.append(i)
            continue
        unit = found[2].strip() if found else ""
        unit = _SECOND.sub("", unit)
        if _is_put_right(value, unit):
            wrong.append(i)
            continue
        unit = before[1] if before and not unit else unit
        values[i], units[i] = (-value, "") if unit == "-" else (value, unit)  # 0.4- is how some ledgers write -0.4
    filled = np.count_nonzero(np.isfinite(values)) + len(wrong)
    begun = bool(wrong) and bool(np.isfinite(values[: wrong[0]]).any())
    is_none = begun and 3 * len(wrong) <= filled and _is_one_word(column, wrong)
    if strict and 5 * len(wrong) > filled and not is_none:
        shown = column[wrong[0]].strip()[:30]
        raise LogError(f'row {wrong[0] + line}: {name} of "{shown}" is no number; correct it or leave it empty.')
    return values, units if any(units) else []


def _is_one_word(column: Sequence[str], rows: Sequence[int]) -> bool:
    """Whether cells say the same in letters alone, as people do where they have no reading."""
    words = {column[i].strip().casefold() for i in rows}
    return len(words) == 1 and all(not any(map(str.isdigit, word)) for word in words)


def unread_words(cells: Sequence[str], values: Array) -> list[str]:
    """What stands in cells, (n,), of which no number was read: values (n,) are NaN there."""
    read = zip(cells, np.isfinite(values).tolist(), strict=True)
    return [cell.strip() for cell, is_number in read if not is_number and not is_absent(cell)]


def left_out(words: Sequence[str], name: str, shown: str) -> str:
    """A remark on words of a column that are no numbers, with one of them."""
    several = f"{len(words)} cells" if len(words) > 1 else "1 cell"
    return f'{several} of "{name}" such as "{shown[:20]}" left out: no number'


def _is_date(text: str) -> bool:
    """Whether a spreadsheet took a number for the day of a month, as one in German does with 12.5: "12. Mai"."""
    found = _DAY_AND_MONTH.fullmatch(text)
    return found is not None and simple(found[1]).startswith(_MONTHS)


def _is_put_right(value: float, behind: str) -> bool:
    """Whether words behind a number lead to another one of the same quantity."""
    found = _PUT_RIGHT.search(behind)
    other = None if found is None else decimal(found[1])
    return other is not None and abs(other - value) <= NEAR_SHARE * abs(value)


def _plain(text: str) -> str:
    """With a minus that Python knows; without "about"; (0.4) is how other ledgers write -0.4."""
    text = _ABOUT.sub("", re.sub("[−–—]", "-", _RAISED.sub(".", text.strip().removeprefix("="))))
    text = text if text.isascii() else _SWISS.sub("'", text)
    if ("/" in text or not text.isascii()) and (found := _WITH_FRACTION.match(text)) is not None:
        part = _FRACTIONS[found[3]] if found[3] else int(found[4]) / int(found[5])
        return f"{found[1]}{int(found[2] or 0) + part:.4g}{text[found.end() :]}" if part < 1.0 else text
    return f"-{text[1:-1]}" if _IN_BRACKETS.match(text) else text


def decimal(text: str) -> float | None:
    """A number with a decimal comma or point and perhaps marks between thousands; None if it is none."""
    text = re.sub(r"[\s']", "", text)
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        text = text.replace("," if point > comma else ".", "").replace(",", ".")
    elif text.count(",") > 1 or text.count(".") > 1:
        text = text.replace(",", "").replace(".", "")
    else:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def is_number(text: str) -> bool:
    """Whether a cell holds a number and nothing else, with point or comma."""
    text = text.strip()
    return (
        bool(text) and text[-1:].isdigit() and decimal(text) is not None and text.lower() not in ("nan", "inf", "-inf")
    )
