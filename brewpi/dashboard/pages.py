"""The pages to look at, each in the same frame; what can be done on them is in `acting.py`."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from nicegui import ui

from brewpi.dashboard import cards, chart, details, promises, schedule, scores
from brewpi.dashboard.acting import Acting
from brewpi.dashboard.drawn import Card, Drawn
from brewpi.dashboard.model import Board, Tank
from brewpi.dashboard.sessions import UNITS, Visitor, words_of
from brewpi.dashboard.words import Units, View, zone_of

CSS = (Path(__file__).parent / "board.css").read_text(encoding="utf-8")
LOOK_EVERY_S = 0.25
YEAR_S = 31_536_000
ZONE, PAPER = "brewpi_zone", "brewpi_paper"  # cookies
PAPERS: dict[str, bool | None] = {"auto": None, "light": False, "dark": True}
ASK_BROWSER = """
    const night = window.matchMedia('(prefers-color-scheme: dark)');
    night.addEventListener('change', event => emitEvent('brewpi_night', event.matches));
    return [Intl.DateTimeFormat().resolvedOptions().timeZone, night.matches];
"""
PAGES = (("/", "Whiteboard"), ("/schedule", "Seven days"), ("/scorecard", "Scorecard"))


class Look:
    """How one page is read, and what on it is looked at again: only what has changed is sent."""

    def __init__(self, visitor: Visitor, view: View, paper: str) -> None:
        self.visitor, self.view, self.paper = visitor, view, paper
        self.night = False
        self._parts: list[Callable[[float], object]] = []

    @property
    def dark(self) -> bool:
        """Whether the page is dark now: as asked, else as the browser's system is."""
        asked = PAPERS[self.paper]
        return self.night if asked is None else asked

    def live(self, part: Callable[[float], object]) -> None:
        """Draw now, and again and again."""
        part(time.time())
        self._parts.append(part)

    def again(self) -> None:
        """Every part, at the same time."""
        now = time.time()
        for part in self._parts:
            part(now)


