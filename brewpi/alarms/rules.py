"""What is wrong with a tank or its batch that no single reading shows: each a sentence with the number that decides.

Pure: a view of the last hours in, a finding out. `catalogue.py` says for how long it has to hold.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf, isnan
from statistics import median

from brewpi.alarms.options import Alarming
from brewpi.estimation.gravity import COVERED, declared_error, expected_attenuation, fermentable_fraction_consumed
from brewpi.estimation.life_cycle import stands_far_from_its_end
from brewpi.estimation.trusted import fault_of, trusted
from brewpi.physics import AREA_M2_PER_L, HEAT_KJ_PER_G, KJ_PER_L_K, LOSS_W_M2_K, SG_PER_G_L
from brewpi.quantities import plato_from_sg
from brewpi.records import Batch, ControlRequest, Forecast, Phase, Severity, TankState
from brewpi.roles import ROLES
from brewpi.sentences import Sentence

HOUR_S = 3600.0
EVERY_S = 60.0

# A relay that is stuck on, by what else could move the beer.
C_PER_SG = HEAT_KJ_PER_G / SG_PER_G_L / KJ_PER_L_K  # 299 °C for each unit of gravity fermented, without any loss
FASTEST_SG_PER_H = 0.002  # nearly twice a vigorous fermentation, which loses 0.3 °P/h
ROOM_AWAY_C = 15.0  # how far a room that nobody measures may be from the beer
UNEXPLAINED_C_PER_H = 0.2
WINDOW_S = HOUR_S  # both halves of it have to rise: beer that was topped up warm steps once
AFTER_OFF_S = 1800.0  # the output has to be off for so long before the window: jackets and mats are slow

FIGHT_S, BLOCK_S = 12 * HOUR_S, 300.0  # a room with its day and its night changes sides twice in 24 h
FIGHT_CHANGES, FIGHT_LEAST_H = 4, 1.0  # from one side to the other, and how long each has run at least

LAG_PLATO = 0.5  # cellar practice: less than this by 24 h (ale) or 48 h (lager) is late
LAG_H = {"warm": 24.0, "other": 48.0}
WARM_C = 14.0
DAYS_APART_H = 16.0  # readings that are kept by the day
BEGUN_OVER_S = 12 * HOUR_S

STUCK_P = 0.5  # the model's own chance
STUCK_SG = 0.001  # moved less than this...
STUCK_H = {"model": 24.0, "rule": 48.0}  # ...over so long: with the model's agreement, and without a model
WELL_ABOVE = 0.2  # of the expected drop that is still to come
CRASH_SHARE, CRASH_FRESH_H = 0.85, 48.0  # of the expected drop, and how old its gravity may be
CRASHED_C = 4.0  # colder than the batch's warm part: yeast that was put to sleep is not stuck

JUMP_BACK_S = 3 * HOUR_S
SMOOTH = 3  # forecasts, their median


@dataclass(frozen=True, slots=True)
class AlarmCondition:
    """What one watch thinks now. `holds` is None when it cannot be known."""

    holds: bool | None
    text: str = ""
    severity: Severity = "alarm"


UNKNOWN, FINE = AlarmCondition(None), AlarmCondition(False)


@dataclass(frozen=True, slots=True)
class Sample:
    """A minute: where the beer is, and which outputs ran in it, by role."""

    at: float
    beer_c: float
    ran: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """A forecast: when it was said, and the completion it means on the cellar's clock."""

    at: float
    early: float
    likely: float
    late: float
    source: str


@dataclass(slots=True)
class View:
    """What a watch may look at, and what the minutes before were like."""

    state: TankState
    forecast: Forecast
    demand: ControlRequest
    now: float
    beer_c: float | None
    samples: deque[Sample]
    said: deque[Said]
    options: Alarming
    volume_l: float
    roles: frozenset[str]
    steady_since: float
    original_sg: float | None
    phase: Phase | None = None
    blocks: Sequence[Sample] = ()


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
    gone_c = sign * (window[-1].beer_c - window[0].beer_c)
    first_c = sign * (window[half].beer_c - window[0].beer_c)
    hours = (window[-1].at - window[0].at) / HOUR_S
    could = could_c_per_h(view, sign)
    limit_c = (could + UNEXPLAINED_C_PER_H) * hours
    text = stuck_on_text(role, gone_c, hours, could)
    return AlarmCondition(gone_c > limit_c and min(first_c, gone_c - first_c) > 0.5 * limit_c, text)


def could_c_per_h(view: View, sign: float) -> float:
    """What room and fermentation can do at most, °C/h, that way."""
    return _by_room(view, sign) + (_by_fermentation(view) if sign > 0.0 else 0.0)


