"""What is wrong with heating and cooling that no single reading shows: sentences with the number that decides.

Pure: a view of the last hours in, a finding out. The catalogue's entries say for how long it has to hold.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from math import ceil
from operator import attrgetter

from brewpi.alarms.rules.restless_probe import unless_restless
from brewpi.alarms.rules.view import EVERY_S, FINE, HOUR_S, UNKNOWN, AlarmCondition, Sample, View, lately
from brewpi.control.effect_check.effect import wall_per_h
from brewpi.control.probe_checks.heat_balance import BARE
from brewpi.estimation.trusted import trusted
from brewpi.estimation.warmth import warmth_c_per_h
from brewpi.physics import C_PER_SG
from brewpi.roles import ROLES, moving
from brewpi.sentences import Sentence

# A relay that is stuck on, by what else could move the beer.
FASTEST_SG_PER_H = 0.002  # nearly twice a vigorous fermentation, which loses 0.3 °P/h
FERMENTS_OVER_H = 8.0
ROOM_AWAY_C = 15.0  # how far a room that nobody measures may be from the beer
ROOM_WARMS_C_PER_H = 2.0  # for hours: a shed in the sun of a spring day
UNEXPLAINED_C_PER_H = 0.2
NOISE_SG = 0.001  # what hours of readings may hide
WINDOW_S = HOUR_S  # both halves of it have to rise: beer that was topped up warm steps once
AFTER_OFF_S = 1800.0  # the output has to be off for so long before the window: jackets and mats are slow

FIGHT_S, BLOCK_S = 12 * HOUR_S, 300.0  # a room with its day and its night changes sides twice in 24 h
FIGHT_CHANGES, FIGHT_LEAST_H = 4, 1.0  # from one side to the other, and how long each has run at least


def stuck_on(view: View, role: str) -> AlarmCondition:
    """Beer that goes the output's way while it is off, faster than fermentation and room together can move it."""
    if role not in view.roles:
        return FINE
    sign = float(ROLES[role].direction)
    if not _needs_explaining(view, sign):
        return FINE
    window = _window(view, role)
    if window is None:
        return UNKNOWN
    half = len(window) // 2
    one_step_c = view.finest_c or 0.0  # that a coarse probe shows of a beer that hardly moved
    gone_c = sign * (window[-1].beer_c - window[0].beer_c) - one_step_c
    first_c = sign * (window[half].beer_c - window[0].beer_c)
    hours = (window[-1].at - window[0].at) / HOUR_S
    could = could_c_per_h(view, sign)
    limit_c = (could + UNEXPLAINED_C_PER_H) * hours
    if gone_c <= limit_c or min(first_c, gone_c - first_c) <= 0.5 * limit_c:
        return FINE
    return AlarmCondition(True, stuck_on_text(role, gone_c, hours, could))


def could_c_per_h(view: View, sign: float) -> float:
    """What room and fermentation can do at most, °C/h, that way. A measured room through a bare wall; one that nobody
    measures is taken to be so far away that an insulated one does as much."""
    is_measured = trusted(view.state, "room_c", view.now, HOUR_S) is not None
    return (BARE if is_measured else 1.0) * by_room(view, sign) + (_by_fermentation(view) if sign > 0.0 else 0.0)


def stuck_on_text(role: str, gone_c: float, hours: float, could: float) -> str:
    """could: °C/h, without the output."""
    return Sentence(
        "temperature {verb} while {output} is off: {gone_delta_c:.1f} °C in {minutes:.0f} min, without {label}"
        " {could_delta_c:.1f} at most; is the probe in its well, its relay stuck on?",
        verb="rises" if ROLES[role].direction > 0 else "falls", output=role, gone_delta_c=gone_c,
        minutes=60.0 * hours, label=ROLES[role].label, could_delta_c=could * hours,
    )  # fmt: skip


def _needs_explaining(view: View, sign: float) -> bool:
    """Whether the beer has gone a way that needs explaining at all: nearly always it has not, and that is cheap."""
    first = _first_since(view, view.now - WINDOW_S - 1.0)
    if first is None or view.beer_c is None:
        return True
    return sign * (view.beer_c - first.beer_c) > UNEXPLAINED_C_PER_H * (view.now - first.at) / HOUR_S


def _first_since(view: View, at: float) -> Sample | None:
    """The oldest sample that was taken then or later."""
    place = bisect_left(view.samples, at, key=attrgetter("at"))
    return view.samples[place] if place < len(view.samples) else None


def _window(view: View, role: str) -> list[Sample] | None:
    """The last hour, if the output was off all through it and for a while before."""
    start = view.now - WINDOW_S - AFTER_OFF_S
    samples = view.samples
    if not samples or samples[0].at > start + 2.0 * EVERY_S:
        return None
    if any(role in s.ran for s in lately(samples, start)):
        return None
    return lately(samples, view.now - WINDOW_S - 1.0)


