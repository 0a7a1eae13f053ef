"""The dialogs in which somebody says something of a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from nicegui import ui

from brewpi.dashboard.actions import batch_orders
from brewpi.dashboard.actions.batch_orders import Facts
from brewpi.dashboard.actions.commands import Order
from brewpi.dashboard.actions.dialogs import BIG, Dialog
from brewpi.dashboard.actions.plausibility import addition_points, implausible_addition, implausible_og
from brewpi.dashboard.actions.typed_numbers import TypedNumber, points_fault
from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.formatting import View
from brewpi.dashboard.views.gravity_entry import GravityEntry
from brewpi.dashboard.views.number_entry import NumberEntry
from brewpi.media import MEDIA
from brewpi.mqtt.state_payload import BatchPayload

WATER_SG = 1.0  # no wort is lighter


class BatchDialogs:
    """Of one tank. view: as it reads now; open_: a dialog with a title; ask: one with nothing to enter; empty: the
    tanks of this site without a batch."""

    def __init__(
        self,
        tank: Tank,
        view: Callable[[], View],
        open_: Callable[[str], Dialog],
        ask: Callable[[Order], None],
        empty: Callable[[], Sequence[str]],
    ) -> None:
        self.tank, self.view, self.open, self.ask, self.empty = tank, view, open_, ask, empty

    @property
    def _known(self) -> BatchPayload | None:
        return self.tank.state.batch if self.tank.state else None

    def batch(self) -> None:
        """What can be said of the one that is in the tank, and another one."""
        view = self.view()
        with self.open(view.tr("batch")) as dialog:
            if self._known:
                with ui.element("div").classes("b-dialog-choices"):
                    self._leads_to(dialog, view.tr("Correct"), self.correct)
                    self._leads_to(dialog, view.tr("Move to another tank"), self.move)
                    self._leads_to(dialog, view.tr("End the batch"), self._end)
                ui.separator()
            self._begin(dialog, view)

    def _leads_to(self, dialog: Dialog, label: str, then: Callable[[], None]) -> None:
        def go() -> None:
            dialog.dialog.close()
            then()

        ui.button(f"{label} …", on_click=go).props(f"{BIG} color=secondary")

    def _end(self) -> None:
        self.ask(batch_orders.end_batch(self.tank, self.view()))

    def _begin(self, dialog: Dialog, view: View) -> None:
        name = ui.input(view.tr("name of the new batch")).props("outlined maxlength=80 autofocus")
        og = GravityEntry(view.tr("original gravity, if known"), view, lowest_sg=WATER_SG)
        media = {one: view.tr(one) for one in MEDIA}
        label = view.tr("medium, if not the usual one")
        medium = ui.select(media, label=label, clearable=True).props("outlined")

        def make() -> Order | None:
            entered = str(name.value or "").strip()
            if not entered or og.is_wrong:
                return None
            return batch_orders.start_batch(self.tank, entered, og.sg, medium.value, view)

        dialog.offers(make, name, *og.entries, medium)

    def correct(self) -> None:
        """Name, original gravity, style, yeast, and when it was pitched; only what is changed is sent."""
        view, known = self.view(), self._known or BatchPayload()
        with self.open(view.tr("correct the batch")) as dialog:
            name = _text(view.tr("name"), known.name)
            og = GravityEntry(view.tr("original gravity"), view, known.og, lowest_sg=WATER_SG)
            shown_og = og.value
            style, yeast = _text(view.tr("style"), known.style or ""), _text(view.tr("yeast"), known.yeast or "")
            pitched = WhenEntry(view.tr("pitched at"), view, known.started_at)

            def facts() -> Facts:
                return Facts(
                    _changed(name, known.name),
                    None if og.value == shown_og and og.unit == ("plato" if view.plato else "sg") else og.sg,
                    _changed(style, known.style),
                    _changed(yeast, known.yeast),
                    pitched.changed,
                )

            def make() -> Order | None:
                given = facts()
                return None if og.is_wrong or given == Facts() else batch_orders.correct_batch(self.tank, given, view)

            def warning() -> str:
                og_sg = facts().og
                return "" if og_sg is None else implausible_og(self.tank, og_sg, view)

            dialog.offers(make, name, *og.entries, style, yeast, pitched.entry, warning=warning)

    def move(self) -> None:
        """To a tank that is empty."""
        view, empty = self.view(), list(self.empty())
        with self.open(view.tr("move to another tank")) as dialog:
            if not empty:
                ui.label(view.tr("No other tank of this site is empty: end the batch in it first."))
            to = ui.select(empty, label=view.tr("to")).props("outlined")

            def make() -> Order | None:
                return batch_orders.move_batch(self.tank, str(to.value), view) if to.value else None

            dialog.offers(make, to)

    def addition(self) -> None:
        """Fruit or sugar, and what it is worth."""
        view = self.view()
        with self.open(view.tr("addition")) as dialog:
            what = _text(view.tr("what went in, and how much"), "").props("autofocus")

            def in_points(typed: TypedNumber) -> float:
                return addition_points(self.tank, typed.value, str(unit.value))

            worth = NumberEntry(
                view.tr("expected to add"), view, example="6", meant=in_points,
                fault=lambda typed: points_fault(in_points(typed), view),
            )  # fmt: skip
            units = {"sg": view.tr("points (0.001 SG)"), "plato": "°P"}
            unit = ui.toggle(units, value="plato" if view.plato else "sg").props(BIG)
            unit.on_value_change(worth.check)

            def make() -> Order | None:
                entered, adds = str(what.value or "").strip(), worth.value
                return batch_orders.addition(self.tank, entered, adds, view) if entered and adds is not None else None

            def warning() -> str:
                adds = worth.value
                return "" if adds is None else implausible_addition(adds, view)

            dialog.offers(make, what, worth, unit, warning=warning)

    def note(self) -> None:
        """A text and its time."""
        view = self.view()
        with self.open(view.tr("note")) as dialog:
            text = ui.input(view.tr("text")).props("outlined maxlength=400 autofocus")
            at = WhenEntry(view.tr("when, if not now"), view)

            def make() -> Order | None:
                entered = " ".join(str(text.value or "").split())
                return batch_orders.note(self.tank, entered, at.changed, view) if entered else None

            dialog.offers(make, text, at.entry)


class WhenEntry:
    """A time on the reader's clock, to the minute."""

    def __init__(self, label: str, view: View, start: datetime | None = None) -> None:
        self.view = view
        shown = f"{view.local(start.timestamp()):%Y-%m-%dT%H:%M}" if start else ""
        self._shown = shown
        self.entry = ui.input(label, value=shown).props("outlined type=datetime-local stack-label")

    @property
    def changed(self) -> datetime | None:
        """What was entered, if that is another time than was shown."""
        entered = str(self.entry.value or "")
        if not entered or entered == self._shown:
            return None
        try:
            naive = datetime.fromisoformat(entered)
        except ValueError:
            return None
        return naive.replace(tzinfo=self.view.zone) if self.view.zone else naive.astimezone()


def _text(label: str, start: str) -> ui.input:
    return ui.input(label, value=start).props("outlined maxlength=80")


def _changed(entry: ui.input, before: str | None) -> str | None:
    """What stands there, if it is something else; what is emptied stays as it was."""
    entered = " ".join(str(entry.value or "").split())
    return entered if entered and entered != (before or "") else None
