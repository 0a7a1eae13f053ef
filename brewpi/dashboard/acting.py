"""What a person may do: the dialog that names tank and effect, the order that follows, and the answer to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from nicegui import app, ui

from brewpi.dashboard.actions import Order
from brewpi.dashboard.model import Board, Tank
from brewpi.dashboard.sessions import SESSION_S, UNITS, Sessions, Visitor, units_of
from brewpi.dashboard.users import Users

PATIENCE_S = 15.0  # for the answer to a command


class Acting:
    """Signing in, and every action; `send` publishes a command."""

    def __init__(self, board: Board, users: Users, send: Callable[[str, str], None]) -> None:
        self.board, self.users, self.send = board, users, send
        self.sessions = Sessions()
        ui.page("/sign-in", title="brewpi: sign in")(self.sign_in)

    def visitor(self) -> Visitor:
        """For whom a page is being made."""
        cookies = ui.context.client.request.cookies
        return Visitor(str(app.storage.browser["id"]), units_of(cookies.get(UNITS, "")))

    def corner(self, visitor: Visitor) -> None:
        """For the bar at the top: sign in, or who is signed in and out again."""
        who = self.sessions.name(visitor.session, time.time())
        if who:
            ui.button(f"sign out {who}", on_click=lambda: self._sign_out(visitor)).props("flat color=white no-caps")
        elif self.users.known:
            ui.link("Sign in", "/sign-in")

    def panel(self, tank: Tank, visitor: Visitor) -> None:
        """The buttons of one tank, for those who may."""
        if self._may_act(visitor):
            self._actions(tank, visitor)

    def sign_in(self) -> None:
        """Name and password."""
        visitor = self.visitor()
        with ui.element("main").classes("b-page"):
            if not self.users.known:
                ui.label("No users are configured: the board is to look at only.")
                return
            name = ui.input("name").props("autofocus autocomplete=username")
            password = ui.input("password", password=True).props("autocomplete=current-password")

            def enter() -> None:
                user = self.users.sign_in(str(name.value), str(password.value), time.time())
                if isinstance(user, str):
                    ui.notify(user, type="negative")
                    return
                person = (str(name.value), time.time() + SESSION_S)
                self.sessions.remember(self.sessions.people, visitor.session, person)
                ui.navigate.to("/")

            password.on("keydown.enter", enter)
            ui.button("sign in", on_click=enter)

    def _sign_out(self, visitor: Visitor) -> None:
        self.sessions.people.pop(visitor.session, None)
        ui.navigate.to("/")

    def _may_act(self, visitor: Visitor) -> str | None:
        """The name of who may act, asked again at every action."""
        name = self.sessions.name(visitor.session, time.time())
        user = self.users.known.get(name) if name else None
        return name if user and user.role == "operate" else None

    def _actions(self, tank: Tank, visitor: Visitor) -> None:
        ui.html("<h2>Do</h2>", sanitize=False)

        def order(name: str, effect: str, **fields: object) -> None:
            self._ask(Order(tank.site, tank.name, name, effect, tuple(fields.items())), visitor)

        with ui.row():
            target = ui.number("setpoint °C", min=-5, max=50, step=0.5)
            ui.button(
                "set", on_click=lambda: order("target", f"hold {target.value} °C", target_c=float(target.value or 0.0))
            ).bind_enabled_from(target, "value", lambda value: value is not None)
        with ui.row():
            reading = ui.number("hand reading")
            unit = ui.select(["sg", "plato"], value="sg", label="unit")
            ui.button(
                "enter",
                on_click=lambda: order(
                    "reading", f"a hand reading of {reading.value} {unit.value} goes into the forecast",
                    quantity="sg", value=float(reading.value or 0.0), unit=unit.value,
                ),
            ).bind_enabled_from(reading, "value", lambda value: value is not None)  # fmt: skip
        with ui.row():
            dose = ui.number("dose ml", min=1)
            ui.button(
                "dose",
                on_click=lambda: order("dose", f"the pump gives {dose.value} ml", volume_ml=float(dose.value or 0)),
            ).bind_enabled_from(dose, "value", lambda value: value is not None)
        self._answers(tank, order)
        with ui.row():
            ui.button(
                "arm drain", on_click=lambda: order("drain", "the drain is armed; a confirm within 5 min opens it")
            )
            ui.button(
                "confirm drain", on_click=lambda: order("confirm", "the drain valve OPENS if it is armed", what="drain")
            )
        with ui.row():
            ui.button("STOP", on_click=lambda: order("stop", "everything off until resume")).props("color=negative")
            ui.button("resume", on_click=lambda: order("resume", "control goes on"))

    def _answers(self, tank: Tank, order: Callable[..., None]) -> None:
        """What is asked and the alarms to acknowledge, kept up to date."""
        shown: object = None
        place = ui.column()

        def fill() -> None:
            nonlocal shown
            state = tank.state
            waiting = (list(state.asks), [a for a in state.alarms if not a.acknowledged_by]) if state else ([], [])
            if waiting == shown:
                return
            shown = waiting
            place.clear()
            with place:
                for ask in waiting[0]:
                    with ui.row():
                        for word in ("confirm", "veto"):
                            say = partial(order, word, f"{word}: {ask.text}", what=ask.key)
                            ui.button(f"{word}: {ask.key}", on_click=say)
                for alarm in waiting[1]:
                    seen = partial(order, "acknowledge", f"not repeated any more: {alarm.text}", key=alarm.key)
                    ui.button(f"acknowledge: {alarm.key}", on_click=seen)

        fill()
        ui.timer(1.0, fill)

    def _ask(self, order: Order, visitor: Visitor) -> None:
        """The dialog that names tank and effect."""
        with ui.dialog() as dialog, ui.card():
            ui.label(f"{order.site} / {order.tank}").style("font-size:1.6rem;font-weight:700")
            ui.label(order.effect).style("font-size:1.3rem")
            with ui.row():

                def yes() -> None:
                    dialog.close()
                    self._order(order, visitor)

                ui.button(f"yes: {order.name}", on_click=yes)
                ui.button("no", on_click=dialog.close).props("outline autofocus")
        dialog.open()

    def _order(self, order: Order, visitor: Visitor) -> None:
        by, command_id = self._may_act(visitor), str(uuid4())
        if by is None:
            ui.notify("not signed in, or not allowed to act", type="negative")
            return
        if not self.board.connected:
            ui.notify("no broker: nothing was sent", type="negative")
            return
        try:
            topic, payload = order.message(command_id, by, time.time())
        except ValueError as error:
            ui.notify(f"not sent: {error}", type="negative", multi_line=True)
            return
        self.send(topic, payload)
        until = time.time() + PATIENCE_S

        def look() -> None:
            ack = self.board.acks.get(command_id)
            if ack:
                ui.notify(
                    f"{order.tank}: {order.name} done" if ack.ok else f"{order.tank} refuses: {ack.why}",
                    type="positive" if ack.ok else "negative", timeout=8000,
                )  # fmt: skip
                timer.cancel()
            elif time.time() > until:
                ui.notify(f"{order.tank} has not answered; it may have obeyed: look at it", type="warning", timeout=0)
                timer.cancel()

        timer = ui.timer(0.3, look)
