"""The pages to look at, each in the same frame; what can be done on them is in `acting.py`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from nicegui import ui

from brewpi.dashboard import cards, chart
from brewpi.dashboard.acting import Acting
from brewpi.dashboard.model import Board, Tank
from brewpi.dashboard.sessions import UNITS, Visitor, words_of

CSS = (Path(__file__).parent / "board.css").read_text(encoding="utf-8")


class Pages:
    """All pages over one board."""

    def __init__(self, board: Board, acting: Acting) -> None:
        self.board, self.acting = board, acting
        ui.page("/", title="brewpi")(self.whiteboard)
        ui.page("/tank/{site}/{name}", title="brewpi: tank")(self.tank)
        ui.page("/schedule", title="brewpi: seven days")(self.schedule)
        ui.page("/scorecard", title="brewpi: scorecard")(self.scorecard)

    def whiteboard(self) -> None:
        """All tanks."""
        visitor = self._frame()
        with self._main():
            self._live(lambda: cards.whiteboard(self.board, time.time(), visitor.units), "b-cards")

    def schedule(self) -> None:
        """The next seven days."""
        self._frame()
        with self._main():
            self._live(lambda: cards.schedule(self.board, time.time()))

    def scorecard(self) -> None:
        """How past forecasts did."""
        self._frame()
        with self._main():
            self._live(lambda: cards.scorecard(self.board))

    def tank(self, site: str, name: str) -> None:
        """One tank."""
        visitor = self._frame()
        board = self.board
        with self._main():
            tank = board.tanks.get((site, name))
            if tank is None:
                ui.html('<p class="b-empty">nothing has been heard of such a tank</p>', sanitize=False)
                return
            self._live(lambda: cards.card(board, tank, time.time(), visitor.units))
            with ui.element("div").classes("b-two"):
                with ui.element("div"):
                    self._chart(tank, visitor)
                    self._live(lambda: cards.events(board, tank, time.time()))
                with ui.element("div"):
                    self._live(lambda: cards.details(board, tank, time.time(), visitor.units))
                    self.acting.panel(tank, visitor)

    # --- parts

    def _frame(self) -> Visitor:
        visitor = self.acting.visitor()
        ui.add_css(CSS)
        dark = ui.dark_mode(None)
        units = visitor.units
        with ui.element("nav").classes("b-nav"):
            ui.link("Whiteboard", "/")
            ui.link("Seven days", "/schedule")
            ui.link("Scorecard", "/scorecard")
            toggle = partial(self._switch, visitor)
            ui.button("SG" if units.plato else "°P", on_click=lambda: toggle("plato")).props("outline color=white")
            ui.button("°C" if units.fahrenheit else "°F", on_click=lambda: toggle("fahrenheit")).props(
                "outline color=white"
            )
            ui.button("dark", on_click=lambda: dark.set_value(not dark.value)).props("outline color=white")
            self.acting.corner(visitor)
        return visitor

    def _main(self) -> ui.element:
        return ui.element("main").classes("b-page")

    def _live(self, draw: Callable[[], str], classes: str = "") -> None:
        html = ui.html(draw(), sanitize=False).classes(classes)
        ui.timer(0.5, lambda: html.set_content(draw()))

    def _chart(self, tank: Tank, visitor: Visitor) -> None:
        drawn = tank.curve
        echart = ui.echart(chart.options(tank, visitor.units)).classes("b-chart")

        def redraw() -> None:
            nonlocal drawn
            if tank.curve is not drawn:
                drawn = tank.curve
                echart.options.clear()
                echart.options.update(chart.options(tank, visitor.units))
                echart.update()

        ui.timer(1.0, redraw)

    def _switch(self, visitor: Visitor, unit: str) -> None:
        """Kept by the browser, for a year."""
        units = replace(visitor.units, **{unit: not getattr(visitor.units, unit)})
        cookie = f"{UNITS}={words_of(units)}; path=/; max-age=31536000; samesite=strict"
        ui.run_javascript(f"document.cookie = {cookie!r}; location.reload()")
