"""A device that changes its unit: seen by what it and others said of the same beer before, also before a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan

from brewpi.quantities import QUANTITIES
from brewpi.sensors.messages.declared_units import Stated
from brewpi.sensors.messages.first_contact import (
    OTHER_SG,
    FirstGravity,
    first_gravity_doubt,
    first_temperature_doubt,
    impossible_gravity,
)
from brewpi.units import TemperatureUnit, to_celsius

SAME_SG = 0.004  # two gravities of one beer within hours
SAME_C = 3.0  # two temperatures of one beer; one number in °C, in °F and in K is 15 °C apart at least
SYMBOLS: Mapping[TemperatureUnit, str] = {"c": "°C", "f": "°F", "k": "K"}
REMEMBERED_S = 6 * 3600.0


@dataclass(slots=True)
class UnitChanges:
    """What was measured last, with its time, in the unit that it fitted, whatever it was said to be in. celsius_of: the
    quantity whose temperature it is."""

    last_sg: tuple[float, float] | None = None
    last_c: tuple[float, float] | None = None
    celsius_of: str = "beer_c"
    first: FirstGravity = field(default_factory=FirstGravity)

    @classmethod
    def since(cls, believed: tuple[float, float, float] | None, celsius_of: str = "beer_c") -> UnitChanges:
        """believed: time, SG and °C (or NaN) of the batch before the start; None where there is none."""
        if believed is None:
            return cls(celsius_of=celsius_of)
        at, sg, celsius = believed
        return cls((at, sg), None if isnan(celsius) else (at, celsius), celsius_of, FirstGravity(sg))

    def doubt(self, said: float, sg: float, at: float, stated: Stated) -> str | None:
        """Why a gravity is not what it says, seen by itself and beside the one before. 0 °P is what devices say that
        cannot work it out, and 1.048 after 12 °P is not 1.048 °P but the same beer, in SG."""
        before = self.last_sg
        is_possible = QUANTITIES["sg"].refusal(sg) is None
        if not is_possible and (meant := impossible_gravity(said, stated)):
            return meant
        if said == 0.0 and (before is None or abs(before[1] - sg) > OTHER_SG):
            return "gravity of exactly 0 out of nowhere is what a device without a formula sends; check its formula"
        if self._is_changed(said, sg, at):
            self.last_sg = (at, said)
            return (
                f"gravity of {said:g} fits those before only in SG, and is said to be in another unit;"
                f" has the device a new formula or firmware? Set it back{_or_change('unit', stated)}"
            )
        if self.first.looks_like_sg(said, sg, at):
            return first_gravity_doubt(said, stated)
        if is_possible:
            self.last_sg = (at, sg)
        return None

    def _is_changed(self, said: float, sg: float, at: float) -> bool:
        before = self.last_sg
        if before is None or not 0.0 <= at - before[0] <= REMEMBERED_S:
            return False
        return abs(said - before[1]) <= SAME_SG and abs(sg - before[1]) >= OTHER_SG

    def doubt_celsius(self, said: float, celsius: float, at: float, stated: Stated) -> str | None:
        """Why a temperature is not what it says, seen by itself and beside the one before: 24 after 75 °F is not 24 °F
        but the same beer, in °C."""
        before = self.last_c
        if before is None and (doubt := first_temperature_doubt(said, celsius, self.celsius_of, stated)):
            return doubt
        if QUANTITIES[self.celsius_of].refusal(celsius) is None:
            self.last_c = (at, celsius)
        if before is None or not 0.0 <= at - before[0] <= REMEMBERED_S or abs(celsius - before[1]) <= SAME_C:
            return None
        for unit, symbol in SYMBOLS.items():
            if abs(to_celsius(said, unit) - before[1]) <= SAME_C:
                self.last_c = (at, to_celsius(said, unit))
                return (
                    f"temperature of {said:g} fits those before only in {symbol}, and is said to be in another unit;"
                    f" has somebody changed the unit of the device? Set it back{_or_change('temperature_unit', stated)}"
                )
        return None


def _or_change(option: str, stated: Stated) -> str:
    return "" if stated.by_message else f", or change {option}"
