"""A relay that stays on although it is switched off: the beer goes its way, alone or whenever the other side pauses.

Where the other side outruns it, the beer is where it should be and no hour of it shows anything. But in each pause of
that side the beer goes the welded one's way, faster than fermentation and room together can move it. So the pauses of
some hours are taken together.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_low

from brewpi.alarms.rules import temperature_rules
from brewpi.alarms.rules.restless_probe import unless_restless
from brewpi.alarms.rules.temperature_rules import UNEXPLAINED_C_PER_H
from brewpi.alarms.rules.view import HOUR_S, UNKNOWN, AlarmCondition, Sample, View, lately
from brewpi.roles import ROLES, exclude_each_other

HUNTED_S, HUNTING_RUNS, SHORT_MINUTES = 2 * HOUR_S, 6, 5.0
LEAST_PAUSES, LEAST_H = 2, 0.4  # one proves nothing: warm beer may have been topped up in it
FADED = 0.6  # of the pace of a pause's first half
FADED_STEPS = 2.0  # of the probe, a pause: of a coarse one the one step that shows falls anywhere


def stuck_on(view: View, role: str) -> AlarmCondition:
    """Beer that goes the output's way while it is off, over an hour or in each pause of the other side."""
    found = temperature_rules.stuck_on(view, role)
    if _other_side_hunts(view, role):
        return UNKNOWN
    if found.holds:
        return unless_restless(found, view)
    if (pauses := _known_pauses(view, role)) is None:
        return UNKNOWN if _is_held(view, role) else found
    return unless_restless(_in_pauses(view, role, pauses) or found, view)


def _is_held(view: View, role: str) -> bool:
    """Whether the other side ran within the hour: beer that does not go the welded one's way then proves nothing."""
    others = {other for other in view.roles if exclude_each_other(role, other)}
    return any(not others.isdisjoint(sample.ran) for sample in lately(view.samples, view.now - HOUR_S))


def _other_side_hunts(view: View, role: str) -> bool:
    """Whether the other side runs for minutes, again and again: its probe lies on the jacket and swings back after each
    run, as if the beer went the other way."""
    others = {other for other in view.roles if exclude_each_other(role, other)}
    runs, minutes, ran_before = 0, 0, True
    for sample in lately(view.samples, view.now - HUNTED_S):
        runs_now = not others.isdisjoint(sample.ran)
        minutes += runs_now
        runs += runs_now and not ran_before
        ran_before = runs_now
    return runs >= HUNTING_RUNS and minutes <= runs * SHORT_MINUTES


def _known_pauses(view: View, role: str) -> Sequence[tuple[Sample, Sample, Sample]] | None:
    """The pauses of the last hours; None if there are too few."""
    pauses = view.pauses.get(role, ())
    hours = sum(last.at - first.at for first, _, last in pauses) / HOUR_S
    return None if len(pauses) < LEAST_PAUSES or hours < LEAST_H else pauses


def _in_pauses(view: View, role: str, pauses: Sequence[tuple[Sample, Sample, Sample]]) -> AlarmCondition | None:
    """What they show; None if that may be room and fermentation, or a probe that swings back."""
    sign = float(ROLES[role].direction)
    hours = sum(last.at - first.at for first, _, last in pauses) / HOUR_S
    gains_c = [sign * (last.beer_c - first.beer_c) for first, _, last in pauses]
    rates = [gain_c * HOUR_S / (last.at - first.at) for gain_c, (first, _, last) in zip(gains_c, pauses, strict=True)]
    gone_c_per_h = min(sum(gains_c) / hours, median_low(rates))
    if gone_c_per_h <= UNEXPLAINED_C_PER_H:  # nearly always, and what else could move the beer is dear to know
        return None
    if sum(gains_c) > FADED_STEPS * (view.finest_c or 0.0) * len(pauses) and _fades(sign, pauses):
        return None
    could_c_per_h = temperature_rules.could_c_per_h(view, sign)
    if gone_c_per_h <= could_c_per_h + UNEXPLAINED_C_PER_H:
        return None
    return AlarmCondition(True, temperature_rules.stuck_on_text(role, sum(gains_c), hours, could_c_per_h))


def _fades(sign: float, pauses: Sequence[tuple[Sample, Sample, Sample]]) -> bool:
    """Whether it is over within a pause: a heater goes on, a probe that swings back from a jacket does not."""
    early_c_per_h = _rate(sign, [(first, middle) for first, middle, _ in pauses])
    return _rate(sign, [(middle, last) for _, middle, last in pauses]) < FADED * early_c_per_h


def _rate(sign: float, spans: Sequence[tuple[Sample, Sample]]) -> float:
    """°C/h that way, of all of them together."""
    hours = sum(after.at - before.at for before, after in spans) / HOUR_S
    return sign * sum(after.beer_c - before.beer_c for before, after in spans) / hours