def stuck_on_text(role: str, gone_c: float, hours: float, could: float) -> str:
    """could: °C/h, without the output."""
    return Sentence(
        "temperature {verb} while {output} is off: {gone_delta_c:.1f} °C in {minutes:.0f} min, without {label}"
        " {could_delta_c:.1f} at most; is its relay stuck on?",
        verb="rises" if ROLES[role].direction > 0 else "falls", output=role, gone_delta_c=gone_c,
        minutes=60.0 * hours, label=ROLES[role].label, could_delta_c=could * hours,
    )  # fmt: skip


def _needs_explaining(view: View, sign: float) -> bool:
    """Whether the beer has gone a way that needs explaining at all: nearly always it has not, and that is cheap."""
    start = view.now - WINDOW_S - 1.0
    first = next((s for s in view.samples if s.at >= start), None)
    if first is None or view.beer_c is None:
        return True
    return sign * (view.beer_c - first.beer_c) > UNEXPLAINED_C_PER_H * (view.now - first.at) / HOUR_S


def _window(view: View, role: str) -> list[Sample] | None:
    """The last hour, if the output was off all through it and for a while before."""
    start = view.now - WINDOW_S - AFTER_OFF_S
    samples = view.samples
    if not samples or samples[0].at > start + 2.0 * EVERY_S:
        return None
    if any(role in s.ran for s in samples if s.at >= start):
        return None
    return [s for s in samples if s.at >= view.now - WINDOW_S - 1.0]


def _by_fermentation(view: View) -> float:
    """°C/h that the fermentation can make at most: by its gravity over the last hours, else the fastest known."""
    points = since(view.state, view.now - 8.0 * HOUR_S)
    if len(points) < 6 or points[-1][0] - points[0][0] < 4.0 * HOUR_S or view.now - points[-1][0] > 2.0 * HOUR_S:
        return FASTEST_SG_PER_H * C_PER_SG
    third = len(points) // 3
    (t0, sg0), (t1, sg1) = _middle(points[:third]), _middle(points[-third:])
    sg_per_h = max(0.0, sg0 - sg1) / ((t1 - t0) / HOUR_S)
    return min(FASTEST_SG_PER_H, 1.5 * sg_per_h + STUCK_SG / 8.0) * C_PER_SG


Points = tuple[tuple[float, float, float], ...]


def since(state: TankState, start: float) -> Points:
    """The history from `start` on."""
    return state.history[bisect_left(state.history, (start,)) :]


def _middle(points: Points) -> tuple[float, float]:
    return median(at for at, _, _ in points), median(sg for _, sg, _ in points)


def _by_room(view: View, sign: float) -> float:
    """°C/h that a room (measured, or far away) can add, through the wall of a tank of this size."""
    room_c = trusted(view.state, "room_c", view.now, HOUR_S)
    away_c = ROOM_AWAY_C if room_c is None or view.beer_c is None else max(0.0, sign * (room_c - view.beer_c))
    if view.volume_l <= 0.0:
        return 0.05 * away_c
    w_k = LOSS_W_M2_K * AREA_M2_PER_L * view.volume_l ** (2 / 3)
    return float(w_k * away_c * HOUR_S / (1000.0 * KJ_PER_L_K * view.volume_l))


def fighting(view: View) -> AlarmCondition:
    """Heater and cooler that undo each other's work: each carries the beer past the setpoint and into the other's band.
    From what was measured, a deadband to try: longer runs carry it farther, too."""
    blocks, target_c = view.blocks, view.demand.target_c
    if target_c is None or not blocks:
        return FINE
    if view.steady_since > view.now - FIGHT_S or view.now - blocks[0].at < FIGHT_S - 2.0 * BLOCK_S:
        return UNKNOWN
    turns = ["heat" in b.ran for b in blocks if ("heat" in b.ran) != ("cool" in b.ran)]
    changes = sum(before != after for before, after in pairwise(turns))
    heated_h, cooled_h = (BLOCK_S / HOUR_S * sum(role in b.ran for b in blocks) for role in ("heat", "cool"))
    highest_c, lowest_c = max(b.beer_c for b in blocks), min(b.beer_c for b in blocks)
    text = Sentence(
        "heater and cooler work against each other: {heated_h:.1f} and {cooled_h:.1f} of {window_h:.0f} h, beer"
        " {lowest_c:.1f} to {highest_c:.1f} °C; try a deadband_c of {wanted_delta_c:.1f}",
        heated_h=heated_h, cooled_h=cooled_h, window_h=FIGHT_S / HOUR_S, lowest_c=lowest_c, highest_c=highest_c,
        wanted_delta_c=ceil(30.0 * max(highest_c - target_c, target_c - lowest_c)) / 10.0,  # longer runs go farther
    )  # fmt: skip
    return AlarmCondition(changes >= FIGHT_CHANGES and min(heated_h, cooled_h) >= FIGHT_LEAST_H, text, "warning")


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
    before_c = next((s.beer_c for s in view.samples if s.at >= view.now - HOUR_S - 1.0), beer_c)
    if abs(before_c - target_c) - abs(off_c) >= 0.3:
        return UNKNOWN  # a big tank takes its time: a third of a degree an hour is on its way
    text = Sentence(
        "beer {beer_c:.1f} °C, {off_delta_c:.1f} above its setpoint {target_c:.1f} and not on its way"
        if off_c > 0.0
        else "beer {beer_c:.1f} °C, {off_delta_c:.1f} below its setpoint {target_c:.1f} and not on its way",
        beer_c=beer_c, off_delta_c=abs(off_c), target_c=target_c,
    )  # fmt: skip
    return AlarmCondition(True, text)


