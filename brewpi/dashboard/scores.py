"""How past forecasts turned out, by site. Pure."""

from __future__ import annotations

from html import escape

from brewpi.dashboard.heard import Figures, Scorecard
from brewpi.dashboard.model import Board


def scorecard(board: Board) -> str:
    """Empty until a batch has been finished: then median error, and how often the interval held."""
    if not board.scorecards:
        return "<p>No batch has been finished yet: the scorecard begins with the first <code>end_batch</code>.</p>"
    return "".join(of_site(site, card) for site, card in sorted(board.scorecards.items()))


def of_site(site: str, card: Scorecard) -> str:
    """The sentence, the picture, and the figures."""
    rows = "".join(row(name, figures) for name, figures in (*card.by_way.items(), ("all", card)))
    return (
        f"<section><h2>{escape(site)}</h2><p class='b-verdict'>{escape(verdict(card))}</p>"
        "<table class='b-table b-scores'><thead><tr><th scope='col'>said at</th><th scope='col'>forecasts</th>"
        "<th scope='col'>median error</th><th scope='col'>true time inside the 80 % interval</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></section>"
    )


def verdict(card: Scorecard) -> str:
    """ "Over the last 20 batches: off by 6.5 h in the median; the interval held 78 % of the time."."""
    if not card.forecasts or card.median_abs_error_h is None:
        return f"{card.batches} batches finished, none of them with a forecast to judge."
    inside = "" if card.inside_interval is None else f"; the interval held {card.inside_interval:.0%} of the time"
    return f"Over the last {card.batches} batches: off by {card.median_abs_error_h:.1f} h in the median{inside}."


def row(name: str, figures: Figures) -> str:
    """Bars beside their numbers: an interval that is honest ends at the line of 80 %."""
    error = "–" if figures.median_abs_error_h is None else f"{figures.median_abs_error_h:.1f} h"
    inside = figures.inside_interval
    bar = "–"
    if inside is not None:
        width = 100.0 * min(1.0, max(0.0, inside))
        bar = f"<span class='b-meter' aria-hidden='true'><i style='width:{width:.0f}%'></i></span> {inside:.0%}"
    way = f"{escape(name)} of the way" if name.endswith("%") else escape(name)
    return f"<tr><th scope='row'>{way}</th><td>{figures.forecasts}</td><td>{error}</td><td>{bar}</td></tr>"
