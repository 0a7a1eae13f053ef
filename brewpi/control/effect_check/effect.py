"""How much an output of known, seen or unknown power must move its beer, and how soon that can be told.

All of it follows from energy. An output of power P moves V litres of beer by

    r = P / (V * 4 kJ/L/K),  in °C/h: 3.6 P / (4 V) with P in W

and a probe in the beer shows EFFECT_C after LAG_S + EFFECT_C / r; twice that is given before anybody wonders. Then it
is switched off and compared with itself: without it, the slope of the beer has to be worse by r times the share of the
time that it was on. A quarter of that is taken for a difference (glycol moves beer of 4 °C by a third of what it does
at 18 °C), and never more than SAME_C_PER_H is asked for. A probe that
shows steps of 1/16 °C tells two slopes apart to RESOLUTION_C over the hours in which they were looked at, so the
smaller the difference, the longer the trial. A probe with coarser steps (a Tilt's whole °F) shows an effect only by two
of them, for one may be that of a beer that hardly moved. Of an output that nobody knows it is given no more time than
one step takes, for a Tilt may lie on the shelf; the trial, in which nothing runs, is as much longer instead. One that
is known is given what two take: a crash in which it is off for hours, again and again, does not arrive.

r is that of the stated power, else what this output was seen to do in this tank; of an output of which nothing is known
it is at least what makes up for a room that is LEAST_ROOM_C away, through the insulated wall of a tank of that volume:
one that could not do this would hold nothing.

What goes the right way is not the output's doing if the room does it: a probe that hangs in the air follows the night.
So a gain counts only where it is faster than a room goes, or beyond what the beer did in the pause before; of any other
an output has to show by a trial that the beer does worse without it. docs/effect-check.md has the numbers and their
sources.
"""

from __future__ import annotations

from brewpi.physics import KJ_PER_L_K, wall_w_per_k

EFFECT_C = 0.3  # what counts as an effect; three steps of a DHT22
EFFECT_STEPS = 1.5  # of a coarse probe: more than one, which shows next to nothing
KNOWN_STEPS = 2.0  # that it takes until such an effect has shown, from just after a step
LAG_S = 600.0  # of jackets, mats and thermowells, before the beer feels them
SLOW_LAG_S = 2700.0  # of a probe taped to a plastic wall, or in a dry thermowell: half an hour, and some
USUAL_C_PER_H = 0.6  # of an output of which nothing is known: a jacket on a tank of some hundred litres
SHORTEST_EFFORT_S, LONGEST_EFFORT_S = 1800.0, 3 * 3600.0
STATED_EFFORT_S = 12 * 3600.0  # of one whose power is stated: no more energy than moves the beer by 2 * EFFECT_C
SAME_C_PER_H = 0.15  # a difference of slopes that is always one
RESOLUTION_C = 0.05  # of a slope, times the hours that it was looked at
RESOLUTION_STEPS = 2.0  # the same of a coarse probe: one step in the middle makes a slope of 1.5 (least squares)
TRIAL_S, LONGEST_TRIAL_S = 1800.0, 6 * 3600.0  # off for this long, to compare
LEAST_ROOM_C = 5.0  # away from the beer
ROOM_C_PER_H = 1.0  # as fast as a room goes with its day: 4 °C up and down, 4 * 2 pi / 24 h
LEAST_PART = 0.25  # of what it is known to do
UNPROVEN_C = 3.0  # how far a working output may have moved the beer until it is compared with itself again


def c_per_h(power_w: float, volume_l: float) -> float:
    """How fast an output of this power moves this much beer, °C/h."""
    return 3.6 * power_w / (KJ_PER_L_K * volume_l)


def stated_c_per_h(power_w: float | None, volume_l: float) -> float | None:
    """The same by what the config states; None where power or volume (0) are unknown."""
    return None if power_w is None or volume_l <= 0.0 else c_per_h(power_w, volume_l)


def least_c_per_h(volume_l: float) -> float:
    """Of the weakest output that is of use to a tank of this volume, °C/h: it makes up for a room LEAST_ROOM_C away."""
    return wall_per_h(volume_l) * LEAST_ROOM_C


