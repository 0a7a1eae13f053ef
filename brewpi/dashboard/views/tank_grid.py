"""The cards of one browser; `tank_grid.js` holds them there."""

from __future__ import annotations

import time
from collections.abc import Hashable

from nicegui import ui

from brewpi.dashboard.views.preferences import Preferences
from brewpi.dashboard.views.render_cache import Card, RenderCache

NOTHING = ("", "", "", "")
FIRST = 60  # cards that are in the page itself, more than a wall shows; the others follow by its socket
AT_ONCE = 250  # cards a message, a quarter of a second before the next
Changes = list[list[str | None]]  # key, classes and pieces of a card, None for what is as before


class TankGrid(ui.element, component="tank_grid.js"):
    """Sends what has changed of a card, and the order when it is another."""

    def __init__(self, render_cache: RenderCache, prefs: Preferences) -> None:
        super().__init__()
        self.classes("b-cards")
        self.render_cache, self.prefs = render_cache, prefs
        self.shown: dict[str, Card] = {}
        self.order: list[str] = []
        self.seen: Hashable = None
        self.props["cards"], _ = self._changes(time.time(), FIRST)
        prefs.live(self.again)

    def again(self, now: float) -> None:
        """Only if anything was heard, a second has gone by, or not all was sent; and only where somebody listens."""
        moment = (self.render_cache.moment(now), self.prefs.view)
        if moment == self.seen or not self.client.has_socket_connection:
            return
        changed, order = self._changes(now, AT_ONCE)
        self.seen = moment if len(changed) < AT_ONCE else None
        if changed or order is not None:
            self.run_method("put", changed, order)

    def _changes(self, now: float, most: int) -> tuple[Changes, list[str] | None]:
        """Of so many cards at most, those who need someone first."""
        changed: Changes = []
        tanks = {f"{tank.site}/{tank.name}": tank for tank in self.render_cache.order(now)}
        for key, tank in tanks.items():
            card, before = self.render_cache.card(tank, now, self.prefs.view), self.shown.get(key, NOTHING)
            if card != before:
                self.shown[key] = card
                changed.append([key, *(None if new == old else new for new, old in zip(card, before, strict=True))])
                if len(changed) == most:
                    break
        order = [key for key in tanks if key in self.shown]
        if order == self.order:
            return changed, None
        self.order = order
        self.shown = {key: self.shown[key] for key in order}
        return changed, order
