"""What every page has: its head with the ways to the others, clock, units, who is signed in, and STOP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nicegui import ui

from brewpi.dashboard.actions.authorization import AuthorizedActions
from brewpi.dashboard.feed.board import Board
from brewpi.dashboard.views.formatting import moment
from brewpi.dashboard.views.preferences import Preferences

if TYPE_CHECKING:
    from brewpi.dashboard.push.sender import PushSender

CSS = (Path(__file__).parent / "board.css").read_text(encoding="utf-8")
LOST = (Path(__file__).parent / "connection.js").read_text(encoding="utf-8")
HEAD = (
    '<link rel="manifest" href="/manifest.webmanifest"><link rel="icon" href="/icon.svg" type="image/svg+xml">'
    '<link rel="apple-touch-icon" href="/icon-192.png"><meta name="theme-color" content="#16303f">'
)
TOGGLE_MENU = "() => document.querySelector('.b-head').classList.toggle('b-open')"


class Frame:
    """The same around all pages."""

    def __init__(
        self, board: Board, authorization: AuthorizedActions, setup: bool = False, sender: PushSender | None = None
    ) -> None:
        """setup: whether there is a config to change; sender: tells devices, None where none are told."""
        self.board, self.authorization, self.setup, self.sender = board, authorization, setup, sender

    def open(self, here: str) -> Preferences:
        """The head of a page: where one is, how it is read, and what can be done everywhere."""
        visitor = self.authorization.visitor()
        prefs = Preferences(visitor)
        tr = prefs.view.tr
        ui.add_css(CSS)
        ui.add_head_html(HEAD)
        ui.add_body_html(f"<script>window.brewpiWords = {json.dumps(self._lost(prefs))};{LOST}</script>")
        pages = [
            ("/", tr("Whiteboard")), ("/schedule", tr("Seven days")), ("/batches", tr("Batches")),
            ("/scorecard", tr("Scorecard")),
        ]  # fmt: skip
        if self.setup and self.authorization.configurer(visitor):
            pages.append(("/setup", tr("Setup")))
        stops = " b-has-stop" if self.authorization.who(visitor) else ""
        with ui.header(fixed=True).classes(f"b-head{stops}"):
            menu = ui.element("button").props("type=button").classes("b-menu")
            menu.on("click", js_handler=TOGGLE_MENU)
            with menu:
                ui.html(f"☰ {tr('Menu')}", sanitize=False, tag="span")
            self._clock(prefs)
            with ui.element("div").classes("b-menu-inner"):
                with ui.element("nav").props(f'aria-label="{tr("Pages")}"').classes("b-nav"):
                    for address, title in pages:
                        link = ui.link(title, address)
                        if address == here:
                            link.props("aria-current=page")
                with ui.element("div").classes("b-settings"):
                    prefs.settings(lambda: self._other_units(prefs))
                self._push(prefs)
                self.authorization.corner(visitor)
        return prefs

    def _push(self, prefs: Preferences) -> None:
        """For who is signed in, or where nobody has to be."""
        if self.sender is None or self.authorization.name(prefs.visitor) is None:
            return
        from brewpi.dashboard.views.push_dialog import PushDialog  # its extra may be absent

        PushDialog(self.sender, prefs, lambda: self.authorization.name(prefs.visitor)).offer()

    def _clock(self, prefs: Preferences) -> None:
        """Today's date and time, of the cellar where all of them live by one clock."""
        clock = ui.html("", sanitize=False, tag="time").classes("b-clock")

        def draw(now: float) -> None:
            ahead = {round(seconds / 120.0) for seconds in self.board.ahead_s.values()}
            there = now + (next(iter(self.board.ahead_s.values())) if len(ahead) == 1 else 0.0)
            clock.set_content(moment(datetime.fromtimestamp(there, UTC), there, prefs.view, dated=True))

        prefs.live(draw)

    @staticmethod
    def _lost(prefs: Preferences) -> dict[str, str]:
        """What a browser says by itself, when it has nobody to ask."""
        tr = prefs.view.tr
        return {
            "language": prefs.view.language,
            "lost": tr("No connection to the board: what you see may be old."),
            "unsent": tr(
                "STOP was NOT sent: this device has no connection to the board. Press the emergency stop at the tank "
                "or pull its plugs, then look at the network."
            ),
            "doubtful": tr(
                '"{order}" was probably not sent: this device had no connection to the board. Look at the tank before '
                "you press it again.", order="{order}",
            ),
            "close": tr("I have read it"),
        }

    def _other_units(self, prefs: Preferences) -> None:
        """What is typed in by those who may act is in these units too."""
        if self.authorization.who(prefs.visitor):
            ui.navigate.reload()

    def main(self, title: str, hidden: bool = False) -> ui.element:
        """What the page is about, below its heading."""
        ui.page_title("brewpi" if hidden else f"brewpi: {title}")
        page = ui.element("div").classes("b-page")
        with page:
            ui.label(title).props("role=heading aria-level=1").classes("b-sr" if hidden else "b-h1")
        return page
