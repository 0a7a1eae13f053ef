"""Several batches on one axis, hours since pitching, as options for ECharts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brewpi.dashboard.views.batch_list import Row
from brewpi.dashboard.views.chart import DARK, LIGHT, fixed
from brewpi.dashboard.views.formatting import HOUR_S, View
from brewpi.mqtt.batch_payloads import RecordPayload
from brewpi.units import plato_from_sg

# Okabe and Ito 2008, told apart by who sees no red or green, in an order that each paper reads; and by their dashes.
INKS_LIGHT = ("#0072b2", "#b3500a", "#00694b", "#8a3f74", "#14212b")
INKS_DARK = ("#56b4e9", "#e69f00", "#2fc79a", "#e29cc8", "#f0e442")
DASHES = ("solid", "dashed", "dotted", [12, 3, 2, 3], [3, 6])
NAMED = 40


def options(batches: Sequence[tuple[Row, RecordPayload]], view: View, dark: bool) -> dict[str, Any]:
    """Gravity of each against the hours since it was pitched."""
    ink, inks = (DARK, INKS_DARK) if dark else (LIGHT, INKS_LIGHT)
    label, digits = {"color": ink.text, "fontSize": 13}, 1 if view.plato else 3
    series = [
        {
            "type": "line", "name": name, "data": _points(row, record, view), "symbol": "none", "color": colour,
            "lineStyle": {"width": 2.5, "type": dash, "color": colour},
            "tooltip": {":valueFormatter": f"value => value == null ? '–' : {fixed(digits, view)}"},
        }
        for (row, record), name, colour, dash in zip(batches, names(batches, view), inks, DASHES, strict=False)
    ]  # fmt: skip
    whole = {**label, "hideOverlap": True, ":formatter": "value => Math.round(value)"}  # the last one may be 240.25
    axis = {"axisLine": {"onZero": False, "lineStyle": {"color": ink.text}}, "nameTextStyle": label}
    return {
        "animation": False,
        "textStyle": {"fontSize": 14, "color": ink.text},
        "grid": {"left": 64, "right": 24, "top": 46 + 22 * -(-len(series) // 2), "bottom": 56},
        "legend": {"top": 0, "textStyle": label, "inactiveColor": ink.faint},
        "tooltip": {"trigger": "axis", "backgroundColor": ink.paper, "borderColor": ink.text, "textStyle": label},
        "dataZoom": [{"type": "inside", "filterMode": "none", "zoomOnMouseWheel": "ctrl"}],
        "xAxis": {
            "type": "value", "name": view.tr("hours since pitching"), "nameLocation": "middle", "nameGap": 32,
            "axisLabel": whole, "splitLine": {"show": False}, "min": "dataMin", "max": "dataMax", **axis,
        },
        "yAxis": {
            "type": "value", "name": "°P" if view.plato else "SG", "scale": True,
            "axisLabel": {**label, ":formatter": f"value => {fixed(digits, view)}"},
            "splitLine": {"lineStyle": {"color": ink.faint}}, **axis,
        },
        "series": series,
    }  # fmt: skip


def names(batches: Sequence[tuple[Row, RecordPayload]], view: View) -> list[str]:
    """Of each its own: two of one name get their tanks."""
    plain = [(row.batch.name or view.tr("a batch"))[:NAMED] for row, _ in batches]
    return [
        name if plain.count(name) == 1 else f"{name} ({row.batch.tank}, {number + 1})"
        for number, (name, (row, _)) in enumerate(zip(plain, batches, strict=True))
    ]


def _points(row: Row, record: RecordPayload, view: View) -> list[list[float]]:
    first = record.first_reading_at
    late_h = 0.0 if first is None else (first - row.batch.started_at).total_seconds() / HOUR_S
    seen = record.measured
    return [
        [round(late_h + hours, 2), round(plato_from_sg(sg), 2) if view.plato else round(sg, 4)]
        for hours, sg in zip(seen.hours, seen.sg, strict=True)
    ]


def spoken(batches: Sequence[tuple[Row, RecordPayload]], view: View) -> str:
    """The chart in a sentence."""
    listed = ", ".join(names(batches, view))
    return view.tr("Chart: gravity against hours since pitching of {batches}. The figures stand below.", batches=listed)
