"""A relay that stays on although it is switched off: the beer goes its way, alone or whenever the other side pauses.

Where the other side outruns it, the beer is where it should be and no hour of it shows anything. But in each pause of
that side the beer goes the welded one's way, faster than fermentation and room together can move it. So the pauses of
some hours are taken together.
"""

from __future__ import annotations

from statistics import median_low

from brewpi.alarms import temperature_rules
from brewpi.alarms.temperature_rules import UNEXPLAINED_C_PER_H
from brewpi.alarms.view import HOUR_S, AlarmCondition, View
from brewpi.roles import ROLES

LEAST_PAUSES, LEAST_H = 2, 0.4  # one proves nothing: warm beer may have been topped up in it


def stuck_on(view: View, role: str) -> AlarmCondition:
    """Beer that goes the output's way while it is off, over an hour or in each pause of the other side."""
    found = temperature_rules.stuck_on(view, role)
    return found if found.holds else _in_pauses(view, role) or found


def _in_pauses(view: View, role: str) -> AlarmCondition | None:
    """What the pauses show; None if there are too few."""
    sign = float(ROLES[role].direction)
    pauses = view.pauses.get(role, ())
    hours = sum(last.at - first.at for first, last in pauses) / HOUR_S
    if len(pauses) < LEAST_PAUSES or hours < LEAST_H:
        return None
    gains_c = [sign * (last.beer_c - first.beer_c) for first, last in pauses]
    rates = [gain_c * HOUR_S / (last.at - first.at) for gain_c, (first, last) in zip(gains_c, pauses, strict=True)]
    gone_c_per_h = min(sum(gains_c) / hours, median_low(rates))
    if gone_c_per_h <= UNEXPLAINED_C_PER_H:  # nearly always, and what else could move the beer is dear to know
        return None
    could_c_per_h = temperature_rules.could_c_per_h(view, sign)
    if gone_c_per_h <= could_c_per_h + UNEXPLAINED_C_PER_H:
        return None
    return AlarmCondition(True, temperature_rules.stuck_on_text(role, sum(gains_c), hours, could_c_per_h))
