"""A relay that stays on although it is switched off: the beer goes its way, alone or whenever the other side pauses.

Where the other side outruns it, the beer is where it should be and no hour of it shows anything. But in each pause of
that side the beer goes the welded one's way, faster than fermentation and room together can move it. So the pauses of
some hours are taken together.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median_low

from brewpi.alarms import temperature_rules
from brewpi.alarms.temperature_rules import AFTER_OFF_S, UNEXPLAINED_C_PER_H
from brewpi.alarms.view import EVERY_S, HOUR_S, AlarmCondition, Sample, View
from brewpi.roles import ROLES, exclude_each_other

PAUSES_S = 6 * HOUR_S
LATE_S = 240.0  # into a pause: what the other side did before still shows, and a probe near its jacket swings back
LONGEST_STEP_S = 2.0 * EVERY_S  # from one minute to the next, or nobody knows what ran between
LEAST_PAUSES, LEAST_H = 2, 0.4  # one proves nothing: warm beer may have been topped up in it


def stuck_on(view: View, role: str) -> AlarmCondition:
    """Beer that goes the output's way while it is off, over an hour or in each pause of the other side."""
    found = temperature_rules.stuck_on(view, role)
    return found if found.holds or role not in view.roles else _in_pauses(view, role) or found


def _in_pauses(view: View, role: str) -> AlarmCondition | None:
    """What the pauses show; None if there are too few."""
    sign = float(ROLES[role].direction)
    pauses = list(_pauses(view, role))
    hours = sum(last.at - first.at for first, last in pauses) / HOUR_S
    if len(pauses) < LEAST_PAUSES or hours < LEAST_H:
        return None
    gains_c = [sign * (last.beer_c - first.beer_c) for first, last in pauses]
    rates = [gain_c * HOUR_S / (last.at - first.at) for gain_c, (first, last) in zip(gains_c, pauses, strict=True)]
    could_c_per_h = temperature_rules.could_c_per_h(view, sign)
    limit_c_per_h = could_c_per_h + UNEXPLAINED_C_PER_H
    if sum(gains_c) <= limit_c_per_h * hours or median_low(rates) <= limit_c_per_h:
        return None
    return AlarmCondition(True, temperature_rules.stuck_on_text(role, sum(gains_c), hours, could_c_per_h))


def _pauses(view: View, role: str) -> Iterator[tuple[Sample, Sample]]:
    """The first and last of minutes in a row, two steps at least, in which neither side ran and what ran before does
    not show any more."""
    other_side = {other for other in ROLES if exclude_each_other(role, other)}
    clear_at, minutes, last_at = view.now - PAUSES_S, 0, 0.0
    first = last = Sample(0.0, 0.0, frozenset())
    for minute in view.samples:  # hundreds, twice a minute: each is asked as little as can be
        at, ran = minute.at, minute.ran
        if ran:
            if role in ran:
                clear_at = max(clear_at, at + AFTER_OFF_S)
            elif not other_side.isdisjoint(ran):
                clear_at = max(clear_at, at + LATE_S)
        if at >= clear_at and not (minutes and at - last_at > LONGEST_STEP_S):
            if not minutes:
                first = minute
            last, last_at = minute, at
            minutes += 1
        elif minutes:
            if minutes > 2:
                yield first, last
            minutes = 0
    if minutes > 2:
        yield first, last
