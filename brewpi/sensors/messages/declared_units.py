"""The unit that a message declares, beside the one that the config states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Literal, TypeVar

from brewpi.sensors import SensorError
from brewpi.units import SPELLED, GravityUnit, TemperatureUnit, unit_word

StatedUnit = GravityUnit | Literal["sg1000"]  # sg1000: 1050 for 1.050
GRAVITY_UNITS: tuple[StatedUnit, ...] = ("sg", "plato", "brix")
TEMPERATURE_UNITS: tuple[TemperatureUnit, ...] = ("c", "f", "k")
OF_DEVICES = {
    **SPELLED, "g": "sg", "℃": "c", "℉": "f", "kelvin": "k", "cel": "c", "far": "f", "imperial": "f", "metric": "c",
    "us": "f", "us_customary": "f", "uscustomary": "f", "english": "f",
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
_OF_A_NUMBER = "t|temp|temperature|g|sg|grav|gravity|density|extract"
_ANY_LANGUAGE = "unit|uom|einheit|unidad|eenheid|enhet|jednos?tka|birim|единиц|单位|単位|단위"
UNIT_IN = re.compile(
    rf"(?!.*(?:{_OF_OTHERS}))(?!.*(?:(?<!he)id|name|no|num(?:ber)?|serial|addr(?:ess)?)$).*(?:{_ANY_LANGUAGE}).*"
    rf"|(?:{_OF_A_NUMBER}|)(?:u|format|fmt|scale)|(?:sg|grav|gravity)(?:type|mode)|(?:{_OF_A_NUMBER}|deg)(?:sym|symbol|in)"
    r"|symbol|suffix|eu|deg|degrees?|(?:temp|temperature|)(?:c(?:or)?f|fc)"
    r"|temp|temperature"  # among settings, {"settings": {"temp": "F"}}: a measured one says no unit
)
# Also the type of a probe, which is K of a thermocouple, and what is shown.
_TYPE_IN = re.compile(
    rf"(?:{_OF_A_NUMBER}|deg|degrees?|scale)(?:type|display|label|system|sys|mode|(?:unit|scale)s?(?:name|id))"
    "|scales?name|display|measurement"
)
_SYSTEM_IN = re.compile("(?:measure(?:ment)?|)sys(?:tem)?")
_SYSTEMS = ("imperial", "metric", "us", "english")
# What is a unit under any name; and what is one unless it is what something is called, as tanks are by physicists.
_SIGNED = re.compile(r"\s*(?:[°º˚]\s?[a-z]{1,2}|[℃℉]|deg[ _-]?[cf])\s*", re.IGNORECASE)
_IN_FULL = re.compile(
    r"\s*(?:fahrenheit|cel[sc]ius|centigrade|kelvin|plato|brix|imperial|metric)\s*", re.IGNORECASE
)
_CALLS_SOMETHING = re.compile(
    "(?<!unit)(?<!scale)name|id$|tank|vessel|beer|batch|brew|recipe|style|yeast|location|room|site|host|topic|device|sensor|probe|node|label"
    "|title|alias|user|comment|note|text|message"
)
# A yes or no: isFahrenheit, use_metric, "imperial": true; what is a number below such a name is a temperature.
FLAG = re.compile(
    r"(?:temp|temperature|gravity|)(?P<asks>is|uses?|in|units?|)"
    r"(?:(?P<f>fahrenheit|degf|(?<=is|se|in|it|ts)f)|(?P<c>celsius|degc|(?<=is|se|in|it|ts)c)|(?P<imperial>imperial)|(?P<metric>metric)"
    r"|(?P<sg>sg)|(?P<plato>plato)|(?P<brix>brix))(?:units?|mode|enabled|)"
)
OTHERWISE = {"f": "c", "c": "f", "imperial": "c", "metric": "f"}  # what a no says
YES, NO = ("true", "yes", "on"), ("false", "no", "off")
# Letters and names of units as standards, programs and people spell them: wmoUnit:degF, [degF], F°, Farenheit.
_SIGNS = re.compile("[^a-z]")
_OF_SOMETHING_ELSE = re.compile(r"[/%&\d]")
_SPELLED_OUT = re.compile(
    r"(?:wmo)?(?:unit)?(?:of)?(?:temp|temperature)?(?:deg|degrees?)?"
    r"(?:(?P<f>f|fah?r[a-z]*)|(?P<c>c|cel[a-z]*)|(?P<k>kelvin)|(?P<sg>sg|specificgravity)|(?P<plato>plato))"
)
# Shelly, Theengs; rtl_433, with several probes; BrewBlox, which has it in brackets; and with a degree sign, as people
# name fields; behind a number or alone. Not temp_c, which may be the third of three probes, nor TC, a thermocouple.
IN_ITS_NAME = re.compile(
    r"t([CF])|.*temperature(?:_[0-9]+)?_(C)|(?i:.*temp(?:erature)?(?:([cfk])|(?:_[0-9]+)?[_ -]([fk])))"
    r"|(?i:.*(?:[°º˚]|deg)[_ ]?([cfk])[\])]?)|.*[\[(]([CFK])[\])]|(?i:.*(celsius|fahrenheit|kelvin)[\])]?)"
    r"|(?i:(?:t|temp|temperature|probe|sensor|ch|channel|beer|value)_?[0-9]{1,2}_?([cfk]))"
)
Unit = TypeVar("Unit", bound=str)
Pairs = Sequence[tuple[str, str]]


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


def anywhere(said: Pairs) -> list[str]:
    """What may be the unit of any number. said: names in small letters, their words not apart, and what they say."""
    named = [text for name, text in said if UNIT_IN.fullmatch(name)]
    named += [text for name, text in said if _TYPE_IN.fullmatch(name) and text.lower() != "k"]
    named += [text for name, text in said if _SYSTEM_IN.fullmatch(name) and text.lower() in _SYSTEMS]
    by_itself = [
        text for name, text in said
        if _SIGNED.fullmatch(text) or (_IN_FULL.fullmatch(text) and not _CALLS_SOMETHING.search(name))
    ]  # fmt: skip
    return [unescape(text) for text in (*named, *flagged(said), *by_itself)]


def flagged(said: Pairs) -> list[str]:
    """The units that fields say with a yes or a no."""
    found = []
    for name, text in said:
        flag, answer = FLAG.fullmatch(name), text.lower()
        if flag is None:
            continue
        unit = next(key for key, text in flag.groupdict().items() if text and key != "asks")
        counts = flag["asks"] or unit in ("imperial", "metric")
        if answer in YES or (counts and answer == "1"):
            found.append(unit)
        elif unit in OTHERWISE and (answer in NO or (counts and answer == "0")):
            found.append(OTHERWISE[unit])
    return found


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
