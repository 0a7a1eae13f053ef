"""Columns of the quantiles of one quantity, p10, p50 and p90, as databases sum up the readings of an hour. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from brewpi.importers.columns.column import Column

_SHARE = "(0?5|10|25|50|75|90|95)"
_QUANTILE = re.compile(rf"(?<![a-z\d])[pq][ _.]?{_SHARE}(?!\d)|(?<!\d){_SHARE} ?(?:th|%) perc\w*")
MEDIAN = "50"


def medians(columns: list[Column]) -> list[Column]:
    """Without the quantiles beside a median of the same name; that counts as the quantity itself."""
    parted = [_parted(column) for column in columns]
    with_median = {name for name, quantile in parted if quantile == MEDIAN}
    kept = []
    for column, (name, quantile) in zip(columns, parted, strict=True):
        if not quantile or name not in with_median:
            kept.append(column)
        elif quantile == MEDIAN:
            kept.append(replace(column, stem=tuple(w for w in column.stem if w not in (MEDIAN, "p", "q", "th"))))
    return kept


def _parted(column: Column) -> tuple[str, str]:
    """The name of a column without its quantile, and that; "" where it has none."""
    found = _QUANTILE.search(column.head.plain)
    if found is None:
        return column.head.plain, ""
    return column.head.plain.replace(found[0], "").strip(" _-./()"), found[1] or found[2]
