"""The batch so far and the band ahead, as options for ECharts. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views import chart_marks
from brewpi.dashboard.views.chart_text import NOTHING
from brewpi.dashboard.views.formatting import View
from brewpi.dashboard.views.language import decimal_symbol, weekdays
from brewpi.mqtt.payloads import BandColumns, EarlierPayload
from brewpi.units import plato_from_sg

HOUR_MS = 3_600_000.0
NARROW_PX = 640  # of a chart whose legend takes two lines
AHEAD = 0.25  # of a window: how much of what comes is shown beside it
WORDS_APART = 0.15  # of what is shown: nearer, "maintenant" and "fini" lie upon each other on a telephone
FEW = 30  # readings that have a dot each
LEGEND = (  # name, shape, opacity
    ("gravity", "path://M0,8h30v4h-30z", 1.0),
    ("forecast", "path://M0,8h8v4h-8zM11,8h8v4h-8zM22,8h8v4h-8z", 1.0),
    ("80 % band", "rect", 0.3),
    ("earlier forecasts", "path://M0,9h30v1.5h-30z", 0.6),
    ("beer", "path://M0,8h30v4h-30z", 1.0),
)


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours that can be told apart on their paper, also by who sees no red or green."""

    paper: str
    text: str
    faint: str
    gravity: str
    beer: str
    done: str
    mark: str


LIGHT = Ink(
    paper="#eef1f3", text="#33424d", faint="#d5dde2", gravity="#1565a7", beer="#b3500a", done="#23703b", mark="#6b3fa0"
)
DARK = Ink(
    paper="#0f161b", text="#c7d3da", faint="#33434d", gravity="#6db8f2", beer="#f2a35e", done="#7fd195", mark="#c8a6f5"
)


@dataclass(frozen=True, slots=True)
class Axis:
    """From hours since the batch's first reading to milliseconds, and from SG to what the reader reads."""

    start_s: float
    view: View

    def at(self, hours: float) -> float:
        """A time as ECharts wants it; it draws the browser's local time."""
        return 1000.0 * self.start_s + HOUR_MS * hours

    def gravity(self, sg: float) -> float:
        return round(float(plato_from_sg(sg)), 2) if self.view.plato else round(sg, 4)

    def degrees(self, celsius: float | None) -> float | None:
        """°C or °F; a gap where there is none."""
        return None if celsius is None else round(self.view.number(celsius), 1)

    def points(self, hours: Sequence[float], gravities: Sequence[float]) -> list[list[float]]:
        """Pairs for a line."""
        return [[self.at(h), self.gravity(sg)] for h, sg in zip(hours, gravities, strict=False)]


def options(
    tank: Tank, view: View, there: float | None, dark: bool = False, window_h: float | None = None
) -> dict[str, Any]:
    """Gravity and temperature against local time, earlier forecasts faded, the band and the completion window. there:
    the time at the tank; None of a batch that has ended; window_h: only the last hours, and a little ahead."""
    curve, ink = tank.curve or NOTHING, DARK if dark else LIGHT
    axis = Axis(curve.started_at.timestamp() if curve.started_at else 0.0, view)
    seen = curve.measured
    series = list(_past_forecasts(curve.earlier, axis, ink))
    if curve.forecast:
        series += _band(curve.forecast, axis, ink)
        series[-1] |= _gravity_told(view)
    warmth = [[axis.at(h), axis.degrees(c)] for h, c in zip(seen.hours, seen.beer_c, strict=False)]
    beer = _read(view.tr("beer"), warmth, ink.beer)
    series.append({**beer, "xAxisIndex": 1, "yAxisIndex": 1, **_told(1, f" {view.degree}", view)})
    gravity = _read(view.tr("gravity"), axis.points(seen.hours, seen.sg), ink.gravity, width=3)
    measured = {**gravity, **_gravity_told(view)}
    span = _span(tank, axis, there, window_h)
    series.append({**measured, **_window(tank, ink), **_marks(tank, axis, there, ink, span)})
    series.append(chart_marks.series(curve.marks, axis.at, span, ink.mark, ink.paper, view))
    return {**_frame(view, ink, span), "series": series}


def _told(decimals: int, unit: str, view: View) -> dict[str, Any]:
    """How a value reads under the pointer; a key that begins with a colon is JavaScript."""
    return {"tooltip": {":valueFormatter": f"value => value == null ? '–' : {fixed(decimals, view)} + '{unit}'"}}


def _gravity_told(view: View) -> dict[str, Any]:
    return _told(1, " °P", view) if view.plato else _told(3, "", view)


