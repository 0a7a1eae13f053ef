"""Dates in forms of some countries and programs, put as everybody reads them: Roman months, the year or the time first,
months in Cyrillic and Greek letters, 09MAR26 1420, seconds behind points."""

from __future__ import annotations

import re

from brewpi.importers.times.dates import month_of
from brewpi.importers.words.heads import without_accents

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_WITH_ROMAN = re.compile(r"^(\d{1,2})\.?[\s./-]*\b([IVX]{1,4})\b\.?[\s./-]*(\d{4}|\d{2}(?!\d|:))?(.*)$")
_OTHER_MONTHS = {  # Russian, Ukrainian and Greek, by their beginnings without accents
    "jan": "янв січ ιαν", "feb": "фев лют φεβ", "mar": "мар бер μαρ", "apr": "апр кві απρ", "may": "мая май тра μαι",
    "jun": "июн чер ιουν", "jul": "июл лип ιουλ", "aug": "авг сер αυγ", "sep": "сен вер σεπ", "oct": "окт жов οκτ",
    "nov": "ноя лис νοε", "dec": "дек гру δεκ",
}  # fmt: skip
_BEGINNINGS = {without_accents(word): month for month, words in _OTHER_MONTHS.items() for word in words.split()}
_OTHER_WORD = re.compile(rf"({'|'.join(sorted(_BEGINNINGS, key=len, reverse=True))})[\u0370-\u03ff\u0400-\u04ff]*\.?")
_YEAR_SIGN = re.compile(r"(?<=\d{4})\s?(?:года|року|г|р)\b\.?")
_YEAR_FIRST = re.compile(r"^(\d{4})\.?[\s-]+([^\W\d]{3,12})\.?[\s-]+(\d{1,2})(?:\.|(?!\d))[\s,T]*(.*)$")
_TIME = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?[ap]\.?m\.?)?"
_TIME_FIRST = re.compile(
    rf"^({_TIME})(?:\s*[,;-]\s*|\s+)(?:(?:on|am|den|le|el|il|op)\s+)?"
    r"(\d{1,2}[./]\d{1,2}\.?|\d{1,2}\.?[\s-]+([^\W\d]{3,12})\b.{0,20}|([^\W\d]{3,12})\.?\s+\d{1,2}\b.{0,20})$",
    re.I,
)
_TOGETHER = re.compile(  # SAS, armies: 09MAR26 1420, 09-Mar-26 1420
    r"^(\d{1,2})([A-Za-z]{3})(\d{4}|\d{2})(?:[:\s]\s*(\d\d):?(\d\d)(:\d\d(?:\.\d+)?)?)?$"
    r"|^(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{4}|\d{2}) (\d\d)(\d\d)()$"
)
_OF_FILES = re.compile(  # 2026-03-09_14-20-00, 2026_03_09_14_20_00, 09-03-2026 14-20
    r"^(\d{4}([-_])\d\d\2\d\d|\d\d?([-./])\d\d?\3\d{4})[_ T](\d\d)[-_](\d\d)(?:[-_](\d\d))?$"
)
_FOUR_FIGURES = re.compile(r"^(\d\d?([./-])\d\d?\2\d{4}) ([01]\d|2[0-3])([0-5]\d)$")  # 09.03.2026 1420
# Dates as programs write them, in which nothing has to be put right.
OF_PROGRAMS = re.compile(
    r"(?:(?:19[5-9]|20\d)\d-\d\d?-\d\d?|\d\d?([/.])\d\d?\1(?:19[5-9]|20\d)\d"
    r"|\d\d?([ -])(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\2(?:19|20)\d\d)(?: \d\d?:\d\d(?::\d\d)?)?"
)
_GROUP = re.compile(r"^(\d\d)(\d\d)(\d\d)Z([A-Za-z]{3})(\d\d)$")  # of day and time
_DANISH = re.compile(r"^(\d{1,2})/(\d{1,2})[-–.\s]{1,2}((?:19|20)\d\d)(?!\d)(.*)$")  # 9/3-2026, 9/3 2026: the day first
_POINTS = re.compile(r"\b(\d{1,2})\.(\d\d)\.(\d\d)[.,]\d{1,9}(?=\s*[ap]\.?m\b)", re.I)  # Oracle


def usual(text: str) -> str:
    """The same moment in a form that dates.py reads; the same text if it is in none of these."""
    if (found := _TIME_FIRST.match(text)) is not None:
        word = found[3] or found[4]
        return f"{found[2]} {found[1]}" if word is None or month_of(without_accents(word).lower()) else text
    if (found := _OF_FILES.match(text)) is not None:
        return f"{found[1].replace('_', '-')} {found[4]}:{found[5]}:{found[6] or '00'}"
    if (found := _FOUR_FIGURES.match(text)) is not None:
        return f"{found[1]} {found[3]}:{found[4]}"
    if (found := _DANISH.match(text)) is not None:
        return f"{found[1]}/{found[2]}/{found[3]}{found[4]}"
    if not re.search(r"[^\W\d]", text):
        return text
    if not text.isascii():
        folded = without_accents(text).lower()
        if _OTHER_WORD.search(folded):
            text = _OTHER_WORD.sub(lambda word: _BEGINNINGS[word[1]], _YEAR_SIGN.sub("", folded))
    if (found := _WITH_ROMAN.match(text)) is not None and found[2] in _ROMAN:
        return f"{found[1]}.{_ROMAN.index(found[2]) + 1}.{found[3] or ''} {found[4].strip(' .,')}".strip()
    if (found := _YEAR_FIRST.match(text)) is not None and month_of(without_accents(found[2]).lower()):
        return f"{found[3]} {found[2]} {found[1]} {found[4]}"
    if (found := _TOGETHER.match(text)) is not None:
        day, month, year, hour, minute, second = found.groups()[:6] if found[1] else found.groups()[6:]
        return f"{day} {month} {year}" + (f" {hour}:{minute}{second or ''}" if hour else "")
    if (found := _GROUP.match(text)) is not None:
        return f"{found[1]} {found[4]} {found[5]} {found[2]}:{found[3]}"
    return _POINTS.sub(r"\1:\2:\3", text)
