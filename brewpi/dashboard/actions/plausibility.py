"""What is doubted before it is sent: a gravity that cannot be, or is not likely. Pure."""

from __future__ import annotations

from brewpi.dashboard.feed.board import Tank
from brewpi.dashboard.views.units import Units
from brewpi.units import plato_from_sg, sg_from_plato

LOWEST_SG, HIGHEST_SG = 0.95, 1.2  # what a gravity can be at all
LOWEST_PLATO, HIGHEST_PLATO = -5.0, 44.0  # of the driest mead, and of 1.2 SG
LOWEST_RISE_SG, FASTEST_FALL_SG = 0.004, 0.03  # against the last reading
BELOW_HIGHEST_SG = 0.002  # how far an original gravity may be below what was measured since
MOST_POINTS = 40.0  # 10 °P: few additions are worth more


def likely_meant(value: float, unit: str) -> list[tuple[float, str]]:
    """What somebody may have meant by a gravity that cannot be: 1012, 101.2 or 12 for 1.012, 12.4 for degrees
    Plato, and of these 52 for 1.052 and 124 for 12.4."""
    if unit == "sg" and not LOWEST_SG <= value <= HIGHEST_SG:
        points = [(round(value / by, 5), "sg") for by in (1000.0, 100.0) if LOWEST_SG <= value / by <= HIGHEST_SG]
        plato = [(value, "plato")] if LOWEST_PLATO <= value <= 40.0 else []
        short = [(round(1.0 + value / 1000.0, 5), "sg")] if 0.0 < value < 150.0 and value not in (0.0, 1.0) else []
        return [*points, *plato, *short]
    if unit == "plato" and looks_like_sg(value):
        return [(value, "sg")]
    if unit == "plato" and 950.0 <= value <= 1200.0:
        return [(round(value / 1000.0, 5), "sg")]
    if unit == "plato" and HIGHEST_PLATO < value < 150.0:
        return [(round(1.0 + value / 1000.0, 5), "sg"), (value / 10.0, "plato")]
    return []


def looks_like_sg(plato: float) -> bool:
    """Whether degrees Plato are rather a gravity, as 1.012: nobody reads them to more than a tenth there."""
    return LOWEST_SG <= plato <= HIGHEST_SG and round(plato, 1) != plato


def last_gravity(tank: Tank) -> float | None:
    """The gravity that is known last, SG."""
    seen = tank.curve.measured.sg if tank.curve else []
    fresh = tank.state.sg if tank.state else None
    return fresh if fresh is not None else seen[-1] if seen else None


def implausible_reading(tank: Tank, value: float, unit: str, units: Units) -> str:
    """Why a reading is not likely, against the last one; nothing where it is."""
    sg, last_sg = (value if unit == "sg" else sg_from_plato(value)), last_gravity(tank)
    if last_sg is None or LOWEST_RISE_SG > sg - last_sg > -FASTEST_FALL_SG:
        return ""
    apart, last = f"{abs(1000.0 * (sg - last_sg)):.0f}", units.gravity(last_sg)
    if sg > last_sg:
        return units.tr("That is {points} points above the last gravity, {last}.", points=apart, last=last)
    return units.tr("That is {points} points below the last gravity, {last}.", points=apart, last=last)


def implausible_og(tank: Tank, og: float, units: Units) -> str:
    """Why an original gravity is not likely: something higher was measured since, or much less."""
    measured = tank.curve.measured.sg if tank.curve else []
    if not measured:
        return ""
    highest = max(measured)
    if og < highest - BELOW_HIGHEST_SG:
        return units.tr("{highest} was measured in this batch, which is more.", highest=units.gravity(highest))
    if og > highest + 2.0 * FASTEST_FALL_SG:
        return units.tr("The highest that was measured in this batch is {highest}.", highest=units.gravity(highest))
    return ""


def implausible_addition(points: float, units: Units) -> str:
    """Why what an addition is worth is not likely."""
    if points < 0.0:
        return units.tr("That lowers the gravity: was it water?")
    if points > MOST_POINTS:
        plato = units.decimal(plato_from_sg(1.0 + points / 1000.0), 1)
        return units.tr("{points} points are {plato} °P, which is a lot.", points=f"{points:.0f}", plato=plato)
    return ""


def addition_points(tank: Tank, value: float, unit: str) -> float:
    """What an addition is worth, in points of 0.001 SG. value: points, or degrees Plato on top of what is there."""
    if unit == "sg":
        return round(value, 1)
    before = last_gravity(tank) or 1.0
    return round(1000.0 * (sg_from_plato(plato_from_sg(before) + value) - before), 1)
