"""The pages to look at, each in the same frame; what can be done on them is in `acting.py`."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.authorization import AuthorizedActions
from brewpi.dashboard.feed import forecast_history
from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views import cards, chart, details, schedule, scores
from brewpi.dashboard.views.formatting import moment
from brewpi.dashboard.views.preferences import Preferences
from brewpi.dashboard.views.render_cache import RenderCache
from brewpi.dashboard.views.tank_grid import TankGrid

CSS = (Path(__file__).parent / "board.css").read_text(encoding="utf-8")
LOST = (Path(__file__).parent / "connection.js").read_text(encoding="utf-8")
HEAD = (
    '<link rel="manifest" href="/manifest.webmanifest"><link rel="icon" href="/icon.svg" type="image/svg+xml">'
    '<link rel="apple-touch-icon" href="/icon-192.png"><meta name="theme-color" content="#16303f">'
)
TOGGLE_MENU = "() => document.querySelector('.b-head').classList.toggle('b-open')"


class Pages:
    """All pages over one board."""

    def __init__(self, board: Board, acting: AuthorizedActions) -> None:
        self.board, self.acting, self.drawn = board, acting, RenderCache(board)
        ui.page("/", title="brewpi")(self.whiteboard)
        ui.page("/tank/{site}/{name}", title="brewpi: tank")(self.tank)
        ui.page("/schedule", title="brewpi: seven days")(self.schedule)
        ui.page("/scorecard", title="brewpi: scorecard")(self.scorecard)

    def whiteboard(self) -> None:
        """All tanks."""
        look = self._frame("/")
        with self._main(look.view.tr("Whiteboard"), hidden=True):
            self._summary(look)
            TankGrid(self.drawn, look)

    def schedule(self) -> None:
        """The next seven days."""
        look = self._frame("/schedule")
        with self._main(look.view.tr("Seven days")):
            self._html(look, "schedule", self.drawn.moment, lambda now: schedule.schedule(self.board, now, look.view))

    def scorecard(self) -> None:
        """How past forecasts did."""
        look = self._frame("/scorecard")
        with self._main(look.view.tr("How forecasts turned out")):
            self._html(look, "scorecard", self.drawn.moment, lambda _: scores.scorecard(self.board, look.view))

    def tank(self, site: str, name: str) -> None:
        """One tank."""
        look = self._frame("")
        tank = self.board.tanks.get((site, name))
        with self._main(self.board.named(tank) if tank else name):
            if tank is None:
                text = look.view.tr("Nothing has been heard of such a tank; it appears here when it speaks.")
                ui.html(text, sanitize=False)
                look.live(lambda _: ui.navigate.reload() if (site, name) in self.board.tanks else None)
                return
            ui.page_title(f"brewpi: {self.board.named(tank)}")
            self._tank(tank, look)

    def _tank(self, tank: Tank, look: Preferences) -> None:
        board = self.board
        stamp = partial(self.drawn.stamp, tank)

        def part(name: str, draw: Callable[[float], str], classes: str = "") -> Any:
            return self._html(look, (name, tank.site, tank.name), stamp, draw, classes)

        def there(now: float) -> float:
            return board.time_at(tank.site, now)

        tr, panel = look.view.tr, self.acting.panel(tank, look.visitor, lambda: look.view)
        if panel:
            panel.questions()
        wrapper = ui.element("div")
        look.live(lambda now: wrapper.classes(replace=cards.classes(board, tank, now)))
        acts = panel is not None
        with wrapper:
            part(f"body{acts}", lambda now: cards.body(board, tank, now, look.view, questions=not acts), "b-body")
        with ui.element("div").classes("b-two").props("data-tab=now") as tabbed:
            self._tabs(tabbed, look)
            with ui.element("div").classes("b-tab b-tab-now"):
                self._chart(tank, look)
                with ui.element("details").classes("b-table-below"):
                    ui.html(tr("The chart as a table"), sanitize=False, tag="summary")
                    part("table", lambda now: chart.table(tank, look.view, there(now)))
            with ui.element("div").classes("b-aside"):
                if panel:
                    with ui.element("div").classes("b-tab b-tab-now"):
                        panel.buttons()
                part("details", lambda now: details.details(board, tank, now, look.view), "b-tab b-tab-why")
            with ui.element("div").classes("b-tab b-tab-history"):
                part("promises", lambda now: forecast_history.promises(tank, there(now), look.view))
                ui.html(tr("What happened"), sanitize=False, tag="h2")
                part("events", lambda now: details.events(tank, there(now), look.view), "b-log").props(
                    f'tabindex=0 role=region aria-label="{tr("What happened")}"'
                )
                if panel:
                    panel.readings()

    def _tabs(self, tabbed: ui.element, look: Preferences) -> None:
        """On a phone one part at a time; a wide screen has all of them side by side."""
        tr = look.view.tr
        names = {"now": tr("Now"), "why": tr("Why"), "history": tr("History")}
        buttons: dict[str, ui.element] = {}

        def show(name: str) -> None:
            tabbed.props(f"data-tab={name}")
            for other, button in buttons.items():
                button.props(f"aria-pressed={'true' if other == name else 'false'}")

        with ui.element("div").classes("b-tabs").props(f'role=group aria-label="{tr("Parts of this page")}"'):
            for name, label in names.items():
                button = ui.element("button").props(f"type=button aria-pressed={'true' if name == 'now' else 'false'}")
                button.on("click", partial(show, name))
                with button:
                    ui.html(label, sanitize=False, tag="span")
                buttons[name] = button

    # --- parts

    def _frame(self, here: str) -> Preferences:
        visitor = self.acting.visitor()
        look = Preferences(visitor)
        tr = look.view.tr
        ui.add_css(CSS)
        ui.add_head_html(HEAD)
        ui.add_body_html(f"<script>window.brewpiWords = {json.dumps(self._lost(look))};{LOST}</script>")
        pages = (("/", tr("Whiteboard")), ("/schedule", tr("Seven days")), ("/scorecard", tr("Scorecard")))
        with ui.header(fixed=True).classes("b-head"):
            menu = ui.element("button").props("type=button").classes("b-menu")
            menu.on("click", js_handler=TOGGLE_MENU)
            with menu:
                ui.html(f"☰ {tr('Menu')}", sanitize=False, tag="span")
            self._clock(look)
            with ui.element("div").classes("b-menu-inner"):
                with ui.element("nav").props(f'aria-label="{tr("Pages")}"').classes("b-nav"):
                    for address, title in pages:
                        link = ui.link(title, address)
                        if address == here:
                            link.props("aria-current=page")
                with ui.element("div").classes("b-settings"):
                    look.settings(lambda: self._other_units(look))
                self.acting.corner(visitor)
        return look

    def _clock(self, look: Preferences) -> None:
        """Today's date and time, of the cellar where all of them live by one clock."""
        clock = ui.html("", sanitize=False, tag="time").classes("b-clock")

        def draw(now: float) -> None:
            ahead = {round(seconds / 120.0) for seconds in self.board.ahead_s.values()}
            there = now + (next(iter(self.board.ahead_s.values())) if len(ahead) == 1 else 0.0)
            clock.set_content(moment(datetime.fromtimestamp(there, UTC), there, look.view, dated=True))

        look.live(draw)

    @staticmethod
    def _lost(look: Preferences) -> dict[str, str]:
        """What a browser says by itself, when it has nobody to ask."""
        tr = look.view.tr
        return {
            "language": look.view.language,
            "lost": tr("No connection to the board: what you see may be old."),
            "unsent": tr(
                "STOP was NOT sent: this device has no connection to the board. Press the emergency stop at the tank "
                "or pull its plugs, then look at the network."
            ),
            "close": tr("I have read it"),
        }

    def _other_units(self, look: Preferences) -> None:
        """What is typed in by those who may act is in these units too."""
        if self.acting.who(look.visitor):
            ui.navigate.reload()

    def _main(self, title: str, hidden: bool = False) -> ui.element:
        page = ui.element("div").classes("b-page")
        with page:
            ui.label(title).props("role=heading aria-level=1").classes("b-sr" if hidden else "b-h1")
        return page

    def _summary(self, look: Preferences) -> None:
        """Told by a screen reader when it changes: who needs somebody."""

        def draw(now: float) -> str:
            return cards.summary(self.board, now, look.view)

        self._html(look, "summary", self.drawn.moment, draw, "b-summary").props("role=status")

    def _html(
        self,
        look: Preferences,
        key: Hashable,
        stamp: Callable[[float], Hashable],
        draw: Callable[[float], str],
        classes: str = "",
    ) -> Any:
        """Text that is drawn when its stamp has changed, for all who read alike, and sent when it reads differently."""
        html = ui.html("", sanitize=False).classes(classes)

        def part(now: float) -> None:
            html.set_content(self.drawn.once((key, look.view), stamp(now), lambda: draw(now)))

        look.live(part)
        return html

    def _chart(self, tank: Tank, look: Preferences) -> None:
        shown: Hashable = None
        picture = ui.element("div").props("role=img")
        with picture:
            echart = ui.echart({}).classes("b-chart").props("aria-hidden=true")

        def part(now: float) -> None:
            nonlocal shown
            wanted = (id(tank.curve), tank.forecast and tank.forecast.at, look.view, look.dark, int(now))
            if wanted == shown:
                return
            shown = wanted
            there = self.board.time_at(tank.site, now)
            echart.options.clear()
            echart.options.update(chart.options(tank, look.view, there, look.dark))
            picture.props["aria-label"] = chart.spoken(tank, look.view, there)
            echart.update()

        look.live(part)
