"""InfluxDB's line protocol: `gravity,device=red sg=1.052,temp=19.5 1713804480000000000`."""

from __future__ import annotations

import re

from brewpi.importers.sheet import Sheet, at_most_many

_KEY = r"(?:[^\s,=\\]|\\.)+"
_LINE = re.compile(
    rf"^({_KEY})((?:,{_KEY}=(?:[^\s,\\]|\\.)+)*) +((?:{_KEY}=(?:\"(?:[^\"\\]|\\.)*\"|[^\s,\"]+),?)+) +(\d{{9,20}})$"
)
_TAG = re.compile(rf"({_KEY})=((?:[^\s,\\]|\\.)+)")
_FIELD = re.compile(rf"({_KEY})=(\"(?:[^\"\\]|\\.)*\"|[^\s,\"]+)")


def sheets(text: str) -> list[Sheet] | None:
    """One sheet, a row a line; None if the text is something else."""
    first = next((line for line in text[:20_000].splitlines() if line.strip() and not line.startswith("#")), "")
    if not _LINE.match(first):
        return None
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = [_LINE.match(line) for line in at_most_many(lines) if len(line) <= 4000]
    known = [f for f in found if f]
    records = [{"measurement": f[1], "time": f[4], **_pairs(_TAG, f[2]), **_pairs(_FIELD, f[3])} for f in known]
    left_out = len(found) - len(known)
    notes = (f"{left_out} lines that are no line protocol left out",) if left_out else ()
    return [Sheet.of_records(records, notes=notes)]


def _pairs(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    return {_plain(key): _value(value) for key, value in pattern.findall(text)}


def _value(text: str) -> str:
    if text.startswith('"'):
        return _plain(text[1:-1])
    return text.rstrip("iu") if re.fullmatch(r"-?\d+[iu]", text) else _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