def original_gravity(view: View) -> AlarmCondition:
    """What was told of the batch and what is read of it contradict each other."""
    why = declared_error(view.state)
    return FINE if why is None else AlarmCondition(True, why)


def late_lag(view: View) -> AlarmCondition:
    """No sign of fermentation a day (or two) after pitching, by a reading of that age. A sensor that is not believed
    is named first."""
    state, batch, og = view.state, view.state.batch, view.original_sg
    if batch is None or view.phase in ("unknown", "emptied"):
        return FINE
    if og is None or not state.history or fault_of(state, "sg"):
        return UNKNOWN
    hours = (state.history[-1][0] - batch.started_at) / HOUR_S
    limit_h = view.options.lag_h or LAG_H["warm" if _is_warm_beer(view, batch) else "other"]
    drop_p = plato_from_sg(og) - plato_from_sg(median(sg for _, sg, _ in state.history[-3:]))
    text = Sentence(
        "late lag: gravity fell by {drop_plato:.1f} °P in {hours:.0f} h since pitching, {due_plato:.1f} °P are due by"
        " {limit_h:.0f} h", drop_plato=max(0.0, drop_p), hours=hours, due_plato=LAG_PLATO, limit_h=limit_h,
    )  # fmt: skip
    late = hours >= limit_h + _between_readings_h(state.history, batch.started_at)
    return AlarmCondition(late and drop_p < LAG_PLATO and not _has_begun(state.history), text)


def _between_readings_h(history: Points, pitched_at: float) -> float:
    """Half of the time between the last two, where these are of different days: their hour is not to be relied on."""
    apart_h = (history[-1][0] - (history[-2][0] if len(history) > 1 else pitched_at)) / HOUR_S
    return 0.5 * min(apart_h, 24.0) if apart_h > DAYS_APART_H else 0.0


def _has_begun(history: Points) -> bool:
    """Whether gravity is lower than half a day ago: late, and on its way. Medians of some hours, for readings may be a
    day apart."""
    earlier = history[: bisect_left(history, (history[-1][0] - BEGUN_OVER_S, inf))]
    if not earlier:
        return False
    now_sg, before_sg = (
        median(sg for at, sg, _ in points[-9:] if at >= points[-1][0] - BEGUN_OVER_S / 4.0)
        for points in (history, earlier)
    )
    return before_sg - now_sg >= STUCK_SG


def _is_warm_beer(view: View, batch: Batch) -> bool:
    planned_c = view.demand.target_c if view.beer_c is None else view.beer_c
    return batch.medium in ("beer", None) and (planned_c is None or planned_c >= WARM_C)


