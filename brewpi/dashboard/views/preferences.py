"""How one browser reads a page: units, time zone and paper, kept by the browser in cookies."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from nicegui import ui

from brewpi.dashboard.auth.sessions import UNITS, Visitor, words_of
from brewpi.dashboard.views.formatting import Units, View, zone_of

LOOK_EVERY_S = 0.25
YEAR_S = 31_536_000
ZONE, PAPER = "brewpi_zone", "brewpi_paper"  # cookies
PAPERS: dict[str, bool | None] = {"auto": None, "light": False, "dark": True}
ASK_BROWSER = """
    const night = window.matchMedia('(prefers-color-scheme: dark)');
    night.addEventListener('change', event => emitEvent('brewpi_night', event.matches));
    return [Intl.DateTimeFormat().resolvedOptions().timeZone, night.matches];
"""


class Preferences:
    """How one page is read, and what on it is looked at again: only what has changed is sent."""

    def __init__(self, visitor: Visitor) -> None:
        cookies = ui.context.client.request.cookies
        paper = cookies.get(PAPER, "auto")
        self.visitor = visitor
        self.view = View(
            visitor.units.plato, visitor.units.fahrenheit, visitor.units.language, zone_of(cookies.get(ZONE, ""))
        )
        self.paper = paper if paper in PAPERS else "auto"
        self.night = False
        self._parts: list[Callable[[float], object]] = []
        ui.timer(LOOK_EVERY_S, self.again)
        ui.timer(0.0, self._ask_browser, once=True)

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

    def settings(self, changed: Callable[[], object]) -> None:
        """Units and paper, to be chosen; `changed` is told of other units."""
        dark = ui.dark_mode(PAPERS[self.paper])

        def units(name: str, on: bool) -> None:
            change = {name: on}
            self.view = replace(self.view, **change)  # type: ignore[arg-type]
            keep(UNITS, words_of(Units(self.view.plato, self.view.fahrenheit)))
            self.again()
            changed()

        def paper(name: str) -> None:
            self.paper = name
            dark.set_value(PAPERS[name])
            keep(PAPER, name)
            self.again()

        tr = self.view.tr
        choice(tr("gravity in"), {"SG": False, "°P": True}, self.view.plato, partial(units, "plato"))
        choice(tr("temperature in"), {"°C": False, "°F": True}, self.view.fahrenheit, partial(units, "fahrenheit"))
        names = {"auto": tr("auto"), "light": tr("light"), "dark": tr("dark")}
        choice(tr("colours"), {label: name for name, label in names.items()}, self.paper, paper)

    async def _ask_browser(self) -> None:
        """Its time zone, and whether its system is dark."""
        ui.on("brewpi_night", lambda event: setattr(self, "night", bool(event.args)))
        try:
            zone, night = await ui.run_javascript(ASK_BROWSER, timeout=10.0)
        except (TimeoutError, TypeError, ValueError):
            return
        self.night = bool(night)
        known = zone_of(str(zone))
        if known is not None:
            keep(ZONE, str(zone))
            self.view = replace(self.view, zone=known)
        self.again()


def choice(
    title: str, values: dict[str, Any], chosen: Any, choose: Callable[[Any], object], classes: str = "b-choice"
) -> None:
    """Buttons of which one is pressed."""
    buttons: dict[str, ui.element] = {}

    def press(pressed: str) -> None:
        for name, button in buttons.items():
            button.props(f"aria-pressed={'true' if name == pressed else 'false'}")
        choose(values[pressed])

    with ui.element("div").classes(classes).props(f'role=group aria-label="{title}"'):
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
