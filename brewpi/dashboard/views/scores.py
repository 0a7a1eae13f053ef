"""How past forecasts turned out, by site. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.views.details import section
from brewpi.dashboard.views.formatting import percent
from brewpi.mqtt.payloads import Figures, Judged, ScorecardPayload

HALF_WAY = 0.5
WIDTH, HEIGHT, LEFT, MARGIN = 720.0, 190.0, 64.0, 26.0
SMALLEST_H = 6.0  # the axis reaches at least so far


def scorecard(board: Board) -> str:
    """Empty until a batch has been finished: then median error, and how often the interval held."""
    if not board.scorecards:
        return "<p>No batch has been finished yet: the scorecard begins with the first <code>end_batch</code>.</p>"
    return "".join(of_site(site, card) for site, card in sorted(board.scorecards.items()))


def of_site(site: str, card: ScorecardPayload) -> str:
    """The sentence, the picture, and the figures."""
    if not card.forecasts:
        return section(escape(site), f"<p>{escape(verdict(card))}</p>")
    rows = "".join(row(name, figures) for name, figures in (*card.by_way.items(), ("all", card)))
    return section(
        escape(site),
        f"<p class='b-verdict'>{escape(verdict(card))}</p>{picture(card.latest)}"
        "<table class='b-table b-scores'><thead><tr><th scope='col'>said at</th><th scope='col'>forecasts</th>"
        "<th scope='col'>median error</th><th scope='col'>true time inside the 80 % interval</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>",
    )


def verdict(card: ScorecardPayload) -> str:
    """ "Over the last 20 batches: off by 6.5 h in the median; the interval held 78 % of the time."."""
    if not card.forecasts or card.median_abs_error_h is None:
        return "No batch has been finished yet that had a forecast to judge."
    inside = "" if card.inside_interval is None else f"; the interval held {percent(card.inside_interval)} of the time"
    return f"Over the last {card.batches} batches: off by {card.median_abs_error_h:.1f} h in the median{inside}."


def row(name: str, figures: Figures) -> str:
    """Bars beside their numbers: an interval that is honest ends at the line of 80 %."""
    error = "–" if figures.median_abs_error_h is None else f"{figures.median_abs_error_h:.1f} h"
    inside = figures.inside_interval
    bar = "–"
    if inside is not None:
        width = 100.0 * min(1.0, max(0.0, inside))
        bar = f"<span class='b-meter' aria-hidden='true'><i style='width:{width:.0f}%'></i></span> {percent(inside)}"
    way = f"{escape(name)} of the way" if name.endswith("%") else escape(name)
    return f"<tr><th scope='row'>{way}</th><td>{figures.forecasts}</td><td>{error}</td><td>{bar}</td></tr>"


def picture(latest: Sequence[Sequence[Judged]]) -> str:
    """What was said half way, a dot a batch, the oldest first: on the line is right, hollow was outside the interval.
    Empty with fewer than two batches."""
    told = [mark for marks in latest for mark in marks if mark.way == HALF_WAY]
    if len(told) < 2:
        return ""
    most_h = max(SMALLEST_H, *(abs(mark.error_h) for mark in told))
    middle, reach = HEIGHT / 2, HEIGHT / 2 - MARGIN

    def level(late_h: float) -> float:
        return middle - late_h / most_h * reach

    step = (WIDTH - LEFT) / len(told)
    dots = "".join(
        f'<circle class="b-dot{"" if mark.inside else " b-outside"}" '
        f'cx="{LEFT + step * (n + 0.5):.1f}" cy="{level(-mark.error_h):.1f}" r="6"/>'
        for n, mark in enumerate(told)
    )
    rules = "".join(
        f'<line x1="{LEFT:.0f}" x2="{WIDTH:.0f}" y1="{level(h):.1f}" y2="{level(h):.1f}"/>'
        f'<text x="{LEFT - 8:.0f}" y="{level(h) + 5:.1f}" text-anchor="end">{word} h</text>'
        for h, word in ((most_h, f"+{most_h:.0f}"), (0.0, "0"), (-most_h, f"-{most_h:.0f}"))
    )
    return (
        f'<svg class="b-scatter" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-label="{spoken(told)}">{rules}'
        f'<text x="{LEFT:.0f}" y="14">later than said half way</text>'
        f'<text x="{LEFT:.0f}" y="{HEIGHT - 4:.0f}">sooner</text>{dots}</svg>'
        '<p class="b-key"><span>A dot a batch, the latest on the right; hollow: outside of the interval.</span></p>'
    )


def spoken(told: Sequence[Judged]) -> str:
    """The picture in a sentence."""
    later = sum(mark.error_h < 0 for mark in told)
    outside = sum(not mark.inside for mark in told)
    most_h = max(abs(mark.error_h) for mark in told)
    return (
        f"Of {len(told)} batches, judged by what was said half way, {later} were done later than said and "
        f"{len(told) - later} sooner, by {most_h:.0f} h at most; {outside} outside of the interval."
    )