class Pages:
    """All pages over one board."""

    def __init__(self, board: Board, acting: Acting) -> None:
        self.board, self.acting, self.drawn = board, acting, Drawn(board)
        page = partial(ui.page, language="en-US")  # a screen reader asks in which voice to read
        page("/", title="brewpi")(self.whiteboard)
        page("/tank/{site}/{name}", title="brewpi: tank")(self.tank)
        page("/schedule", title="brewpi: seven days")(self.schedule)
        page("/scorecard", title="brewpi: scorecard")(self.scorecard)

    def whiteboard(self) -> None:
        """All tanks."""
        look = self._frame("/")
        with self._main("Whiteboard", hidden=True):
            self._summary(look)
            Wall(self.drawn, look)

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

    def _tank(self, tank: Tank, look: Look) -> None:
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
                part("promises", lambda now: promises.promises(tank, there(now), look.view))
                ui.html("What happened", sanitize=False, tag="h2")
                part("events", lambda now: details.events(tank, there(now), look.view), "b-log").props(
                    'tabindex=0 role=region aria-label="What happened"'
                )

    # --- parts

    def _frame(self, here: str) -> Look:
        visitor = self.acting.visitor()
        cookies = ui.context.client.request.cookies
        units = visitor.units
        paper = cookies.get(PAPER, "auto")
        zone = zone_of(cookies.get(ZONE, ""))
        look = Look(visitor, View(units.plato, units.fahrenheit, zone), paper if paper in PAPERS else "auto")
        ui.add_css(CSS)
        with ui.header(fixed=False).classes("b-head"):
            with ui.element("nav").props('aria-label="Pages"').classes("b-nav"):
                for address, title in PAGES:
                    link = ui.link(title, address)
                    if address == here:
                        link.props("aria-current=page")
            with ui.element("div").classes("b-settings"):
                self._settings(look)
            self.acting.corner(visitor)
        ui.timer(LOOK_EVERY_S, look.again)
        ui.timer(0.0, partial(self._ask_browser, look), once=True)
        return look

    def _settings(self, look: Look) -> None:
        """Units and paper, kept by the browser for a year."""
        dark = ui.dark_mode(PAPERS[look.paper])

        def units(name: str, on: bool) -> None:
            change = {name: on}
            look.view = replace(look.view, **change)  # type: ignore[arg-type]
            keep(UNITS, words_of(Units(look.view.plato, look.view.fahrenheit)))
            if self.acting.who(look.visitor):
                ui.navigate.reload()  # what is typed in is in these units too
            look.again()

        def paper(name: str) -> None:
            look.paper = name
            dark.set_value(PAPERS[name])
            keep(PAPER, name)
            look.again()

        choice("gravity in", {"SG": False, "°P": True}, look.view.plato, partial(units, "plato"))
        choice("temperature in", {"°C": False, "°F": True}, look.view.fahrenheit, partial(units, "fahrenheit"))
        choice("colours", {name: name for name in PAPERS}, look.paper, paper)

    async def _ask_browser(self, look: Look) -> None:
        """Its time zone, and whether its system is dark."""
        ui.on("brewpi_night", lambda event: setattr(look, "night", bool(event.args)))
        try:
            zone, night = await ui.run_javascript(ASK_BROWSER, timeout=10.0)
        except (TimeoutError, TypeError, ValueError):
            return
        look.night = bool(night)
        known = zone_of(str(zone))
        if known is not None:
            keep(ZONE, str(zone))
            look.view = replace(look.view, zone=known)
        look.again()

    def _main(self, title: str, hidden: bool = False) -> ui.element:
        page = ui.element("div").classes("b-page")
        with page:
            ui.label(title).props("role=heading aria-level=1").classes("b-sr" if hidden else "b-h1")
        return page

    def _summary(self, look: Look) -> None:
        """Told by a screen reader when it changes: who needs somebody."""
        html = self._html(look, "summary", self.drawn.moment, lambda now: cards.summary(self.board, now), "b-summary")
        html.props("role=status")

    def _html(
        self,
        look: Look,
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

    def _chart(self, tank: Tank, look: Look) -> None:
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


class Wall:
    """The cards of one browser. Each keeps its heading, so that the focus is not lost when the rest changes."""

    def __init__(self, drawn: Drawn, look: Look) -> None:
        self.drawn, self.look = drawn, look
        self.list = ui.element("ul").classes("b-cards").props("role=list")
        self.shown: dict[tuple[str, str], tuple[ui.element, ui.html, ui.html, ui.html]] = {}
        self.cards: dict[tuple[str, str], Card] = {}
        self.order: list[tuple[str, str]] = []
        self.seen: Any = None
        look.live(self.again)

    def again(self, now: float) -> None:
        """Only if anything was heard, or a second has gone by."""
        moment = (self.drawn.moment(now), self.look.view)
        if moment == self.seen:
            return
        self.seen = moment
        tanks = self.drawn.order(now)
        order = [(tank.site, tank.name) for tank in tanks]
        for key in self.shown.keys() - set(order):
            self.shown.pop(key)[0].delete()
            del self.cards[key]
        for key, tank in zip(order, tanks, strict=True):
            self._show(key, self.drawn.card(tank, now, self.look.view))
        if order != self.order:
            self._arrange(order)

    def _show(self, key: tuple[str, str], card: Card) -> None:
        if key not in self.shown:
            with self.list, ui.element("li") as item:
                heading, body, spark = (ui.html("", sanitize=False, tag=tag) for tag in ("h2", "div", "div"))
                self.shown[key] = item, heading, body, spark
            self.order.append(key)
        if self.cards.get(key) is card:
            return
        self.cards[key] = card
        item, heading, body, spark = self.shown[key]
        if item.classes != card.classes.split():
            item.classes(replace=card.classes)
        heading.set_content(card.heading)
        body.set_content(card.body)
        spark.set_content(card.spark)

    def _arrange(self, order: list[tuple[str, str]]) -> None:
        for place, key in enumerate(order):
            if self.order[place] != key:
                self.shown[key][0].move(target_index=place)
                self.order.remove(key)
                self.order.insert(place, key)


def choice(title: str, values: dict[str, Any], chosen: Any, choose: Callable[[Any], None]) -> None:
    """Buttons of which one is pressed."""
    buttons: dict[str, ui.element] = {}

    def press(pressed: str) -> None:
        for name, button in buttons.items():
            button.props(f"aria-pressed={'true' if name == pressed else 'false'}")
        choose(values[pressed])

    with ui.element("div").classes("b-choice").props(f'role=group aria-label="{title}"'):
        for name, value in values.items():
            button = ui.element("button").props(f"type=button aria-pressed={'true' if value == chosen else 'false'}")
            button.on("click", partial(press, name))
            with button:
                ui.html(name, sanitize=False, tag="span")
            buttons[name] = button


def keep(cookie: str, value: str) -> None:
    """In the browser, for a year."""
    text = f"{cookie}={value}; path=/; max-age={YEAR_S}; samesite=strict"
    ui.run_javascript(f"document.cookie = {text!r}")
