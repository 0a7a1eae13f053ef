"""Lines of a program's own log, each number behind its name: `2024-04-22 16:48 SG: 1.052, Temp: 67 °F`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from brewpi.importers.sheet import Sheet, at_most_many, is_number
from brewpi.importers.text import message_headings
from brewpi.importers.text.text_rows import HEADER_WITHIN
from brewpi.importers.times import spans
from brewpi.importers.times.written_times import parse
from brewpi.importers.units.spoken_degrees import DEGREE, temperature
from brewpi.importers.words.heads import head

_NAME = r"(?<![\w.:])([A-Za-z][A-Za-z_ .°-]{0,30}?)"
_NUMBER = (
    r"\"?(\d{1,4}([-/.])\d\d?\3\d{1,4},? \d\d?:\d\d(?::\d\d)?(?:\s?[AP]M\b)?"  # a moment in two words
    r"|[-+]?\d[\d.,:TZ+-]*\s?(?:°\s?\w{1,3}|[A-Z]{1,2}\b(?!\s*[=:]))?)"
)
_PAIR = re.compile(rf"{_NAME}\s*[=:]\s*{_NUMBER}")
_BESIDE = re.compile(
    r"(?<![\w/])(s\.?g\.?|(?:specific )?gravity|plato|brix|temp(?:erature)?)\s+(?:of |at |is )?"  # no topic's last
    r"([-+]?\d+(?:[.,]\d+)?(?:\s?(?:°\s?[a-z]{1,2}|[cf]\b))?)", re.I
)
_IN_DEGREES = re.compile(rf"\d\s?{DEGREE}\s?$", re.I)
_NUMBER_BEFORE = re.compile(r"(?<![\w.,:/-])(?:\d{1,2}(?:[.,]\d{1,2})?|[01][.,]\d{3,4})\s?$")
_OF_A_TEMPERATURE = re.compile(r"\sat\s|[cf]$", re.I)
LONGEST_LINE = 4000  # characters; nobody writes more about one reading
_OF_SENSOR = re.compile(  # as ESPHome writes: 'Tilt Gravity': Sending state 1.05200 SG with 3 decimals of accuracy
    r"'([^']{2,40})'\W*(?:(?:sending |new |got )?(?:state|value|reading)|>>|=>)\W*([-+]?\d+(?:\.\d+)?)\s?"
    r"(°?\w{1,2}\b)?", re.I
)  # fmt: skip
_BARE_SG = re.compile(r"(?<![\w.,:/-])(?:1[.,][01]\d{2,3}|0[.,]99\d{1,2})(?![\w:/]|[.,]\d)")
_OF_ANOTHER = {"target", "final", "original", "expected", "estimated", "est", "planned", "previous", "last", "goal"}
_PREFIX = re.compile(  # behind the priority of a syslog
    r"^(?:<\d{1,3}>\d?\s)?\W*(\d{1,2}:\d\d(?::\d\d)?,?\s\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\d)"
    r"|.*?\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?[AP]M\b|Z|\s?[+-]\d\d:?\d\d)?)", re.I
)


def sheets(text: str) -> list[Sheet] | None:
    """One table of the lines that name a gravity; None if most do not, or none has a time."""
    lines = at_most_many(message_headings.joined([line for line in text.splitlines() if line.strip()]))
    if any(map(names_columns, lines[:HEADER_WITHIN])):
        return None  # a table, whatever stands in its notes
    read = [(line, row) for line in lines if (row := _row(line)) is not None]
    rows = _with_bare_gravities(read)
    of_gravity = sum(any(head(name).is_gravity for name in row) for row in rows)
    if of_gravity < 2 or 2 * len(rows) < len(lines):
        return None
    left_out = len(lines) - len(rows)
    notes = (f"{left_out} line{'s' if left_out > 1 else ''} without a gravity left out",) if left_out else ()
    return [Sheet.of_records(rows, notes=notes)]


def _with_bare_gravities(read: Sequence[tuple[str, dict[str, str]]]) -> list[dict[str, str]]:
    """The rows, and a lone "1.052 @ 19C" among lines that say "SG 1.050 @ 19C" under the name that those have."""
    names = [name for _, row in read for name in row if head(name).is_gravity]
    name = max(set(names), key=names.count) if names else ""
    if not name or head(name).gravity_unit not in (None, "sg"):
        return [row for _, row in read]
    rows = []
    for line, row in read:
        bare = "" if any(head(key).of_gravity for key in row) else bare_gravity(line)
        rows.append({**row, name: bare} if bare else row)
    return rows


def bare_gravity(line: str) -> str:
    """The one number of a line that is written as only SG is, which no word calls a target's or another's; "" else."""
    bare = _BARE_SG.findall(line)
    return bare[0] if len(bare) == 1 and not set(head(line[:LONGEST_LINE]).words) & _OF_ANOTHER else ""


def names_columns(line: str) -> bool:
    """Whether a line is the header of a table: words, two of which name what a log holds, and no numbers but those in
    names (FV1, kg_m3) or such that come again: "Tank 3 SG", "Tank 3 Temp"."""
    cells = re.split(r"[,;\t|]", line) if len(line) <= LONGEST_LINE else []
    numbers = re.findall(r"(?<!\w)\d+(?:[.,]\d+)?", line)
    names_alone = all(number.isdigit() and numbers.count(number) > 1 for number in numbers)
    return names_alone and sum(head(cell).names_something for cell in cells if cell.strip()) >= 2


def _row(line: str) -> dict[str, str] | None:
    """The numbers of a line by their names, with its time; None without a gravity, a temperature or a time."""
    pairs = named_numbers(line) if len(line) <= LONGEST_LINE else {}
    gravities = [text.split(" ")[0].rstrip("°PSG") for name, text in pairs.items() if head(name).is_gravity]
    if not any(map(is_number, gravities)) and not any(head(name).is_temperature for name in pairs):
        return None
    if any(head(name).is_time or spans.is_span(head(name)) for name in pairs):
        return pairs
    stamp = _PREFIX.match(line)
    times = parse([stamp[1].strip(" []()")]) if stamp else None
    if stamp is None or times is None or times.kind not in ("moment", "clock"):
        return None  # without a date it is refused later, by name
    return {"time": stamp[1].strip(" []()"), **{n: v for n, v in pairs.items() if f"{n}:" not in stamp[1].lower()}}


def named_numbers(line: str) -> dict[str, str]:
    """Numbers behind a name and a sign; behind a name that is known, and temperatures by their unit, also without."""
    if line.rstrip().endswith("}"):  # as a service logs the object that it sends
        line = line.replace('"', "")
    if (found := _OF_SENSOR.search(line)) is not None:
        return {found[1].lower(): f"{found[2]} {found[3] or ''}".strip()}
    pairs = {found[1].strip(" -.").lower(): found[2].rstrip(",. ") for found in _PAIR.finditer(line)}
    if not any(head(name).is_gravity for name in pairs):
        pairs |= _beside(line)
    if not any(head(name).is_gravity for name in pairs) and len(ends := {"og", "fg"} & pairs.keys()) == 1:
        pairs["sg"] = pairs.pop(ends.pop())  # the first and the last reading of a list
    if "t" in pairs:  # the time of a line stands before its numbers
        pairs.setdefault("temp", pairs.pop("t"))
    if not any(head(name).is_temperature for name in pairs) and (degrees := temperature(line)):
        pairs["temp"] = degrees
    return pairs


def _is_unit(before: str, said: str) -> bool:
    """Whether a name is the unit of the number before it: 12.9 °Plato 19.0, 12.9 plato at 19; but pH 4.5 plato 12.9."""
    if _IN_DEGREES.search(before) is not None:
        return True
    return _NUMBER_BEFORE.search(before) is not None and _OF_A_TEMPERATURE.search(said) is not None


def _beside(line: str) -> dict[str, str]:
    """Numbers behind a name that is known, without a sign; not a target's, and none of a name that comes twice."""
    found = [
        (match[1].lower(), match[2].rstrip(",. "))
        for match in _BESIDE.finditer(line)
        if not set(head(line[: match.start()]).words[-2:]) & _OF_ANOTHER
        and not _is_unit(line[: match.start()], match[0])
    ]
    names = [name for name, _ in found]
    return {name: value for name, value in found if names.count(name) == 1}
