"""Who may act, asked again at every order; how an order is sent, and its answer shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.commands import Order, is_stopped
from brewpi.dashboard.actions.dialogs import Answered
from brewpi.dashboard.actions.sender import ANSWER_S, STOP_ANSWER_S, Sender
from brewpi.dashboard.auth.guard import SIGN_IN, SIGN_OUT, cookie_name
from brewpi.dashboard.auth.sessions import UNITS, Session, Sessions, Visitor, units_of
from brewpi.dashboard.feed.board import Board, Tank
from brewpi.dashboard.views.formatting import Units, View
from brewpi.dashboard.views.language import preferred
from brewpi.dashboard.views.panel import Panel, stop_dialog
from brewpi.dashboard.views.sentences import in_words

CSS = (Path(__file__).parents[1] / "views" / "authorization.css").read_text(encoding="utf-8")
# white on them reads at 5:1 and more
COLOURS = {"primary": "#1b5e8c", "secondary": "#46555f", "negative": "#b3261e", "positive": "#1f6f3d"}
WATCH_S = 1.0
DRIVING = ("target", "confirm")  # orders after which somebody expects outputs to work


class AuthorizedActions:
    """What pages offer to whom; `send` publishes a command. secure: whether browsers reach us over TLS only;
    command_keys: the file of keys that commands are signed with, where sites ask for that."""

    def __init__(
        self, board: Board, sessions: Sessions, send: Callable[[str, str], None], secure: bool,
        command_keys: Path | None = None,
    ) -> None:  # fmt: skip
        self.board, self.sessions, self.secure = board, sessions, secure
        self.sender = Sender(board, send, command_keys)

    def visitor(self) -> Visitor:
        """For whom a page is being made."""
        cookies = ui.context.client.request.cookies
        language = preferred(ui.context.client.request.headers.get("accept-language", ""))
        visitor = Visitor(cookies.get(cookie_name(self.secure), ""), units_of(cookies.get(UNITS, ""), language))
        self.sessions.used(visitor.session, time.monotonic())
        return visitor

    def corner(self, visitor: Visitor) -> None:
        """For the bar at the top: STOP for those who may, and the way out; a page outlives no session."""
        if self.sessions.users.file is None:
            return
        ui.add_css(CSS)
        ui.colors(**COLOURS)
        session = self._session(visitor)
        if session is None:
            ui.link(visitor.units.tr("Sign in"), SIGN_IN)
            return
        with ui.element("div").classes("b-corner"):
            self._way_out(session, visitor.units)
        if session.user.operates:
            self._stop_any(visitor)
        ui.timer(WATCH_S, lambda: None if self._session(visitor) else ui.navigate.reload())

    def _stop_any(self, visitor: Visitor) -> None:
        """Outside of the header, so that nothing on the page can lie above it."""
        units = visitor.units
        with ui.teleport("body"), ui.element("div").classes("b-above") as home:
            stop = ui.button(units.tr("STOP any tank …")).props("no-caps color=negative").classes("b-stop-any")

        def open_() -> None:
            stop_dialog(home, self.board.ordered(time.time()), partial(self.order, visitor), units)

        stop.on_click(open_)

    def _way_out(self, session: Session, units: Units) -> None:
        ui.html(
            f'<form method="post" action="{SIGN_OUT}"><button type="submit" class="b-leave">'
            f"{escape(units.tr('Sign out {name}', name=session.name))}</button></form>",
            sanitize=False,
        )

    def panel(self, tank: Tank, visitor: Visitor, view: Callable[[], View]) -> Panel | None:
        """The buttons of one tank, for those who may; `view` as they read now."""
        if not self.who(visitor):
            return None

        def there() -> float:
            return self.board.time_at(tank.site, time.time())

        return Panel(tank, view, partial(self.order, visitor), there, partial(self.board.empty, tank.site))

    def who(self, visitor: Visitor) -> str | None:
        """The name of somebody who may act, None for all others."""
        session = self._session(visitor)
        return session.name if session and session.user.operates else None

    def name(self, visitor: Visitor) -> str | None:
        """Of who is signed in, "" where nobody has to be, None for all others."""
        if self.sessions.users.file is None:
            return ""
        session = self._session(visitor)
        return session.name if session else None

    def configurer(self, visitor: Visitor) -> str | None:
        """The name of somebody who may change the config, None for all others."""
        session = self._session(visitor)
        return session.name if session and session.user.configures else None

    def order(self, visitor: Visitor, order: Order, answered: Answered) -> str | None:
        """Send it; `answered` is told how that ended. Returns why nothing was sent; a STOP is sent whatever is known,
        and says what is not."""
        by, units = self.who(visitor), visitor.units
        if by is None:
            return units.tr("you are not signed in any more, or may not act")
        self.sessions.used(visitor.session, time.monotonic())
        unreachable = self._why_unreachable(order, units)
        stops = order.name == "stop"
        if unreachable and not stops:
            return unreachable
        try:
            command_id = self.sender.send(order, by)
        except ValueError:
            return units.tr("{action} cannot be right", action=order.title)
        if unreachable:
            sent = units.tr("STOP was sent to {tank}; nobody is known to hear it", tank=order.tank)
            answered(f"{sent}: {unreachable}")
        self._await_answer(order, command_id, units, answered, warned=bool(unreachable))
        return None

    def _why_unreachable(self, order: Order, units: Units) -> str | None:
        match self.sender.missing(order.site, order.tank):
            case "broker":
                return units.tr("the broker does not answer")
            case "service":
                return units.tr(
                    "the service of {site} is gone; use the emergency stop or the relays' plug if you must",
                    site=order.site,
                )
        return None

    def _done(self, order: Order, units: Units) -> dict[str, Any]:
        """That it was obeyed; somebody else may have stopped the tank while it was typed, and then nothing moves."""
        tank = self.board.tanks.get((order.site, order.tank))
        if order.name in DRIVING and tank is not None and is_stopped(tank):
            stopped = units.tr(
                "{tank}: {action} – done, but the tank is stopped: everything is off until somebody resumes",
                tank=order.tank, action=order.title,
            )  # fmt: skip
            return {"message": stopped, "type": "warning", "timeout": 10_000}
        done = units.tr("{tank}: {action} – done", tank=order.tank, action=order.title)
        return {"message": done, "type": "positive", "timeout": 4000}

    def _await_answer(self, order: Order, command_id: str, units: Units, answered: Answered, warned: bool) -> None:
        """warned: the window says already that nobody may hear it, and waits no longer. So it does of a STOP without an
        answer, which is worth nothing late: what comes after that is shown beside it."""
        began, tr = time.monotonic(), units.tr
        silent = tr(
            "{tank} has not answered to {action}; it may have obeyed: look at it", tank=order.tank, action=order.title
        )

        def tell(result: str | None) -> None:
            nonlocal warned
            if not warned:
                answered(result)
            elif result not in (None, silent):
                ui.notify(result, type="negative", timeout=0, close_button=True, position="bottom-left")
            warned = True

        def poll() -> None:
            ack, waited_s = self.board.acks.get(command_id), time.monotonic() - began
            if ack is None:
                if waited_s > (STOP_ANSWER_S if order.name == "stop" else ANSWER_S) and not warned:
                    tell(silent)
                if waited_s <= ANSWER_S:
                    return
            timer.cancel()
            if ack is None:
                return
            if ack.ok:
                ui.notify(**self._done(order, units), position="bottom-left")
                tell(None)
            else:
                why = in_words(ack.why, ack.message, units)
                tell(tr("{tank} refuses {action}: {reason}", tank=order.tank, action=order.title, reason=why))

        timer = ui.timer(0.3, poll)

    def _session(self, visitor: Visitor) -> Session | None:
        return self.sessions.get(visitor.session, time.monotonic())
