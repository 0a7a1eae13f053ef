"""Where a gravity is typed in: number, unit, and what was meant where it cannot be one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.dialogs import BIG, number
from brewpi.dashboard.actions.plausibility import likely_meant
from brewpi.dashboard.views.units import Units
from brewpi.units import plato_from_sg, sg_from_plato


class GravityEntry:
    """Inside of a dialog. sg: what stands there at first."""

    def __init__(self, label: str, units: Units, sg: float | None = None) -> None:
        self.units = units
        start = None if sg is None else round(plato_from_sg(sg), 2) if units.plato else round(sg, 4)
        self._number = number(label, start, 0.1 if units.plato else 0.001)
        self._unit = ui.toggle({"sg": "SG", "plato": "°P"}, value="plato" if units.plato else "sg").props(BIG)
        self._meant = ui.element("div").classes("b-dialog-steps")
        for entry in self.entries:
            entry.on_value_change(self._suggest)

    @property
    def entries(self) -> Sequence[Any]:
        return self._number, self._unit

    @property
    def value(self) -> float | None:
        """The number, if it can be a gravity."""
        return None if self._number.value is None or self.is_wrong else float(self._number.value)

    @property
    def unit(self) -> str:
        return str(self._unit.value)

    @property
    def sg(self) -> float | None:
        """The gravity in SG."""
        value = self.value
        return value if value is None or self.unit == "sg" else round(sg_from_plato(value), 5)

    @property
    def is_wrong(self) -> bool:
        """Whether something stands there that can be no gravity."""
        return self._number.value is not None and bool(likely_meant(float(self._number.value), self.unit))

    def _suggest(self) -> None:
        self._meant.clear()
        likely = [] if self._number.value is None else likely_meant(float(self._number.value), self.unit)
        with self._meant:
            for value, unit in likely:
                label = self.units.tr("Did you mean {number}?", number=self.units.as_typed(value, unit))
                ui.button(label, on_click=partial(self._take, value, unit)).props(f"{BIG} outline")

    def _take(self, value: float, unit: str) -> None:
        self._unit.set_value(unit)
        self._number.set_value(value)
