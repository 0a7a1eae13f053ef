"""Notes that people keep, a line a day: `22.4. 1,052`, `Day 3 - gravity 1.041, smells fine`, a chat."""

from __future__ import annotations

import re

from brewpi.importers.sheet import Sheet, at_most_many
from brewpi.importers.text import day_headings, message_headings
from brewpi.importers.text.labelled import LONGEST_LINE, names_columns
from brewpi.importers.text.text_rows import HEADER_WITHIN
from brewpi.importers.times.dates import AT
from brewpi.importers.times.written_times import parse
from brewpi.importers.units.spoken_degrees import DEGREE, temperature
from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head

_CLOCK = rf"(?:[ ,T]+{AT}?\d{{1,2}}[:.h]\d\d(?!\d)(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?)?"
_WHEN = re.compile(
    rf"(?:day|tag|dag|jour|dia|día|giorno|dzień|den)\s*[+#]?\d{{1,3}}\b{_CLOCK}"
    rf"|\d{{4}}-\d\d?-\d\d?{_CLOCK}"
    rf"|\d{{1,2}}(?:\. ?\d{{1,2}}\.(?: ?(?:\d{{4}}|\d{{2}})\b(?![:h]))?|/\d{{1,2}}(?:/(?:\d{{4}}|\d{{2}})\b)?"
    rf"|-\d{{1,2}}-\d{{2,4}}){_CLOCK}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)?[ -]?[^\W\d]{{3,9}}\.?(?:[ -](?:\d{{4}}|\d{{2}})\b(?![:h]))?{_CLOCK}"
    rf"|[^\W\d]{{3,9}}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?{_CLOCK}",
    re.I,
)
_BEFORE_CLOCK = re.compile(rf",?\s+{AT}?(?=\d{{1,2}}[:.h]\d\d(?!\d))", re.I)
_CLOCK_ALONE = re.compile(
    r"(?<![\w.,:/-])(?:(?:[01]?\d|2[0-3]):[0-5]\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?(?!\w|:\d)"
    r"|(?:0?[1-9]|1[0-2])\s?[ap]\.?m\b\.?|(?:[01]?\d|2[0-3])\s?uhr\b)", re.I
)  # fmt: skip
_SG = re.compile(
    r"(?<![\w.,:/-])(1[.,]\d{3,4}|0[.,]9\d{2,3})"
    r"(?![\d:/]|[.,]\d|\s?(?:kg|g|l|ml|hl|oz|lb|bar|psi|v|%|€|\$)(?![a-z]))", re.I
)  # fmt: skip
_THOUSAND = re.compile(  # densité 1095: SG without its point, where its name stands before it
    r"\b(?:densit[^\W\d]*|densidade?|dichte|sg|gravity|d)\s*[:=]?\s*(9[89]\d|1[01]\d\d)\b(?![.,:/-]?\d)", re.I
)
_UNITS = {"p": "°P", "b": "°Brix", "o": "°Oe", "bl": "°P", "ba": "°P"}
_DEGREE = re.compile(
    rf"(?<![\w.,:/])(-?\d{{1,3}}(?:[.,]\d{{1,3}})?)\s?(?:{DEGREE}\s?)?(P(?:lato)?|Bx|Brix|B(?=°)|Oe|Oechsle|Blg|Balling)\b",
    re.I,
)
_PROSE = re.compile(
    r"\d,\d{1,4}\s?(?:[°º˚]|[^\W\d]{1,8}\b)|\d,\d.*,\s|,\s.*\d,\d|[^\W\d]{2,}[:=]?\s\d.*[^\W\d]{2,}[:=]?\s?\d", re.I
)
_DECLARED = re.compile(
    r"\b(?:og|fg|target|final|original|expected|goal|ziel|soll|stammw[uü]rze|stw|est)(?:\s(?:gravity|sg))?\W{0,3}$",
    re.I,
)
MOST_JUDGED = 200  # lines
LEAST = 3  # lines
MOST_TRIED = 12  # texts of a line that look like a moment


