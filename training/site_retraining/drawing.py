"""Small pictures as SVG, in numbers alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import numpy as np

from training.data.logs import Batch

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 420.0, 220.0, 48.0, 16.0, 28.0, 44.0
NEW, OLD, INK = "#0b6b3a", "#8a5a00", "#444"
MOST_POINTS = 200
Windows = Sequence[tuple[float, float, float, float]]  # at_h; p10, p50, p90 of hours remaining


def batch_chart(batch: Batch, windows: Windows) -> str:
    """Gravity over days, the windows that were said as bars above it, and when it was complete."""
    series, done_h = batch.series, batch.label.completion_h
    last_h = max(float(series.hours[-1]), done_h, *(at + p90 for at, _, _, p90 in windows))
    low, high = float(series.sg.min()), float(series.sg.max())

    def x(hours: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * hours / last_h

    def y(sg: float) -> float:
        return TOP + (HEIGHT - BOTTOM - TOP) * (high - sg) / max(high - low, 0.001)

    every = max(1, series.hours.size // MOST_POINTS)
    points = zip(series.hours[::every].tolist(), series.sg[::every].tolist(), strict=True)
    line = " ".join(f"{x(h):.1f},{y(sg):.1f}" for h, sg in points)
    parts = [
        f'<polyline points="{line}" fill="none" stroke="{INK}" stroke-width="1.5"/>',
        f'<line x1="{x(done_h):.1f}" x2="{x(done_h):.1f}" y1="4" y2="{HEIGHT - BOTTOM:.0f}" stroke="{INK}" '
        'stroke-dasharray="4 3"/>',
        *(_window(x, 8 + 12 * i, *one) for i, one in enumerate(windows)),
        *(_text(x(24.0 * d), HEIGHT - 8, f"{d} d") for d in range(0, int(last_h / 24) + 1, _step(last_h / 24))),
        *(_text(LEFT - 26, y(sg) + 4, f"{sg:.3f}") for sg in (low, high)),
    ]
    return _svg(parts, f"gravity of {batch.name} and what was said of its end")


def _window(x: Callable[[float], float], y: float, at_h: float, p10: float, p50: float, p90: float) -> str:
    first, last, middle = x(at_h + p10), x(at_h + p90), x(at_h + p50)
    return (
        f'<circle cx="{x(at_h):.1f}" cy="{y:.0f}" r="2.5" fill="{NEW}"/>'
        f'<rect x="{first:.1f}" y="{y - 3:.0f}" width="{max(last - first, 1.0):.1f}" height="6" fill="{NEW}" '
        f'opacity="0.45"/><rect x="{middle - 1:.1f}" y="{y - 5:.0f}" width="2" height="10" fill="{NEW}"/>'
    )


def reliability_chart(promised: Sequence[float], new: Sequence[float], old: Sequence[float]) -> str:
    """Shares that came true over shares that were said, 0 to 1, of both models."""

    def at(share: float, true: float) -> tuple[float, float]:
        return LEFT + (WIDTH - LEFT - 90) * share, HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 12) * true

    (x0, y0), (x1, y1) = at(0.0, 0.0), at(1.0, 1.0)
    parts = [f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="{INK}" stroke-dasharray="4 3"/>']
    for name, colour, shares in (("new", NEW, new), ("before", OLD, old)):
        points = [at(one, true) for one, true in zip(promised, shares, strict=True)]
        line = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="{colour}"/>' for px, py in points]
        parts.append(_text(x1 + 40, 30.0 if colour == NEW else 50.0, name, colour))
    parts += [_text(at(one, 0.0)[0], HEIGHT - 8, f"{one:.0%}") for one in promised]
    parts += [_text(LEFT - 24, at(0.0, one)[1] + 4, f"{one:.0%}") for one in (0.0, 0.5, 1.0)]
    return _svg(parts, "how often it was done by then, over how often it was said to be")


def _step(days: float) -> int:
    return max(1, int(np.ceil(days / 8)))


def _text(x: float, y: float, text: str, colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" text-anchor="middle" fill="{colour}">{text}</text>'


def _svg(parts: Sequence[str], label: str) -> str:
    size = f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" width="{WIDTH:.0f}" height="{HEIGHT:.0f}"'
    return f'<svg {size} role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
