"""The dialog that stands before every order: it names tank and effect, and a yes sends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.commands import Order

Make = Callable[[], Order | None]  # None while something is missing
Send = Callable[[Order], str | None]  # why nothing was sent

BIG = "no-caps size=lg"


class Dialog(AbstractContextManager["Dialog"]):
    """What is entered goes inside of `with`, `offers` last; it opens on leaving.

    home: an element that stays as long as the page, whatever becomes of the button that was pressed.
    """

    def __init__(self, home: ui.element, heading: str, send: Send) -> None:
        self.home, self.send = home, send
        with home:
            self.dialog = ui.dialog().props(f'aria-label="{attribute(heading)}"')
        self.dialog.on("hide", self.dialog.delete)
        with self.dialog:
            self.card = ui.card().classes("b-dialog")
        with self.card:
            ui.label(heading).classes("b-dialog-title").props("role=heading aria-level=2")

    def __enter__(self) -> Dialog:
        self.card.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.card.__exit__(kind, error, trace)
        self.dialog.open()

    def offers(self, make: Make, *entries: Any) -> None:
        """The effect, no, and a yes that is dead while something is missing; both follow what is entered."""
        effect = ui.label().classes("b-dialog-effect").props("role=status")
        with ui.element("div").classes("b-dialog-buttons"):
            ui.button("No", on_click=self.dialog.close).props(f"{BIG} outline")
            yes = ui.button("Yes", on_click=lambda: self._send(make)).props(BIG)

        def show() -> None:
            order = make()
            yes.set_text(order.yes if order else "Yes")
            yes.set_enabled(order is not None)
            effect.set_text(order.effect if order else "")
            if order and order.danger:
                yes.props("color=negative")

        show()
        for entry in entries:
            entry.on_value_change(show)

    def choice(self, label: str, orders: Sequence[Order]) -> None:
        """A button that names tank and effect itself."""

        def press() -> None:
            for order in orders:
                self._send(partial(lambda known: known, order))

        ui.button(label, on_click=press).props(f"{BIG} color=negative")

    def _send(self, make: Make) -> None:
        order = make()
        self.dialog.close()
        with self.home:
            why = "what was asked has changed meanwhile; look again" if order is None else self.send(order)
            if why:
                ui.notify(f"Nothing was sent: {why}", type="negative", timeout=0, close_button="OK", multi_line=True)


def number(label: str, start: float | None, step: float) -> ui.number:
    """For a thumb; with a decimal point on a phone's keyboard."""
    return ui.number(label, value=start, step=step).props("outlined inputmode=decimal autofocus").classes("b-number")


def steps(value: ui.number, by: Sequence[float]) -> None:
    """Buttons beside the keyboard."""

    def move(step: float) -> None:
        value.set_value(round(float(value.value or 0.0) + step, 2))

    with ui.element("div").classes("b-dialog-steps"):
        for step in by:
            ui.button(f"{step:+g}".replace("-", "−"), on_click=lambda step=step: move(step)).props(f"{BIG} outline")


def attribute(text: str) -> str:
    """Words from a broker inside of a quoted property."""
    return text.replace("\\", "").replace('"', "'").replace("\n", " ")
