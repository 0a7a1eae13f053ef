"""The buttons of one tank, large enough for wet hands; what is asked and what is wrong comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from nicegui import ui

from brewpi.dashboard.actions import commands
from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.actions.dialogs import BIG, Dialog, Send, attribute, number, steps
from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.formatting import Units
from brewpi.quantities import f_from_celsius, sg_from_plato

T = TypeVar("T")


class Panel:
    """For somebody who may act; `units` as they read now, `send` returns why nothing was sent."""

    def __init__(self, tank: Tank, units: Callable[[], Units], send: Send) -> None:
        self.tank, self.units, self.send = tank, units, send
        self.texts: dict[tuple[str, ...], ui.label] = {}
        with ui.element("section").classes("b-do").props(f'aria-label="Act on {attribute(tank.name)}"') as self.home:
            self.place = ui.element("div").classes("b-do-waiting")
            with ui.element("div").classes("b-do-grid"):
                _button("Setpoint …", self._setpoint)
                _button("Hand reading …", self._reading)
                _button("Dose …", self._dose)
                _button("Mode …", self._mode)
                _button("Batch …", self._batch)
                _button("Resume …", lambda: self.ask(commands.resume(tank)))
                _button("STOP …", lambda: self.ask(commands.stop(tank)), "negative")
        self._fill()
        ui.timer(0.5, self._fill)

    def ask(self, order: Order, still: Callable[[], bool] = lambda: True) -> None:
        """Nothing to enter. still: whether what was looked at is as it was."""
        with self._dialog(order.title) as dialog:
            dialog.offers(lambda: order if still() else None)

    def _dialog(self, title: str) -> Dialog:
        return Dialog(self.home, f"{self.tank.site} / {self.tank.name}: {title}", self.send)

    # --- what waits, and what is wrong

    def _fill(self) -> None:
        """Texts follow the cellar; a button that a thumb is on stays where it is as long as it asks the same."""
        waiting = commands.offers(self.tank)
        kinds = [offer.kind for offer in waiting]
        if kinds != list(self.texts):
            self.place.clear()
            self.texts = {}
            with self.place:
                for offer in waiting:
                    self.texts[offer.kind] = ui.label().classes("b-ask")
                    for number, (label, order) in enumerate(offer.orders):
                        _button(f"{label} …", partial(self._press, offer.kind, number),
                                "negative" if order.danger else "primary")  # fmt: skip
        for offer in waiting:
            self.texts[offer.kind].set_text(offer.text)

    def _press(self, kind: tuple[str, ...], number: int) -> None:
        """What it asks now; the answer is not sent if it no longer does."""
        for offer in commands.offers(self.tank):
            if offer.kind == kind:
                self.ask(offer.orders[number][1], lambda: any(now.kind == kind for now in commands.offers(self.tank)))

    # --- with something to enter

    def _setpoint(self) -> None:
        tank, units = self.tank, self.units()
        held_c = tank.state.set_c if tank.state else None
        with self._dialog("setpoint") as dialog:
            start = None if held_c is None else round(f_from_celsius(held_c) if units.fahrenheit else held_c, 1)
            value = number(f"setpoint in {'°F' if units.fahrenheit else '°C'}", start, 0.5)
            steps(value, (-1.0, -0.5, 0.5, 1.0))
            dialog.offers(lambda: _with(value.value, lambda said: commands.setpoint(tank, said, units)), value)

    def _reading(self) -> None:
        plato = self.units().plato
        with self._dialog("hand reading") as dialog:
            value = number("gravity", None, 0.1 if plato else 0.001)
            unit = ui.toggle({"sg": "SG", "plato": "°P"}, value="plato" if plato else "sg").props(BIG)

            def make() -> Order | None:
                return _with(value.value, lambda said: commands.hand_reading(self.tank, said, str(unit.value)))

            dialog.offers(make, value, unit)

    def _dose(self) -> None:
        with self._dialog("dose") as dialog:
            value = number("volume in ml", None, 10.0)
            how = ui.toggle({"pump": "by the pump, now", "hand": "I gave it by hand"}, value="pump").props(BIG)

            def make() -> Order | None:
                return _with(value.value, lambda said: commands.dose(self.tank, said, how.value == "hand"))

            dialog.offers(make, value, how)

    def _mode(self) -> None:
        modes = dict(self.tank.state.modes) if self.tank.state else {}
        with self._dialog("mode") as dialog:
            if not modes:
                ui.label("It follows no recipe: there is nothing that it would do by itself.")
            what = ui.toggle(["step", "dose", "drain"], value="step").props(BIG)
            how = ui.toggle(["advise", "ask", "act"], value=modes.get("step")).props(BIG)
            what.on_value_change(lambda: how.set_value(modes.get(str(what.value))))
            dialog.offers(lambda: commands.mode(self.tank, what.value, how.value) if how.value else None, what, how)

    def _batch(self) -> None:
        plato = self.units().plato
        with self._dialog("batch") as dialog:
            name = ui.input("name of the new batch").props("outlined maxlength=80 autofocus")
            og = number(f"original gravity in {'°P' if plato else 'SG'}, if known", None, 0.1 if plato else 0.001)
            medium = ui.select(["beer", "wine", "cider", "mead"], label="medium, if not the usual one", clearable=True)

            def make() -> Order | None:
                said = str(name.value or "").strip()
                sg = _with(og.value, lambda g: round(sg_from_plato(g), 5) if plato else g)
                return commands.start_batch(self.tank, said, sg, medium.value) if said else None

            dialog.offers(make, name, og, medium)
            ui.separator()

            def end() -> None:
                dialog.dialog.close()
                self.ask(commands.end_batch(self.tank))

            _button("End the batch …", end)


def stop_dialog(home: ui.element, tanks: Iterable[Tank], send: Send) -> None:
    """From any page: two taps for one tank or for all of them."""
    every = list(tanks)
    with Dialog(home, "STOP: everything off until somebody resumes", send) as dialog:
        for tank in every:
            dialog.choice(f"STOP {tank.site} / {tank.name}", [commands.stop(tank)])
        if len(every) > 1:
            dialog.choice(f"STOP all {len(every)} tanks", [commands.stop(tank) for tank in every])
        ui.button("No", on_click=dialog.dialog.close).props(f"{BIG} outline")


def _button(label: str, press: Callable[[], object], colour: str = "primary") -> None:
    ui.button(label, on_click=lambda: press()).props(f'{BIG} color="{colour}"')


def _with(value: float | None, make: Callable[[float], T]) -> T | None:
    return None if value is None else make(float(value))
