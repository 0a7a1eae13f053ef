"""Language and units in which somebody reads. Pure but for the catalogues, which are read once."""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.dashboard.views.language import catalogue, decimal_symbol
from brewpi.quantities import Quantity
from brewpi.units import plato_from_sg

F_PER_C = 1.8  # of a difference
NO_BREAK = "\N{NO-BREAK SPACE}"  # between a number and its unit: a line that ends between the two is misread


@dataclass(frozen=True, slots=True)
class Units:
    """How somebody wants to read numbers, and in which language."""

    plato: bool = False
    fahrenheit: bool = False
    language: str = "en"

    def tr(self, message: str, **values: object) -> str:
        """A message in the reader's language, with its values."""
        text = catalogue(self.language).gettext(message) if message else ""  # of "" gettext knows the head of the file
        return text.format(**values) if values else text

    def trn(self, one: str, more: str, count: int, **values: object) -> str:
        """The same where the number of things decides the words; `{count}` is that number."""
        return catalogue(self.language).ngettext(one, more, count).format(count=count, **values)

    def decimal(self, value: float, digits: int) -> str:
        """A number with the reader's decimal sign."""
        return f"{value:.{digits}f}".replace(".", decimal_symbol(self.language))

    def gravity(self, sg: float | None) -> str:
        """With its unit, or a dash."""
        if sg is None:
            return "–"
        return f"{self.decimal(plato_from_sg(sg), 1)}{NO_BREAK}°P" if self.plato else self.decimal(sg, 3)

    def as_typed(self, gravity: float, unit: str) -> str:
        """A gravity in the unit that somebody typed it in, `sg` or `plato`, with all of its digits."""
        digits, name = (4, "SG") if unit == "sg" else (2, "°P")
        return f"{self.decimal(gravity, digits)}{NO_BREAK}{name}"

    def degrees(self, celsius: float | None) -> str:
        """With its unit, or a dash."""
        return "–" if celsius is None else f"{self.decimal(self.number(celsius), 1)}{NO_BREAK}{self.degree}"

    def value(self, row: Quantity, number: float) -> str:
        """A number of any row, with its unit."""
        match row.unit:
            case "SG":
                return self.gravity(number)
            case "°C":
                return self.degrees(number)
        if row.binary:
            return self.tr("yes") if number else self.tr("no")
        if row.share:
            return percent(number, self)
        return f"{self.decimal(number, row.decimals)}{NO_BREAK}{self.tr(row.unit)}".rstrip()

    def apart(self, celsius: float) -> str:
        """A difference: "2 °C"."""
        size = f"{abs(celsius) * (F_PER_C if self.fahrenheit else 1.0):.3g}"
        return f"{size.replace('.', decimal_symbol(self.language))}{NO_BREAK}{self.degree}"

    def number(self, celsius: float) -> float:
        """A temperature without its unit."""
        return celsius * F_PER_C + 32.0 if self.fahrenheit else celsius

    @property
    def degree(self) -> str:
        return "°F" if self.fahrenheit else "°C"


def percent(share: float, view: Units) -> str:
    """ "31 %"; what hardly happens is not said to be impossible."""
    if 0.0 <= share < 0.01:
        return view.tr("under {share}", share=f"1{NO_BREAK}%")
    return f"{100.0 * share:.0f}{NO_BREAK}%"
