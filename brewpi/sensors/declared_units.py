"""The unit that a message declares, beside the one that the config states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from brewpi.sensors import SensorError
from brewpi.units import SPELLED, GravityUnit, TemperatureUnit, unit_word

StatedUnit = GravityUnit | Literal["sg1000"]  # sg1000: 1050 for 1.050
GRAVITY_UNITS: tuple[StatedUnit, ...] = ("sg", "plato", "brix")
TEMPERATURE_UNITS: tuple[TemperatureUnit, ...] = ("c", "f", "k")
OF_DEVICES = {**SPELLED, "g": "sg", "℃": "c", "℉": "f", "kelvin": "k"}
NAMES = {
    "sg": "SG", "sg1000": "thousandths of SG", "plato": "degrees Plato", "brix": "degrees Brix",
    "c": "°C", "f": "°F", "k": "K",
}  # fmt: skip
Unit = TypeVar("Unit", bound=str)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a number is in, and whether its message says so; else the config does."""

    unit: str
    by_message: bool = False


def meant(declared: str, units: tuple[Unit, ...]) -> Unit | None:
    """Which of the units a device's word for one is; None if it is none of them."""
    word = unit_word(declared)
    return next((unit for unit in units if unit == OF_DEVICES.get(word, word)), None)


def agreed(option: Unit | None, declared: str | None, units: tuple[Unit, ...], what: str, name: str) -> Unit:
    """The unit that message and config agree on. Raises SensorError if neither says it or they differ."""
    if declared is None:
        if option is None:
            raise SensorError(f'message does not say what its {what} is in; add the option "{name}"')
        return option
    unit = meant(declared, units)
    if unit is None:
        known = ", ".join(NAMES[one] for one in units)
        raise SensorError(
            f'message gives its {what} in "{declared[:40]}", a unit not known here; let the device say one of {known}'
        )
    if option == "sg1000" and unit == "sg":  # the word is that of SG, the figures are its thousandths
        return option
    if option not in (None, unit):
        raise SensorError(f'message gives its {what} in {unit}, the config says {name} = "{option}"')
    return unit
