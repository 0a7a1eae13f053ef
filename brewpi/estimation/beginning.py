"""Where in its readings a batch begins: a hydrometer measures rinse water, hot caustic or the bench before it lies in
the wort. One judgement for files and tanks. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from brewpi.estimation.gravity import level_history, points_of
from brewpi.media import WATER_SG
from brewpi.records import Array, TankState

STEP_SG, STEP_SG_PER_H = 0.012, 0.008  # no yeast ferments twelve points at eight an hour; the fastest make four
FAST_H, LATER_SG_PER_H = 3.0, 0.0025  # ...which none keeps up for longer: 75 points in the first day are too many
LEAD_H = 48.0  # how long a hydrometer may lie about before pitching
WORT_SG = 1.025
UNFERMENTED_SG = 0.004  # a lead that has fallen by less was not fermenting: what rises after it is the wort
FERMENTING, FERMENTING_H, FALLS_SG = 9, 8.0, 0.001  # readings, over so long, each third of them lower by so much
PLUNGE_SG, PAUSE_SHARE, WORT_AFTER_PLUNGE_SG = 0.030, 0.125, 1.030
AGREES_SG = 0.010  # with a declared original gravity


@dataclass(frozen=True, slots=True)
class LeadIn:
    """The first `readings` of a series, over `lasted_h`, are not of the wort; `level_sg` is their median."""

    readings: int
    lasted_h: float
    level_sg: float

    @property
    def what(self) -> str:
        """What they are, as far as a gravity tells."""
        return "rinse water" if self.level_sg < WATER_SG else "a hydrometer that is not yet in the wort"


def lead_in_of(hours: Array, sg: Array, og: float | None = None) -> LeadIn | None:
    """What comes before the first reading in the wort: after the last step that no yeast makes, while the wort is still
    fresh. hours, sg: (n,), no NaN, in time order; og: as declared, readings that agree with it are no bench."""
    cut = 0
    window = int(np.searchsorted(hours, hours[0] + LEAD_H, side="right")) if len(hours) else 0
    steps = np.abs(np.diff(sg[:window])) >= STEP_SG
    for i in (np.flatnonzero(steps) + 1).tolist():
        is_step = i < len(sg) - 1 and _is_no_yeast(hours, sg, i)
        if is_step and not _is_declared(sg, i, og) and not _is_foam(hours[cut : i + 1], sg[cut : i + 1]):
            cut = i
    if cut == 0:
        return None
    return LeadIn(cut, float(hours[cut] - hours[0]), float(np.median(sg[:cut])))


def _is_no_yeast(hours: Array, sg: Array, i: int) -> bool:
    """Whether the step from reading i - 1 to reading i leads into a wort, and is none that a yeast could make."""
    before, after = sg[max(0, i - 3) : i], sg[i : i + 5]
    step, gap_h = float(np.median(after) - np.median(before)), float(hours[i] - hours[i - 1])
    if abs(step) < STEP_SG or float(np.median(after)) < WORT_SG or float(np.ptp(after[:3])) >= 0.5 * abs(step):
        return False
    if len(after) < 3 and gap_h <= FAST_H:
        return False
    if step > 0.0:
        rinse, fermented_sg = float(np.median(before)) < WATER_SG, float(np.max(sg[:i]) - sg[i - 1])
        return rinse or fermented_sg < UNFERMENTED_SG or step >= STEP_SG_PER_H * gap_h
    fall = min(-step, float(sg[i - 1] - sg[i]))  # medians of readings hours apart are apart themselves
    return fall >= fastest_sg(gap_h) or _stops_and_goes(hours, sg, i)


def _is_foam(hours: Array, sg: Array) -> bool:
    """Whether the last reading is higher than a wort that was fermenting: each third of the readings before it lower
    than the one before. Then something was added, or lifts the hydrometer."""
    lead = sg[:-1]
    if lead.size < FERMENTING or hours[-2] - hours[0] < FERMENTING_H or sg[-1] < lead[-1]:
        return False
    first, second, third = (float(np.median(part)) for part in np.array_split(lead, 3))
    return min(first - second, second - third) >= FALLS_SG


def fastest_sg(gap_h: float) -> float:
    """More than any yeast ferments in so long."""
    return max(STEP_SG, STEP_SG_PER_H * min(gap_h, FAST_H) + LATER_SG_PER_H * max(gap_h - FAST_H, 0.0))


def _stops_and_goes(hours: Array, sg: Array, i: int) -> bool:
    """A plunge, a pause, and then it ferments: yeast lags first. By daily readings nothing else tells."""
    fall = float(sg[i - 1] - sg[i])
    if fall < PLUNGE_SG or float(sg[i]) < WORT_AFTER_PLUNGE_SG or len(sg) < i + 3:
        return False
    rates = -np.diff(sg[i - 1 :]) / np.maximum(np.diff(hours[i - 1 :]), 0.01)
    pause = max(float(rates[1]), 0.0)
    return pause < PAUSE_SHARE * float(rates[0]) and float(np.max(rates[2:])) > 2.0 * pause + STEP_SG / 96.0


def _is_declared(sg: Array, i: int, og: float | None) -> bool:
    """Whether the readings before the step are the declared original gravity, and those after it are not."""
    if og is None:
        return False
    off = abs(float(np.median(sg[:i])) - og), abs(float(np.median(sg[i : i + 5])) - og)
    return off[0] < AGREES_SG and off[0] < off[1]


def without_lead_in(state: TankState) -> TankState:
    """The state whose history begins in the wort; the batch remembers from when on the readings are its own."""
    history, batch = state.history, state.batch
    if batch is None or len(history) < 3 or history[-1][0] - history[0][0] > 2.0 * LEAD_H * 3600.0:
        return state
    points = points_of(level_history(state))
    lead_in = lead_in_of((points[:, 0] - points[0, 0]) / 3600.0, points[:, 1], batch.og)
    if lead_in is None:
        return state
    began = replace(batch, readings_since=history[lead_in.readings][0])
    return replace(state, batch=began, history=history[lead_in.readings :])
