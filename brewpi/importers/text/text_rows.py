"""Lines of text as rows of cells, whatever stands between the cells: signs, blanks, or only their place in the line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from brewpi.importers.sheet import LogError, is_number
from brewpi.importers.text import printed, quoted_mail
from brewpi.importers.words.heads import head

HEADER_WITHIN = 60  # lines: so far down a header is looked for
WIDEST_LINE = 1000  # characters: columns of longer lines do not stand under each other
_DRAWN = str.maketrans("│┃║┆┇┊┋─━═┌┬┐├┼┤└┴┘╭╮╰╯╔╦╗╠╬╣╚╩╝╞╪╡╟╫╢┏┳┓┣╋┫┗┻┛", "|" * 7 + "---" + "+" * 37)

_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_TWO_NUMBERS = re.compile(r",\d+ -?\d+(?:,|\s*$)")
_MOMENT = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4} \d{1,2}:\d\d(?::\d\d)?")
_LIKE_A_DATE = re.compile(  # or a number with a unit; 21-Sep-2026, Sep 21, 2026
    r"(?!28-[0-9a-f]{12}\b|\d{2,4}-\d{3}\s+\D|\d{1,3}-\d{2}[A-Z]\b)\d{1,4}[-/.:,]\d"
    r"|\d{1,2}[-. ]{0,2}[^\W\d]{3,9}\.?[-., ]{1,2}\d{2,4}\b|[^\W\d]{3,9}\.? \d{1,2},? \d{4}\b"
)
_TYPOGRAPHIC = re.compile(r"\s*[“”„«»‘’‚]")
_OPENS = re.compile(r"(?:^|(?<=[,;\t|]))\s*[“”„«»‘’‚]")
_CLOSES = re.compile(r"[“”„«»‘’‚]\s*(?=$|[,;\t|])")
_APART = re.compile(r"\S[ \t]+\S")
_MARK = re.compile(r"\s*(?:[#%!;]+|//)\s*(.*)")

Rows = list[list[str]]
SHORT = "\x1e"  # the first cell of a line that has fewer than the others, with the line behind it


def rows_of(lines: list[str]) -> Rows:
    """The cells of each line. Raises LogError for what is no table."""
    lines = _unquoted([_of_a_wiki(_without_borders(line)) for line in _with_plain_quotes(quoted_mail.answered(lines))])
    if (found := printed.rows_of(lines)) is not None:
        return found
    sample = [
        line for line in lines[: 4 * HEADER_WITHIN] if line.strip() and not line.startswith(("#group", "#default"))
    ]
    separator = _separator(sample)
    if separator is None:
        return _by_blanks(lines)
    try:
        whole = (f"{line}\n" for line in lines)  # a cell of several lines keeps them apart
        rows = list(csv.reader(whole, delimiter=separator, quotechar=_quote(sample, separator), skipinitialspace=True))
    except csv.Error as error:
        raise LogError(f"is no table ({error}); export the log as CSV.") from None
    return _with_row_names([_recut(row, rows) if i < HEADER_WITHIN else row for i, row in enumerate(rows)])


def _without_borders(line: str) -> str:
    """The cells of a table that is drawn, as by SQLite or in reStructuredText: between bars, nothing on its borders."""
    line = line if line.isascii() else line.translate(_DRAWN)
    return "" if line.startswith("+") and not line.strip("+-= \t") else line


def _of_a_wiki(line: str) -> str:
    """A header between double bars or carets, || Date || SG ||, with single bars as the rows below it."""
    if line.startswith("^"):  # DokuWiki
        return line.replace("^", "|")
    return line.replace("||", "|") if line.startswith("||") else line


def _quote(sample: list[str], separator: str) -> str:
    """The sign around texts: an apostrophe where it begins and ends most lines, and all of their first cells."""
    apart = [line for line in sample if re.fullmatch(rf"\s*'[^']*'\s*{re.escape(separator)}.*'\s*", line)]
    return "'" if 2 * len(apart) > len(sample) else '"'


def _with_plain_quotes(lines: list[str]) -> list[str]:
    """Those of a word processor, “1.052” and «1.052», as a program writes them, where most lines begin with one."""
    if 10 * sum(_TYPOGRAPHIC.match(line) is not None for line in lines) < 9 * sum(map(bool, lines)):
        return lines
    return [_OPENS.sub('"', _CLOSES.sub('"', line)) for line in lines]


def _unquoted(lines: list[str]) -> list[str]:
    """Whole lines between quotation marks, as a spreadsheet writes a table that stood in its first column."""
    whole = [re.fullmatch(r'\s*"((?:[^"]|"")*[,;\t](?:[^"]|"")*)"[,;\s]*', line) for line in lines]
    if 10 * sum(found is not None for found in whole) < 9 * len(lines):
        return lines
    return [found[1].replace('""', '"') if found else line for found, line in zip(whole, lines, strict=True)]


def _recut(row: list[str], rows: Rows) -> list[str]:
    """A header that was written with another separator than the rows below it."""
    if len(row) == 1:
        width = len(rows[-1])
        for separator in "\t;,|":
            if width > 1 and len(cells := row[0].split(separator)) == width:
                return cells
    return row


def _separator(sample: list[str]) -> str | None:
    """The one that cuts most lines into equally many cells; a comma also stands inside numbers, so it comes last.

    None stands for blanks.
    """
    sample = _with_whole_cells(sample)
    found = dict(_cutting(sample)) or dict(_cutting(sample[len(sample) // 2 :]))  # below a long preamble
    cuts = {separator: _widths(sample, separator)[cells] for separator, cells in found.items()}
    headed = {separator: n for separator, n in cuts.items() if _cuts_a_header(sample, separator, found[separator])}
    if cuts:  # the first of several that cut as many lines, the header among them: not the bar in "Amber | 1"
        return max(headed or cuts, key=lambda separator: cuts[separator])
    tail = sample[len(sample) // 4 :]
    return None if 10 * sum(_APART.search(line) is not None for line in tail) >= 8 * len(tail) else ","


def _with_whole_cells(lines: list[str]) -> list[str]:
    """Lines that end within quotation marks, as notes of several lines do, together with those that go on."""
    if sum(line.count('"') % 2 for line in lines) % 2:
        return lines
    out: list[str] = []
    for line in lines:
        if out and out[-1].count('"') % 2:
            out[-1] += " " + line
        else:
            out.append(line)
    return out


def _cutting(sample: list[str]) -> Iterator[tuple[str, int]]:
    """Each separator that cuts most lines behind the first quarter into equally many cells, and how many."""
    tail = sample[len(sample) // 4 :]
    for separator in "\t;|,":
        cells, often = max(_widths(tail, separator).items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if cells >= 2 and 10 * often >= 6 * len(tail) and not (separator == "," and _only_decimals(tail)):
            yield separator, cells


def _cuts_a_header(lines: list[str], separator: str, cells: int) -> bool:
    """Whether a line without numbers has as many cells as those below it; one cut at decimal commas has numbers."""
    named = [line for line in lines if separator != "," or "," in _DECIMAL_COMMA.sub("", line)]
    try:
        return any(len(row) == cells and not has_numbers(row) for row in csv.reader(named, delimiter=separator))
    except csv.Error:
        return False


def _widths(lines: list[str], separator: str) -> Counter[int]:
    """How many lines have how many cells; none where quotation marks are not closed."""
    try:
        return Counter(len(row) for row in csv.reader(lines, delimiter=separator))
    except csv.Error:
        return Counter()


def _only_decimals(lines: list[str]) -> bool:
    """Columns set apart by blanks, with decimal commas: by two and more, or by one between two numbers."""
    if lines and all(map(_TWO_NUMBERS.search, lines)):
        return True
    return all(re.search(r"\S\s{2,}\S", line) for line in lines) and all(
        "," not in re.sub(r"\d,\d", "", line) for line in lines
    )


def _by_blanks(lines: list[str]) -> Rows:
    """Cells apart by two blanks or more, where most lines have such, else by one.

    Where lines differ in how many they have, cells are empty: by their place in the line, if the columns stand under
    each other. Otherwise a line with fewer has lost one, and nobody knows which: it is left out, as a row of `SHORT`.
    """
    lines = _with_marked_header(lines)
    if sum(line.count('"') >= 2 for line in lines) * 2 > len(lines):  # as R writes tables
        quoted = list(csv.reader(lines, delimiter=" ", skipinitialspace=True))
        if len({len(row) for row in quoted[1:] if row}) == 1:
            return _with_row_names(quoted)
    if (alike := _apart_by_one(lines) or _with_whole_moments(lines)) is not None:
        return alike
    wide = [re.split(r"\s{2,}|\t", line.strip()) for line in lines]
    filled = [row for row in wide if row != [""]]
    if 2 * sum(len(row) >= 2 for row in filled) < len(filled):
        wide = [line.split() for line in lines]
        filled = [row for row in wide if row]
    counts = Counter(map(len, filled))
    if len(counts) > 1 and (placed := _by_place(lines)) is not None:
        return placed
    most = max(map(len, filled), default=0)
    usual = max((n for n in counts if 5 * counts[n] >= len(filled)), default=most)
    return [
        row if len(row) >= usual or (i < HEADER_WITHIN // 2 and not has_numbers(row)) else _short(lines[i])
        for i, row in enumerate(wide)
    ]


def _with_marked_header(lines: list[str]) -> list[str]:
    """A header behind the sign of a comment, as gnuplot reads and NumPy writes it: the line right above the first row,
    if it has a word for each of its numbers, and two of them name what a log holds."""
    first = next((i for i, line in enumerate(lines[:HEADER_WITHIN]) if line.strip() and not _MARK.match(line)), 0)
    found = _MARK.match(lines[first - 1]) if first else None
    if found is None or not has_numbers(lines[first].split()):
        return lines
    above = found[1]
    for apart in (r"\s+", r"\s{2,}|\t"):
        words, cells = re.split(apart, above.strip()), re.split(apart, lines[first].strip())
        if len(words) == len(cells) and not has_numbers(words) and sum(head(w).names_something for w in words) >= 2:
            return [*lines[: first - 1], above, *lines[first:]]
    return lines


def _short(line: str) -> list[str]:
    return [SHORT, line.strip()] if line.strip() else []


def without_short(rows: Rows) -> tuple[Rows, tuple[str, ...]]:
    """The rows without lines of fewer cells, and a remark on those that begin with a figure, as readings do."""
    left = [row[1] for row in rows if row and row[0] == SHORT and row[1][:1].isdigit()]
    kept = [[] if row and row[0] == SHORT else row for row in rows]
    if not left:
        return kept, ()
    several = f"{len(left)} lines" if len(left) > 1 else "1 line"
    return kept, (f'{several} with fewer cells than the others left out, the first "{left[0][:40]}"',)


def _apart_by_one(lines: list[str]) -> Rows | None:
    """Cells apart by single blanks where nearly all lines, and a header without numbers, have as many."""
    plain = [line.split() for line in lines]
    width, often = Counter(map(len, plain)).most_common(1)[0]
    named = [row for row in plain[:HEADER_WITHIN] if row and not has_numbers(row)]
    headed = any(len(row) == width for row in named) and not any(len(row) < width and _names(row) for row in named)
    if width < 3 or 10 * often < 8 * sum(map(bool, plain)) or not headed or _apart_by_two(lines):
        return None
    return [row if len(row) == width else _short(line) for row, line in zip(plain, lines, strict=True)]


def _with_whole_moments(lines: list[str]) -> Rows | None:
    """Cells apart by single blanks below one head for the date and the time of day that begin each row."""
    plain = [line.split() for line in lines]
    named = (i for i, row in enumerate(plain[:HEADER_WITHIN]) if len(row) > 1 and head(row[0]).names_moment)
    begin = next((i for i in named if not has_numbers(plain[i])), None)
    if begin is None:
        return None
    width = len(plain[begin]) + 1
    body = [len(row) == width and _MOMENT.fullmatch(" ".join(row[:2])) is not None for row in plain[begin + 1 :]]
    others = [line for line, fits in zip(lines[begin + 1 :], body, strict=True) if line.strip() and not fits]
    if sum(body) < 2 or 2 * len(others) > sum(body) or any(line[:1].isdigit() for line in others):
        return None
    rows = zip(plain[begin + 1 :], lines[begin + 1 :], body, strict=True)
    below = [[" ".join(row[:2]), *row[2:]] if fits else _short(line) for row, line, fits in rows]
    return [[line.strip()] if line.strip() else [] for line in lines[:begin]] + [plain[begin], *below]


def _names(row: Sequence[str]) -> bool:
    """Whether all words name something that a log holds, a moment first."""
    heads = [head(word) for word in row]
    return len(heads) > 1 and heads[0].names_moment and all(h.names_something for h in heads)


def _apart_by_two(lines: list[str]) -> bool:
    """Whether two blanks and more cut all lines, with what a header may say in several words, into as many cells."""
    counts = {len(re.split(r"\s{2,}", line.strip())) for line in lines if line.strip()}
    return len(counts) == 1 and counts.pop() >= 2


def _with_row_names(rows: Rows) -> Rows:
    """A header that is one cell shorter than its rows, which are numbered, has no name for their numbers, as in R.

    Anything else that is shorter is not known to lack its first name: a comma may have cut a number in two.
    """
    body = [row for row in rows[1:] if row]
    if len(body) < 2 or has_numbers(rows[0]) or any(len(row) != len(rows[0]) + 1 for row in body):
        return rows
    first = int(body[0][0]) if body[0][0].isdecimal() else -1
    if first not in (0, 1) or [row[0] for row in body] != [str(first + n) for n in range(len(body))]:
        return rows
    return [["", *rows[0]], *rows[1:]]


def _by_place(lines: list[str]) -> Rows | None:
    """Columns between gutters of two blanks that go through all lines from the header down; None if there are none.

    The header is the first line without a number of which every column has a word.
    """
    texts = [line.expandtabs(8) if line.strip() else "" for line in lines]
    heads = [len(re.split(r"\s{2,}", text.strip())) * (not any(c.isdigit() for c in text)) for text in texts]
    begin = next((i for i, n in enumerate(heads[:HEADER_WITHIN]) if n >= 2), None)
    if begin is None or max(map(len, texts[begin:])) > WIDEST_LINE:
        return None
    taken = np.zeros(WIDEST_LINE, bool)
    for line in filter(None, texts[begin:]):
        taken[: len(line)] |= np.frombuffer(line.encode("utf-32-le", "replace"), "<u4") != ord(" ")
    spans = _spans(taken)
    if len(spans) != heads[begin] or not all(texts[begin][a:b].strip() for a, b in spans):
        return None
    return [[], *([line[a:b].strip() for a, b in spans] if line else [] for line in texts[begin:])]


def _spans(taken: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """From where to where something stands, with two free places between."""
    spans: list[tuple[int, int]] = []
    for i in np.flatnonzero(taken).tolist():
        if spans and i - spans[-1][1] < 2:
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    return spans


def has_numbers(row: Sequence[str]) -> bool:
    """Whether a cell is a number, a date or a time of day, and not the address of a sensor (28-0316a2794eff), the
    name of a tank (90-01H) or the number of a batch over a gravity (2026-014 SG)."""
    return any(is_number(cell) or (_LIKE_A_DATE.match(cell) and not head(cell).is_measured) for cell in row)
