"""The dialog that stands before every order: it names tank and effect, a yes sends it, and the answer stands in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from types import TracebackType
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.views.number_entry import NumberEntry
from brewpi.dashboard.views.units import Units

Make = Callable[[], Order | None]  # None while something is missing
Answered = Callable[[str | None], None]  # the refusal, None if it was obeyed
Send = Callable[[Order, Answered], str | None]  # why nothing was sent

BIG = "no-caps size=lg"


class Dialog(AbstractContextManager["Dialog"]):
    """What is entered goes inside of `with`, `offers` last; it opens on leaving.

    home: an element that stays as long as the page, whatever becomes of the button that was pressed.
    """

    def __init__(self, home: ui.element, heading: str, send: Send, units: Units) -> None:
        self.home, self.send, self.units = home, send, units
        with home:
            self.dialog = ui.dialog().props(f'aria-label="{attribute(heading)}"')
        self.dialog.on("hide", self.dialog.delete)
        with self.dialog:
            self.card = ui.card().classes("b-dialog")
        with self.card:
            ui.label(heading).classes("b-dialog-title").props("role=heading aria-level=2")
        self.answers: dict[str, str] = {}
        self.waiting = 0
        self.asks: ui.element | None = None
        self.done: Callable[[], None] | None = None

    def __enter__(self) -> Dialog:
        self.card.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        with self.foot:
            self.result = ui.label().classes("b-dialog-result").props("role=alert")
        self.card.__exit__(kind, error, trace)
        self.dialog.open()

    @cached_property
    def foot(self) -> ui.element:
        """What stays in sight below all else where a dialog is longer than the screen: the answer, and what is put
        before it."""
        with self.card:
            return ui.element("div").classes("b-dialog-foot")

    def offers(self, make: Make, *entries: Any, warning: Callable[[], str] = lambda: "") -> None:
        """The effect, no, and a yes that is dead while something is missing; both follow what is entered. doubt: why
        what is entered is unlikely; then it is sent by a second press only."""
        effect = ui.label().classes("b-dialog-effect").props("role=status")
        warned: list[Order] = []
        with ui.element("div").classes("b-dialog-buttons"):
            ui.button(self.units.tr("No"), on_click=self.dialog.close).props(f"{BIG} outline")
            yes = ui.button(self.units.tr("Yes"), on_click=lambda: press()).props(BIG).classes("b-orders")

        def show() -> None:
            order = make()
            warned.clear()
            yes.set_text(order.yes if order else self.units.tr("Yes"))
            yes.set_enabled(order is not None)
            effect.set_text(order.effect if order else "")
            if order and order.danger:
                yes.props("color=negative").classes("b-sends")

        def press() -> None:
            order, why = make(), warning()
            if order and why and order not in warned:
                _received()
                warned.append(order)
                effect.set_text(f"{why} {order.effect}")
                yes.set_text(self.units.tr("It is right: {action}", action=order.yes))
                return
            self._send(make)

        show()
        for entry in entries:
            entry.on_value_change(show)

    def choice(self, label: str, orders: Sequence[Order]) -> None:
        """A button that names tank and effect itself."""

        def press() -> None:
            for order in orders:
                self._send(partial(lambda known: known, order))

        ui.button(label, on_click=press).props(f"{BIG} color=negative").classes("b-sends")

    def _send(self, make: Make) -> None:
        _received()
        order, tr = make(), self.units.tr
        if order is None:
            self.result.set_text(tr("Nothing was sent: what was asked has changed meanwhile; look again."))
            return
        self.waiting += 1
        self.result.set_text(tr("Sent; {tank} is to answer …", tank=order.tank))
        with self.home:
            why = self.send(order, partial(self._answered, order))
        if why:
            self.waiting -= 1
            self.answers[order.tank] = tr("Nothing was sent: {reason}", reason=why)
            self._show()

    def _answered(self, order: Order, refusal: str | None) -> None:
        """A refusal stays in the window that it belongs to; what was obeyed closes it."""
        self.waiting -= 1
        if refusal:
            self.answers[order.tank] = refusal
        self._show()

    def _show(self) -> None:
        if self.dialog.is_deleted:
            return
        if self.answers:
            self.result.set_text(" ".join(self.answers.values()))
            self.result.classes("b-refused")
            self.answers = {} if self.waiting == 0 else self.answers
        elif self.waiting == 0:
            if self.done:
                self.done()
            else:
                self.dialog.close()


def _received() -> None:
    """The browser need not say, should its page load itself anew, that a press was lost."""
    ui.run_javascript("window.brewpiReceived?.()")


def steps(value: NumberEntry, by: Sequence[float], units: Units) -> None:
    """Buttons that change a number without the keyboard."""
    with ui.element("div").classes("b-dialog-steps"):
        for step in by:
            label = ("+" if step > 0.0 else "−") + units.decimal(abs(step), 0 if step == int(step) else 1)
            ui.button(label, on_click=partial(value.add, step)).props(f"{BIG} outline")


def attribute(text: str) -> str:
    """Words from a broker inside of a quoted property."""
    return text.replace("\\", "").replace('"', "'").replace("\n", " ")
