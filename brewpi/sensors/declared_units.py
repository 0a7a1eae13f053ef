"""The unit that a message declares, beside the one that the config states."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from brewpi.sensors import SensorError
from brewpi.units import SPELLED, GravityUnit, TemperatureUnit, unit_word

StatedUnit = GravityUnit | Literal["sg1000"]  # sg1000: 1050 for 1.050
GRAVITY_UNITS: tuple[StatedUnit, ...] = ("sg", "plato", "brix")
TEMPERATURE_UNITS: tuple[TemperatureUnit, ...] = ("c", "f", "k")
OF_DEVICES = {
    **SPELLED, "g": "sg", "℃": "c", "℉": "f", "kelvin": "k", "cel": "c", "far": "f", "imperial": "f", "metric": "c",
}  # fmt: skip
NAMES = {
    "sg": "SG", "sg1000": "thousandths of SG", "plato": "degrees Plato", "brix": "degrees Brix",
    "c": "°C", "f": "°F", "k": "K",
}  # fmt: skip
# Where messages say it, as `Fields.words_like` has names: another firmware and gateway calls it otherwise, and what is
# not read would be believed in the unit of the config.
GRAVITY_UNIT_IN = re.compile(r"(?:corr)?(?:g|sg|grav|gravity|ferm)units?")
TEMPERATURE_UNIT_IN = re.compile(r"(?:t|temp|temperature)units?")
# Of the number beside it, or of any that can be in it; what is no unit there, as a scale of 0.1, says nothing.
UNIT_IN = re.compile(r"units?|u|unitofmeasurement|unitsystem|uom|(?:t|temp|temperature|)(?:format|scale)")
# Shelly, Theengs; rtl_433, with several probes; BrewBlox, which has it in brackets; and with a degree sign, as people
# name fields; behind a number or alone. Not temp_c, which may be the third of three probes, nor TC, a thermocouple.
IN_ITS_NAME = re.compile(
    r"t([CF])|.*temperature(?:_[0-9]+)?_(C)|(?i:.*temp(?:erature)?(?:([cfk])|(?:_[0-9]+)?[_ -]([fk])))"
    r"|(?i:.*(?:[°º˚]|deg)[_ ]?([cfk])[\])]?)|.*[\[(]([CFK])[\])]|(?i:.*(celsius|fahrenheit|kelvin)[\])]?)"
    r"|(?i:(?:t|temp|temperature|probe|sensor|ch|channel|beer|value)_?[0-9]{1,2}_?([cfk]))"
)
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


def in_name(name: str) -> tuple[str, ...]:
    """The unit of a temperature whose name says it, as tF, tempc, temperature_celsius and value[degC] do."""
    found = IN_ITS_NAME.fullmatch(name)
    return tuple(word for word in found.groups() if word) if found else ()


def declared(said: Iterable[str], anywhere: Iterable[str], units: tuple[Unit, ...]) -> str | None:
    """The word of a message for a unit, of several that differ all of them: none of the units then. said: what it says
    of this number; anywhere: of any number, heeded where nothing better is said and if it is one of the units."""
    words = list(said) or [word for word in anywhere if meant(word, units)]
    different: dict[str, str] = {}
    for word in words:
        different.setdefault(meant(word, units) or word.lower(), word)
    return " and ".join(different.values()) or None


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
