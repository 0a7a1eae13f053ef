"""Times as people and programs write them, as hours.

Each form has a file: what is counted, spans since the start, dates; here are times of day, and what all forms have in
common. What has lost its date, its clock or its digits in a spreadsheet is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from brewpi.importers.sheet import LogError, is_absent
from brewpi.importers.times import halves
from brewpi.importers.times.counted_times import MOST_WORDS, check_rounded, counted
from brewpi.importers.times.date_forms import OF_PROGRAMS, usual
from brewpi.importers.times.dates import CLOCK_ONLY, Times, in_figures, in_words, iso, short_dates
from brewpi.importers.times.dense import compact, six_and_clock
from brewpi.importers.times.elapsed_times import DAY_LABEL, elapsed, of_day
from brewpi.importers.times.zone_names import cities, east_of_greenwich, with_offsets, without_city
from brewpi.importers.words.heads import head, simple
from brewpi.records import Array

LONGEST = 100  # characters: no time is longer
MOST_LABELS = 4  # cells before or behind the times of a table on its side
_DOTTED = re.compile(r"^\d{1,2}\.(\d{1,2})\.(\d\d)$")
# Japanese, Chinese and Korean: year, month, day, hour, which may stand alone, minute and second; half of the day.
_IS_EAST_ASIAN = re.compile("[年년月월時时시点上下午오]|[(][日月火水木金土일월화수목금토]|曜|요일|星期|周|週")
_EAST_ASIAN = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (
        (r"\s?[(][日月火水木金土祝・일월화수목금토曜]+[)]|[日月火水木金土]曜日?|[일월화수목금토]요일", " "),
        ("(?:星期|周|週)[一二三四五六日天]", " "),
        (r"^(\d{1,2})[月월]\s*(?=\d{1,2}\s*[日일])", r"\1/"),
        (r"[年년月월]\s*", "-"), ("[日일]", " "), (r"[時时시点]\s*(?=\d)", ":"), ("[時时시点]", ":00"),
        (r"[分분]\s*(?=\d)", ":"), ("[分분秒초]", ""), ("上午|午前|오전", " am "), ("下午|午後|오후", " pm "),
    )
)  # fmt: skip
# Half of the day: German vorm. and nachm., Czech dop. and odp., French and Spanish in full; AM and PM before the time.
_HALVES = (
    ("am", re.compile(r"\b(?:vorm\.?|vormittags?|dop\.?|dopoledne|du matin|de la ma[nñ]ana|di mattina)(?!\w)", re.I)),
    ("pm", re.compile(r"\b(?:nachm\.?|nachmittags?|odp\.?|odpoledne|du soir|de l'apr[eè]s-midi|de la (?:tarde|noche)"
                      r"|di sera)(?!\w)", re.I)),
)  # fmt: skip
# Hours without minutes behind a date, or alone where the word can mean no span: "22/04 16h", "16 Uhr", "Apr 22, 4 pm".
_WHOLE_HOUR = re.compile(
    r"^(?P<date>.*(?:\d[./-]\d{1,2}(?:[./-]\d{1,4})?\.?|\d{4}|[^\W\d]{3,}\.? \d{1,2}(?:st|nd|rd|th)?"
    r"|\d\.?[ -]?[^\W\d]{3,}\.?)[\s,;]+(?:-\s|[^\W\d]{1,4}\.?\s+)?)?(?P<hour>[01]?\d|2[0-4])\s?"
    r"(?P<word>uhr|uur|h|hs|hrs|hod|hodin|ore|heures?|horas?|(?P<half>[ap])\.?\s?m\.?)\.?$",
    re.I,
)
# Years as others count them, in whole dates: 2569/11/01, 1/11/2569 (Thailand), 115/11/01 (Taiwan), R8.11.1 (Japan).
_OTHER_YEAR = re.compile(
    r"^(?:(?P<before>\d{1,2}([./-])\d{1,2}\2)(?P<buddhist_last>2[45]\d\d)(?!\d)"
    r"|(?:(?P<buddhist>2[45]\d\d)|(?:民[國国])?(?P<minguo>1[0-4]\d)|(?:令和|R\.?)\s?(?P<reiwa>\d{1,2}))"
    r"(?=([./-])\d{1,2}\7\d{1,2}(?!\d)))"
)
_YEAR_0 = {"buddhist_last": -543, "buddhist": -543, "minguo": 1911, "reiwa": 2018}
_SOLAR_DATE = re.compile(r"\D{0,12}(1[34]\d\d)\s?([./-])\s?\d{1,2}\s?\2\s?\d{1,2}(?!\d)")
ISLAMIC_FROM = 1425  # the year 2004; Persians count 1425 in 2046
# A time of day below a date's format, in a spreadsheet whose days begin with 0 January 1900.
_DAY_0 = re.compile(r"^(?:1900-01-00|0?1/0?0/1900|0?0[./]0?1[./]1900)[ T]+(?=\d)")
_OF_DOTNET = re.compile(r"/?Date\((\d{9,14})(?:[+-]\d{4})?\)/?")  # ms since 1970; the zone is that of a screen
_HALF_FIRST = re.compile(r"\b([ap])\.?m\.?\s+(\d{1,2}:\d\d(?::\d\d)?)", re.I)
# 7 mai 2026 à 16 h 40, 16 Uhr 40
_HOUR_AND_MINUTE = re.compile(
    r"(?<=\d)[\s,]+(?:[àa]\s+)?(\d{1,2}) h (\d\d)(?!\d)(?:\s?mi?n?\.?)?$|\b(\d{1,2})\s?uhr\s?(\d\d)(?!\d)", re.I
)
_NTH_DAY = re.compile(  # 3. Tag 08:20, 3rd day, 3e jour
    r"^(\d{1,3})(?:\.|st|nd|rd|th|er|e|eme|ème|[oaº°])\s?(?:day|tag|jour|d[ií]a|giorno|dag|dzie[nń]|den)\b", re.I
)


def hours_of(column: Sequence[str]) -> Array:
    """Hours since the earliest, NaN where unreadable; same length. Raises LogError if none can be read."""
    times = parse(column)
    if times is None or times.kind in ("clock", "number"):
        raise unreadable(column)
    return times.hours - float(np.nanmin(times.hours))


def unreadable(column: Sequence[str]) -> LogError:
    """Why a column that should hold times holds none, as far as that can be seen."""
    texts = [text.strip() for text in column if text.strip()]
    shown = texts[0][:30] if texts else ""
    if any(set(text) == {"#"} for text in texts):
        return LogError("times are shown as ####; widen the column in the spreadsheet and export again.")
    if re.fullmatch(r"\d{1,2}:\d\d\.\d", shown):
        return LogError(
            f'times such as "{shown}" lost their date and hour in a spreadsheet; export them again as 2026-04-25 10:22.'
        )
    if texts and CLOCK_ONLY.match(shown):
        return LogError(f'times such as "{shown}" have no date; add a column with the date of each reading.')
    alone = [text for text in texts[:50] if parse([text]) is not None]
    if len(alone) > 1 and 2 * len(alone) > len(texts[:50]):
        other = next((text for text in alone if re.sub(r"\d+", "0", text) != re.sub(r"\d+", "0", alone[0])), alone[1])
        return LogError(f'times such as "{alone[0][:30]}" and "{other[:30]}" are in several forms; write all in one.')
    of_else = _SOLAR_DATE.match(shown)
    why = f": a year of the {'Persian' if int(of_else[1]) < ISLAMIC_FROM else 'Islamic'} calendar" if of_else else ""
    return LogError(f'times such as "{shown}" cannot be read{why}; write 2026-04-25 10:22.')


def parse(column: Sequence[str]) -> Times | None:
    """The times in a column, None if it holds none. Raises LogError where a spreadsheet has rounded them."""
    whole = halves.in_english(["" if is_absent(text) else text[:LONGEST].strip() for text in column])
    texts = [_plain(text) if text else "" for text in whole]
    filled = [text for text in texts if text]
    if not filled:
        return None
    check_rounded(filled)
    if (zones := cities(texts)) is not None:
        local = parse([without_city(text) for text in texts])
        of_world = local is not None and local.kind == "moment"
        return Times(local.hours - east_of_greenwich(local.hours, zones), "moment") if local and of_world else local
    texts = with_offsets(texts)
    for read in (counted, iso, compact, six_and_clock, _clock, elapsed, in_figures, in_words, short_dates):
        times = read(texts)
        if times is not None:
            return times
    return None


def is_day_and_clock(text: str) -> bool:
    """Whether a text is the number of a day with a time of that day: Day 3, 08:20."""
    plain = _NTH_DAY.sub(r"day \1", text.strip()[:LONGEST])
    label = DAY_LABEL.match(simple(plain)) if plain[:1].isalpha() else None
    return label is not None and label[2] is not None


def looks_like_times(column: Sequence[str]) -> bool:
    """Whether most cells are moments."""
    times = parse([cell for cell in column if not is_absent(cell)][:50])
    return times is not None and times.kind in ("moment", "date")


def span_of_times(row: Sequence[str]) -> slice | None:
    """Which cells of a row are times, where it says when, a column a moment, as in a table that is turned on its side:
    behind "Date", or behind "Tank", "Quantity" and "Unit"; a mean or a remark may come after. None of another."""
    first = next((i for i, cell in enumerate(row) if re.search(r"\d", cell)), 0)
    end = next((i for i in range(len(row), 0, -1) if not row[i - 1].strip() or re.search(r"\d", row[i - 1])), 0)
    beside = 1 <= first <= MOST_LABELS and len(row) - end <= MOST_LABELS and (first > 1 or end < len(row))
    if beside and _are_times([" ".join(row[:first]), *row[first:end]]):
        return slice(first, end)
    return slice(1, len(row)) if _are_times(row) else None


def is_row_of_times(row: Sequence[str]) -> bool:
    """Whether a row says when, a column a moment, as in a table that is turned on its side."""
    return span_of_times(row) is not None


def _are_times(row: Sequence[str]) -> bool:
    """Of a label, which may be empty, and times."""
    cells = [cell for cell in row[1:] if not is_absent(cell)]
    if len(cells) < 3 or (row[0].strip() and not any(c.isalpha() for c in row[0])):
        return False
    times = parse(cells)
    if times is None or not np.isfinite(times.hours).all():
        return False
    if len(np.unique(times.hours)) < len(cells) and (times.kind != "date" or np.any(np.diff(times.hours) < 0.0)):
        return False  # several readings of a day have its date, and a row with the clock below it
    return times.kind in ("moment", "date", "elapsed") or (
        times.kind == "number" and head(row[0]).hours_per_unit is not None and bool(np.all(np.diff(times.hours) > 0))
    )


def _plain(text: str) -> str:
    """With single blanks, years from the birth of Christ, and the half of the day behind the time as am or pm."""
    if OF_PROGRAMS.fullmatch(text):
        return text
    if (of_dotnet := _OF_DOTNET.fullmatch(text.replace("\\", ""))) is not None:
        return of_dotnet[1]
    if _IS_EAST_ASIAN.search(text):
        for pattern, sign in _EAST_ASIAN:
            text = pattern.sub(sign, text)
    text = _DAY_0.sub("", " ".join(text.split()))
    if (other := _OTHER_YEAR.match(text)) is not None:
        count = next(count for count in _YEAR_0 if other[count])
        text = f"{other['before'] or ''}{int(other[count]) + _YEAR_0[count]}{text[other.end() :]}"
    text = text[1:-1] if text[:1] + text[-1:] in ("<>", "''") else text  # Org; between apostrophes
    text = _NTH_DAY.sub(r"day \1", text)
    for half, pattern in _HALVES:
        text = pattern.sub(half, text)
    text = _HOUR_AND_MINUTE.sub(lambda found: f" {found[1] or found[3]}:{found[2] or found[4]}", text).strip()
    return _with_minutes(usual(_HALF_FIRST.sub(r"\2 \1m", text)))


def _with_minutes(text: str) -> str:
    """22/04/2024 16:00 of 22/04/2024 16h."""
    found = _WHOLE_HOUR.match(text)
    if found is None or not (found["date"] or found["half"] or found["word"].lower() in ("uhr", "uur")):
        return text
    half = f" {found['half']}m" if found["half"] else ""
    return f"{found['date'] or ''}{found['hour']}:00{half}"


def _clock(texts: list[str]) -> Times | None:
    """Times of day only; hours past 24 are none, nor is 11.03.25 where 25 never changes."""
    if _is_dotted_date([text for text in texts if text]):
        return None
    found = [CLOCK_ONLY.match(text) if text else None for text in texts]
    known = [f for f in found if f]
    if 2 * len(known) <= sum(map(bool, texts)) or any(int(f[1]) > 24 or int(f[2]) > 59 for f in known):
        return None
    hours = [np.nan if f is None else of_day(f) for f in found]
    return Times(np.array(hours), "clock", any(f[4] for f in known))


def _is_dotted_date(filled: list[str]) -> bool:
    """Whether 11.03.25 is a date: the last figure is the same throughout, and the second a month."""
    dotted = [f for text in filled if (f := _DOTTED.match(text))]
    most = MOST_WORDS * len(dotted) >= (MOST_WORDS - 1) * len(filled)
    alike = most and len({f[2] for f in dotted}) == 1 < len(set(filled))
    return alike and all(int(f[1]) < 13 for f in dotted)
