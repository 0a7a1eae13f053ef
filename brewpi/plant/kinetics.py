"""How yeast turns sugar into alcohol: one small set of rate equations, for one tank or for 100,000 at once.

The skeleton is Coleman, Fish & Block 2007 (nitrogen-limited growth, saturating sugar uptake, inactivation by
ethanol), with Gee & Ramirez 1988's order of sugars (maltose waits for glucose, maltotriose for both), an
explicit lag, and flocculation as the sugar goes.

    strain = Strain()                                   # or Strain(uptake_per_h=0.4, ...)
    state = pitched(yeast_g_l=1.0, nitrogen_g_l=0.18, sugar_g_l=85.0)
    state = step(state, strain, temp_c=19.0, dt_h=1 / 60)
    sg = gravity(state, terminal_sg=1.010)

Every field and argument may be a float or an array, and shapes broadcast; floats go through `math` and take a
few microseconds a step, arrays go through numpy. `step` is semi-implicit: nothing turns negative at any
`dt_h`, and one hour is short enough for a beer. To dose nutrient, `state._replace(nitrogen_g_l=state.nitrogen_g_l +
dose)`; to add fruit or sugar, raise `glucose_g_l`. Heat: `HEAT_KJ_PER_G` times the fall of `sugar_g_l`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from brewpi.records import Array

Number = float | Array

SG_PER_G_L = 4.6e-4
"""Specific gravity lost per g/L of sugar fermented, alcohol included; 1.048 to 1.010 takes 83 g/L."""

ETHANOL_YIELD = 0.47
"""Grams of ethanol per gram of sugar: Coleman 2007 fits 0.55, cellars realise 0.46-0.48."""

HEAT_KJ_PER_G = 0.55
"""Heat of fermentation per gram of sugar: 91 to 120 kJ per mole of hexose (Gee & Ramirez 1988)."""

REFERENCE_C = 20.0
GAS_KJ = 8.314e-3


@dataclass(frozen=True, slots=True)
class Strain:
    """What a yeast does, at 20 °C where a rate depends on temperature. Defaults: an ordinary ale yeast.

    lag_h: hours until fully awake; growth_per_h: fastest specific growth; uptake_per_h: g sugar per g yeast
    and hour; yeast_per_nitrogen: g/g; half_g_l, half_nitrogen_g_l: half-saturation; repression_g_l: glucose (and
    maltose) that halves the uptake of the next sugar; activation_kj: Arrhenius energy of all rates; cold_c,
    hot_c: where activity is halved by cold settling and by heat; death: multiple of Coleman's inactivation by
    ethanol; flocculation_per_h: yeast leaving suspension once all sugar is gone, growing with the power
    `flocculation_late` of the share fermented; tolerance_g_l: ethanol at which uptake stops.
    """

    lag_h: Number = 10.0
    growth_per_h: Number = 0.16
    uptake_per_h: Number = 0.30
    yeast_per_nitrogen: Number = 20.0
    half_g_l: Number = 10.0
    half_nitrogen_g_l: Number = 0.009
    repression_g_l: Number = 12.0
    activation_kj: Number = 54.0
    cold_c: Number = 5.0
    hot_c: Number = 35.0
    death: Number = 0.25
    flocculation_per_h: Number = 0.01
    flocculation_late: Number = 4.0
    tolerance_g_l: Number = 150.0


class Concentrations(NamedTuple):
    """One tank, or one per element. `awake` runs from 0 at pitching to 1 after the lag; the rest is g/L."""

    awake: Number
    yeast_g_l: Number
    nitrogen_g_l: Number
    glucose_g_l: Number
    maltose_g_l: Number
    maltotriose_g_l: Number
    ethanol_g_l: Number

    @property
    def sugar_g_l(self) -> Number:
        """All fermentable sugar left."""
        return self.glucose_g_l + self.maltose_g_l + self.maltotriose_g_l


def pitched(
    yeast_g_l: Number,
    nitrogen_g_l: Number,
    sugar_g_l: Number,
    shares: tuple[Number, Number, Number] = (0.15, 0.65, 0.20),
) -> Concentrations:
    """The state at pitching. `shares` of glucose, maltose, maltotriose are a wort's; (1, 0, 0) for must."""
    glucose, maltose, maltotriose = (sugar_g_l * share for share in shares)
    zero = 0.0 * glucose
    return Concentrations(zero, yeast_g_l, nitrogen_g_l, glucose, maltose, maltotriose, zero)


def gravity(state: Concentrations, terminal_sg: Number) -> Number:
    """Specific gravity at 20 °C, when `terminal_sg` is what remains with every fermentable gram gone."""
    return terminal_sg + SG_PER_G_L * state.sugar_g_l


def activity(strain: Strain, temp_c: Number) -> Number:
    """How fast the yeast works against 20 °C: Arrhenius, halved at `cold_c` (it settles) and at `hot_c`."""
    arrhenius = _exp(strain.activation_kj / GAS_KJ * (1 / (REFERENCE_C + 273.15) - 1 / (temp_c + 273.15)))
    return arrhenius / (1 + _exp((strain.cold_c - temp_c) / 1.2)) / (1 + _exp((temp_c - strain.hot_c) / 1.2))


def step(state: Concentrations, strain: Strain, temp_c: Number, dt_h: Number) -> Concentrations:
    """The state `dt_h` hours later at a beer temperature of `temp_c`."""
    awake, yeast, nitrogen, glucose, maltose, maltotriose, ethanol = state
    warm = activity(strain, temp_c)
    pace = dt_h * warm * awake * awake * awake

    feed = strain.growth_per_h / strain.yeast_per_nitrogen / (strain.half_nitrogen_g_l + nitrogen)
    nitrogen_left = nitrogen / (1 + pace * yeast * feed)
    grown = strain.yeast_per_nitrogen * (nitrogen - nitrogen_left)

    sugar = glucose + maltose + maltotriose
    bite = pace * yeast * strain.uptake_per_h * _positive(1 - ethanol / strain.tolerance_g_l)
    free = strain.repression_g_l / (strain.repression_g_l + glucose)
    free_of_both = free * strain.repression_g_l / (strain.repression_g_l + maltose)
    glucose = glucose / (1 + bite / (strain.half_g_l + glucose))
    maltose = maltose / (1 + bite * free / (strain.half_g_l + maltose))
    maltotriose = maltotriose / (1 + bite * free_of_both / (strain.half_g_l + maltotriose))
    ethanol = ethanol + ETHANOL_YIELD * (sugar - glucose - maltose - maltotriose)

    all_ethanol = ethanol + ETHANOL_YIELD * (glucose + maltose + maltotriose)
    fermented = ethanol / (all_ethanol + 1e-9)
    leaving = strain.flocculation_per_h * fermented**strain.flocculation_late
    dying = strain.death * ethanol * _inactivation(temp_c)
    yeast = (yeast + grown) / (1 + dt_h * (leaving + dying))
    awake = 1 - _positive(1 - awake - dt_h * warm / strain.lag_h)
    return Concentrations(awake, yeast, nitrogen_left, glucose, maltose, maltotriose, ethanol)


def _inactivation(temp_c: Number) -> Number:
    """L/g/h; Coleman 2007 table A2, exponent corrected from its credible region, constant below 11.3 °C."""
    t = 11.3 + _positive(temp_c - 11.3)
    return _exp(-9.81 - 0.108 * t + 0.00478 * t * t)


def _positive(x: Number) -> Number:
    return max(x, 0.0) if isinstance(x, float) else np.maximum(x, 0.0)


def _exp(x: Number) -> Number:
    return math.exp(x) if isinstance(x, float) else np.exp(x)