def _span(tank: Tank, axis: Axis, there: float | None, window_h: float | None = None) -> dict[str, float]:
    """The days that both axes show: from the start to the end of the band, and a little after now."""
    curve, times = tank.curve or NOTHING, tank.forecast.complete_at if tank.forecast else None
    last = axis.at(max(curve.measured.hours, default=0.0)) if there is None else 1000.0 * there
    hours = [*curve.measured.hours, *(mark.hours for mark in curve.marks)]
    begin = axis.at(min(hours, default=0.0)) if curve.started_at else last
    if window_h is not None:
        return {"min": max(begin, last - HOUR_MS * window_h), "max": last + HOUR_MS * AHEAD * window_h}
    ends = [last + HOUR_MS, *(axis.at(h) for h in (curve.forecast.hours[-1:] if curve.forecast else []))]
    if times:
        ends.append(1000.0 * times.p90.timestamp())
    return {"min": begin, "max": max(ends)}


def _past_forecasts(earlier: Sequence[EarlierPayload], axis: Axis, ink: Ink) -> Iterator[dict[str, Any]]:
    """The median of each earlier forecast, the older the fainter."""
    for n, past in enumerate(earlier):
        faded = 0.2 + 0.35 * (n + 1) / len(earlier)
        points = axis.points(past.hours, past.sg)
        line = _line(axis.view.tr("earlier forecasts"), points, ink.gravity, 1.2, opacity=faded)
        yield {**line, "z": 1, "tooltip": {"show": False}}


def _band(now: BandColumns, axis: Axis, ink: Ink) -> list[dict[str, Any]]:
    """From low to high, stacked: ECharts has no band of its own."""
    pairs = [sorted((axis.gravity(a), axis.gravity(b))) for a, b in zip(now.sg_p10, now.sg_p90, strict=False)]
    low = [[axis.at(h), bottom] for h, (bottom, _) in zip(now.hours, pairs, strict=False)]
    rise = [[axis.at(h), round(top - bottom, 4)] for h, (bottom, top) in zip(now.hours, pairs, strict=False)]
    stack = {"stack": "band", "stackStrategy": "all", "tooltip": {"show": False}}
    return [
        {**_line("low", low, ink.gravity, width=0), **stack},
        {**_line(axis.view.tr("80 % band"), rise, ink.gravity, width=0), **stack,
         "areaStyle": {"color": ink.gravity, "opacity": 0.25}},
        _line(axis.view.tr("forecast"), axis.points(now.hours, now.sg_p50), ink.gravity, kind="dashed"),
    ]  # fmt: skip


def _line(
    name: str, data: list[Any], colour: str, width: float = 2, kind: str = "solid", opacity: float = 1.0
) -> dict[str, Any]:
    style = {"color": colour, "width": width, "type": kind, "opacity": opacity if width else 0}
    return {"type": "line", "name": name, "data": data, "symbol": "none", "color": colour, "lineStyle": style}


def _read(name: str, data: list[Any], colour: str, width: float = 2) -> dict[str, Any]:
    """A line of readings; few of them, as by hand, have a dot each: of one alone there is no line."""
    line = _line(name, data, colour, width)
    few = sum(value is not None for _, value in data) <= FEW
    return {**line, "symbol": "circle", "symbolSize": 2.0 * width + 2.0, "showAllSymbol": True} if few else line


def _window(tank: Tank, ink: Ink) -> dict[str, Any]:
    """Eight times in ten it is complete within the shaded days."""
    times = tank.forecast.complete_at if tank.forecast else None
    spans: list[list[dict[str, float]]] = []
    if times:
        spans = [[{"xAxis": 1000.0 * times.p10.timestamp()}, {"xAxis": 1000.0 * times.p90.timestamp()}]]
    return {"markArea": {"silent": True, "itemStyle": {"color": ink.done, "opacity": 0.14}, "data": spans}}


def _marks(tank: Tank, axis: Axis, there: float | None, ink: Ink, span: dict[str, float]) -> dict[str, Any]:
    """A faint line below each sign of the strip; now and the likely completion with their words, of which one would lie
    upon the other where they are near: then completion has its own."""

    def at(when_ms: float, word: str, colour: str, kind: str) -> dict[str, Any]:
        label = {"formatter": word, "color": colour, "position": "end", "fontSize": 12,
                 "textBorderColor": ink.paper, "textBorderWidth": 3}  # fmt: skip
        return {"xAxis": when_ms, "lineStyle": {"color": colour, "type": kind, "width": 1.5}, "label": label}

    marks = tank.curve.marks if tank.curve else []
    faint = {"color": ink.mark, "type": "dotted", "width": 1, "opacity": 0.6}
    lines = [{"xAxis": axis.at(m.hours), "lineStyle": faint, "label": {"show": False}} for m in marks]
    times = tank.forecast.complete_at if tank.forecast else None
    done = 1000.0 * times.p50.timestamp() if times else None
    if there is not None:
        now = 1000.0 * there
        near = done is not None and abs(done - now) < WORDS_APART * (span["max"] - span["min"])
        lines.append(at(now, "" if near else axis.view.tr("now"), ink.text, "solid"))
    if done is not None:
        lines.append(at(done, axis.view.tr("done"), ink.done, "dashed"))
    return {"markLine": {"symbol": "none", "silent": True, "animation": False, "data": lines}}


