"""A GPIO as a config writes it: by its number alone. Who writes it as gpiozero, Blinka or a wiring guide may is told
that number."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from brewpi.hardware.header import HEADER

MOST = 27  # GPIO28 to 45 of the chip are not on the header
BY_NUMBER = re.compile(r"(?:GPIO|BCM|D)[ _]?0*(\d{1,2})", re.IGNORECASE)
BY_PLACE = re.compile(r"(?:BOARD[ _]?|PIN[ _]?|J8[:-])0*(\d{1,2})", re.IGNORECASE)


def _number(written: Any) -> Any:
    """Raises ValueError: which number is meant, or that the pin is no GPIO."""
    place = _place(written)
    by_number = BY_NUMBER.fullmatch(written.strip()) if isinstance(written, str) else None
    if by_number and int(by_number[1]) <= MOST:
        raise ValueError(f"should be its number alone, {int(by_number[1])}")
    if place is None:
        return written
    name = HEADER[place]
    if not name.startswith("GPIO"):
        raise ValueError(f"should be the number of a GPIO; pin {place} of the header is {name}")
    raise ValueError(f"should be the number of a GPIO; pin {place} of the header is GPIO {name[4:]}")


def _place(written: Any) -> int | None:
    """The pin of the header that is named; a number that is no GPIO's can only be one."""
    named = BY_PLACE.fullmatch(written.strip()) if isinstance(written, str) else None
    place = int(named[1]) if named else written
    is_number = isinstance(place, int) and not isinstance(place, bool)
    return place if is_number and place in HEADER and (named or place > MOST) else None


GpioNumber = Annotated[int, BeforeValidator(_number)]
