"""The cards of one browser; `tank_grid.js` holds them there."""

from __future__ import annotations

import time
from collections.abc import Hashable

from nicegui import ui

from brewpi.dashboard.views.preferences import Preferences
from brewpi.dashboard.views.render_cache import Card, RenderCache

NOTHING = ("", "", "", "")
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
        self.props["cards"], _ = self._changes(time.time())
        prefs.live(self.again)

    def again(self, now: float) -> None:
        """Only if anything was heard, or a second has gone by."""
        moment = (self.render_cache.moment(now), self.prefs.view)
        if moment == self.seen:
            return
        self.seen = moment
        changed, order = self._changes(now)
        if changed or order is not None:
            self.run_method("put", changed, order)

    def _changes(self, now: float) -> tuple[Changes, list[str] | None]:
        changed: Changes = []
        order = []
        for tank in self.render_cache.order(now):
            key = f"{tank.site}/{tank.name}"
            order.append(key)
            card, before = self.render_cache.card(tank, now, self.prefs.view), self.shown.get(key, NOTHING)
            if card != before:
                self.shown[key] = card
                changed.append([key, *(None if new == old else new for new, old in zip(card, before, strict=True))])
        if order == self.order:
            return changed, None
        self.order = order
        self.shown = {key: self.shown[key] for key in order}
        return changed, order
