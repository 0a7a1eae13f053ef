"""Which columns count hours, days or minutes of a batch, by their heads: not a pump's, nor something by the hour."""

from __future__ import annotations

import re

from brewpi.importers.words import vocabulary as known
from brewpi.importers.words.heads import Head, head

NOT_OF_BATCH = {  # minutes and hours of something else
    "run", "runtime", "uptime", "interval", "remaining", "left", "sleep", "battery", "next", "every", "ph", "rest",
    "boil", "per", "pro", "bubbles", "bubble", "blasen", "bulles", "burbujas", "bolle", "bpm", "rpm", "flow", "rate",
    "pump", "pumpe", "heater", "compressor", "duty",
}  # fmt: skip
# Something by the minute or hour; "Zeit/h" is a time in hours, as DIN 1313 writes a quantity and its unit.
_RATE = re.compile(r"(.*\S)\s?/\s?(?:min(?:utes?)?|h|hrs?|hours?|d|days?|s|std|tag)\b")


def is_span(h: Head) -> bool:
    """Hours, days or minutes, by a word of its own or in brackets."""
    measured = h.of_gravity or (h.says(known.TEMPERATURE) and "temps" not in h.words)
    if h.hours_per_unit is None or NOT_OF_BATCH & set(h.words) or measured or _is_rate(h):
        return False
    in_brackets = re.search(r"[([]\s*(h|d|min|s|hrs?)\s*[)\]]|_(h|d|s|min)$|^t\s?/", h.plain)
    return says_elapsed(h) or h.plain in ("h", "d", "t", "s", "ms") or bool(in_brackets)


def _is_rate(h: Head) -> bool:
    found = _RATE.match(h.plain)
    of = head(found[1]) if found else None
    return of is not None and not (of.plain == "t" or of.says(known.MOMENT) or says_elapsed(of))


def says_elapsed(h: Head) -> bool:
    """Of time that passes since something."""
    return any(len(word) > 1 and known.ELAPSED.fullmatch(word) for word in h.words)
