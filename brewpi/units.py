"""The units of gravity and temperature that people and instruments use, and what follows of extract and alcohol.

Inside of brewpi a gravity is SG and a temperature °C; other units are converted at the door, and only when something
says which unit it is: a gravity of 12.5 is never guessed to be Plato.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:  # numpy takes longer than all else that the command line needs before it can answer
    from brewpi.records import Array

Number = TypeVar("Number", float, "Array")
GravityUnit = Literal["sg", "plato", "brix"]
TemperatureUnit = Literal["c", "f", "k"]
SPELLED = {  # other words for them, of people and devices
    "p": "plato", "bx": "brix", "celsius": "c", "celcius": "c", "centigrade": "c", "fahrenheit": "f",
}  # fmt: skip


def unit_word(text: str) -> str:
    """A unit as the tables here have it, without the degrees before it: "plato" of "° Plato", "f" of "degF",
    "c" of "Grad C"."""
    return re.sub(r"^(?:[°º˚]|degr(?:ees?|[ée]s?)\b|deg\.?|grad(?:os?)?\b)?\s*", "", text.strip().lower())


def plato_from_sg(sg: Number) -> Number:
    """Degrees Plato from specific gravity at 20 °C.

    sg: any shape, dimensionless, 0.95-1.20. Returns °P (% w/w sucrose), same shape; max. error 0.02 °P
    against the table. Cubic fit to the ASBC Tables Related to Determinations on Wort, Beer and Brewing Sugars
    and Syrups. It gives -616.868 °P for a gravity of 0, which is how some instruments say "no density".
    """
    return -616.868 + sg * (1111.14 + sg * (-630.272 + sg * 135.997))


def sg_from_plato(plato: Number) -> Number:
    """Specific gravity at 20 °C from degrees Plato: the exact inverse of `plato_from_sg`.

    plato: any shape, °P, -12 to 40. Returns a dimensionless gravity, same shape, so that a reading comes back
    as it was typed. The cubic rises everywhere, so Newton's steps from a straight line never divide by zero.
    """
    sg = 1.0 + 0.004 * plato
    for _ in range(5):
        sg = sg - (plato_from_sg(sg) - plato) / (1111.14 + sg * (-1260.544 + sg * 407.991))
    return sg


def original_gravity(value: float) -> float:
    """The gravity of a wort or must, 1.0 to 1.2, as it came. Raises ValueError with what is meant: people type points,
    the comma in another place, or degrees Plato."""
    if 1.0 <= value <= 1.2:
        return value
    typed = value / 1000.0, 1.0 + value / 1000.0, value / 10.0, 1.0 + (value - 1.0) / 10.0  # 1050, 50, 10.50, 1.50
    meant = next((f"; is {sg:.3f} meant?" for sg in typed if 1.02 <= sg <= 1.2), "")
    if 5.0 <= value <= 40.0:
        meant += f"; {value:g} °P are {sg_from_plato(value):.3f}"
    raise ValueError(f"{value:g} is not in 1.000 to 1.200{meant}")


def real_extract(original: float, apparent: float) -> float:
    """What is left of the extract once alcohol's own lightness is taken out (Balling); all of it in °P."""
    return 0.1808 * original + 0.8192 * apparent


def alcohol_between(og: float, sg: float) -> float:
    """Alcohol in % by volume, from original and present gravity.

    Balling: 2.0665 g of extract give 1 g of alcohol, whose density is 0.794; within 0.2 % of the brewer's
    131.25 (OG - SG) below 7 %, and still right for mead and wine.
    """
    original = plato_from_sg(og)
    real = real_extract(original, plato_from_sg(sg))
    return max(0.0, (original - real) / (2.0665 - 0.010665 * original) * sg / 0.794)


def sg_from_brix(brix: Number) -> Number:
    """Specific gravity at 20 °C from degrees Brix, any shape.

    °Bx and °P are both per cent by weight of sucrose; the usual fits to the NBS and the ASBC tables differ by
    0.02 at most up to 28 °Bx. True of a hydrometer's scale; not of a refractometer once there is alcohol.
    """
    return sg_from_plato(brix)


def brix_from_sg(sg: Number) -> Number:
    """Degrees Brix from specific gravity at 20 °C, any shape; see `sg_from_brix`."""
    return plato_from_sg(sg)


def celsius_from_f(fahrenheit: Number) -> Number:
    """Degrees Celsius from degrees Fahrenheit, any shape (exact by definition)."""
    return (fahrenheit - 32.0) / 1.8


def f_from_celsius(celsius: Number) -> Number:
    """Degrees Fahrenheit from degrees Celsius, any shape (exact by definition)."""
    return celsius * 1.8 + 32.0


def meant_in_f(value: float, most_c: float) -> str:
    """`68 °F are 20.0 °C` where that could be meant: above what °C may be, and not above it as °F; else nothing."""
    celsius = float(celsius_from_f(value))
    return f"{value:g} °F are {celsius:.1f} °C" if celsius <= most_c < value else ""


def to_sg(value: Number, unit: GravityUnit) -> Number:
    """A gravity in a unit that somebody stated, as specific gravity; any shape."""
    if unit == "sg":
        return value
    return sg_from_plato(value) if unit == "plato" else sg_from_brix(value)


def to_celsius(value: Number, unit: TemperatureUnit) -> Number:
    """A temperature in a unit that somebody stated, as °C; any shape."""
    if unit == "c":
        return value
    return celsius_from_f(value) if unit == "f" else value - 273.15
