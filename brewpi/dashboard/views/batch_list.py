"""Batches, present and past, in a table, and what is known of one. Every word that came from a broker is escaped.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote

from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.views.formatting import DAY_S, View, percent
from brewpi.dashboard.views.language import months
from brewpi.mqtt.batch_payloads import ListedBatch
from brewpi.units import alcohol_between

MOST_COMPARED = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A batch as it is shown: og is the gravity that alcohol goes by; sg is the last one, of a batch that ferments that
    of its tank."""

    site: str
    batch: ListedBatch
    og: float | None
    sg: float | None
    days: float
    ferments: bool = False

    @property
    def address(self) -> str:
        return f"/batch/{quote(self.site, safe='')}/{quote(self.batch.id, safe='')}"

    @property
    def abv_pct(self) -> float | None:
        """% by volume, from the first and the last gravity."""
        og = self.og
        return None if og is None or self.sg is None or og <= 1.0 else alcohol_between(og, self.sg)


def row_of(board: Board, site: str, batch: ListedBatch, now: float) -> Row:
    """With what its tank says of it now."""
    tank = board.tanks.get((site, batch.tank))
    state = tank.state if tank else None
    end = board.time_at(site, now) if batch.ended_at is None else batch.ended_at.timestamp()
    days = max(0.0, end - batch.started_at.timestamp()) / DAY_S
    if batch.ended_at is None and state is not None and state.batch is not None and state.batch.id == batch.id:
        return Row(site, batch, state.batch.original_sg or batch.og, state.sg, days, ferments=True)
    return Row(site, batch, batch.og, batch.fg, days)


def date(at: datetime, view: View) -> str:
    """ "17 May 2026" on the reader's calendar."""
    local = view.local(at.timestamp())
    return view.tr("{day} {month} {year}", day=local.day, month=months(view.language)[local.month - 1], year=local.year)


def outcome(batch: ListedBatch, view: View) -> str:
    """How the forecasts of a batch turned out."""
    if not batch.forecasts or batch.median_abs_error_h is None:
        return "–"
    off = view.tr("{hours} h off", hours=view.decimal(batch.median_abs_error_h, 0))
    inside = "" if batch.inside_interval is None else percent(batch.inside_interval, view)
    return f"{off}, {view.tr('{share} inside', share=inside)}" if inside else off


def complete_after(batch: ListedBatch, view: View) -> str:
    """ "5.3 days"."""
    return "–" if batch.complete_h is None else f"{view.decimal(batch.complete_h / 24.0, 1)} {view.tr('days')}"


def last_gravity(row: Row, view: View) -> str:
    """Where gravity ended; of a batch that ferments where it stands now, and that it is not the end."""
    gravity = view.gravity(row.sg)
    return view.tr("now {gravity}", gravity=gravity) if row.ferments and row.sg is not None else gravity


def alcohol(row: Row, view: View) -> str:
    """ "5.2 %"."""
    return "–" if row.abv_pct is None else f"{view.decimal(row.abv_pct, 1)}\N{NO-BREAK SPACE}%"


def listing(board: Board, view: View, now: float) -> str:
    """All of them, the latest first, in a form that compares those that are ticked."""
    rows = [row_of(board, site, batch, now) for site, batch in board.archive.batches()]
    if not rows:
        return f"<p>{view.tr('No batch has been heard of yet; one appears here when it begins.')}</p>"
    tr, heads = view.tr, _heads(view)
    lines = (_line(row, board, view, heads[2:]) for row in rows)
    return (
        f'<form action="/compare" method="get"><p class="b-list-tools"><button type="submit" class="b-plain">'
        f"{tr('Compare those ticked, up to {most}', most=MOST_COMPARED)}</button></p>"
        f'<div class="b-wide" tabindex="0" role="region" aria-label="{tr("Batches")}">'
        f"{_table(heads, lines)}</div></form>"
    )


