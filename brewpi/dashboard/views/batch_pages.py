"""The pages of batches, present and past: the list, one of them, several on one axis."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from fastapi import Query
from nicegui import ui

from brewpi.dashboard.actions.authorization import AuthorizedActions
from brewpi.dashboard.actions.batch_orders import Facts, correct_batch
from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.actions.dialogs import BIG, Dialog
from brewpi.dashboard.feed.archive import Send
from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views import batch_list, chart, chart_text, overlay
from brewpi.dashboard.views.batch_list import MOST_COMPARED, Row
from brewpi.dashboard.views.chart_marks import key, mark_text
from brewpi.dashboard.views.details import items, section
from brewpi.dashboard.views.frame import Frame
from brewpi.dashboard.views.links import linked
from brewpi.dashboard.views.preferences import Preferences
from brewpi.mqtt.batch_payloads import RecordPayload
from brewpi.mqtt.payloads import CurvePayload

TICKED = (Path(__file__).parent / "batch_list.js").read_text(encoding="utf-8")


class BatchPages:
    """Over one board; `send` asks a cellar for a record."""

    def __init__(self, board: Board, frame: Frame, authorization: AuthorizedActions, send: Send) -> None:
        self.board, self.frame, self.authorization, self.send = board, frame, authorization, send
        ui.page("/batches", title="brewpi")(self.every)
        ui.page("/batch/{site}/{batch}", title="brewpi")(self.one)
        ui.page("/compare", title="brewpi")(self.compare)

    def every(self) -> None:
        prefs = self.frame.open("/batches")
        ui.add_body_html(f"<script>{TICKED}</script>")
        with self.frame.main(prefs.view.tr("Batches")):
            html = ui.html("", sanitize=False)
            shown: tuple[object, ...] = ()

            def draw(now: float) -> None:
                nonlocal shown
                wanted = (self.board.archive.version, prefs.view, len(self.board.tanks), int(now // 60.0))
                if wanted != shown:
                    shown = wanted
                    html.set_content(batch_list.listing(self.board, prefs.view, now))

            prefs.live(draw)

    async def one(self, site: str, batch: str) -> None:
        """Its curve, what is known of it, its notes, and files of it."""
        prefs = self.frame.open("")
        row, tr = self._row(site, batch), prefs.view.tr
        name = row.batch.name or tr("a batch") if row else tr("no such batch")
        with self.frame.main(name):
            if row is None:
                ui.html(tr("Nothing is known of such a batch."), sanitize=False)
                return
            known = ui.html("", sanitize=False)
            prefs.live(lambda _: known.set_content(batch_list.facts(self._row(site, batch) or row, prefs.view)))
            with ui.element("p").classes("b-files"):
                ui.link(tr("Every reading (CSV)"), f"{row.address}/readings.csv")
                ui.link(tr("Label (PDF)"), f"{row.address}/label.pdf")
                if self.authorization.who(prefs.visitor):
                    self._rename(row, prefs)
            await self._with_records(prefs, [row], self._single)

    async def compare(self, b: list[str] = Query(default=[])) -> None:  # noqa: B008
        """Up to five, on one axis."""
        prefs = self.frame.open("")
        tr = prefs.view.tr
        found = [self._row(*key.split("/", 1)) for key in dict.fromkeys(b) if "/" in key]
        rows = [row for row in found if row is not None][:MOST_COMPARED]
        with self.frame.main(tr("Batches compared")):
            if len(found) > MOST_COMPARED:
                text = tr("Only the first {most} are drawn.", most=MOST_COMPARED)
                ui.html(f"<p>{text}</p>", sanitize=False)
            if not rows:
                ui.html(f"<p>{tr('Tick batches in the list first.')}</p>", sanitize=False)
                return
            await self._with_records(prefs, rows, self._overlaid)
            ui.html(batch_list.comparison(rows, prefs.view), sanitize=False)

    # --- parts

    def _row(self, site: str, batch: str) -> Row | None:
        listed = self.board.archive.get(site, batch)
        return None if listed is None else batch_list.row_of(self.board, site, listed, time.time())

    async def _with_records(
        self, prefs: Preferences, rows: list[Row],
        draw: Callable[[Preferences, list[tuple[Row, RecordPayload]]], None],
    ) -> None:  # fmt: skip
        """The records are asked for once the page is there; until then it says so."""
        place = ui.element("div")
        with place:
            status = ui.label(prefs.view.tr("The cellar is asked for the curve …")).props("role=status")

        async def fill() -> None:
            records = [await self.board.archive.record(row.site, row.batch.id, self.send) for row in rows]
            found = [(row, record) for row, record in zip(rows, records, strict=True) if record and not record.why]
            if len(found) < len(rows):
                silent = ", ".join(row.site for row, record in zip(rows, records, strict=True) if record is None)
                status.set_text(prefs.view.tr("The cellar does not answer: {site}", site=silent) if silent
                              else prefs.view.tr("Nothing is known of such a batch."))  # fmt: skip
            else:
                status.set_text("")
            if found:
                with place:
                    draw(prefs, found)

        ui.timer(0.0, fill, once=True)

    def _single(self, prefs: Preferences, records: list[tuple[Row, RecordPayload]]) -> None:
        row, record = records[0]
        tank = _as_tank(row, record)
        in_a_sentence = chart_text.spoken(tank, prefs.view, None)
        _chart(prefs, lambda: chart.options(tank, prefs.view, None, prefs.dark), in_a_sentence)
        ui.html(key(record.marks, prefs.view), sanitize=False)
        notes = items(
            f"<li>{chart_text.at_hours(tank, mark.hours, prefs.view)}: {linked(mark_text(mark, prefs.view))}</li>"
            for mark in record.marks
        )
        ui.html(section(prefs.view.tr("Notes and what happened"), notes), sanitize=False)
        with ui.element("details").classes("b-table-below"):
            ui.html(prefs.view.tr("The chart as a table"), sanitize=False, tag="summary")
            ui.html(chart_text.table(tank, prefs.view, time.time()), sanitize=False)

    @staticmethod
    def _overlaid(prefs: Preferences, records: list[tuple[Row, RecordPayload]]) -> None:
        _chart(prefs, lambda: overlay.options(records, prefs.view, prefs.dark), overlay.spoken(records, prefs.view))

    def _rename(self, row: Row, prefs: Preferences) -> None:
        """Name, style and yeast; what stands in a tank can be corrected there too."""
        home, view = ui.element("div"), prefs.view

        def open_() -> None:
            batch = row.batch
            title = f"{row.site} / {batch.name or batch.id}: {view.tr('correct the batch')}"
            with Dialog(home, title, partial(self.authorization.order, prefs.visitor), view) as dialog:
                known = (("name", batch.name), ("style", batch.style or ""), ("yeast", batch.yeast or ""))
                entries = [
                    ui.input(view.tr(word), value=value).props("outlined maxlength=80") for word, value in known
                ]

                def make() -> Order | None:
                    entered = [" ".join(str(entry.value or "").split()) for entry in entries]
                    name, style, yeast = (
                        new if new and new != old else None for new, (_, old) in zip(entered, known, strict=True)
                    )
                    if name is None and style is None and yeast is None:
                        return None
                    tank = Tank(row.site, batch.tank)
                    return correct_batch(tank, Facts(name, None, style, yeast), view, batch.id)

                dialog.offers(make, *entries)
                dialog.done = ui.navigate.reload

        ui.button(f"{view.tr('Correct')} …", on_click=open_).props(f"{BIG} color=secondary")


def _as_tank(row: Row, record: RecordPayload) -> Tank:
    """What a chart is drawn of."""
    curve = CurvePayload(started_at=record.first_reading_at, measured=record.measured, marks=record.marks)
    tank = Tank(row.site, row.batch.tank)
    tank.receive(curve)
    return tank


def _chart(prefs: Preferences, options: Callable[[], dict[str, object]], spoken: str) -> None:
    shown: object = None
    with ui.element("div").props("role=img") as picture:
        echart = ui.echart({}).classes("b-chart").props("aria-hidden=true")
    picture.props["aria-label"] = spoken

    def draw(_: float) -> None:
        nonlocal shown
        if shown != (prefs.view, prefs.dark):
            shown = (prefs.view, prefs.dark)
            echart.options.clear()
            echart.options.update(options())
            echart.update()

    prefs.live(draw)
