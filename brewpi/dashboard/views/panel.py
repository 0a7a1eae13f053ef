"""The buttons of one tank, large enough for wet hands; what is asked and what is wrong comes first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from nicegui import ui

from brewpi.dashboard.actions import commands
from brewpi.dashboard.actions.batch_orders import GivenReading, forget_reading, given_readings, just_entered
from brewpi.dashboard.actions.commands import Offer, Order
from brewpi.dashboard.actions.dialogs import BIG, Dialog, Send, attribute, steps
from brewpi.dashboard.actions.plausibility import implausible_reading
from brewpi.dashboard.actions.typed_numbers import (
    DEGREES,
    degrees_as_read,
    dose_fault,
    minutes_fault,
    setpoint_fault,
)
from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.batch_dialogs import BatchDialogs
from brewpi.dashboard.views.calibration_dialog import CalibrationDialog
from brewpi.dashboard.views.formatting import Units, View, moment
from brewpi.dashboard.views.gravity_entry import GravityEntry
from brewpi.dashboard.views.number_entry import NumberEntry

T = TypeVar("T")


class Panel:
    """For somebody who may act; `units` as they read now, `send` returns why nothing was sent; there: the time at the
    tank; empty: tanks of its site without a batch. `questions` stands first on the page, `buttons` wherever there is
    room, `readings` in the history."""

    def __init__(
        self, tank: Tank, units: Callable[[], View], send: Send, there: Callable[[], float],
        empty: Callable[[], Sequence[str]],
    ) -> None:  # fmt: skip
        self.tank, self.units, self.send, self.there = tank, units, send, there
        self.batch = BatchDialogs(tank, units, self._dialog, self.ask, empty)
        self.calibration = CalibrationDialog(tank, units, self._dialog, self.ask)
        self.texts: dict[tuple[str, ...], tuple[ui.label, ui.label]] = {}
        self.labels: list[list[str]] = []
        self.arm: ui.button | None = None

    def questions(self) -> None:
        """What waits for an answer, each with its buttons."""
        tr = self.units().tr
        about = attribute(tr("What waits in {tank}", tank=self.tank.name))
        with ui.element("section").classes("b-do b-do-first").props(f'aria-label="{about}"') as self.home:
            self.place = ui.element("div").classes("b-do-waiting")
        self._fill()
        ui.timer(0.5, self._fill)

    def buttons(self) -> None:
        """What can be done at any time."""
        tr = self.units().tr
        about = attribute(tr("Act on {tank}", tank=self.tank.name))
        with (
            ui.element("section").classes("b-do").props(f'aria-label="{about}"'),
            ui.element("div").classes("b-do-grid"),
        ):
            _button(f"{tr('Setpoint')} …", self._setpoint)
            _button(f"{tr('Hand reading')} …", self._reading)
            _button(f"{tr('Dose')} …", self._dose)
            _button(f"{tr('Note')} …", self.batch.note)
            _button(f"{tr('Addition')} …", self.batch.addition)
            _button(f"{tr('Calibrate')} …", self.calibration.begin, "secondary")
            _button(f"{tr('Mode')} …", self._mode, "secondary")
            _button(f"{tr('Batch')} …", self.batch.batch, "secondary")
            if self.tank.state and self.tank.state.drain:
                arm = f"{tr('Arm drain')} …"
                self.arm = _button(arm, lambda: self.ask(commands.arm_drain(self.tank, self.units())), "secondary")
                self.arm.set_visibility(self._arms_later(self._waiting()))
            _button(f"{tr('Resume')} …", lambda: self.ask(commands.resume(self.tank, self.units())), "positive")
            _button("STOP …", lambda: self.ask(commands.stop(self.tank, self.units())), "negative")

    def ask(self, order: Order, still: Callable[[], bool] = lambda: True) -> None:
        """Nothing to enter. still: whether what was looked at is as it was."""
        with self._dialog(order.title) as dialog:
            dialog.offers(lambda: order if still() else None)

    def _dialog(self, title: str) -> Dialog:
        return Dialog(self.home, f"{self.tank.site} / {self.tank.name}: {title}", self.send, self.units())

    def readings(self) -> None:
        """What was measured by hand and can be taken back."""
        place = ui.element("div").classes("b-do b-do-readings")
        shown: list[GivenReading] | None = None

        def fill() -> None:
            nonlocal shown
            view = self.units()
            given = given_readings(self.tank, view)
            if given == shown:
                return
            shown = given
            place.clear()
            with place:
                for reading in given:
                    order = forget_reading(self.tank, reading.id, reading.text, view)
                    with ui.element("div").classes("b-given"):
                        ui.label(f"{moment(reading.at, self.there(), view)} {reading.text}")
                        label = attribute(f"{view.tr('Take it back')}: {reading.text}")
                        _button(f"{view.tr('Take it back')} …", partial(self.ask, order), "secondary", label)

        fill()
        ui.timer(0.5, fill)

    # --- what waits, and what is wrong

    def _waiting(self) -> list[Offer]:
        view = self.units()
        return [*just_entered(self.tank, self.there(), view), *commands.offers(self.tank, view)]

    @staticmethod
    def _arms_later(waiting: Sequence[Offer]) -> bool:
        """Whether the drain is at rest, and may not be armed yet: else it stands first."""
        return not any(offer.kind[0] == "drain" for offer in waiting)

    def _fill(self) -> None:
        """Texts follow the cellar; a button that a thumb is on stays where it is as long as it asks the same."""
        waiting = self._waiting()
        labels = [[label for label, _ in offer.orders] for offer in waiting]
        if [offer.kind for offer in waiting] != list(self.texts) or labels != self.labels:
            self.place.clear()
            self.texts, self.labels = {}, labels
            with self.place:
                for offer in waiting:
                    self._offer(offer)
        if self.arm:
            self.arm.set_visibility(self._arms_later(waiting))
        for offer in waiting:
            text, why = self.texts[offer.kind]
            text.set_text(offer.text)
            why.set_text(offer.why)

    def _offer(self, offer: Offer) -> None:
        with ui.element("div").classes(f"b-offer b-offer-{offer.kind[0]}"):
            self.texts[offer.kind] = ui.label().classes("b-ask"), ui.label().classes("b-ask-why")
            with ui.element("div").classes("b-offer-buttons"):
                for number, (label, order) in enumerate(offer.orders):
                    usual = "primary" if order.name != "veto" else "secondary"
                    colour = "negative" if order.danger else "positive" if order.name == "confirm" else usual
                    _button(f"{label} …", partial(self._press, offer.kind, number), colour)

    def _press(self, kind: tuple[str, ...], number: int) -> None:
        """What it asks now; the answer is not sent if it no longer does."""

        def still() -> bool:
            return any(now.kind == kind for now in self._waiting())

        for offer in self._waiting():
            if offer.kind == kind:
                self.ask(offer.orders[number][1], still)

    # --- with something to enter

    def _setpoint(self) -> None:
        tank, units = self.tank, self.units()
        held_c = tank.state.target_c if tank.state else None
        with self._dialog(units.tr("setpoint")) as dialog:
            start = "" if held_c is None else units.decimal(units.number(held_c), 1)
            value = NumberEntry(
                units.tr("setpoint in {unit}", unit=units.degree), units, start, autofocus=True, known=DEGREES,
                example=units.decimal(units.number(18.5), 1), fault=lambda typed: setpoint_fault(typed, units),
                meant=lambda typed: degrees_as_read(typed, units),
            )  # fmt: skip
            steps(value, (-1.0, -0.5, 0.5, 1.0), units)
            dialog.offers(lambda: _with(value.value, lambda given: commands.setpoint(tank, given, units)), value)

    def _reading(self) -> None:
        view, tank = self.units(), self.tank
        with self._dialog(view.tr("hand reading")) as dialog:
            gravity = GravityEntry(view.tr("gravity"), view, autofocus=True)
            minutes = NumberEntry(
                view.tr("taken so many minutes ago"), view, "0", example="15",
                fault=lambda typed: minutes_fault(typed.value, view),
            )  # fmt: skip

            def make() -> Order | None:
                if minutes.is_wrong:
                    return None
                ago_s = 60.0 * float(minutes.value or 0.0)
                at = time.time() - ago_s if ago_s > 0.0 else None
                return _with(gravity.value, lambda given: commands.hand_reading(tank, given, gravity.unit, view, at))

            def warning() -> str:
                return _with(gravity.value, lambda given: implausible_reading(tank, given, gravity.unit, view)) or ""

            dialog.offers(make, *gravity.entries, minutes, warning=warning)

    def _dose(self) -> None:
        units = self.units()
        with self._dialog(units.tr("dose")) as dialog:
            value = NumberEntry(
                units.tr("volume in ml"), units, example="40", known=("ml",), autofocus=True,
                fault=lambda typed: dose_fault(typed.value, units),
            )  # fmt: skip
            ways = {"pump": units.tr("by the pump, now"), "hand": units.tr("I gave it by hand")}
            how = ui.toggle(ways, value="pump").props(BIG) if commands.may_pump(self.tank) else None
            if how is None:
                ui.label(units.tr("There is no pump here: what was given by hand is recorded."))

            def make() -> Order | None:
                by_hand = how is None or how.value == "hand"
                return _with(value.value, lambda given: commands.dose(self.tank, given, by_hand, units))

            dialog.offers(make, value, *([] if how is None else [how]))

    def _mode(self) -> None:
        units = self.units()
        modes = dict(self.tank.state.modes) if self.tank.state else {}
        with self._dialog(units.tr("mode")) as dialog:
            if not modes:
                ui.label(units.tr("It follows no recipe: there is nothing that it would do by itself."))
            what = ui.toggle({one: units.tr(one) for one in ("step", "dose", "drain")}, value="step").props(BIG)

            def names() -> dict[str, str]:
                return {one: units.tr(one) for one in commands.modes_of(str(what.value))}

            how = ui.toggle(names(), value=modes.get("step")).props(BIG)
            what.on_value_change(lambda: how.set_options(names(), value=modes.get(str(what.value))))
            dialog.offers(
                lambda: commands.mode(self.tank, what.value, how.value, units) if how.value else None, what, how
            )


def stop_dialog(home: ui.element, tanks: Iterable[Tank], send: Send, units: Units) -> None:
    """From any page: two taps for one tank, in the board's order, or, apart from them and always in sight, for all."""
    every = list(tanks)
    with Dialog(home, units.tr("STOP: everything off until somebody resumes"), send, units) as dialog:
        for tank in every:
            dialog.choice(f"STOP {tank.site} / {tank.name}", [commands.stop(tank, units)])
        ui.button(units.tr("No"), on_click=dialog.dialog.close).props(f"{BIG} outline")
        if len(every) > 1:
            with dialog.foot.classes("b-holds-stop"), ui.element("div").classes("b-stop-all"):
                label = units.tr("STOP all {count} tanks", count=len(every))
                dialog.choice(label, [commands.stop(tank, units) for tank in every])


def _button(label: str, press: Callable[[], object], colour: str = "primary", spoken: str = "") -> ui.button:
    button = ui.button(label, on_click=lambda: press()).props(f'{BIG} color="{colour}"')
    if spoken:
        button.props(f'aria-label="{spoken}"')
    return button


def _with(value: float | None, make: Callable[[float], T]) -> T | None:
    return None if value is None else make(float(value))
