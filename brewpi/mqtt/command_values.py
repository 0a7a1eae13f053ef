"""What a value of a command can be, and what people mean by one that it cannot be. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from brewpi.sanitize import is_clean
from brewpi.units import meant_in_f, original_gravity

POINT_WORDS = frozenset({"points", "point", "pts", "pt", "oechsle", "oe", "°oe"})  # thousandths above 1.000
TARGET_C = (-5.0, 50.0)  # what a tank may be told to be held at
POINTS = (-50.0, 200.0)  # of 0.001 SG: what an addition may be worth
DOSE_ML = (0.0, 200_000.0)  # more than the first


def _without_blanks(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch("[!-~]{1,64}", value):
        raise ValueError("should have 1 to 64 characters of plain ASCII, without blanks")
    return value


Id = Annotated[str, Field(pattern=r"^[!-~]{1,64}$"), BeforeValidator(_without_blanks)]  # printable ASCII


def _is_readable(text: str) -> bool:
    return any(unicodedata.category(one)[0] in "LNPS" for one in text)


def one_line(text: str) -> str:
    """What a person can read, all of it. Raises ValueError for anything else."""
    if not is_clean(text):
        raise ValueError("holds a character that nobody can see")
    if not _is_readable(text):
        raise ValueError("holds nothing that anybody can read")
    return text


Text = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(one_line)]


def as_celsius(value: object) -> object:
    """People type what stands on their thermometer."""
    if isinstance(value, int | float) and not isinstance(value, bool) and (hint := meant_in_f(value, 50.0)):
        raise ValueError(f"{value:g} is not in -5 to 50 °C; {hint}: then send that")
    return value


def _original_gravity(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return original_gravity(float(value))


OriginalGravity = Annotated[float, Field(ge=1.0, le=1.2), BeforeValidator(_original_gravity)]


def _share(value: object) -> object:
    """People say 75 per cent."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 20.0 < value <= 120.0:
        raise ValueError(f"{value:g} is not a share of 1; is {value / 100:g} meant?")
    return value


Attenuation = Annotated[float, Field(gt=0.0, le=1.2), BeforeValidator(_share)]


def as_points(value: object) -> object:
    """People say 0.012 SG where 12 points are meant."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0.0 < abs(value) < 0.1:
        raise ValueError(f"{value:g} points are too few to be measured; are {1000 * value:g} meant?")
    return value


def as_pairs(value: object) -> object:
    """People write them in a text, or one number after the other."""
    if value is not None and not (isinstance(value, list) and all(map(_is_pair, value))):
        raise ValueError("should be pairs of read and true, such as [[1.002, 1.0], [1.051, 1.048]]")
    return value


def _is_pair(one: object) -> bool:
    return isinstance(one, list | tuple) and len(one) == 2 and all(type(number) in (int, float) for number in one)