def fixed(digits: int, view: View) -> str:
    """For a browser: the `value` with so many digits and the reader's decimal sign."""
    return f"value.toFixed({digits}).replace('.', '{decimal_symbol(view.language)}')"


def _day_or_hour(view: View) -> str:
    """For a browser: "Thu 14" at midnight, else "14:00"; in the reader's language, on the browser's clock. An hour that
    an autumn night has twice bears the name of its time."""
    names = weekdays(view.language)
    sunday_first = json.dumps([names[6], *names[:6]], ensure_ascii=False)
    return (
        "value => { const at = new Date(value), two = number => String(number).padStart(2, '0');"
        f" const again = hours => new Date(value + hours * {HOUR_MS:.0f}).getHours() === at.getHours();"
        f" const zone = at.toLocaleTimeString({json.dumps(view.language)}, {{timeZoneName: 'short'}}).split(' ').pop();"
        " return at.getHours() || at.getMinutes()"
        " ? `${two(at.getHours())}:${two(at.getMinutes())}${again(1) || again(-1) ? ` ${zone}` : ''}`"
        f" : `${{{sunday_first}[at.getDay()]}} ${{at.getDate()}}`; }}"
    )


def _at_least(grid: int, view: View) -> dict[str, str]:
    """So much lies between the ends of an axis of height, even where there is one reading only; they are round, or
    their labels would lie on those beside them."""
    if grid == 0:
        span, step = (5.0, 1.0) if view.plato else (0.02, 0.005)
    else:
        span, step = (9.0, 2.0) if view.fahrenheit else (5.0, 1.0)
    end = f"Math.ROUND(((min + max) / 2 SIGN {span / 2}) / {step}) * {step}"
    narrow = f"({{min, max}}) => max >= min && max - min < {span} ? {end} : null"
    return {
        ":min": narrow.replace("ROUND", "floor").replace("SIGN", "-"),
        ":max": narrow.replace("ROUND", "ceil").replace("SIGN", "+"),
    }


def _frame(view: View, ink: Ink, span: dict[str, float]) -> dict[str, Any]:
    """Gravity above, temperature below, over the same days."""
    label = {"color": ink.text, "fontSize": 13}
    rule = {"axisLine": {"onZero": False, "lineStyle": {"color": ink.text}}, "splitLine": {"show": False}}
    days = {**label, "hideOverlap": True, ":formatter": _day_or_hour(view)}
    decimals = 1 if view.plato else 3

    def height(name: str, grid: int, digits: int) -> dict[str, Any]:
        return {
            "name": name, "gridIndex": grid, "nameTextStyle": label, "type": "value", "scale": True, "splitNumber": 4,
            "minInterval": 0.5 if grid else 0.001, **_at_least(grid, view),
            "axisLabel": {**label, ":formatter": f"value => {fixed(digits, view)}"},
            "splitLine": {"lineStyle": {"color": ink.faint}},
        }  # fmt: skip

    def from_top(strip: int) -> dict[str, Any]:
        return {"grid": [{"top": strip + chart_marks.STRIP_PX + 26}, {}, {"top": strip}]}

    grid, days_above, rows = chart_marks.strip(span, ink.paper, ink.text)
    return {
        "animation": False,
        "media": [
            {"option": from_top(chart_marks.STRIP_TOP)},
            {"query": {"maxWidth": NARROW_PX}, "option": from_top(chart_marks.NARROW_TOP)},
        ],
        "textStyle": {"fontSize": 14, "color": ink.text},
        "grid": [
            {"left": 60, "right": 24, "bottom": "34%"},
            {"left": 60, "right": 24, "bottom": 30, "height": "18%"},
            grid,
        ],
        "legend": {
            "data": [
                {"name": view.tr(name), "icon": icon, "itemStyle": {"opacity": opacity}}
                for name, icon, opacity in LEGEND
            ],
            "top": 0, "textStyle": label, "inactiveColor": ink.faint, "itemGap": 18,
        },
        "dataZoom": [
            {"type": "inside", "xAxisIndex": [0, 1, 2], "filterMode": "none", "zoomOnMouseWheel": "ctrl"},
        ],
        "axisPointer": {"link": [{"xAxisIndex": [0, 1]}]},
        "tooltip": {"trigger": "axis", "backgroundColor": ink.paper, "borderColor": ink.text, "textStyle": label},
        "xAxis": [
            {"type": "time", "gridIndex": 0, "axisLabel": {"show": False}, **rule, **span},
            {"type": "time", "gridIndex": 1, "axisLabel": days, **rule, **span},
            days_above,
        ],
        "yAxis": [
            height("°P" if view.plato else "SG", 0, decimals), height(f"{view.tr('beer')} {view.degree}", 1, 1), rows,
        ],
    }  # fmt: skip
