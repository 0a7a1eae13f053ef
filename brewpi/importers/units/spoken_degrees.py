"""The temperature in a line of notes or of a program's log: 19.5 °C, 67F, 19 Grad, "at 20 c"."""

from __future__ import annotations

import re

from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import head

# Degree signs as keyboards have them, and the word in ten languages.
DEGREE = (
    r"(?:[°º˚]|градус\w*|deg(?:rees?|\.)?(?![^\W\d])|grad(?:en|os?|i)?\b|graus\b|degr[eé]s?\b|stopni(?:ach)?\b"
    r"|stup[nň]\w{0,3}\b|st\.(?!\w))"
)
_NUMBER = re.compile(r"(?<![\w.,:])-?\d{1,3}(?:[.,]\d+)?(?!\d)")
_LETTER = r"(c(?:elsius)?|f(?:ahrenheit)?)(?![^\W_])"
_OF_GRAVITY = r"(?!\s?(?:p(?:lato)?|bx|brix|oe|[oö]chsle|b[eé]|baum[eé]|balling|blg|kmw|babo|l(?:ovibond)?)\b)"
# What stands behind the number, the surest first; () where it does not say in which degrees.
_WITH_SIGN = rf"\s?{DEGREE}\s?{_LETTER}"  # 19.5 °C, 67 deg F, 20 Grad Celsius
_WITH_CAPITAL = r"(?-i:(?:(?<=\d[.,]\d) ?|(?<=\d\d))([CF])\b)"  # 19.5 C, 19.5C and 68F; not 2 C
_WITH_SMALL = r"(?:(?<=\d[.,]\d)|(?<=\d\d))([cf])\b"  # 19.5c
_WITH_NAME = r"\s(celsius|fahrenheit)\b"
_WITH_LETTER = r"\s?([cf])\b"  # behind "at"
_WITH_WORD = rf"()\s?(?=[^\W\d°]){DEGREE}{_OF_GRAVITY}"  # 19 Grad
_WAYS = tuple(
    (re.compile(behind, re.I), before)
    for behind, before in (
        (_WITH_SIGN, None), (_WITH_CAPITAL, None), (_WITH_SMALL, None), (_WITH_NAME, None),
        (_WITH_LETTER, re.compile(r"(?:@|\b(?:at|bei|bij|temp[a-z]*))\s{0,2}$", re.I)), (_WITH_WORD, None),
    )
)  # fmt: skip
_OTHER_UNIT = "(?:bar|psi|k?pa|ppm|k?g|m?l|hl|h|hrs?|hours?|days?|min|m?v|w|a\\.?m|p\\.?m)"
_IN_NO_UNIT = re.compile(rf"\s?{DEGREE}?{_OF_GRAVITY}(?!\s?(?:{_OTHER_UNIT}\b|[/%°\d])|\w|[.,:]\d)", re.I)
_CLAUSE = re.compile(r"[,;|()\[\]/\d]|\s[-–—]\s")
_NEXT_WORD = re.compile(  # which is not the name of another number
    rf"\s?(?:{DEGREE}\s?)?(?:[cf]\b|celsius|fahrenheit)?\s?([^\W\d]{{2,20}})(?![^\W\d]|\W{{0,2}}\d)", re.I
)
_MEANT = re.compile(
    "raised?|turned|crash(?:ed|ing)?|bumped|target|set(?:point|ting)?|sp|goal|soll(?:wert)?|ziel.*|eingestellt|consigne|cible|consigna|objetivo|obiettivo"
)
_OF_NO_PLACE = re.compile(  # of heads of columns, but not of what people write beside a reading
    "pitch|rate|change|units?|format|correction|calibration|velocity|local|offset|max|min|error|std|ref|reference|diff.*"
    "|delta|top|bottom|air|cold|heat|hot|prev.*|yesterdays?|gestern|vortag|vorher|dis|ar|ude|ute|cal|aux|ext|sink|box"
)
_OF_AN_ANGLE = re.compile(r"(?:angle|tilt|winkel|neigung|inclin[a-z]*|[aá]ngulo|roll|pitch)\W{0,3}$", re.I)
_BEFORE = 24  # characters before a number that may say what it is


def temperature(line: str) -> str:
    """The one temperature of a line with its unit, "19.5 °C", or without where it says "19 degrees" and no more; ""
    where there is none or are several."""
    numbers = [(found, line[max(found.start() - _BEFORE, 0) : found.start()]) for found in _NUMBER.finditer(line)]
    numbers = [(n, before) for n, before in numbers if not _OF_AN_ANGLE.search(before) and not _is_elsewhere(line, n)]
    for behind, wanted in _WAYS:
        said = [(n[0], unit[1]) for n, before in numbers if (unit := behind.match(line, n.end()))
                and (wanted is None or wanted.search(before))]  # fmt: skip
        if said:
            value, letter = said[0]
            return "" if len(said) > 1 else f"{value} °{letter[0].upper()}" if letter else value
    named = [n[0] for n, before in numbers if _IN_NO_UNIT.match(line, n.end()) and _names_one(before)]
    return named[0] if len(named) == 1 else ""


def _names_one(before: str) -> bool:
    """Whether the word before a number is "temp", in any language; but not "room temp"."""
    if re.search(r"[\d\s]@\s?$", before):
        return True
    words = head(before).words
    is_last = re.search(r"[^\W\d][.:=\s]{0,3}$", before) is not None
    return is_last and bool(words) and (words[-1] == "t" or known.TEMPERATURE.fullmatch(words[-1]) is not None)


def _is_elsewhere(line: str, number: re.Match[str]) -> bool:
    """Whether the words before a number, up to a comma or another number, or the one behind it are of a room or a
    target: "fridge at 4 C", "set to 18 C", "21 °C ambient"."""
    words = head(_CLAUSE.split(line[max(number.start() - 2 * _BEFORE, 0) : number.start()])[-1]).words
    if {"beer", "wort", "bier", "moût"} & set(words):
        return False
    behind = _NEXT_WORD.match(line, number.end())
    after = head(behind[1]).words if behind else ()
    return any(_is_place(word) or _MEANT.fullmatch(word) for word in (*words, *after))


def _is_place(word: str) -> bool:
    return known.NOT_BEER.fullmatch(word) is not None and not _OF_NO_PLACE.fullmatch(word)
