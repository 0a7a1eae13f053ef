"""Halves of the day as clocks of twelve hours have them in languages that write neither AM nor PM: 4:40 CH in Vietnam,
4:40 μ.μ. in Greece. Known where both occur in a column, for one alone may be a zone or a day.

The words are those of Unicode's CLDR, and what Windows and spreadsheets write.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from brewpi.importers.words.heads import simple

_WORDS = {  # before noon, behind it; without accents, points and blanks
    "vi": "sa ch", "el": "πμ μμ", "hu": "de du", "tr": "oo os", "sq": "pd md", "sq_long": "eparadites epasdites",
    "ms": "pg ptg", "et": "el pl", "af": "vm nm", "ar": "ص م", "fa": "قظ بظ", "bg": "проб слоб", "mk": "претпл попл",
    "ru": "дп пп", "th": "กอนเทยง หลงเทยง", "hi": "परवाहन अपराहन", "sv": "fm em", "fi": "ap ip", "sl": "dop pop",
    "sl_long": "dopoldne popoldne", "hr": "prijepodne poslijepodne", "sr": "преподне поподне", "lv": "priekšp pecp",
    "lt": "priespiet popiet", "pt": "damanha datarde", "it": "dimattina dipomeriggio", "eu": "goizeko arratsaldeko",
    "ga": "rn in", "cy": "yb yh",
}  # fmt: skip
_CLOCK = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?"
_BEHIND = re.compile(rf"(?P<before>.*?)(?P<clock>{_CLOCK})\s*(?P<word>[^\W\d][^\d:]{{0,15}})")
_BEFORE = re.compile(rf"(?P<before>.*?\d[^\w:]{{0,3}}|)(?P<word>[^\W\d][^\d:]{{0,15}}?)\s+(?P<clock>{_CLOCK})")


def _plain(word: str) -> str:
    return re.sub(r"[\W_]", "", simple(word))


_PAIRS = [
    {_plain(word): half for word, half in zip(words.split(), ("am", "pm"), strict=True)} for words in _WORDS.values()
]


def in_english(column: Sequence[str]) -> Sequence[str]:
    """The times with AM or PM behind them; as they are where their words are no such pair."""
    first = next((text for text in column if text), "")
    form = next((form for form in (_BEHIND, _BEFORE) if form.fullmatch(first)), None)
    if form is None:
        return column
    found = {text: form.fullmatch(text) for text in dict.fromkeys(column) if text}
    words = {_plain(one["word"]) for one in found.values() if one}
    halves = next((pair for pair in _PAIRS if pair.keys() == words), None)
    if halves is None or not all(found.values()):
        return column
    put = {text: f"{one['before']}{one['clock']} {halves[_plain(one['word'])]}" for text, one in found.items() if one}
    return [put.get(text, text) for text in column]
