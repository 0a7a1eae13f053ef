"""The temperature in a line of notes or of a program's log: 19.5 °C, 67F, 19 Grad, "at 20 c"."""

from __future__ import annotations

import re

# Degree signs as keyboards have them, and the word in ten languages.
DEGREE = (
    r"(?:[°º˚]|deg(?:rees?|\.)?(?![^\W\d])|grad(?:en|os?|i)?\b|graus\b|degr[eé]s?\b|stopni(?:ach)?\b"
    r"|stup[nň]\w{0,3}\b)"
)
_NUMBER = re.compile(r"(?<![\w.,:])-?\d{1,3}(?:[.,]\d+)?(?!\d)")
_LETTER = r"(c(?:elsius)?|f(?:ahrenheit)?)(?![^\W_])"
_OF_GRAVITY = r"(?!\s?(?:p(?:lato)?|bx|brix|oe|[oö]chsle|b[eé]|baum[eé]|balling|blg|kmw|babo|l(?:ovibond)?)\b)"
# What stands behind the number, the surest first; () where it does not say in which degrees.
_WITH_SIGN = rf"\s?{DEGREE}\s?{_LETTER}"  # 19.5 °C, 67 deg F, 20 Grad Celsius
_WITH_CAPITAL = r"(?-i:(?:(?<=\d[.,]\d) ?|(?<=\d\d))([CF])\b)"  # 19.5 C, 19.5C and 68F; not 2 C
_WITH_NAME = r"\s(celsius|fahrenheit)\b"
_WITH_LETTER = r"\s?([cf])\b"  # behind "at"
_WITH_WORD = rf"()\s?(?=[^\W\d°]){DEGREE}{_OF_GRAVITY}"  # 19 Grad
_WAYS = tuple(
    (re.compile(behind, re.I), before)
    for behind, before in (
        (_WITH_SIGN, None), (_WITH_CAPITAL, None), (_WITH_NAME, None),
        (_WITH_LETTER, re.compile(r"(?:@|\b(?:at|bei|bij|temp[a-z]*))\s{0,2}$", re.I)), (_WITH_WORD, None),
    )
)  # fmt: skip
_OF_AN_ANGLE = re.compile(r"(?:angle|tilt|winkel|neigung|inclin[a-z]*|[aá]ngulo|roll|pitch)\W{0,3}$", re.I)
_BEFORE = 24  # characters before a number that may say what it is


def temperature(line: str) -> str:
    """The one temperature of a line with its unit, "19.5 °C", or without where it says "19 degrees" and no more; ""
    where there is none or are several."""
    numbers = [(found, line[max(found.start() - _BEFORE, 0) : found.start()]) for found in _NUMBER.finditer(line)]
    numbers = [(found, before) for found, before in numbers if not _OF_AN_ANGLE.search(before)]
    for behind, wanted in _WAYS:
        said = [(n[0], unit[1]) for n, before in numbers if (unit := behind.match(line, n.end()))
                and (wanted is None or wanted.search(before))]  # fmt: skip
        if said:
            value, letter = said[0]
            return "" if len(said) > 1 else f"{value} °{letter[0].upper()}" if letter else value
    return ""
