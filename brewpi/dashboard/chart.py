"""The batch so far and the band ahead, as options for ECharts. Pure."""

from __future__ import annotations

from typing import Any

from brewpi.dashboard.model import Bundle, Curve, Tank, Units
from brewpi.quantities import plato_from_sg

GRAVITY, TEMPERATURE = "#2a7fba", "#d9772b"


def options(tank: Tank, units: Units) -> dict[str, Any]:
    """Gravity and temperature against local time, earlier forecasts faded, the completion window shaded."""
    curve = tank.curve or Curve()
    start = curve.started_at.timestamp() if curve.started_at else 0.0

    def at(hours: float) -> float:
        return 1000.0 * (start + 3600.0 * hours)

    def gravity(sg: float) -> float:
        return round(float(plato_from_sg(sg)), 2) if units.plato else sg

    def falls(bundle: Bundle, column: list[float]) -> list[list[float]]:
        return [[at(h), gravity(sg)] for h, sg in zip(bundle.hours, column, strict=False)]

    seen = curve.measured
    series: list[dict[str, Any]] = []
    now = curve.forecast
    for bundle in [b for b in tank.promises if b is not now]:
        series.append(_line("earlier", falls(bundle, bundle.sg_p50), GRAVITY, width=1, opacity=0.25))
    if now:
        low = [[at(h), gravity(min(a, b))] for h, a, b in zip(now.hours, now.sg_p10, now.sg_p90, strict=False)]
        high = [[at(h), gravity(max(a, b))] for h, a, b in zip(now.hours, now.sg_p10, now.sg_p90, strict=False)]
        rise = [[x, round(top - bottom, 4)] for (x, bottom), (_, top) in zip(low, high, strict=True)]
        series.append({**_line("low", low, GRAVITY, width=0), "stack": "band", "stackStrategy": "all"})
        series.append({**_line("80 % band", rise, GRAVITY, width=0), "stack": "band", "stackStrategy": "all",
                       "areaStyle": {"color": GRAVITY, "opacity": 0.25}})  # fmt: skip
        series.append(_line("forecast", falls(now, now.sg_p50), GRAVITY, kind="dashed"))
    measured = _line("gravity", [[at(h), gravity(sg)] for h, sg in zip(seen.hours, seen.sg, strict=False)], GRAVITY, 3)
    series.append({**measured, **_window(tank)})
    warmth = [
        [at(h), None if c is None else round(c * 1.8 + 32, 1) if units.fahrenheit else c]
        for h, c in zip(seen.hours, seen.beer_c, strict=False)
    ]
    series.append({**_line("beer", warmth, TEMPERATURE), "yAxisIndex": 1})
    return {
        "animation": False,
        "textStyle": {"fontSize": 14},
        "grid": {"left": 62, "right": 56, "top": 48, "bottom": 40},
        "legend": {"data": ["gravity", "forecast", "80 % band", "beer"], "top": 0, "textStyle": {"color": "#888"}},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time", "axisLabel": {"hideOverlap": True, "fontSize": 13}},
        "yAxis": [
            {"type": "value", "scale": True, "name": "°P" if units.plato else "SG", "axisLabel": {"fontSize": 13}},
            {"type": "value", "scale": True, "name": "°F" if units.fahrenheit else "°C", "minInterval": 1,
             "splitLine": {"show": False}},
        ],
        "series": series,
    }  # fmt: skip


def _line(
    name: str, data: list[Any], colour: str, width: float = 2, kind: str = "solid", opacity: float = 1.0
) -> dict[str, Any]:
    style = {"color": colour, "width": width, "type": kind, "opacity": opacity if width else 0}
    return {"type": "line", "name": name, "data": data, "showSymbol": False, "color": colour, "lineStyle": style}


def _window(tank: Tank) -> dict[str, Any]:
    times = tank.forecast.complete_at if tank.forecast else None
    if times is None:
        return {}
    early, likely, late = (1000.0 * at.timestamp() for at in (times.p10, times.p50, times.p90))
    return {
        "markArea": {"itemStyle": {"color": "#3a9d5d", "opacity": 0.13}, "data": [[{"xAxis": early}, {"xAxis": late}]]},
        "markLine": {"symbol": "none", "lineStyle": {"color": "#3a9d5d"}, "data": [{"xAxis": likely}],
                     "label": {"formatter": "complete", "color": "#3a9d5d"}},
    }  # fmt: skip