def _by_fermentation(view: View) -> float:
    """°C/h that the fermentation can make at most: by its gravity over the last hours, else the fastest known."""
    warmth = warmth_c_per_h(view.state, view.now, FERMENTS_OVER_H)
    fastest = FASTEST_SG_PER_H * C_PER_SG
    return fastest if warmth is None else min(fastest, 1.5 * warmth + NOISE_SG / FERMENTS_OVER_H * C_PER_SG)


def by_room(view: View, sign: float) -> float:
    """°C/h that a room (measured, or far away) can add, through the wall of a tank of this size."""
    room_c = trusted(view.state, "room_c", view.now, HOUR_S)
    away_c = max(0.0, sign * (room_c - view.beer_c)) if room_c is not None and view.beer_c is not None else ROOM_AWAY_C
    if room_c is None and sign > 0.0 and (heated_at := _heated_at(view)) is not None:
        away_c = min(away_c, ROOM_WARMS_C_PER_H * (view.now - heated_at) / HOUR_S)
    if view.volume_l <= 0.0:
        return 0.05 * away_c
    return wall_per_h(view.volume_l) * away_c


def _heated_at(view: View) -> float | None:
    """When beer that stood at its setpoint last had to be warmed: heated again after a pause, in a room that was
    colder than the beer, then."""
    heaters = frozenset(moving(view.roles, 1))
    heated_at = None
    for sample in reversed(view.samples):
        if sample.at < view.steady_since:
            break
        heats = not heaters.isdisjoint(sample.ran)
        if heats and heated_at is None:
            heated_at = sample.at
        elif not heats and heated_at is not None:
            return heated_at
    return None


def fighting(view: View) -> AlarmCondition:
    """Heater and cooler that undo each other's work: each carries the beer past the setpoint and into the other's band.
    From what was measured, a deadband to try: longer runs carry it farther, too."""
    blocks, target_c = view.blocks, view.demand.target_c
    if target_c is None or not blocks:
        return FINE
    if view.steady_since > view.now - FIGHT_S or view.now - blocks[0].at < FIGHT_S - 2.0 * BLOCK_S:
        return UNKNOWN
    heated = ["heat" in b.ran for b in blocks]
    heated_h = BLOCK_S / HOUR_S * sum(heated)
    if heated_h < FIGHT_LEAST_H:  # so it is in most tanks, which are asked every minute
        return FINE
    cooled = ["cool" in b.ran for b in blocks]
    cooled_h = BLOCK_S / HOUR_S * sum(cooled)
    turns = [heats for heats, cools in zip(heated, cooled, strict=True) if heats != cools]
    changes = sum(before != after for before, after in pairwise(turns))
    if changes < FIGHT_CHANGES or cooled_h < FIGHT_LEAST_H:
        return FINE
    highest_c, lowest_c = max(b.beer_c for b in blocks), min(b.beer_c for b in blocks)
    text = Sentence(
        "heater and cooler work against each other: {heated_h:.1f} and {cooled_h:.1f} of {window_h:.0f} h, beer"
        " {lowest_c:.1f} to {highest_c:.1f} °C; try a deadband_c of {wanted_delta_c:.1f}",
        heated_h=heated_h, cooled_h=cooled_h, window_h=FIGHT_S / HOUR_S, lowest_c=lowest_c, highest_c=highest_c,
        wanted_delta_c=ceil(30.0 * max(highest_c - target_c, target_c - lowest_c)) / 10.0,  # longer runs go farther
    )  # fmt: skip
    return unless_restless(AlarmCondition(True, text, "warning"), view)


def off_target(view: View) -> AlarmCondition:
    """Beer away from a setpoint that stands still, and not on its way to it."""
    target_c, beer_c = view.demand.target_c, view.beer_c
    if target_c is None:
        return FINE
    if beer_c is None:
        return UNKNOWN
    off_c = beer_c - target_c
    limit_c = view.options.off_target_c
    if abs(off_c) <= 0.7 * limit_c:
        return FINE
    if view.steady_since >= view.now - EVERY_S or abs(off_c) <= limit_c:
        return UNKNOWN
    before = _first_since(view, view.now - HOUR_S - 1.0)
    before_c = before.beer_c if before is not None else beer_c
    if abs(before_c - target_c) - abs(off_c) >= 0.3:
        return UNKNOWN  # a big tank takes its time: a third of a degree an hour is on its way
    text = Sentence(
        "beer {beer_c:.1f} °C, {off_delta_c:.1f} above its setpoint {target_c:.1f} and not on its way"
        if off_c > 0.0
        else "beer {beer_c:.1f} °C, {off_delta_c:.1f} below its setpoint {target_c:.1f} and not on its way",
        beer_c=beer_c, off_delta_c=abs(off_c), target_c=target_c,
    )  # fmt: skip
    return AlarmCondition(True, text)
