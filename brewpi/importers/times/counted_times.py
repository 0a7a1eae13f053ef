"""Times that are counted: since 1970, 1900 or another zero, in seconds, days or parts of either. What a spreadsheet has
rounded is refused by name."""

from __future__ import annotations

import re

import numpy as np

from brewpi.importers.sheet import LogError
from brewpi.importers.times.dates import Times
from brewpi.importers.times.dense import LONGEST_DAYS, compact, matlab

MOST_WORDS = 8  # in so many numbers one may be none, such as a remark below a table
_THOUSANDS = re.compile(r"^\d{1,3}(?:([ ,.'])\d{3})(?:\1\d{3})+$")
_MARKED = re.compile(r"[1-9]\d{0,2}(?:[ ,.']\d{3})+")
_SCIENTIFIC = re.compile(r"^\d(?:[.,](\d+))?e\+?\d{1,2}$", re.I)
# Numbers since 1970 in ns, µs, ms and s, and a spreadsheet's days since 30 December 1899, told apart by their size.
# Windows and .NET count 100 ns, since 1601 (1.2e17 to 1.7e17) and since the year 1 (5e17 to 7e17).
# The least number, how many an hour has, and the hours from its zero to 1970.
_EPOCHS = (
    (9e17, 3.6e12, 0.0), (5e17, 3.6e10, 719_162 * 24.0), (1e17, 3.6e10, 134_774 * 24.0), (1e14, 3.6e9, 0.0),
    (1e11, 3.6e6, 0.0), (3e8, 3600.0, 0.0),
)  # fmt: skip
# Those who count other parts of a second say dates between 2001 and 2100 so: how many a second has.
_OTHER_PARTS = (10.0, 100.0, 1e4, 1e5, 1e7)
_FROM_S, _TO_S = 978_307_200.0, 4_102_444_800.0
# Julian days, as astronomers and SQLite count them: 2,440,587.5 on 1 January 1970, at midnight.
_JULIAN, _JULIAN_ZERO = (2_430_000.0, 2_490_000.0), 2_440_587.5
_SERIAL, _SERIAL_ZERO_H = (20_000.0, 80_000.0), 25_569 * 24.0


def check_rounded(filled: list[str]) -> None:
    """Raises LogError where the digits that tell one time from the next are gone."""
    found = [_SCIENTIFIC.match(text) for text in filled]
    rounded = sum(f is not None and len(f[1] or "") <= 4 for f in found)
    alike = len(filled) > 2 and all(found) and 2 * len(set(filled)) <= len(filled)
    first = next((f[0] for f in found if f), "0")
    if (rounded * 2 > len(filled) or alike) and float(first.replace(",", ".")) > 1e9:
        raise LogError(
            f'times such as "{first}" were rounded by a spreadsheet, so that no time passes between '
            "readings; export them again as text."
        )


def counted(texts: list[str]) -> Times | None:
    """The times of a column of numbers, by their size; "number" where that tells none, None of other texts."""
    marks = _marks_thousands([text for text in texts if text])
    values, words, most = np.full(len(texts), np.nan), 0, sum(map(bool, texts)) // MOST_WORDS
    for i, text in enumerate(texts):
        try:
            if "_" in text:
                raise ValueError(text)  # which Python takes for thousands
            values[i] = float(re.sub(r"\D", "", text) if marks else _whole(text)) if text else np.nan
        except ValueError:
            words += 1
            if words > most or 2 < words == i + 1:
                return None
    values[~np.isfinite(values)] = np.nan
    if np.isnan(values).all():
        return None
    if (dense := compact(texts)) is not None:
        return dense
    size = float(np.nanmedian(np.abs(values)))
    for parts in _OTHER_PARTS:
        if _FROM_S <= size / parts <= _TO_S:
            return Times(values / (3600.0 * parts), "moment")
    for least, per_hour, zero_h in _EPOCHS:
        if size >= least:
            return Times(values / per_hour - zero_h, "moment")
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if _JULIAN[0] <= low <= high <= _JULIAN[1] and high - low < LONGEST_DAYS and bool(np.any(values % 1.0 != 0.0)):
        return Times((values - _JULIAN_ZERO) * 24.0, "moment")
    if (days := matlab(values)) is not None:
        return days
    if _SERIAL[0] <= size <= _SERIAL[1]:
        whole = bool(np.all(values[np.isfinite(values)] % 1.0 == 0.0))
        return Times(values * 24.0 - _SERIAL_ZERO_H, "date" if whole else "moment")
    return Times(values, "number")


def _marks_thousands(filled: list[str]) -> bool:
    """Whether 0, 480, 1,440 are whole numbers: below a thousand without a mark, from there on with one."""
    marked = [_MARKED.fullmatch(text) is not None for text in filled if not re.fullmatch(r"\d{1,3}", text)]
    return 0 < len(marked) < len(filled) and all(marked)


def _whole(text: str) -> str:
    """1713804490 of 1,713,804,490, and a decimal comma as a point."""
    text = re.sub(r"[ ,.'](?=\d{3})", "", text) if _THOUSANDS.match(text) else text
    return text.replace(",", ".") if text.count(",") == 1 else text