def _table(heads: Sequence[str], lines: Iterable[str]) -> str:
    """A row a batch; on a phone a card, on which each value has the head of its column beside it."""
    head = "".join(f'<th scope="col" role="columnheader">{word}</th>' for word in heads)
    return (
        f'<table class="b-table b-batches" role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(lines)}</tbody></table>'
    )


def _cells(row: Row, view: View, heads: Sequence[str], texts: Sequence[str]) -> str:
    """Its name, which leads to its page, and the values."""
    name = escape(row.batch.name or view.tr("a batch"))
    pairs = zip(heads, texts, strict=True)
    return f'<th scope="row" role="rowheader"><a href="{row.address}">{name}</a></th>' + "".join(
        f'<td role="cell"{_beside(head)}>{text}</td>' for head, text in pairs
    )


def _beside(head: str) -> str:
    return f' data-head="{head}"' if head else ""


def _heads(view: View) -> tuple[str, ...]:
    tr = view.tr
    return (tr("compare"), tr("batch"), tr("style"), tr("yeast"), tr("tank"), tr("began"), tr("days"), "OG", "FG",
            tr("alcohol"), tr("forecasts"))  # fmt: skip


def _line(row: Row, board: Board, view: View, heads: Sequence[str]) -> str:
    batch, tr = row.batch, view.tr
    if not batch.style:  # what ferments is said instead, and is no style
        heads = ["", *heads[1:]]
    tank = escape(f"{row.site} / {batch.tank}" if len(board.archive.pages) > 1 else batch.tank)
    where = f"<b>{tank}</b>" if batch.ended_at is None else tank
    value = escape(f"{row.site}/{batch.id}", quote=True)
    label = escape(tr("compare {batch}", batch=batch.name or batch.id), quote=True)
    texts = (
        escape(tr(batch.style or batch.medium or "")), escape(batch.yeast or ""), where,
        date(batch.started_at, view), f"{row.days:.0f}", view.gravity(row.og), last_gravity(row, view),
        alcohol(row, view), outcome(batch, view),
    )  # fmt: skip
    return (
        f'<tr role="row"><td role="cell"><input type="checkbox" name="b" value="{value}" aria-label="{label}"></td>'
        f"{_cells(row, view, heads, texts)}</tr>"
    )


def facts(row: Row, view: View) -> str:
    """What is known of one, as a list of words and values."""
    batch, tr = row.batch, view.tr
    ended = date(batch.ended_at, view) if batch.ended_at else tr("still in the tank")
    pairs = (
        (tr("tank"), batch.tank), (tr("style"), tr(batch.style or "–")), (tr("yeast"), batch.yeast or "–"),
        (tr("began"), date(batch.started_at, view)), (tr("ended"), ended), (tr("days"), f"{row.days:.0f}"),
        ("OG", view.gravity(row.og)), ("FG", last_gravity(row, view)), (tr("alcohol"), alcohol(row, view)),
        (tr("complete after"), complete_after(batch, view)), (tr("forecasts"), outcome(batch, view)),
    )  # fmt: skip
    items = "".join(f"<div><dt>{escape(word)}</dt><dd>{escape(value)}</dd></div>" for word, value in pairs)
    return f'<dl class="b-facts">{items}</dl>'


def comparison(rows: Sequence[Row], view: View) -> str:
    """The figures of several, side by side."""
    tr = view.tr
    heads = (tr("batch"), tr("yeast"), "OG", "FG", tr("alcohol"), tr("complete after"), tr("forecasts"))
    values = (
        (row, (
            escape(row.batch.yeast or ""), view.gravity(row.og), last_gravity(row, view), alcohol(row, view),
            complete_after(row.batch, view), outcome(row.batch, view),
        ))
        for row in rows
    )  # fmt: skip
    return _table(heads, (f'<tr role="row">{_cells(row, view, heads[1:], texts)}</tr>' for row, texts in values))
