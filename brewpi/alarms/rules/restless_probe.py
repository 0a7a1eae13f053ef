"""A beer probe that goes to and fro from minute to minute, as no beer does: water in its plug or sleeve, a cable beside
a motor's, or a probe that feels the heater or the jacket itself. Relays turn with it, all day long, and what it shows
looks like a relay that is welded or a deadband that is too narrow: neither is said of such a probe.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from brewpi.alarms.rules.view import FINE, HOUR_S, UNKNOWN, AlarmCondition, View, lately
from brewpi.roles import moving
from brewpi.sentences import Sentence

LEAST_MINUTES = 40  # of the hour
TURN_C = 0.5  # there and back within two minutes: 30 °C/h and back, in a bucket too
TURN_STEPS = 2.5  # of the probe: one step there and back is a coarse one between two of them
TURNS_SHARE = 0.15  # of the minutes: noise of 0.15 °C in what outputs run by, or four starts of a heater an hour


def restless(view: View) -> AlarmCondition:
    """Whether it turns back again and again; silent of a probe of which no step is known."""
    beer_c = [sample.beer_c for sample in lately(view.samples, view.now - HOUR_S - 1.0)]
    if len(beer_c) < LEAST_MINUTES or view.finest_c is None:
        return UNKNOWN
    turn_c = max(TURN_C, TURN_STEPS * view.finest_c)
    if 2.0 * (max(beer_c) - min(beer_c)) < turn_c:
        return FINE  # no way there and back is longer
    moves_c = [after_c - before_c for before_c, after_c in pairwise(beer_c)]
    turns_c = [abs(then_c - first_c) for first_c, then_c in pairwise(moves_c)]
    large_c = [turned_c for turned_c in turns_c if turned_c >= turn_c]
    if len(large_c) < TURNS_SHARE * len(turns_c):
        return FINE
    text = Sentence(
        "beer temperature goes to and fro by {turn_delta_c:.1f} °C within minutes, which beer does not: is water in its"
        " probe's plug, or does it touch heater or jacket?", turn_delta_c=0.5 * median(large_c),
    )  # fmt: skip
    return AlarmCondition(True, text, "alarm" if moving(view.roles) else "warning")


def unless_restless(found: AlarmCondition, view: View) -> AlarmCondition:
    """What was found by the beer temperature, as far as that can be judged."""
    return UNKNOWN if found.holds and restless(view).holds else found
