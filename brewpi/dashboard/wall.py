"""The cards of one browser."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from brewpi.dashboard.drawn import Card, Drawn
from brewpi.dashboard.look import Look


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
