"""Where a batch is in its life: one answer, which forecast, alarms and interlocks read instead of each deciding.

empty: no batch; filled: gravity has not fallen yet, by what its sensor said at first; fermenting; done: it stands
still near where it should end; stuck: it stands still far from there, or since it was chilled while it fell; emptied:
gravity of water after a fermentation; unknown: gravity rose by more than anything explains, so nobody knows what is in
the tank. docs/operator.md says what proves each.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from operator import itemgetter
from statistics import median

from pydantic import Field

from brewpi.estimation.chilled import lately_paused_by_cold
from brewpi.estimation.gravity import (
    expected_attenuation,
    level_history,
    level_over,
    leveled,
    lowest_level,
    original_gravity,
    points_of,
    sensor_original_gravity,
    short_of_end,
)
from brewpi.estimation.moved import WATER
from brewpi.estimation.stability import WINDOW_H, may_fall_sg, stable
from brewpi.estimation.state import batch_series
from brewpi.records import Forecast, Interval, Phase, TankState
from brewpi.sentences import Sentence
from brewpi.snapshot import At, Snapshot, Words

BEGUN_SG = 0.002  # fallen by so much: two points, as completion is counted
STAYS_BEGUN_SG = 0.003  # fallen by so much once: foam that lifts the hydrometer again is no fresh wort
RISE_SG = 0.015  # a cold crash lifts a floating hydrometer by up to ten points
RISE_SHARE = 0.35  # ...and of the way that gravity had come
FALLEN_SHARE = 0.4  # of the expected drop: before that a rise is krausen or a bubble
READINGS = 3  # in a row
DONE = Interval(0.0, 0.0, 0.0)
WATER_WITHIN_SG, DRIEST_BEER = 0.0015, 0.9
AT_ONCE_SG, AT_ONCE_S = 0.008, 12 * 3600.0
FILTERED_S = 2 * 3600.0  # a step has points half way, by the filter
NO_DRINK_SG = 0.980  # water with 15 % of alcohol by volume; a hydrometer in air, or on the floor, may read less
LEVEL_S = 86_400.0  # a hydrometer's drift comes and goes within a day


def stands_far_from_its_end(state: TankState) -> str | None:
    """Why a gravity that has come to rest is not the end: with the numbers. None if it may be, or if nobody knows."""
    og, history = original_gravity(state), level_history(state)
    if og is None or og <= 1.0 or not history or state.batch is None:
        return None
    reached = (og - median(sg for _, sg, _ in history[-READINGS:])) / (og - 1.0)
    return short_of_end(reached, state.batch.expected_attenuation, state.batch.medium)


def _is_water(sg: float, state: TankState) -> bool:
    """Rinse water after a beer, or no liquid at all: nothing of this attenuation ends there."""
    return sg < NO_DRINK_SG or (abs(sg - 1.0) < WATER_WITHIN_SG and expected_attenuation(state) < DRIEST_BEER)


def _fell_at_once(state: TankState) -> bool:
    """Whether gravity came down to what it is now in a step that no yeast makes near its end."""
    history = level_history(state)
    now_sg = median(sg for _, sg, _ in history[-READINGS:])
    above = next((point for point in reversed(history) if point[1] - now_sg >= AT_ONCE_SG), None)
    below = next((at for at, sg, _ in reversed(history) if sg - now_sg >= AT_ONCE_SG / 4.0), None)
    if above is None or below is None:
        return False
    arrived = next((at for at, _, _ in history if at > below), above[0] + AT_ONCE_S + 1.0)
    return arrived - above[0] <= (AT_ONCE_S if below == above[0] else FILTERED_S)


def _level_sg(state: TankState) -> float:
    """Where gravity stands: the median of the last day, of three readings at least."""
    history = level_history(state)
    lately = [sg for at, sg, _ in history if at >= history[-1][0] - LEVEL_S]
    return median(lately if len(lately) >= READINGS else [sg for _, sg, _ in history[-READINGS:]])


def is_at_rest(state: TankState) -> bool:
    """Whether gravity has come to rest, by the one judgement of `stability.py`."""
    return bool(state.history) and stable(state, WINDOW_H, may_fall_sg(batch_series(state))).flat


def _has_begun(state: TankState, history: tuple[tuple[float, float, float], ...], og: float) -> bool:
    """Whether gravity has fallen, by what this sensor said at first: its bias is no fermentation, nor is its noise.
    history: the leveled one."""
    first_sg = sensor_original_gravity(leveled(state)) or og
    level_sg = median(sg for _, sg, _ in history[-level_over(len(history)) :])
    return first_sg - level_sg >= BEGUN_SG or first_sg - lowest_level(history)[0] >= STAYS_BEGUN_SG


class LifeCycleSnapshot(Snapshot):
    """Of which batch, whether its gravity rose unexplained, since when, until when somebody has looked, and where
    gravity stood when it was done."""

    batch: Words | None = None
    risen: Words | None = None
    since: At = 0.0
    seen_until: At | None = None
    done_sg: float | None = Field(default=None, ge=0.9, le=1.3)


@dataclass(slots=True)
class LifeCycle:
    """Of the batch in one tank. risen: why nobody knows what is in it, until somebody says; since: when it rose;
    done_sg: where gravity stood when it was done for the first time, what was added counted as there from the start."""

    batch: str | None = None
    risen: str | None = None
    since: float = 0.0
    done_sg: float | None = None
    _seen_until: float = float("-inf")  # readings up to here were looked at by somebody
    _history: object = None  # as it was looked at last
    _judged: tuple[Forecast, object, str | None, Forecast] | None = None
    _phase: tuple[object, object, str | None, Phase] | None = None

    def update(self, state: TankState, now: float) -> None:
        """Look at the newest readings."""
        batch = state.batch.id if state.batch else None
        if batch != self.batch:
            self.batch, self.risen, self._seen_until, self.done_sg = batch, None, float("-inf"), None
        if batch is None or self.risen is not None or state.history is self._history:
            return
        self._history = state.history
        history = level_history(state)
        unseen = points_of(history)[bisect_right(history, self._seen_until, key=itemgetter(0)) :, 1]
        og = original_gravity(state)
        if og is None or unseen.size < 2 * READINGS:
            return
        latest = float(unseen[-READINGS:].min())
        if latest - float(unseen.min()) < RISE_SG:
            return  # no median is below the least
        gravities = unseen.tolist()
        lowest = min(median(gravities[i : i + READINGS]) for i in range(len(gravities) - READINGS + 1))
        fallen_sg, rise_sg = og - lowest, latest - lowest
        expected_sg = expected_attenuation(state) * (og - 1.0)
        if fallen_sg >= FALLEN_SHARE * expected_sg and rise_sg >= max(RISE_SG, RISE_SHARE * fallen_sg):
            self.risen, self.since = Sentence(
                "gravity rose from {lowest_sg:.3f} to {latest_sg:.3f} and nothing was added",
                lowest_sg=lowest, latest_sg=latest,
            ), now  # fmt: skip

    def phase(self, state: TankState) -> Phase:
        """Where the batch is now; judged anew with each reading."""
        known = self._phase
        if known is None or known[0] is not state.history or known[1] is not state.batch or known[2] != self.risen:
            self._phase = known = (state.history, state.batch, self.risen, self._find_phase(state))
            if known[3] == "done" and self.done_sg is None:
                self.done_sg = _level_sg(state)
        return known[3]

    def _find_phase(self, state: TankState) -> Phase:
        history, og = level_history(state), original_gravity(state)
        if state.batch is None:
            return "empty"
        if self.risen is not None:
            return "unknown"
        if og is None or not history:
            return "filled"
        if not _has_begun(state, history, og):
            return "filled"
        now_sg = median(sg for _, sg, _ in history[-READINGS:])
        at_rest = is_at_rest(state)
        if _is_water(now_sg, state) and (at_rest or _fell_at_once(state)):
            return "emptied"
        if not at_rest:
            return "fermenting"
        paused = lately_paused_by_cold(batch_series(state)) is not None
        return "stuck" if paused or stands_far_from_its_end(state) else "done"

    def judge(self, forecast: Forecast, state: TankState) -> Forecast:
        """A forecast that nobody would believe is none, with a why: complete and stuck exclude each other."""
        known = self._judged
        if known is None or known[0] is not forecast or known[1] is not state.history or known[2] != self.risen:
            self._judged = known = (forecast, state.history, self.risen, self.believed(forecast, state))
        return known[3]

    def believed(self, forecast: Forecast, state: TankState) -> Forecast:
        """The same of any forecast, and nothing is remembered."""
        if self.risen is not None:
            why = Sentence("{reason}; another batch? Send start_batch, or addition", reason=self.risen)
            return Forecast(forecast.at_h, forecast.sg, "none", why=why)
        ends, og = forecast.remaining_h, original_gravity(state)
        if state.batch is not None and og is None and state.history:
            why = Sentence(
                "gravity {sg:.3f} is that of water: no wort has been measured yet; if it is the beer, send"
                " correct_batch with its og", sg=state.history[-1][1],
            )  # fmt: skip
            return Forecast(forecast.at_h, forecast.sg, "none", why=why)
        if ends is None:
            return forecast
        phase = self.phase(state)
        if phase == "emptied":
            return Forecast(forecast.at_h, forecast.sg, "none", why=WATER)
        stands = phase == "stuck" and ends.p50 < WINDOW_H  # at rest, and farther from its end than it moves in that
        if ends.p50 > 0.0 and not stands:
            knows_all = state.history[0][0] + 3600.0 * forecast.at_h >= state.history[-1][0]
            return replace(forecast, remaining_h=DONE, rest_h=DONE) if phase == "done" and knows_all else forecast
        short = stands_far_from_its_end(state)
        if short is None:
            return forecast
        why = Sentence(
            "stands still at {sg:.4f}, {reason}: stuck, or complete? Measure and taste",
            sg=forecast.sg or state.history[-1][1], reason=short,
        )  # fmt: skip
        return replace(forecast, source="none", remaining_h=None, rest_h=None, final_sg=None, why=why)

    def looked(self, now: float) -> None:
        """Somebody has looked (resume, a correction, an addition): what was read so far explains itself."""
        if self.risen is not None:
            self.risen, self._seen_until = None, now

    def snapshot(self) -> LifeCycleSnapshot:
        seen = None if self._seen_until == float("-inf") else self._seen_until
        return LifeCycleSnapshot.model_construct(
            batch=self.batch, risen=self.risen, since=self.since, seen_until=seen, done_sg=self.done_sg
        )

    def restore(self, kept: LifeCycleSnapshot, now: float) -> None:
        self.batch, self.risen, self.since, self.done_sg = kept.batch, kept.risen, kept.since, kept.done_sg
        self._seen_until = float("-inf") if kept.seen_until is None else kept.seen_until