def stuck(view: View) -> AlarmCondition:
    """Gravity that stands well above where it should end: by the model and by the rule; never in the lag phase."""
    state, p_stuck, og = view.state, view.forecast.p_stuck, view.original_sg
    if state.batch is None:
        return FINE
    if og is None or fault_of(state, "sg") or _is_crashed(view):
        return UNKNOWN
    if view.phase in ("done", "filled", "emptied"):
        return FINE
    if view.phase == "stuck" and (why := stands_far_from_its_end(state)):
        stands = Sentence("stuck, or complete? gravity {sg:.4f} stands still, {why}", sg=state.history[-1][1], why=why)
        return AlarmCondition(True, stands, "alarm" if p_stuck is not None and p_stuck >= STUCK_P else "warning")
    if p_stuck is not None and p_stuck < STUCK_P:
        return FINE
    window_h = STUCK_H["rule" if p_stuck is None else "model"]
    moved_sg = _moved(view, window_h)
    if moved_sg is None:
        return UNKNOWN
    end_sg = og - expected_attenuation(state) * (og - 1.0)
    sg = state.history[-1][1]
    left = (sg - end_sg) / (og - end_sg) if og > end_sg else 0.0
    begun = plato_from_sg(og) - plato_from_sg(sg) >= LAG_PLATO
    chance = Sentence("there is no model to ask")
    if p_stuck is not None:
        chance = Sentence("the model gives it {chance_pct:.0f} %", chance_pct=100.0 * p_stuck)
    text = Sentence(
        "stuck or sluggish: gravity {sg:.4f} moved {moved_delta_sg:.4f} in {window_h:.0f} h, {points:.0f} points above"
        " the {end_sg:.4f} expected; {chance}", sg=sg, moved_delta_sg=max(0.0, moved_sg), window_h=window_h,
        points=1000.0 * (sg - end_sg), end_sg=end_sg, chance=chance,
    )  # fmt: skip
    holds = moved_sg < STUCK_SG and begun and left > WELL_ABOVE
    return AlarmCondition(holds, text, "alarm" if p_stuck is not None else "warning")


def _moved(view: View, window_h: float) -> float | None:
    """By how much gravity fell over the window, noise taken off by medians; None if readings do not cover it.

    Not `stability.py`'s judgement: there "flat" has to be sure, here a stall that is only likely is worth a look.
    """
    points = since(view.state, view.now - window_h * HOUR_S)
    if len(points) < 3 or points[-1][0] - points[0][0] < COVERED * window_h * HOUR_S:
        return None
    end = max(1, len(points) // 8)
    return _middle(points[:end])[1] - _middle(points[-end:])[1]


def _is_crashed(view: View) -> bool:
    history = view.state.history
    temps = sorted(c for _, _, c in history[:: max(1, len(history) // 60)] if not isnan(c))
    return view.beer_c is not None and bool(temps) and view.beer_c < temps[len(temps) * 9 // 10] - CRASHED_C


def yeast_range(view: View) -> AlarmCondition:
    """Beer that is warmer than its yeast bears, or colder while it still has work to do."""
    batch, options, beer_c = view.state.batch, view.options, view.beer_c
    if batch is None:
        return FINE
    if beer_c is None:
        return UNKNOWN
    low_c = options.yeast_low_c if batch.yeast_low_c is None else batch.yeast_low_c
    high_c = options.yeast_high_c if batch.yeast_high_c is None else batch.yeast_high_c
    if high_c is not None and beer_c > high_c:
        text = Sentence(
            "beer {beer_c:.1f} °C is above the yeast's range, {high_c:g} at most", beer_c=beer_c, high_c=high_c
        )
        return AlarmCondition(True, text)
    if low_c is not None and beer_c < low_c and not _is_done(view):
        text = Sentence(
            "beer {beer_c:.1f} °C is below the yeast's range, {low_c:g} at least; it may fall asleep",
            beer_c=beer_c, low_c=low_c,
        )  # fmt: skip
        return AlarmCondition(True, text)
    return FINE


def _is_done(view: View) -> bool:
    """Where it is in its life, or measured: a crash begins when nearly all of the expected sugar is gone."""
    remaining = view.forecast.remaining_h
    gone = fermentable_fraction_consumed(view.state, view.now, CRASH_FRESH_H)
    done = view.phase == "done" or (remaining is not None and remaining.p50 <= 0.0)
    return done or (gone is not None and gone >= CRASH_SHARE)


def jumped(view: View) -> AlarmCondition:
    """A median forecast that has left what it said some hours ago, with nothing done to the tank."""
    said, back = view.said, view.now - JUMP_BACK_S
    before = [s for s in said if s.at <= back]
    if len(before) < SMOOTH or len(said) - len(before) < SMOOTH:
        return UNKNOWN if len(said) < 2 * SMOOTH else FINE
    old, new = before[-SMOOTH:], list(said)[-SMOOTH:]
    was, now_is = median(s.likely for s in old), median(s.likely for s in new)
    outside = now_is < median(s.early for s in old) or now_is > median(s.late for s in old)
    moved_h = (now_is - was) / HOUR_S
    over_h = (new[-1].at - old[-1].at) / HOUR_S
    text = Sentence(
        "forecast jumped: complete {moved_h:.0f} h later than said {over_h:.0f} h ago, nothing was changed"
        if moved_h > 0.0
        else "forecast jumped: complete {moved_h:.0f} h earlier than said {over_h:.0f} h ago, nothing was changed",
        moved_h=abs(moved_h), over_h=over_h,
    )  # fmt: skip
    return AlarmCondition(outside and abs(moved_h) > view.options.jump_h, text, "warning")
