"""The pages and their server: the only file that knows nicegui."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from nicegui import app, ui

from brewpi.dashboard import cards, chart
from brewpi.dashboard.actions import Order
from brewpi.dashboard.model import Board, Tank, Units
from brewpi.dashboard.users import Users
from brewpi.mqtt.null import Link

CSS = (Path(__file__).parent / "board.css").read_text(encoding="utf-8")
PATIENCE_S = 15.0  # for the answer to a command
SESSIONS_KEPT, SESSION_S = 500, 12 * 3600.0


class Sessions:
    """By the signed cookie of a browser: who signed in until when, and the units. In memory: a restart signs out."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[str, float]] = {}
        self.units: dict[str, Units] = {}

    def name(self, browser: str, now: float) -> str | None:
        """Who is signed in."""
        name, until = self.people.get(browser, ("", 0.0))
        return name if now < until else None

    def remember(self, kept: dict[str, Any], browser: str, value: object) -> None:
        """The oldest go when there are too many."""
        kept.pop(browser, None)
        kept[browser] = value
        while len(kept) > SESSIONS_KEPT:
            del kept[next(iter(kept))]


class Pages:
    """All pages over one board; `send` publishes a command."""

    def __init__(self, board: Board, users: Users, send: Callable[[str, str], None]) -> None:
        self.board, self.users, self.send = board, users, send
        self.sessions = Sessions()
        ui.page("/", title="brewpi")(self.whiteboard)
        ui.page("/tank/{site}/{name}", title="brewpi: tank")(self.tank)
        ui.page("/schedule", title="brewpi: seven days")(self.schedule)
        ui.page("/scorecard", title="brewpi: scorecard")(self.scorecard)
        ui.page("/sign-in", title="brewpi: sign in")(self.sign_in)

    def whiteboard(self) -> None:
        """All tanks."""
        browser = self._frame()
        with self._main():
            self._live(lambda: cards.whiteboard(self.board, time.time(), self._units(browser)), "b-cards")

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
        browser = self._frame()
        board = self.board
        with self._main():
            tank = board.tanks.get((site, name))
            if tank is None:
                ui.html('<p class="b-empty">nothing has been heard of such a tank</p>', sanitize=False)
                return
            self._live(lambda: cards.card(board, tank, time.time(), self._units(browser)))
            with ui.element("div").classes("b-two"):
                with ui.element("div"):
                    self._chart(tank, browser)
                    self._live(lambda: cards.events(tank, time.time()))
                with ui.element("div"):
                    self._live(lambda: cards.details(board, tank, time.time(), self._units(browser)))
                    if self._may_act(browser):
                        self._actions(tank, browser)

    def sign_in(self) -> None:
        """Name and password."""
        browser = self._frame()
        with self._main():
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
                self.sessions.remember(self.sessions.people, browser, (str(name.value), time.time() + SESSION_S))
                ui.navigate.to("/")

            password.on("keydown.enter", enter)
            ui.button("sign in", on_click=enter)

    # --- parts

    def _frame(self) -> str:
        browser = str(app.storage.browser["id"])
        ui.add_css(CSS)
        dark = ui.dark_mode(None)
        units = self._units(browser)
        with ui.element("nav").classes("b-nav"):
            ui.link("Whiteboard", "/")
            ui.link("Seven days", "/schedule")
            ui.link("Scorecard", "/scorecard")
            toggle = partial(self._switch, browser)
            ui.button("SG" if units.plato else "°P", on_click=lambda: toggle("plato")).props("outline color=white")
            ui.button("°C" if units.fahrenheit else "°F", on_click=lambda: toggle("fahrenheit")).props(
                "outline color=white"
            )
            ui.button("dark", on_click=lambda: dark.set_value(not dark.value)).props("outline color=white")
            who = self.sessions.name(browser, time.time())
            if who:
                ui.button(f"sign out {who}", on_click=lambda: self._sign_out(browser)).props("flat color=white no-caps")
            elif self.users.known:
                ui.link("Sign in", "/sign-in")
        return browser

    def _main(self) -> ui.element:
        return ui.element("main").classes("b-page")

    def _live(self, draw: Callable[[], str], classes: str = "") -> None:
        html = ui.html(draw(), sanitize=False).classes(classes)
        ui.timer(0.5, lambda: html.set_content(draw()))

    def _chart(self, tank: Tank, browser: str) -> None:
        drawn = tank.curve
        echart = ui.echart(chart.options(tank, self._units(browser))).classes("b-chart")

        def redraw() -> None:
            nonlocal drawn
            if tank.curve is not drawn:
                drawn = tank.curve
                echart.options.clear()
                echart.options.update(chart.options(tank, self._units(browser)))
                echart.update()

        ui.timer(1.0, redraw)

    def _units(self, browser: str) -> Units:
        return self.sessions.units.get(browser, Units())

    def _switch(self, browser: str, unit: str) -> None:
        units = self._units(browser)
        self.sessions.remember(self.sessions.units, browser, replace(units, **{unit: not getattr(units, unit)}))
        ui.navigate.reload()

    def _sign_out(self, browser: str) -> None:
        self.sessions.people.pop(browser, None)
        ui.navigate.to("/")

    # --- what a person may do

    def _may_act(self, browser: str) -> str | None:
        """The name of who may act, asked again at every action."""
        name = self.sessions.name(browser, time.time())
        user = self.users.known.get(name) if name else None
        return name if user and user.role == "operate" else None

    def _actions(self, tank: Tank, browser: str) -> None:
        ui.html("<h2>Do</h2>", sanitize=False)

        def order(name: str, effect: str, **fields: object) -> None:
            self._ask(Order(tank.site, tank.name, name, effect, tuple(fields.items())), browser)

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

    def _ask(self, order: Order, browser: str) -> None:
        """The dialog that names tank and effect."""
        with ui.dialog() as dialog, ui.card():
            ui.label(f"{order.site} / {order.tank}").style("font-size:1.6rem;font-weight:700")
            ui.label(order.effect).style("font-size:1.3rem")
            with ui.row():

                def yes() -> None:
                    dialog.close()
                    self._order(order, browser)

                ui.button(f"yes: {order.name}", on_click=yes)
                ui.button("no", on_click=dialog.close).props("outline autofocus")
        dialog.open()

    def _order(self, order: Order, browser: str) -> None:
        by, command_id = self._may_act(browser), str(uuid4())
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


def serve(link: Link, online: Callable[[], bool], site: str, users: Users, host: str, port: int) -> None:
    """Until Ctrl-C. `site` may be + for all of them."""
    board = Board()
    inboxes = [link.subscribe(f"brewpi/{site}/{rest}") for rest in ("availability", "scorecard", "+/+")]
    Pages(board, users, link.say)

    def pump() -> None:
        link.pump()
        board.connected = online()
        for inbox in inboxes:
            board.hear(inbox.take())

    app.on_startup(link.start)
    app.on_shutdown(link.stop)
    app.timer(0.1, pump)
    ui.run(
        host=host, port=port, title="brewpi", reload=False, show=False, show_welcome_message=False, dark=None,
        storage_secret=secrets.token_hex(32), session_middleware_kwargs={"same_site": "strict"},
        uvicorn_logging_level="warning", reconnect_timeout=10.0,
    )  # fmt: skip
