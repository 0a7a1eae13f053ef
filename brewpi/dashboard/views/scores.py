"""How past forecasts turned out, by site. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.views.details import section
from brewpi.dashboard.views.formatting import ENGLISH, View, percent
from brewpi.mqtt.payloads import Figures, Judged, LiveScores, ScorecardPayload, ShadowScores

HALF_WAY = 0.5
WIDTH, HEIGHT, LEFT, MARGIN = 720.0, 190.0, 64.0, 26.0
FEW = 10  # batches: fewer decide nothing
SMALLEST_H = 6.0  # the axis reaches at least so far


def scorecard(board: Board, view: View = ENGLISH) -> str:
    """Empty until a batch has been finished: then median error, and how often the interval held."""
    if not board.scorecards:
        return f"<p>{view.tr('No batch has been finished yet: the scorecard begins with the first that is ended.')}</p>"
    return "".join(of_site(site, card, view) for site, card in sorted(board.scorecards.items()))


def of_site(site: str, card: ScorecardPayload, view: View) -> str:
    """The sentence, the picture, and the figures."""
    beside = "" if card.live is None else f"<p>{escape(against_its_card(card.live, view))}</p>"
    beside += "" if card.shadow is None else candidate(card.shadow, view)
    if not card.forecasts:
        return section(escape(site), f"<p>{escape(verdict(card, view))}</p>{beside}")
    rows = [(view.tr("{share} of the way", share=way), figures) for way, figures in card.by_way.items()]
    rows += [(view.tr("gravity by {sensor}", sensor=kind), figures) for kind, figures in card.by_sensor.items()]
    return section(
        escape(site),
        f"<p class='b-verdict'>{escape(verdict(card, view))}</p>{picture(card.latest, view)}"
        f"{table(view.tr('said at'), [*rows, (view.tr('all'), card)], view)}{beside}",
    )


def table(first: str, rows: Sequence[tuple[str, Figures]], view: View) -> str:
    """Figures below each other; `first`: what their names are."""
    heads = (first, view.tr("forecasts"), view.tr("median error"), view.tr("true time inside the 80 % interval"))
    head = "".join(f"<th scope='col'>{word}</th>" for word in heads)
    body = "".join(row(name, figures, view) for name, figures in rows)
    return f"<table class='b-table b-scores'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def candidate(shadow: ShadowScores, view: View) -> str:
    """A model that forecasts beside the one in use: which of them would have been better, and the figures of both."""
    champion = shadow.champion
    if not shadow.forecasts or champion is None or None in (shadow.median_abs_error_h, champion.median_abs_error_h):
        text = view.tr(
            "The candidate {model} forecasts beside the model in use; no batch has been finished yet to compare them.",
            model=shadow.name,
        )
        return f"<p class='b-verdict'>{escape(text)}</p>"
    text = view.trn(
        "On the last batch the candidate {model} was off by {hours} h in the median, the model in use by {before} h",
        "On the last {count} batches the candidate {model} was off by {hours} h in the median, the model in use by "
        "{before} h",
        shadow.batches, model=shadow.name, hours=view.decimal(shadow.median_abs_error_h or 0.0, 1),
        before=view.decimal(champion.median_abs_error_h or 0.0, 1),
    )  # fmt: skip
    nearer = view.tr("it was nearer in {nearer} of them", nearer=shadow.nearer)
    luck = f" {view.tr('With so few batches luck may decide.')}" if shadow.batches < FEW else ""
    rows = [(view.tr("in use"), champion), (view.tr("candidate"), shadow)]
    return f"<p class='b-verdict'>{escape(f'{text}; {nearer}.{luck}')}</p>{table(view.tr('model'), rows, view)}"


def against_its_card(live: LiveScores, view: View) -> str:
    """What the card of the model in use promised, and what became of it."""
    promised = live.promised
    if promised is None or promised.inside_interval is None or live.inside_interval is None:
        return ""
    text = view.trn(
        "{model}, on the one batch since it is in use: {share} inside the window; its card promises {promised}",
        "{model}, on the last {count} batches since it is in use: {share} inside the window; its card promises "
        "{promised}",
        live.batches, model=live.name, share=percent(live.inside_interval, view),
        promised=percent(promised.inside_interval, view),
    )  # fmt: skip
    if promised.median_abs_error_h is not None and live.median_abs_error_h is not None:
        off = view.tr("off by {hours} h in the median; its card promises {promised} h",
                      hours=view.decimal(live.median_abs_error_h, 1),
                      promised=view.decimal(promised.median_abs_error_h, 1))  # fmt: skip
        text = f"{text}; {off}"
    return f"{text}. {view.tr('It is time to retrain.')}" if live.worse else f"{text}."


def verdict(card: ScorecardPayload, view: View) -> str:
    """ "Over the last 20 batches: off by 6.5 h in the median; the interval held 78 % of the time."."""
    if not card.forecasts or card.median_abs_error_h is None:
        return view.tr("No batch has been finished yet that had a forecast to judge.")
    off = view.trn(
        "Over the last batch: off by {hours} h in the median",
        "Over the last {count} batches: off by {hours} h in the median",
        card.batches, hours=view.decimal(card.median_abs_error_h, 1),
    )  # fmt: skip
    if card.inside_interval is None:
        return f"{off}."
    return f"{off}; {view.tr('the interval held {share} of the time', share=percent(card.inside_interval, view))}."


def row(name: str, figures: Figures, view: View) -> str:
    """Bars beside their numbers: an interval that is honest ends at the line of 80 %."""
    error = "–" if figures.median_abs_error_h is None else f"{view.decimal(figures.median_abs_error_h, 1)} h"
    inside = figures.inside_interval
    bar = "–"
    if inside is not None:
        width = 100.0 * min(1.0, max(0.0, inside))
        meter = f"<span class='b-meter' aria-hidden='true'><i style='width:{width:.0f}%'></i></span>"
        bar = f"{meter} {percent(inside, view)}"
    return f"<tr><th scope='row'>{escape(name)}</th><td>{figures.forecasts}</td><td>{error}</td><td>{bar}</td></tr>"


def picture(latest: Sequence[Sequence[Judged]], view: View) -> str:
    """What was said half way, a dot a batch, the oldest first: on the line is right, hollow was outside the interval.
    Empty with fewer than two batches."""
    shown = [mark for marks in latest for mark in marks if mark.way == HALF_WAY]
    if len(shown) < 2:
        return ""
    most_h = max(SMALLEST_H, *(abs(mark.error_h) for mark in shown))
    middle, reach = HEIGHT / 2, HEIGHT / 2 - MARGIN

    def level(late_h: float) -> float:
        return middle - late_h / most_h * reach

    step = (WIDTH - LEFT) / len(shown)
    dots = "".join(
        f'<circle class="b-dot{"" if mark.inside else " b-outside"}" '
        f'cx="{LEFT + step * (n + 0.5):.1f}" cy="{level(-mark.error_h):.1f}" r="6"/>'
        for n, mark in enumerate(shown)
    )
    rules = "".join(
        f'<line x1="{LEFT:.0f}" x2="{WIDTH:.0f}" y1="{level(h):.1f}" y2="{level(h):.1f}"/>'
        f'<text x="{LEFT - 8:.0f}" y="{level(h) + 5:.1f}" text-anchor="end">{word} h</text>'
        for h, word in ((most_h, f"+{most_h:.0f}"), (0.0, "0"), (-most_h, f"-{most_h:.0f}"))
    )
    return (
        f'<svg class="b-scatter" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
        f'aria-label="{spoken(shown, view)}">{rules}'
        f'<text x="{LEFT:.0f}" y="14">{view.tr("later than said half way")}</text>'
        f'<text x="{LEFT:.0f}" y="{HEIGHT - 4:.0f}">{view.tr("sooner")}</text>{dots}</svg>'
        f'<p class="b-key"><span>{view.tr("A dot a batch, the latest on the right; hollow: outside of the interval.")}'
        "</span></p>"
    )


def spoken(shown: Sequence[Judged], view: View) -> str:
    """The picture in a sentence."""
    later = sum(mark.error_h < 0 for mark in shown)
    outside = sum(not mark.inside for mark in shown)
    most_h = max(abs(mark.error_h) for mark in shown)
    return view.tr(
        "Of {count} batches, judged by what was said half way, {later} were done later than said and {sooner} sooner, "
        "by {hours} h at most; {outside} outside of the interval.",
        count=len(shown), later=later, sooner=len(shown) - later, hours=f"{most_h:.0f}", outside=outside,
    )  # fmt: skip
