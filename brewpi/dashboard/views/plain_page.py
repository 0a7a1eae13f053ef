"""A page without a script: sign-in, and what a browser is told where there is no page or one could not be drawn."""

from __future__ import annotations

import logging
from html import escape
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from brewpi.dashboard.views.language import preferred
from brewpi.dashboard.views.units import Units
from brewpi.sentences import Sentence

CSS = (Path(__file__).parent / "authorization.css").read_text(encoding="utf-8")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
NOT_THERE = Sentence("There is no such page.")
NOT_DRAWN = Sentence("This page could not be shown; the log of the board says why.")

log = logging.getLogger(__name__)


def words_of(request: Request) -> Units:
    """The language that the browser asks for."""
    return Units(language=preferred(request.headers.get("accept-language", "")))


def plain_page(title: str, body: str, words: Units, status: int = 200) -> Response:
    """body: HTML; title: a text."""
    return HTMLResponse(
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        f"<title>brewpi: {escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{CSS}</style></head><body class="b-door"><main><h1>brewpi</h1>{body}</main></body></html>',
        status,
        {"Content-Security-Policy": POLICY},
    )


def tell_failures(pages_app: FastAPI) -> None:
    """In the words of the board and with a way back, instead of NiceGUI's own page."""
    pages_app.add_exception_handler(404, _not_there)
    pages_app.add_exception_handler(Exception, _not_drawn)


async def _not_there(request: Request, _: Exception) -> Response:
    return _told(request, NOT_THERE, 404)


async def _not_drawn(request: Request, error: Exception) -> Response:
    if not request.scope.get("nicegui_page_path"):
        raise error  # it is no page's, but of what one loads
    log.exception("%s could not be shown", request.url.path, exc_info=error)
    return _told(request, NOT_DRAWN, 500)


def _told(request: Request, why: Sentence, status: int) -> Response:
    words = words_of(request)
    said = words.tr(why.key)
    back = words.tr("Whiteboard")
    return plain_page(said, f'<p>{escape(said)}</p><p><a href="/">{escape(back)}</a></p>', words, status)