def sheets(text: str) -> list[Sheet] | None:
    """One table of the lines that say when and one gravity; None if few do, or if the text is a table with heads."""
    lines = message_headings.joined([line.strip() for line in text.splitlines() if line.strip()])
    lines = list(at_most_many(day_headings.in_lines(lines)))
    if "{" in text or max(map(len, lines), default=0) > LONGEST_LINE or any(map(names_columns, lines[:HEADER_WITHIN])):
        return None
    rows = [row for line in lines if (row := _row(line)) is not None]
    if len(rows) < LEAST or 2 * len(rows) < len(lines):
        return None
    units = list(dict.fromkeys(unit for _, unit, _, _ in rows))
    body = [[when, *(value if of == unit else "" for unit in units), temp] for when, of, value, temp in rows]
    left_out = len(lines) - len(rows)
    several = f"{left_out} line{'s' if left_out > 1 else ''}"
    notes = (f"{several} of the notes without a time and one gravity left out",) if left_out else ()
    if len(units) > 1:
        body = [[when, f"{value} {of}", temp] for when, of, value, temp in rows]
        return [Sheet(("date", "gravity", "temp"), body, "", {}, 1, notes)]
    return [Sheet(("date", units[0], "temp"), body, "", {}, 1, notes)]


def is_prose(text: str) -> bool:
    """Whether most lines are written and no rows of cells: a decimal comma before a unit or beside a comma and a blank,
    or numbers behind words, with no tab between them."""
    lines = [line for line in text.splitlines() if re.search(r"\d", line)][:MOST_JUDGED]
    written = sum(any(map(_PROSE.search, line.split("\t"))) for line in lines)
    return bool(lines) and 10 * written >= 8 * len(lines)


def _row(line: str) -> tuple[str, str, str, str] | None:
    """When, the unit, the gravity and the temperature of a line; None without one of the first three."""
    if any(known.FORESEEN.fullmatch(word) for word in head(line).words):
        return None
    when = _when(line)
    if when is None:
        return None
    rest = line[: when.start()] + " " + line[when.end() :]
    rest = _without_declared(rest)
    found = [(m[1], "SG") for m in _SG.finditer(rest)]
    found = found or [(f"{int(m[1]) / 1000:.3f}", "SG") for m in _THOUSAND.finditer(rest)]
    found = found or [(m[1], _UNITS.get(m[2][:2].lower(), _UNITS[m[2][0].lower()])) for m in _DEGREE.finditer(rest)]
    if len(found) != 1:
        return None
    value, unit = found[0]
    return _with_clock(_as_moment(when[0]), line[: when.start()], line[when.end() :]), unit, value, temperature(rest)


def _without_declared(text: str) -> str:
    """Without the gravities that a word calls another than the one of now, where there is one: "1.048, OG 1.058"."""
    found = [*_SG.finditer(text), *_DEGREE.finditer(text)]
    declared = [m for m in found if _DECLARED.search(text[: m.start()])]
    for m in declared if len(declared) < len(found) else ():
        text = text[: m.start()] + " " * len(m[0]) + text[m.end() :]
    return text


def _when(line: str) -> re.Match[str] | None:
    """The first moment of a line: "18 April 2026, 22:30" of one that begins with "Saturday 18 April"."""
    at = 0
    for _ in range(MOST_TRIED):
        found = _WHEN.search(line, at)
        if found is None or _is_moment(found[0]):
            return found
        at = found.start() + len(found[0].split()[0])
    return None


def _with_clock(when: str, before: str, behind: str) -> str:
    """A date with the one time of day that stands farther on, "3/3 pitched at 8:20am", or right before it, as
    WhatsApp has it in a browser, "[8:20, 3/3]"."""
    clocks = _CLOCK_ALONE.findall(behind) or _CLOCK_ALONE.findall(before if before.rstrip().endswith(",") else "")
    return f"{when} {clocks[0]}" if len(clocks) == 1 and not re.search(r"\d[:h]\d\d", when) else when


def _as_moment(text: str) -> str:
    """With nothing but a blank before the time of day: "26.09., um 09:03", "12 May, at 6:55 AM"."""
    return _BEFORE_CLOCK.sub(" ", text.strip(" ,"))


def _is_moment(text: str) -> bool:
    times = parse([_as_moment(text)])
    return times is not None and times.kind in ("moment", "date", "elapsed")
