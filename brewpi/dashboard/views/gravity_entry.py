"""Where a gravity is typed in: number, unit, and what was meant where it cannot be one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.dialogs import BIG
from brewpi.dashboard.actions.plausibility import LOWEST_SG, likely_meant
from brewpi.dashboard.actions.typed_numbers import GRAVITY_UNITS, TypedNumber, gravity_fault
from brewpi.dashboard.views.number_entry import NumberEntry
from brewpi.dashboard.views.units import Units
from brewpi.units import plato_from_sg, sg_from_plato


class GravityEntry:
    """Inside of a dialog. sg: what stands there at first; lowest_sg: what it can be at the least."""

    def __init__(
        self, label: str, units: Units, sg: float | None = None, *, lowest_sg: float = LOWEST_SG,
        autofocus: bool = False,
    ) -> None:  # fmt: skip
        self.units, self.lowest_sg = units, lowest_sg
        start = "" if sg is None else units.decimal(plato_from_sg(sg), 2) if units.plato else units.decimal(sg, 4)
        example = units.decimal(12.4, 1) if units.plato else units.decimal(1.012, 3)
        self._number = NumberEntry(
            label, units, start, example=example, known=GRAVITY_UNITS, fault=self._fault, autofocus=autofocus
        )
        self._unit = ui.toggle({"sg": "SG", "plato": "°P"}, value="plato" if units.plato else "sg").props(BIG)
        self._meant = ui.element("div").classes("b-dialog-steps")
        for entry in self.entries:
            entry.on_value_change(self._follow)

    @property
    def entries(self) -> Sequence[Any]:
        return self._number, self._unit

    @property
    def value(self) -> float | None:
        """The number, if it can be a gravity."""
        return self._number.value

    @property
    def unit(self) -> str:
        """Which was typed behind it, else which is chosen."""
        typed = self._number.typed
        return typed.unit if typed and typed.unit else str(self._unit.value)

    @property
    def sg(self) -> float | None:
        """The gravity in SG."""
        value = self.value
        return value if value is None or self.unit == "sg" else round(sg_from_plato(value), 5)

    @property
    def is_wrong(self) -> bool:
        """Whether something stands there that can be no gravity."""
        return self._number.is_wrong

    def _fault(self, typed: TypedNumber) -> str:
        return gravity_fault(typed, self.unit, self.units, self.lowest_sg)

    def _follow(self) -> None:
        """What is chosen is the unit that was typed; what was meant by a wrong number is offered."""
        self._unit.set_value(self.unit)
        self._number.check()
        typed = self._number.typed
        likely = likely_meant(typed.value, self.unit) if typed and self.is_wrong else []
        self._meant.clear()
        with self._meant:
            for value, unit in likely:
                label = self.units.tr("Did you mean {number}?", number=self.units.as_typed(value, unit))
                ui.button(label, on_click=partial(self._take, value, unit)).props(f"{BIG} outline")

    def _take(self, value: float, unit: str) -> None:
        self._unit.set_value(unit)
        self._number.set_value(value)
