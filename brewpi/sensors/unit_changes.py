"""A device that changes its unit: seen by what it and others said of the same beer before, also before a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

from brewpi.quantities import QUANTITIES
from brewpi.units import TemperatureUnit, sg_from_plato, to_celsius

SAME_SG, OTHER_SG = 0.004, 0.01  # two gravities of one beer within hours; a leap that none of it makes
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

    @classmethod
    def since(cls, believed: tuple[float, float, float] | None, celsius_of: str = "beer_c") -> UnitChanges:
        """believed: time, SG and °C (or NaN) of the batch before the start; None where there is none."""
        if believed is None:
            return cls(celsius_of=celsius_of)
        at, sg, celsius = believed
        return cls((at, sg), None if isnan(celsius) else (at, celsius), celsius_of)

    def doubt(self, said: float, sg: float, at: float) -> str | None:
        """Why a gravity is not what it says, seen beside the one before. 0 °P is what devices say that cannot work it
        out, and 1.048 after 12 °P is not 1.048 °P but the same beer, in SG."""
        before = self.last_sg
        if QUANTITIES["sg"].refusal(sg) is not None and (meant := _in_another_unit(said)):
            return meant
        if said == 0.0 and (before is None or abs(before[1] - sg) > OTHER_SG):
            return "gravity of exactly 0 out of nowhere is what a device without a formula sends; check its formula"
        if QUANTITIES["sg"].refusal(sg) is None:
            self.last_sg = (at, sg)
        if before is None or not 0.0 <= at - before[0] <= REMEMBERED_S:
            return None
        if abs(said - before[1]) > SAME_SG or abs(sg - before[1]) < OTHER_SG:
            return None
        self.last_sg = (at, said)
        return (
            f"gravity of {said:g} fits those before only in SG, and is said to be in another unit;"
            " has the device a new formula or firmware? Set it back, or change unit"
        )

    def doubt_celsius(self, said: float, celsius: float, at: float) -> str | None:
        """Why a temperature is not what it says: 24 after 75 °F is not 24 °F but the same beer, in °C."""
        before = self.last_c
        if QUANTITIES[self.celsius_of].refusal(celsius) is None:
            self.last_c = (at, celsius)
        if before is None or not 0.0 <= at - before[0] <= REMEMBERED_S or abs(celsius - before[1]) <= SAME_C:
            return None
        for unit, symbol in SYMBOLS.items():
            if abs(to_celsius(said, unit) - before[1]) <= SAME_C:
                self.last_c = (at, to_celsius(said, unit))
                return (
                    f"temperature of {said:g} fits those before only in {symbol}, and is said to be in another unit;"
                    " has somebody changed the unit of the device? Set it back, or change temperature_unit"
                )
        return None


def _in_another_unit(said: float) -> str | None:
    """Which unit a gravity fits that cannot be in its own."""
    row = QUANTITIES["sg"]
    if row.refusal(said / 1000.0) is None:
        return f'gravity of {said:g} is SG in thousandths; set unit = "sg1000", or let the device send it as 1.050'
    if row.refusal(said) is None:
        return f'gravity of {said:g} is plain SG; set unit = "sg", or let the device send it in the unit of the config'
    if row.high < said <= 40.0 and row.refusal(sg_from_plato(said)) is None:
        return f'gravity of {said:g} can only be degrees Plato or Brix; set unit = "plato" or "brix" if it is'
    return None
