"""A number as somebody types it: with either decimal sign, and with its unit or without. Pure.

A browser's own field of numbers drops a comma without a word where its language has a point: 1,5 °C became 15.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from brewpi.dashboard.actions.plausibility import HIGHEST_SG, LOWEST_SG, looks_like_sg
from brewpi.dashboard.views.units import Units
from brewpi.mqtt.command_values import DOSE_ML, POINTS, TARGET_C
from brewpi.units import SPELLED, celsius_from_f, f_from_celsius, meant_in_f, plato_from_sg, sg_from_plato, unit_word

NUMBER = re.compile(r"([+\-−–]?)\s*(\d{1,9}(?:[.,]\d{0,9})?|[.,]\d{1,9})\s*([^\d.,]{0,16})")
GRAVITY_UNITS, DEGREES = ("sg", "plato"), ("c", "f")


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """unit: as `brewpi.units` names it, empty where none was typed."""

    value: float
    unit: str = ""


def read_number(text: str, units: Collection[str] = ()) -> TypedNumber | None:
    """None of what is no number, or bears a unit that is none of `units`."""
    found = NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    sign, digits, behind = found.groups()
    word = unit_word(behind)
    unit = SPELLED.get(word, word)
    value = float(digits.replace(",", "."))
    return TypedNumber(-value if sign in ("-", "−", "–") and sign else value, unit) if unit in ("", *units) else None


def degrees_as_read(typed: TypedNumber, units: Units) -> float:
    """A temperature in the reader's unit, whichever was typed."""
    if typed.unit == "f" and not units.fahrenheit:
        return float(celsius_from_f(typed.value))
    return float(f_from_celsius(typed.value)) if typed.unit == "c" and units.fahrenheit else typed.value


def setpoint_fault(typed: TypedNumber, units: Units) -> str:
    """Why no tank can be held there; nothing where it can."""
    value = degrees_as_read(typed, units)
    celsius = float(celsius_from_f(value)) if units.fahrenheit else value
    low_c, high_c = TARGET_C
    if low_c <= celsius <= high_c:
        return ""
    if not units.fahrenheit and not typed.unit and meant_in_f(value, high_c):
        degrees = units.degrees(float(celsius_from_f(value)))
        return units.tr("{number} °F are {degrees}; type {number} F if that is meant.",
                        number=f"{value:g}", degrees=degrees)  # fmt: skip
    return units.tr("A setpoint is between {low} and {high}.", low=units.degrees(low_c), high=units.degrees(high_c))


def gravity_fault(typed: TypedNumber, unit: str, units: Units, lowest_sg: float = LOWEST_SG) -> str:
    """Why it can be no gravity; nothing where it can. unit: sg or plato, what is typed or else chosen."""
    sg = typed.value if unit == "sg" else float(sg_from_plato(typed.value))
    if not lowest_sg <= sg <= HIGHEST_SG:
        ends = (units.decimal(end, 3) if unit == "sg" else units.decimal(plato_from_sg(end), 1)
                for end in (lowest_sg, HIGHEST_SG))  # fmt: skip
        low, high = ends
        name = "SG" if unit == "sg" else "°P"
        return units.tr("A gravity is between {low} and {high} {unit}.", low=low, high=high, unit=name)
    if unit == "plato" and not typed.unit and looks_like_sg(typed.value):
        return units.tr("That looks like SG: choose it, or type P behind the number.")
    return ""


def dose_fault(volume_ml: float, units: Units) -> str:
    """Why nobody gives so much; nothing where it can be."""
    least_ml, most_ml = DOSE_ML
    if least_ml < volume_ml <= most_ml:
        return ""
    return units.tr("A dose is more than 0 and at most {most} ml.", most=f"{most_ml:.0f}")


def minutes_fault(minutes: float, units: Units) -> str:
    """Why a reading was not taken so many minutes ago; nothing where it may have been."""
    return units.tr("How many minutes ago: 0 is now.") if minutes < 0.0 else ""


def points_fault(points: float, units: Units) -> str:
    """Why no addition is worth so much; nothing where one may be. points: of 0.001 SG."""
    low, high = POINTS
    if low <= points <= high:
        return ""
    return units.tr("An addition is worth {low} to {high} points.", low=f"{low:.0f}", high=f"{high:.0f}")
