"""Heat and sugar of a fermenting tank: what the simulated tank and the alarms of a real one go by."""

from __future__ import annotations

SG_PER_G_L = 4.6e-4
"""Specific gravity lost per g/L of sugar fermented, alcohol included; 1.048 to 1.010 takes 83 g/L."""

ETHANOL_YIELD = 0.47
"""Grams of ethanol per gram of sugar: Coleman 2007 fits 0.55, cellars realise 0.46-0.48."""

HEAT_KJ_PER_G = 0.55
"""Heat of fermentation per gram of sugar: 91 to 120 kJ per mole of hexose (Gee & Ramirez 1988)."""

KJ_PER_L_K = 4.0
"""Heat capacity of wort and beer: 1.04 kg/L at 3.9-4.0 kJ/kg/K (Gee & Ramirez 1988)."""

AREA_M2_PER_L = 0.055
"""Surface of a tank of 1 L, growing with the power 2/3: a cylinder twice as high as wide."""

LOSS_W_M2_K = 2.5
"""Heat through an insulated wall, for each degree between beer and room."""

C_PER_SG = HEAT_KJ_PER_G / SG_PER_G_L / KJ_PER_L_K
"""299 °C for each unit of gravity fermented, without any loss."""


def wall_w_per_k(volume_l: float) -> float:
    """What the insulated wall of a tank of this volume lets through, W for each degree between beer and room."""
    return float(LOSS_W_M2_K * AREA_M2_PER_L * volume_l ** (2 / 3))
