"""What gravity tells that nobody told: foam or sugar, a second fermentation, a tank that was emptied.

Pure: a view of the last hours in, a finding out. The catalogue's entries say for how long it has to hold.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from statistics import median

from brewpi.alarms.rules.view import FINE, HOUR_S, UNKNOWN, AlarmCondition, View, since
from brewpi.estimation import moved
from brewpi.estimation.gravity import lowest_level
from brewpi.estimation.trusted import fault_of
from brewpi.sentences import Sentence

ROSE_SG = 0.008  # bubbles lift a hydrometer by some points; fruit and foam by more
COLDER_C = 3.0  # a crash lifts a floating hydrometer by up to ten points
FALLS_SG = 0.003  # two points are left by definition when fermentation is called complete
FELL_SG, WITHIN_S = 0.008, HOUR_S  # the fastest kveik, done with 1.080 in a day, makes six points in an hour
JUDGED_S = 24 * HOUR_S  # so long after the fall it is still said
READINGS, READINGS_S = 3, 96 * HOUR_S
LEVEL_S = 24 * HOUR_S  # over which a hydrometer's drift comes and goes


def rose(view: View) -> AlarmCondition:
    """Gravity that stands well above where it has been, in beer that is as warm as then, and nothing was added."""
    history = view.state.history
    if view.state.batch is None or view.phase in ("unknown", "emptied") or len(history) < 6:
        return FINE
    if fault_of(view.state, "sg"):
        return UNKNOWN
    lowest_sg, then = lowest_level(history)
    now_sg = median(sg for _, sg, _ in history[-3:])
    if now_sg - lowest_sg < ROSE_SG or _is_colder(view, then):
        return FINE
    text = Sentence(
        "gravity rose by {points:.0f} points to {sg:.3f} and nothing was told: foam or trub on the hydrometer, or was"
        " something added?", points=1000.0 * (now_sg - lowest_sg), sg=now_sg,
    )  # fmt: skip
    return AlarmCondition(True, text, "warning")


def fell_at_once(view: View) -> AlarmCondition:
    """Gravity that came down in hours by more than yeast makes, and stays there: another tank's hydrometer, or water.
    Foam that lets go of one brings it back to where it was, not below."""
    lately = since(view.state, view.now - JUDGED_S - WITHIN_S)
    if view.state.batch is None or view.phase in ("unknown", "emptied") or len(lately) < 2 * READINGS:
        return FINE
    if fault_of(view.state, "sg"):
        return UNKNOWN
    if max(sg for _, sg, _ in lately) - min(sg for _, sg, _ in lately) < FELL_SG:
        return FINE
    medians = [median(sg for _, sg, _ in lately[i : i + READINGS]) for i in range(len(lately) - READINGS + 1)]
    times, lowest = [at for at, _, _ in lately[1 : len(medians) + 1]], list(accumulate(medians, min))
    for at, sg in zip(times, medians, strict=True):
        before_sg = lowest[bisect_left(times, at - WITHIN_S)]
        if before_sg - max(sg, medians[-1]) >= FELL_SG:
            return AlarmCondition(True, moved.fell_at_once(before_sg, sg, WITHIN_S / HOUR_S), "warning")
    return FINE


def _is_colder(view: View, then: float) -> bool:
    around = [c for at, _, c in view.state.history if abs(at - then) < 12 * HOUR_S and c == c]
    return view.beer_c is not None and bool(around) and view.beer_c < median(around) - COLDER_C


def falls_again(view: View) -> AlarmCondition:
    """Gravity below where it stood when fermentation was called complete: sugar that dry hops or wild yeast set free
    goes on in the bottle."""
    if view.done_sg is None or view.state.batch is None or view.phase in ("unknown", "emptied"):
        return FINE
    lately = since(view.state, view.now - LEVEL_S)
    recent = lately if len(lately) >= READINGS else view.state.history[-READINGS:]  # by hand, once a day
    if len(recent) < READINGS or recent[0][0] < view.now - READINGS_S or fault_of(view.state, "sg"):
        return UNKNOWN
    now_sg = median(sg for _, sg, _ in recent)
    text = Sentence(
        "gravity fell from {done_sg:.4f} to {sg:.4f} since fermentation was complete: it ferments again, do not"
        " package yet", done_sg=view.done_sg, sg=now_sg,
    )  # fmt: skip
    return AlarmCondition(view.done_sg - now_sg >= FALLS_SG, text, "warning")


def emptied(view: View) -> AlarmCondition:
    """By the life cycle: what is read is not of a beer any more."""
    if view.phase != "emptied":
        return FINE
    text = Sentence("gravity {sg:.3f} is not that of this beer: was the tank emptied?", sg=view.state.history[-1][1])
    return AlarmCondition(True, text, "warning")
