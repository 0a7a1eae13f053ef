"""The unit that a message declares, beside the one that the config states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Literal, TypeVar

from brewpi.sensors import SensorError
from brewpi.units import SPELLED, GravityUnit, TemperatureUnit, unit_word

StatedUnit = GravityUnit | Literal["sg1000"]  # sg1000: 1050 for 1.050
GRAVITY_UNITS: tuple[StatedUnit, ...] = ("sg", "plato", "brix")
TEMPERATURE_UNITS: tuple[TemperatureUnit, ...] = ("c", "f", "k")
OF_DEVICES = {
    **SPELLED, "g": "sg", "℃": "c", "℉": "f", "kelvin": "k", "cel": "c", "far": "f", "imperial": "f", "metric": "c",
    "us": "f", "english": "f",
}  # fmt: skip
NAMES = {
    "sg": "SG", "sg1000": "thousandths of SG", "plato": "degrees Plato", "brix": "degrees Brix",
    "c": "°C", "f": "°F", "k": "K",
}  # fmt: skip
# Where messages say it, as `Fields.words_like` has names: another firmware and gateway calls it otherwise, and what is
# not read would be believed in the unit of the config.
_UNIT = "(?:units?|uom|unitofmeasurement)"
GRAVITY_UNIT_IN = re.compile(rf"(?:corr)?(?:g|sg|grav|gravity|ferm){_UNIT}|units?(?:sg|grav|gravity)")
TEMPERATURE_UNIT_IN = re.compile(rf"(?:t|temp|temperature){_UNIT}|units?(?:t|temp|temperature)")
# Of the number beside it, or of any that can be in it; what is no unit there, as a scale of 0.1 or the unit of another
# quantity, says nothing. Not a type, which is K of a thermocouple, nor the mode C, which is cooling.
_OF_OTHERS = "press|volt|batt|humid|rssi|signal|weight|mass|volume|time|interval|angle|tilt|co2|flow|speed|power|light"
UNIT_IN = re.compile(
    rf"(?!.*(?:{_OF_OTHERS}))(?!.*(?:id|name|no|num(?:ber)?|serial|addr(?:ess)?)$).*(?:unit|uom|einheit|unidad).*"
    r"|(?:t|temp|temperature|g|sg|grav|gravity|density|extract|)(?:u|format|scale)|(?:sg|grav|gravity)(?:type|mode)"
    r"|symbol|suffix|eu|deg|degrees?|corf"
)
# A yes or no: isFahrenheit, use_metric, "imperial": true; what is a number below such a name is a temperature.
FLAG = re.compile(
    r"(?:temp|temperature|gravity|)(?P<asks>is|uses?|in|)"
    r"(?:(?P<f>fahrenheit|degf|(?<=is|se|in)f)|(?P<c>celsius|degc|(?<=is|se|in)c)|(?P<imperial>imperial)|(?P<metric>metric)"
    r"|(?P<sg>sg)|(?P<plato>plato)|(?P<brix>brix))(?:units?|mode|enabled|)"
)
OTHERWISE = {"f": "c", "c": "f", "imperial": "c", "metric": "f"}  # what a no says
YES, NO = ("true", "yes", "on"), ("false", "no", "off")
# Letters and names of units as standards and programs spell them: wmoUnit:degF, [degF], F°.
_SIGNS = re.compile("[^a-z]")
_OF_SOMETHING_ELSE = re.compile(r"[/%&\d]")
_SPELLED_OUT = re.compile(
    r"(?:wmo)?(?:unit)?(?:of)?(?:temp|temperature)?(?:deg|degrees?)?"
    r"(?:(?P<f>f|fahr?|far|fahrenheit)|(?P<c>c|cel|celsius)|(?P<k>kelvin)|(?P<sg>sg|specificgravity)|(?P<plato>plato))"
)
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
    found = OF_DEVICES.get(word, word)
    if found not in NAMES and not _OF_SOMETHING_ELSE.search(declared):
        spelled = _SPELLED_OUT.fullmatch(_SIGNS.sub("", declared.lower()))
        found = spelled.lastgroup or "" if spelled else ""
    return next((unit for unit in units if unit == found), None)


def flagged(fields: Mapping[str, Any]) -> list[str]:
    """The units that fields say with a yes or a no. fields: by names in small letters, their words not apart."""
    found = []
    for name, value in fields.items():
        flag, said = FLAG.fullmatch(name), str(value).strip().lower()
        if flag is None:
            continue
        unit = next(key for key, text in flag.groupdict().items() if text and key != "asks")
        counts = flag["asks"] or unit in ("imperial", "metric")
        if said in YES or (counts and said == "1"):
            found.append(unit)
        elif unit in OTHERWISE and (said in NO or (counts and said == "0")):
            found.append(OTHERWISE[unit])
    return found


def in_name(name: str) -> tuple[str, ...]:
    """The unit of a temperature whose name says it, as tF, tempc, temperature_celsius and value[degC] do."""
    found = IN_ITS_NAME.fullmatch(name)
    return tuple(word for word in found.groups() if word) if found else ()


def declared(said: Iterable[str], anywhere: Iterable[str], units: tuple[Unit, ...]) -> str | None:
    """The word of a message for a unit, of several that differ all of them: none of the units then. said: what it says
    of this number; anywhere: of any number, heeded where nothing better is said and if it is one of the units."""
    words = list(said) or [word for word in map(unescape, anywhere) if meant(word, units)]
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
