"""Where a number is typed in: read here and not by the browser, which drops what it does not know without a word."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from nicegui import ui

from brewpi.dashboard.actions.typed_numbers import TypedNumber, read_number
from brewpi.dashboard.views.units import Units

# What is typed stands in the place of what stood there, not behind it: 18 behind 19.0 was 19.018.
SELECT = "(event) => event.target.select()"
BEGUN = frozenset({"", "-", "−", "–", "+", ".", ","})  # of a number that is still being typed


class NumberEntry:
    """Inside of a dialog, for a thumb. start: what stands there at first; example: a number as it may be typed; known:
    units that may stand behind it; fault: why a number cannot be, empty where it can; meant: the number in the unit of
    the label."""

    def __init__(
        self, label: str, units: Units, start: str = "", *, example: str, known: Collection[str] = (),
        fault: Callable[[TypedNumber], str] = lambda typed: "",
        meant: Callable[[TypedNumber], float] = lambda typed: typed.value, autofocus: bool = False,
    ) -> None:  # fmt: skip
        self.units, self.example, self.known, self.fault, self.meant = units, example, known, fault, meant
        self.input = ui.input(label, value=start, validation=self._why_wrong).classes("b-number")
        self.input.props("outlined hide-bottom-space inputmode=decimal autocomplete=off")
        self.input.on("focus", js_handler=SELECT)
        if autofocus:
            self.input.props("autofocus")

    @property
    def typed(self) -> TypedNumber | None:
        """What stands there, if it can be read."""
        return read_number(str(self.input.value or ""), self.known)

    @property
    def value(self) -> float | None:
        """What is meant, if it can be."""
        typed = self.typed
        return None if typed is None or self.fault(typed) else self.meant(typed)

    @property
    def is_wrong(self) -> bool:
        """Whether something stands there that cannot be."""
        return bool(str(self.input.value or "").strip()) and self.value is None

    def set_value(self, value: float) -> None:
        """As if it had been typed."""
        text = f"{value:.5f}".rstrip("0").rstrip(".")
        self.input.set_value(text.replace(".", self.units.decimal(0.0, 1)[1]))

    def add(self, step: float) -> None:
        """So much more than what stands there; nothing where that is no number."""
        if typed := self.typed:
            self.set_value(self.meant(typed) + step)

    def check(self) -> None:
        """Say anew what is wrong, where that follows from more than the number."""
        self.input.validate()

    def on_value_change(self, handler: Callable[[], Any]) -> None:
        """Whenever something else stands there."""
        self.input.on_value_change(lambda: handler())

    def _why_wrong(self, text: Any) -> str | None:
        entered = str(text or "").strip()
        if entered in BEGUN:
            return None
        typed = read_number(entered, self.known)
        if typed is None:
            return self.units.tr("That cannot be read; type a number such as {example}.", example=self.example)
        return self.fault(typed) or None
