"""What happened to a batch, as signs in a strip above its curve, which they never cover. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from brewpi.dashboard.views.sentences import in_words
from brewpi.dashboard.views.units import Units
from brewpi.mqtt.payloads import MarkPayload

SIGNS = {  # of each kind, and its word for the key
    "step": ("S", "step"), "dose": ("D", "dose"), "addition": ("+", "addition"), "note": ("N", "note"),
    "command": ("°", "setpoint"), "rest_cue": ("R", "rest cue"), "complete": ("✓", "complete"),
    "drain": ("▼", "drain"), "moved": ("→", "moved"),
}  # fmt: skip
OTHER = ("•", "more")
ROWS = 2
APART = 0.03  # of what is shown: nearer signs stand in another row
STRIP_GRID, STRIP_PX = 2, 42
STRIP_TOP, NARROW_TOP = 34, 60  # below a legend of one line, and of two


def mark_text(mark: MarkPayload, view: Units) -> str:
    """What happened, in the reader's language."""
    return in_words(mark.text, mark.message, view)


def strip(span: dict[str, float], paper: str, ink: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Grid, x and y axis of the strip."""
    tip = {"trigger": "item", "backgroundColor": paper, "borderColor": ink, "textStyle": {"color": ink, "fontSize": 13}}
    return (
        {"left": 60, "right": 24, "height": STRIP_PX, "tooltip": tip},
        {"type": "time", "gridIndex": STRIP_GRID, "show": False, **span},
        {"type": "value", "gridIndex": STRIP_GRID, "show": False, "min": -0.5, "max": ROWS - 0.5},
    )


def series(
    marks: Sequence[MarkPayload], at: Callable[[float], float], span: dict[str, float], colour: str, paper: str,
    view: Units,
) -> dict[str, Any]:
    """The signs; at: hours to the milliseconds of the axis. Two that are near stand in two rows."""
    ends, shown = [float("-inf")] * ROWS, []
    apart = APART * (span["max"] - span["min"])
    for mark in sorted(marks, key=lambda one: one.hours):
        when = at(mark.hours)
        row = next((row for row in range(ROWS) if when - ends[row] >= apart), ends.index(min(ends)))
        ends[row] = when
        sign = SIGNS.get(mark.kind, OTHER)[0]
        shown.append({"value": [when, ROWS - 1 - row], "name": mark_text(mark, view), "label": {"formatter": sign}})
    label = {"show": True, "color": paper, "fontSize": 12, "fontWeight": "bold"}
    return {
        "type": "scatter", "name": "marks", "data": shown, "xAxisIndex": STRIP_GRID, "yAxisIndex": STRIP_GRID,
        "symbol": "circle", "symbolSize": 19, "itemStyle": {"color": colour}, "label": label, "z": 5,
        "tooltip": {":formatter": "mark => echarts.format.encodeHTML(mark.name)"},
    }  # fmt: skip


def key(marks: Sequence[MarkPayload], view: Units) -> str:
    """What the signs that are there mean; nothing where there are none."""
    kinds = dict.fromkeys(SIGNS.get(mark.kind, OTHER) for mark in marks)
    parts = (f'<span><b class="b-sign">{sign}</b> {escape(view.tr(word))}</span>' for sign, word in kinds)
    inner = "".join(parts)
    return f'<p class="b-key">{inner}</p>' if inner else ""
