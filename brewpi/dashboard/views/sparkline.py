"""A batch at a glance: gravity so far and the band ahead, as a small SVG without words. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from brewpi.dashboard.views.formatting import ENGLISH, HOUR_S, View
from brewpi.dashboard.views.language import months
from brewpi.mqtt.payloads import CurvePayload

WIDTH, HEIGHT, MARGIN = 320.0, 56.0, 3.0
POINTS = 60
SMALLEST_DROP_SG = 0.010  # less is a flat line, and looks like one


def sparkline(curve: CurvePayload | None, view: View = ENGLISH) -> str:
    """With its ends in words; empty with fewer than two points. The colours are the style sheet's."""
    seen = curve.measured if curve else None
    if curve is None or seen is None or len(seen.hours) < 2 or len(seen.hours) != len(seen.sg):
        return ""
    ahead = curve.forecast
    ends = [*seen.hours, *(ahead.hours if ahead else [])]
    band = [*ahead.sg_p10, *ahead.sg_p90] if ahead else []
    levels = [*seen.sg, *band]
    first, span_h = min(ends), max(max(ends) - min(ends), 1.0)
    low = min(levels)
    span_sg = max(max(levels) - low, SMALLEST_DROP_SG)

    def line(hours: Iterable[float], gravities: Iterable[float]) -> str:
        return " ".join(
            f"{(h - first) / span_h * WIDTH:.1f},{HEIGHT - MARGIN - (sg - low) / span_sg * (HEIGHT - 2 * MARGIN):.1f}"
            for h, sg in zip(hours, gravities, strict=False)
        )

    svg = ""
    if ahead:
        there = line(ahead.hours, ahead.sg_p10)
        back = line(reversed(ahead.hours), reversed(ahead.sg_p90))
        svg = f'<polygon class="b-sl-band" points="{there} {back}"/>'
        svg += f'<polyline class="b-sl-ahead" points="{line(ahead.hours, ahead.sg_p50)}"/>'
    every = max(1, len(seen.hours) // POINTS)
    picked = sorted({*range(0, len(seen.hours), every), len(seen.hours) - 1})
    so_far = line((seen.hours[i] for i in picked), (seen.sg[i] for i in picked))
    return (
        f'<svg class="b-spark" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" preserveAspectRatio="none" aria-hidden="true">'
        f'{svg}<polyline class="b-sl-seen" points="{so_far}"/></svg>{_ends(curve, view)}'
    )


def _ends(curve: CurvePayload, view: View) -> str:
    """Gravity and day of the first reading, and of where the line ends."""
    seen, ahead, start = curve.measured, curve.forecast, curve.started_at
    last_h, last_sg = (ahead.hours[-1], ahead.sg_p50[-1]) if ahead and ahead.hours else (seen.hours[-1], seen.sg[-1])

    def end(hours: float, sg: float) -> str:
        if start is None:
            return view.gravity(sg)
        local = view.local(start.timestamp() + HOUR_S * hours)
        date = view.tr("{day} {month}", day=local.day, month=months(view.language)[local.month - 1])
        return f"{view.gravity(sg)} · {date}"

    return f'<p class="b-ends"><span>{end(seen.hours[0], seen.sg[0])}</span><span>{end(last_h, last_sg)}</span></p>'
