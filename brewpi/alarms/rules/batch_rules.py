"""What is wrong with a batch or its forecast that no single reading shows: sentences with the number that decides.

Pure: a view of the last hours in, a finding out. The catalogue's entries say for how long it has to hold.
"""

from __future__ import annotations

from bisect import bisect_left
from math import inf, isnan
from statistics import median

from brewpi.alarms.rules.view import FINE, HOUR_S, UNKNOWN, Points, View, since
from brewpi.alarms.rules.view import AlarmCondition as AlarmCondition
from brewpi.estimation.gravity import (
    COVERED,
    declared_error,
    expected_attenuation,
    fermentable_fraction_consumed,
    lowest_level,
    middle,
)
from brewpi.estimation.life_cycle import stands_far_from_its_end
from brewpi.estimation.trusted import fault_of
from brewpi.records import Batch
from brewpi.sentences import Sentence
from brewpi.units import plato_from_sg

LAG_PLATO = 0.5  # cellar practice: less than this by 24 h (ale) or 48 h (lager) is late
LAG_H = {"warm": 24.0, "other": 48.0}
WARM_C = 14.0
DAYS_APART_H = 16.0  # readings that are kept by the day
BEGUN_OVER_S = 12 * HOUR_S

STUCK_P = 0.5  # the model's own chance
STUCK_SG = 0.001  # moved less than this...
STUCK_H = {"model": 24.0, "rule": 48.0}  # ...over so long: with the model's agreement, and without a model
SLUGGISH_SG = 0.003  # in two days: what was called stuck and creeps on like this is no better
WELL_ABOVE = 0.2  # of the expected drop that is still to come
CRASH_SHARE, CRASH_FRESH_H = 0.85, 48.0  # of the expected drop, and how old its gravity may be
CRASHED_C = 4.0  # colder than the batch's warm part: yeast that was put to sleep is not stuck

JUMP_BACK_S = 3 * HOUR_S
SMOOTH = 3  # forecasts, their median


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
    lowest_sg = min(lowest_level(state.history)[0], median(sg for _, sg, _ in state.history[-3:]))
    drop_p = plato_from_sg(og) - plato_from_sg(lowest_sg)  # foam that lifts a hydrometer later is no lag
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
    if view.phase in ("done", "filled", "emptied", "unknown"):
        return FINE
    if view.phase == "stuck" and (why := stands_far_from_its_end(state)):
        stands = Sentence("stuck, or complete? gravity {sg:.4f} stands still, {why}", sg=state.history[-1][1], why=why)
        return AlarmCondition(True, stands, "alarm" if p_stuck is not None and p_stuck >= STUCK_P else "warning")
    if p_stuck is not None and p_stuck < STUCK_P:
        return UNKNOWN if _is_sluggish(view) else FINE
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


def _is_sluggish(view: View) -> bool:
    moved_sg = _moved(view, STUCK_H["rule"])
    return moved_sg is not None and moved_sg < SLUGGISH_SG and stands_far_from_its_end(view.state) is not None


def _moved(view: View, window_h: float) -> float | None:
    """By how much gravity fell over the window, noise taken off by medians; None if readings do not cover it.

    Not `stability.py`'s judgement: there "flat" has to be sure, here a stall that is only likely is worth a look.
    """
    points = since(view.state, view.now - window_h * HOUR_S)
    if len(points) < 3 or points[-1][0] - points[0][0] < COVERED * window_h * HOUR_S:
        return None
    end = max(1, len(points) // 8)
    return middle(points[:end])[1] - middle(points[-end:])[1]


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
    forecasts, back = view.forecasts, view.now - JUMP_BACK_S
    before = [s for s in forecasts if s.at <= back]
    if len(before) < SMOOTH or len(forecasts) - len(before) < SMOOTH:
        return UNKNOWN if len(forecasts) < 2 * SMOOTH else FINE
    old, new = before[-SMOOTH:], list(forecasts)[-SMOOTH:]
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
