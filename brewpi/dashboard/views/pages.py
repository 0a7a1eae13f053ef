"""The pages to look at, each in the same frame; what can be done on them is in `actions`."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.authorization import AuthorizedActions
from brewpi.dashboard.feed import forecast_history
from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views import cards, chart, chart_marks, chart_text, details, schedule, scores
from brewpi.dashboard.views.frame import Frame
from brewpi.dashboard.views.preferences import Preferences, choice
from brewpi.dashboard.views.render_cache import RenderCache
from brewpi.dashboard.views.tank_grid import TankGrid


class Pages:
    """All pages over one board."""

    def __init__(self, board: Board, frame: Frame, authorization: AuthorizedActions) -> None:
        self.board, self.frame, self.authorization, self.render_cache = board, frame, authorization, RenderCache(board)
        ui.page("/", title="brewpi")(self.whiteboard)
        ui.page("/tank/{site}/{name}", title="brewpi")(self.tank)
        ui.page("/schedule", title="brewpi")(self.schedule)
        ui.page("/scorecard", title="brewpi")(self.scorecard)

    def whiteboard(self) -> None:
        prefs = self.frame.open("/")
        with self.frame.main(prefs.view.tr("Whiteboard"), hidden=True).classes("b-wall"):
            self._summary(prefs)
            TankGrid(self.render_cache, prefs)

    def schedule(self) -> None:
        prefs = self.frame.open("/schedule")
        with self.frame.main(prefs.view.tr("Seven days")):
            days = partial(schedule.schedule, self.board)
            self._html(prefs, "schedule", self.render_cache.moment, lambda now: days(now, prefs.view))

    def scorecard(self) -> None:
        prefs = self.frame.open("/scorecard")
        with self.frame.main(prefs.view.tr("How forecasts turned out")):
            self._html(prefs, "scorecard", self.render_cache.moment, lambda _: scores.scorecard(self.board, prefs.view))

    def tank(self, site: str, name: str) -> None:
        prefs = self.frame.open("")
        tank = self.board.tanks.get((site, name))
        with self.frame.main(self.board.named(tank) if tank else name):
            if tank is None:
                text = prefs.view.tr("Nothing has been heard of such a tank; it appears here when it speaks.")
                ui.html(text, sanitize=False)
                prefs.live(lambda _: ui.navigate.reload() if (site, name) in self.board.tanks else None)
                return
            self._tank(tank, prefs)

    def _tank(self, tank: Tank, prefs: Preferences) -> None:
        board = self.board
        stamp = partial(self.render_cache.stamp, tank)

        def part(name: str, draw: Callable[[float], str], classes: str = "") -> Any:
            return self._html(prefs, (name, tank.site, tank.name), stamp, draw, classes)

        def there(now: float) -> float:
            return board.time_at(tank.site, now)

        tr, panel = prefs.view.tr, self.authorization.panel(tank, prefs.visitor, lambda: prefs.view)
        if panel:
            panel.questions()
        wrapper = ui.element("div")
        prefs.live(lambda now: wrapper.classes(replace=cards.classes(board, tank, now)))
        acts = panel is not None
        with wrapper:
            part(f"body{acts}", lambda now: cards.body(board, tank, now, prefs.view, questions=not acts), "b-body")
        with ui.element("div").classes("b-two").props("data-tab=now") as tabbed:
            self._tabs(tabbed, prefs)
            with ui.element("div").classes("b-tab b-tab-now"):
                self._chart(tank, prefs)
                part("key", lambda _: chart_marks.key(tank.curve.marks if tank.curve else [], prefs.view))
                with ui.element("details").classes("b-table-below"):
                    ui.html(tr("The chart as a table"), sanitize=False, tag="summary")
                    part("table", lambda now: chart_text.table(tank, prefs.view, there(now)))
            with ui.element("div").classes("b-aside"):
                if panel:
                    with ui.element("div").classes("b-tab b-tab-now"):
                        panel.buttons()
                part("details", lambda now: details.details(board, tank, now, prefs.view), "b-tab b-tab-why")
            with ui.element("div").classes("b-tab b-tab-history"):
                part("forecast history", lambda now: forecast_history.tables(tank, there(now), prefs.view))
                ui.html(tr("What happened"), sanitize=False, tag="h2")
                part("events", lambda now: details.events(tank, there(now), prefs.view), "b-log").props(
                    f'tabindex=0 role=region aria-label="{tr("What happened")}"'
                )
                if panel:
                    panel.readings()

    def _tabs(self, tabbed: ui.element, prefs: Preferences) -> None:
        """On a phone one part at a time; a wide screen has all of them side by side."""
        tr = prefs.view.tr
        parts = {tr("Now"): "now", tr("Why"): "why", tr("History"): "history"}
        choice(tr("Parts of this page"), parts, "now", lambda name: tabbed.props(f"data-tab={name}"), "b-tabs")

    # --- parts

    def _summary(self, prefs: Preferences) -> None:
        """Told by a screen reader when it changes: who needs somebody."""

        def draw(now: float) -> str:
            return cards.summary(self.board, now, prefs.view)

        self._html(prefs, "summary", self.render_cache.moment, draw, "b-summary").props("role=status")

    def _html(
        self,
        prefs: Preferences,
        key: Hashable,
        stamp: Callable[[float], Hashable],
        draw: Callable[[float], str],
        classes: str = "",
    ) -> Any:
        """Text that is drawn when its stamp has changed, for all who read alike, and sent when it reads differently."""
        html = ui.html("", sanitize=False).classes(classes)

        def part(now: float) -> None:
            html.set_content(self.render_cache.once((key, prefs.view), stamp(now), lambda: draw(now)))

        prefs.live(part)
        return html

    def _chart(self, tank: Tank, prefs: Preferences) -> None:
        shown: Hashable = None
        window_h: float | None = None

        def zoom(hours: float | None) -> None:
            nonlocal window_h
            window_h = hours
            prefs.again()

        tr = prefs.view.tr
        windows = {tr("last day"): 24.0, tr("3 days"): 72.0, tr("whole batch"): None}
        with ui.element("div").classes("b-zoom"):
            choice(tr("what the chart shows"), windows, None, zoom)
        picture = ui.element("div").props("role=img")
        with picture:
            echart = ui.echart({}).classes("b-chart").props("aria-hidden=true")

        def part(now: float) -> None:
            nonlocal shown
            wanted = (tank.curve_json, tank.forecast and tank.forecast.at, prefs.view, prefs.dark, int(now), window_h)
            if wanted == shown:
                return
            shown = wanted
            there = self.board.time_at(tank.site, now)
            echart.options.clear()
            echart.options.update(chart.options(tank, prefs.view, there, prefs.dark, window_h))
            picture.props["aria-label"] = chart_text.spoken(tank, prefs.view, there)
            echart.update()

        prefs.live(part)
