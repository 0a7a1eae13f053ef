"""Who may act, asked again at every order; how an order is sent, and its answer shown."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

from nicegui import ui

from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.actions.dialogs import BIG
from brewpi.dashboard.auth.guard import SIGN_IN, SIGN_OUT, cookie_name
from brewpi.dashboard.auth.sessions import UNITS, Session, Sessions, Visitor, units_of
from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views.formatting import Units
from brewpi.dashboard.views.panel import Panel, stop_dialog

CSS = (Path(__file__).parents[1] / "views" / "acting.css").read_text(encoding="utf-8")
COLOURS = {"primary": "#1b5e8c", "negative": "#b3261e", "positive": "#1f6f3d"}  # white on them reads at 5:1 and more
PATIENCE_S = 15.0  # for the answer to a command
WATCH_S = 1.0
STAYS: dict[str, Any] = {"timeout": 0, "close_button": "OK", "multi_line": True}  # until somebody has read it

log = logging.getLogger(__name__)


class AuthorizedActions:
    """What pages offer to whom; `send` publishes a command. secure: whether browsers reach us over TLS only."""

    def __init__(self, board: Board, sessions: Sessions, send: Callable[[str, str], None], secure: bool) -> None:
        self.board, self.sessions, self.send, self.secure = board, sessions, send, secure

    def visitor(self) -> Visitor:
        """For whom a page is being made."""
        cookies = ui.context.client.request.cookies
        visitor = Visitor(cookies.get(cookie_name(self.secure), ""), units_of(cookies.get(UNITS, "")))
        self.sessions.used(visitor.session, time.monotonic())
        return visitor

    def corner(self, visitor: Visitor) -> None:
        """For the bar at the top: STOP for those who may, and the way out; a page outlives no session."""
        if self.sessions.users.file is None:
            return
        ui.add_css(CSS)
        ui.colors(**COLOURS)
        session = self.sessions.get(visitor.session, time.monotonic())
        if session is None:
            ui.link("Sign in", SIGN_IN)
            return
        with ui.element("div").classes("b-corner") as home:
            if session.user.operates:
                stop = ui.button("STOP any tank …").props(f"{BIG} color=negative").classes("b-stop-any")
                stop.on_click(lambda: stop_dialog(home, self.board.tanks.values(), partial(self.order, visitor)))
            self._way_out(session)
        ui.timer(WATCH_S, lambda: None if self._is_in(visitor) else ui.navigate.reload())

    def _way_out(self, session: Session) -> None:
        ui.html(
            f'<form method="post" action="{SIGN_OUT}"><button type="submit" class="b-leave">'
            f"Sign out {escape(session.name)}</button></form>",
            sanitize=False,
        )

    def panel(self, tank: Tank, visitor: Visitor, units: Callable[[], Units]) -> None:
        """The buttons of one tank, for those who may; `units` as they read now."""
        if self.who(visitor):
            Panel(tank, units, partial(self.order, visitor))

    def who(self, visitor: Visitor) -> str | None:
        """The name of somebody who may act, None for all others."""
        session = self.sessions.get(visitor.session, time.monotonic())
        return session.name if session and session.user.operates else None

    def order(self, visitor: Visitor, order: Order) -> str | None:
        """Send it. Returns why nothing was sent; a STOP is sent whatever is known, and says what is not."""
        by = self.who(visitor)
        if by is None:
            return "you are not signed in any more, or may not act"
        self.sessions.used(visitor.session, time.monotonic())
        unheard = self._why_unheard(order)
        stops = order.name == "stop"
        if unheard and not stops:
            return unheard
        command_id = str(uuid4())
        try:
            topic, payload = order.message(command_id, by, time.time())
        except ValueError:
            return f"{order.title} cannot be right"
        log.info("%s tells %s / %s: %s (%s)", by, order.site, order.tank, order.title, command_id)
        self.send(topic, payload)
        if unheard:
            text = f"STOP was sent to {order.tank}; nobody is known to hear it: {unheard}"
            ui.notify(text, type="warning", **STAYS)
        self._await_answer(order, command_id)
        return None

    def _why_unheard(self, order: Order) -> str | None:
        """Why nobody may hear an order, as far as is known here: what a broker says of a service may be wrong."""
        if not self.board.connected:
            return "the broker does not answer"
        if (order.site, order.tank) not in self.board.tanks or self.board.online.get(order.site) is False:
            return f"the service of {order.site} is gone; use the emergency stop or the relays' plug if you must"
        return None

    def _await_answer(self, order: Order, command_id: str) -> None:
        until = time.monotonic() + PATIENCE_S

        def look() -> None:
            ack = self.board.acks.get(command_id)
            if ack and ack.ok:
                ui.notify(f"{order.tank}: {order.title} – done", type="positive", timeout=8000)
            elif ack:
                ui.notify(f"{order.tank} refuses {order.title}: {ack.why}", type="negative", **STAYS)
            elif time.monotonic() > until:
                text = f"{order.tank} has not answered to {order.title}; it may have obeyed: look at it"
                ui.notify(text, type="warning", **STAYS)
            else:
                return
            timer.cancel()

        timer = ui.timer(0.3, look)

    def _is_in(self, visitor: Visitor) -> bool:
        return self.sessions.get(visitor.session, time.monotonic()) is not None