def wall_per_h(volume_l: float) -> float:
    """By how much the insulated wall of a tank of this volume lets its beer go, °C/h for each degree to the room."""
    return c_per_h(wall_w_per_k(volume_l), volume_l)


def effect_c(step_c: float) -> float:
    """What counts as an effect. step_c: of a coarse probe, else 0."""
    return max(EFFECT_C, EFFECT_STEPS * step_c)


def effort_s(stated_c_per_h: float | None, learnt_c_per_h: float | None, step_c: float = 0.0) -> float:
    """How long an output may be on without effect before it is tried."""
    rate_c_per_h = stated_c_per_h or learnt_c_per_h or USUAL_C_PER_H
    shown_c = KNOWN_STEPS * step_c if stated_c_per_h or learnt_c_per_h else step_c
    due_s = 2.0 * (LAG_S + 3600.0 * max(EFFECT_C, shown_c) / rate_c_per_h)
    return min(max(due_s, SHORTEST_EFFORT_S), STATED_EFFORT_S if stated_c_per_h else LONGEST_EFFORT_S)


def is_its_doing(
    gain_c: float, driven_s: float, known_c_per_h: float, share: float, drift_c_per_h: float | None, step_c: float = 0.0
) -> bool:
    """Whether a gain within so much time is the output's doing and not the room's.

    known_c_per_h: what it does while it is on, by its power or as it was seen, else 0; share: of the time it was on;
    drift_c_per_h: how the beer went its way in the pause before, None if there was none.
    """
    least_c_per_h, asked_c = LEAST_PART * known_c_per_h * share, effect_c(step_c)
    if drift_c_per_h is None:
        return gain_c >= asked_c and gain_c >= max(ROOM_C_PER_H, least_c_per_h) * driven_s / 3600.0
    beyond_c = gain_c - drift_c_per_h * driven_s / 3600.0
    return min(gain_c, beyond_c) >= asked_c and beyond_c >= least_c_per_h * driven_s / 3600.0


def is_moving(gain_c: float, c_per_h: float) -> bool:
    """Whether the beer goes the output's way, whoever does it: one that is proven by a trial then keeps up, also where
    it is as slow as glycol makes beer of 3 °C."""
    return gain_c >= EFFECT_C or c_per_h >= SAME_C_PER_H


def longest_s(due_s: float, rate_c_per_h: float | None) -> float:
    """Until an output that was seen to work is tried again, at most."""
    return max(due_s, 3600.0 * UNPROVEN_C / rate_c_per_h) if rate_c_per_h else due_s


def difference_c_per_h(
    stated_c_per_h: float | None, learnt_c_per_h: float | None, volume_l: float, share: float, step_c: float = 0.0
) -> float:
    """By how much the slope of the beer has to be worse without it, °C/h. share: of the time that it was on."""
    least = least_c_per_h(volume_l) if volume_l > 0.0 else USUAL_C_PER_H
    rate_c_per_h = stated_c_per_h or max(learnt_c_per_h or 0.0, 2.0 * least)
    seen_c_per_h = resolution_c_per_h(LONGEST_TRIAL_S - LAG_S, step_c)
    return max(min(LEAST_PART * rate_c_per_h * share, SAME_C_PER_H), seen_c_per_h)


def resolution_c(step_c: float) -> float:
    """How well a slope of one hour is known, °C."""
    return max(RESOLUTION_C, RESOLUTION_STEPS * step_c)


def resolution_c_per_h(looked_s: float, step_c: float = 0.0) -> float:
    """How well a slope is known, °C/h."""
    return resolution_c(step_c) * 3600.0 / looked_s


def trial_s(difference_c_per_h: float, step_c: float = 0.0) -> float:
    """How long an output is off until such a difference would have shown."""
    return min(max(LAG_S + 3600.0 * resolution_c(step_c) / difference_c_per_h, TRIAL_S), LONGEST_TRIAL_S)


def can_be_seen(stated_c_per_h: float | None, share: float) -> bool:
    """Whether a trial can tell anything of an output of this power. Nobody knows that of one without."""
    return stated_c_per_h is None or LEAST_PART * stated_c_per_h * share >= resolution_c_per_h(LONGEST_TRIAL_S - LAG_S)
