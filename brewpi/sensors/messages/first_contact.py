"""A number that cannot be, or hardly is, in the unit it is said to be in: seen by itself, before there is any other."""

from __future__ import annotations

from dataclasses import dataclass

from brewpi.quantities import QUANTITIES
from brewpi.sensors.ds18b20 import ABSENT_C, POWER_ON_C
from brewpi.sensors.messages.declared_units import NAMES, TEMPERATURE_UNITS, Stated
from brewpi.units import sg_from_plato, to_celsius

LIKE_SG = (0.98, 1.17)  # wort, must, beer and water in SG; in °P or °Bx a nearly dry beer only
NEVER_SG = (0.8, 2.0)  # outside of it no device says SG, not even one that lies on the bench
OTHER_SG = 0.01  # a leap that no beer makes within hours
SWING, SWINGS = 0.02, 4  # to and fro within WATCHED_S: bubbles in °P; in SG it would be 20 points each time
WATCHED_S = 6 * 3600.0
COLDEST_BEER_C, BREWING_C = -2.5, (5.0, 45.0)  # it freezes; what is about a tank in which something ferments


@dataclass(slots=True)
class FirstGravity:
    """Whether a gravity that is said to be °P or °Bx is. was_sg: that of the batch before the start; swings: how often
    it went to and fro since `watched_at`, the last time to `turned` in `direction`, while nobody knows."""

    was_sg: float | None = None
    is_known: bool = False
    watched_at: float = float("-inf")
    turned: float = 0.0
    direction: float = 0.0
    swings: int = 0

    def looks_like_sg(self, said: float, sg: float, at: float) -> bool:
        """Whether it is in all likelihood SG, and would be another gravity then. 1.048 of fresh wort is, and not
        1.048 °P: that would be beer that is done."""
        fits_before = self.was_sg is not None and abs(sg - self.was_sg) < OTHER_SG
        self.is_known = self.is_known or fits_before or not NEVER_SG[0] <= said <= NEVER_SG[1]
        if self.is_known or abs(said - sg) < OTHER_SG or not LIKE_SG[0] <= said <= LIKE_SG[1]:
            return False
        self._watch(said, at)
        self.is_known = self.swings >= SWINGS
        return not self.is_known

    def _watch(self, said: float, at: float) -> None:
        if at - self.watched_at > WATCHED_S:
            self.watched_at, self.turned, self.direction, self.swings = at, said, 0.0, 0
        moved = said - self.turned
        if moved * self.direction > 0.0:
            self.turned = said
        elif abs(moved) >= SWING:
            self.turned, self.direction, self.swings = said, moved, self.swings + 1


def first_gravity_doubt(said: float, stated: Stated) -> str:
    """The sentence for what `looks_like_sg`."""
    return (
        f"gravity of {said:g} is {_said(stated)} but looks like SG; {_change('unit', 'sg', stated)};"
        f" if it is {NAMES[stated.unit]}, it is believed once it was below {NEVER_SG[0]:g} or above {NEVER_SG[1]:g}"
    )


def impossible_gravity(said: float, stated: Stated) -> str | None:
    """Which unit a gravity fits that cannot be in its own; None where it fits none."""
    row = QUANTITIES["sg"]
    by_config = not stated.by_message
    if row.refusal(said / 1000.0) is None and (by_config or stated.unit == "sg"):
        return f'gravity of {said:g} is SG in thousandths; set unit = "sg1000", or let the device send it as 1.050'
    if row.refusal(said) is None and (by_config or stated.unit == "sg1000"):
        return f'gravity of {said:g} is plain SG; set unit = "sg", or let the device send it in the unit of the config'
    if row.high < said <= 40.0 and row.refusal(sg_from_plato(said)) is None:
        if by_config:
            return f'gravity of {said:g} can only be degrees Plato or Brix; set unit = "plato" or "brix" if it is'
        return _contradicted(f"gravity of {said:g}", "degrees Plato or Brix", stated)
    if row.refusal(said / 1000.0) is None:
        return _contradicted(f"gravity of {said:g}", "SG in thousandths", stated)
    return _contradicted(f"gravity of {said:g}", "SG", stated) if row.refusal(said) is None else None


def first_temperature_doubt(said: float, celsius: float, quantity: str, stated: Stated) -> str | None:
    """Why the first temperature that is heard is not what it says: 68 °C is no beer, but 68 °F is, and so is 20 °C
    where 20 °F would be ice. None where it can be, or fits no other unit."""
    is_possible = QUANTITIES[quantity].refusal(celsius) is None
    if said in (POWER_ON_C, ABSENT_C) or (is_possible and (quantity != "beer_c" or celsius >= COLDEST_BEER_C)):
        return None
    others = (unit for unit in TEMPERATURE_UNITS if unit != stated.unit)
    likely = [unit for unit in others if BREWING_C[0] <= to_celsius(said, unit) <= BREWING_C[1]]
    if not likely:
        return None
    looks = " or ".join(NAMES[unit] for unit in likely)
    return f"temperature of {said:g} is {_said(stated)} but looks like {looks}; " + _change(
        "temperature_unit", '" or "'.join(likely), stated
    )


def _said(stated: Stated) -> str:
    name = NAMES[stated.unit]
    return f"declared {name} {'by the message' if stated.by_message else 'in the config'}"


def _change(option: str, word: str, stated: Stated) -> str:
    if stated.by_message:
        return "set its unit right in the device"
    return f'set {option} = "{word}", or let the device send {NAMES[stated.unit]}'


def _contradicted(what: str, looks: str, stated: Stated) -> str:
    return f"{what} is {_said(stated)} but looks like {looks}; {_change('unit', '', stated)}"
