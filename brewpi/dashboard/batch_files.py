"""A batch as files: every reading as a plain log (CSV), and a label for its kegs (PDF)."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable

from fpdf import FPDF
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from brewpi.dashboard.auth.sessions import UNITS, units_of
from brewpi.dashboard.feed.archive import Send
from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.views.batch_list import Row, alcohol, date, last_gravity, row_of
from brewpi.dashboard.views.formatting import View, zone_of
from brewpi.dashboard.views.language import preferred
from brewpi.dashboard.views.preferences import ZONE

LABEL_MM = (100.0, 62.0)  # a usual roll of label printers


def csv_of(rows: list[tuple[float, float, float | None]]) -> str:
    """The plain log of docs/logs.md, which `brewpi predict` reads."""
    lines = (f"{hours:.3f},{sg:.5f},{'' if beer_c is None else f'{beer_c:.2f}'}" for hours, sg, beer_c in rows)
    return "\n".join(("hours,sg,temp_c", *lines)) + "\n"


def label(row: Row, view: View) -> bytes:
    """A label as PDF: name large, what is in it small."""
    batch, tr = row.batch, view.tr
    pdf = FPDF(orientation="landscape", unit="mm", format=(LABEL_MM[1], LABEL_MM[0]))
    pdf.set_margins(6, 5, 6)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    name = _printable(batch.name or tr("a batch"))
    pdf.set_font("Helvetica", "B", 28)
    pdf.set_font_size(min(28.0, 28.0 * (LABEL_MM[0] - 12.0) / max(1.0, pdf.get_string_width(name))))
    pdf.cell(0, 13, name, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 13)
    pdf.cell(0, 7, _printable(tr(batch.style or batch.medium or "")), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "B", 22)
    pdf.cell(0, 13, _printable(strength(row, view)), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 11)
    ended = f" - {date(batch.ended_at, view)}" if batch.ended_at else ""
    for text in (
        f"OG {view.gravity(row.og)}   FG {last_gravity(row, view)}",
        f"{date(batch.started_at, view)}{ended}",
        "   ".join(word for word in (batch.yeast or "", batch.tank) if word),
    ):
        pdf.cell(0, 6, _printable(text), new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def strength(row: Row, view: View) -> str:
    """ "5.2 % vol", as it has to stand on what is sold (EU 1169/2011, annex XII); nothing where it is not known."""
    return "" if row.abv_pct is None else f"{alcohol(row, view)} vol"


def _printable(text: str) -> str:
    """In the characters that every printer has: "Žatec" is printed "Zatec"."""
    plain = text.replace("–", "-").replace("\N{NO-BREAK SPACE}", " ")
    parts = (one if _is_latin(one) else unicodedata.normalize("NFKD", one) for one in plain)
    return "".join(parts).encode("latin-1", "ignore").decode("latin-1")


def _is_latin(character: str) -> bool:
    return ord(character) < 256


class BatchFiles:
    """The addresses under which a browser finds them; `send` asks a cellar."""

    def __init__(self, board: Board, send: Send, clock: Callable[[], float] = time.time) -> None:
        self.board, self.send, self.clock = board, send, clock
        self.routes = [
            Route("/batch/{site}/{batch}/readings.csv", self.csv), Route("/batch/{site}/{batch}/label.pdf", self.pdf)
        ]  # fmt: skip

    def _found(self, request: Request) -> Row | None:
        site, batch = request.path_params["site"], request.path_params["batch"]
        listed = self.board.archive.get(site, batch)
        return None if listed is None else row_of(self.board, site, listed, self.clock())

    async def csv(self, request: Request) -> Response:
        row = self._found(request)
        if row is None:
            return _absent(request)
        rows = await self.board.archive.readings(row.site, row.batch.id, self.send)
        if rows is None:
            silent = _view(request).tr("the cellar does not answer; try again when its service runs")
            return PlainTextResponse(silent, 503)
        return _file(csv_of(rows).encode(), "text/csv; charset=utf-8", row, "csv")

    async def pdf(self, request: Request) -> Response:
        """A label in the reader's language and units."""
        row = self._found(request)
        if row is None:
            return _absent(request)
        return _file(label(row, _view(request)), "application/pdf", row, "pdf")


def _view(request: Request) -> View:
    """How whoever asks reads."""
    cookies = request.cookies
    units = units_of(cookies.get(UNITS, ""), preferred(request.headers.get("accept-language", "")))
    return View(units.plato, units.fahrenheit, units.language, zone_of(cookies.get(ZONE, "")))


def _absent(request: Request) -> Response:
    return PlainTextResponse(_view(request).tr("there is no such batch"), 404)


def _file(content: bytes, kind: str, row: Row, ending: str) -> Response:
    name = re.sub(r"[^A-Za-z0-9]+", "-", _printable(row.batch.name or row.batch.id)).strip("-") or "batch"
    headers = {"content-disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(content, media_type=kind, headers=headers)
