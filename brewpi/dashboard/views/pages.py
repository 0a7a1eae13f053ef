"""The pages to look at, each in the same frame; what can be done on them is in `acting.py`."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.authorization import AuthorizedActions
from brewpi.dashboard.feed import forecast_history
from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views import cards, chart, details, schedule, scores
from brewpi.dashboard.views.preferences import Preferences
from brewpi.dashboard.views.render_cache import RenderCache
from brewpi.dashboard.views.tank_grid import TankGrid

CSS = (Path(__file__).parent / "board.css").read_text(encoding="utf-8")
PAGES = (("/", "Whiteboard"), ("/schedule", "Seven days"), ("/scorecard", "Scorecard"))


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
        with self._main("Whiteboard", hidden=True):
            self._summary(look)
            TankGrid(self.drawn, look)

    def schedule(self) -> None:
        """The next seven days."""
        look = self._frame("/schedule")
        with self._main("Seven days"):
            self._html(look, "schedule", self.drawn.moment, lambda now: schedule.schedule(self.board, now, look.view))

    def scorecard(self) -> None:
        """How past forecasts did."""
        look = self._frame("/scorecard")
        with self._main("How forecasts turned out"):
            self._html(look, "scorecard", self.drawn.moment, lambda _: scores.scorecard(self.board))

    def tank(self, site: str, name: str) -> None:
        """One tank."""
        look = self._frame("")
        tank = self.board.tanks.get((site, name))
        with self._main(self.board.named(tank) if tank else name):
            if tank is None:
                ui.html("Nothing has been heard of such a tank; it appears here when it speaks.", sanitize=False)
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

        wrapper = ui.element("div")
        look.live(lambda now: wrapper.classes(replace=cards.classes(board, tank, now)))
        with wrapper:
            part("body", lambda now: cards.body(board, tank, now, look.view), "b-body")
        with ui.element("div").classes("b-two"):
            with ui.element("div"):
                self._chart(tank, look)
                with ui.element("details").classes("b-table-below"):
                    ui.html("The chart as a table", sanitize=False, tag="summary")
                    part("table", lambda now: chart.table(tank, look.view, there(now)))
            with ui.element("div").classes("b-aside"):
                self.acting.panel(tank, look.visitor, lambda: look.view)
                part("details", lambda now: details.details(board, tank, now, look.view))
            with ui.element("div"):
                part("promises", lambda now: forecast_history.promises(tank, there(now), look.view))
                ui.html("What happened", sanitize=False, tag="h2")
                part("events", lambda now: details.events(tank, there(now), look.view), "b-log").props(
                    'tabindex=0 role=region aria-label="What happened"'
                )

    # --- parts

    def _frame(self, here: str) -> Preferences:
        visitor = self.acting.visitor()
        look = Preferences(visitor)
        ui.add_css(CSS)
        with ui.header(fixed=False).classes("b-head"):
            with ui.element("nav").props('aria-label="Pages"').classes("b-nav"):
                for address, title in PAGES:
                    link = ui.link(title, address)
                    if address == here:
                        link.props("aria-current=page")
            with ui.element("div").classes("b-settings"):
                look.settings(lambda: self._other_units(look))
            self.acting.corner(visitor)
        return look

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
        html = self._html(look, "summary", self.drawn.moment, lambda now: cards.summary(self.board, now), "b-summary")
        html.props("role=status")

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
