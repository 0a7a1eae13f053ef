"""The temperature in a line of notes or of a program's log: 19.5 °C, 67F, 19 Grad, "at 20 c"."""

from __future__ import annotations

import re

# Degree signs as keyboards have them, and the word in ten languages.
DEGREE = (
    r"(?:[°º˚]|deg(?:rees?|\.)?(?![^\W\d])|grad(?:en|os?|i)?\b|graus\b|degr[eé]s?\b|stopni(?:ach)?\b"
    r"|stup[nň]\w{0,3}\b)"
)
_NUMBER = r"(?<![\w.,:])(?P<value>-?\d{1,3}(?:[.,]\d+)?)"
_LETTER = r"(?P<unit>c(?:elsius)?|f(?:ahrenheit)?)(?![^\W_])"
_OF_GRAVITY = r"(?!\s?(?:p(?:lato)?|bx|brix|oe|[oö]chsle|oechsle|b[eé]|baum[eé]|balling|blg|kmw|babo|l(?:ovibond)?)\b)"
_WAYS = (
    rf"{_NUMBER}\s?{DEGREE}\s?{_LETTER}",  # 19.5 °C, 67 deg F, 20 Grad Celsius
    rf"{_NUMBER}(?-i:(?:(?<=\d[.,]\d) ?|(?<=\d\d))(?P<unit>[CF])\b)",  # 19.5 C, 19.5C and 68F; not 2 C
    rf"{_NUMBER}\s(?P<unit>celsius|fahrenheit)\b",
    rf"(?:@|\b(?:at|bei|bij|temp\w*))\s*{_NUMBER}\s?(?P<unit>[cf])\b",
    rf"{_NUMBER}\s?(?=[^\W\d°]){DEGREE}{_OF_GRAVITY}",  # 19 Grad, in nobody knows which
)
_SAID = tuple(re.compile(way, re.I) for way in _WAYS)
_OF_AN_ANGLE = re.compile(r"(?:angle|tilt|winkel|neigung|inclin\w*|[aá]ngulo|roll|pitch)\W{0,3}$", re.I)


def temperature(line: str) -> str:
    """The one temperature of a line with its unit, "19.5 °C", or without where it says "19 degrees" and no more; ""
    where there is none or are several."""
    for way in _SAID:
        found = [match for match in way.finditer(line) if not _OF_AN_ANGLE.search(line[: match.start()])]
        if len(found) == 1:
            unit = found[0].groupdict().get("unit")
            return f"{found[0]['value']} °{unit[0].upper()}" if unit else found[0]["value"]
        if found:
            return ""
    return ""
