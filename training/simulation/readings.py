"""What a brewer or a sensor makes of a fermentation: when it is read, how wrongly, and when they stop.

Logged: inline probes (0.1 °P steps) and floating hydrometers (0.001 SG, tilted and drifting), every 10 to 60
minutes with gaps. By hand: once to three times a day or less, quantised, with typos. Day-stamped: by hand, but
only the date is kept, so a stamp is up to half a day wrong and the day off shows as a gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from brewpi.records import Array
from training.simulation.batches import BEER, DAY_STAMPED, LOGGED, RED, WINE, Batches
from training.simulation.ferment import Truth

PLATO_SG = 0.0004  # 0.1 °P


@dataclass(frozen=True)
class Log:
    """One simulated log, with the true hours since pitching behind each stamp."""

    hours: Array
    sg: Array
    temp_c: Array
    true_h: Array


def take(batches: Batches, truth: Truth, i: int, rng: Generator) -> Log | None:
    """The log of batch `i`; None if nobody read it twice."""
    sampling_mode = int(batches.sampling_mode[i])
    start_h = _start(batches, truth, i, rng)
    stop_h = _stop(batches, truth, i, start_h, rng)
    if stop_h < start_h + 12:
        return None
    if sampling_mode == LOGGED:
        true_h = _logged_times(start_h, stop_h, rng)
        stamps = true_h - true_h[0]
    else:
        stamps, true_h = _hand_times(batches, truth, i, start_h, stop_h, rng)
    if true_h.size < 3:
        return None
    grid = np.arange(truth.sg.shape[1]) * truth.dt_h[i]
    sg = np.interp(true_h, grid, truth.sg[i])
    temp = np.interp(true_h, grid, truth.temp_c[i])
    pace = np.interp(true_h, grid, truth.pace[i])
    read = _logged_sg if sampling_mode == LOGGED else _hand_sg
    return Log(stamps, read(sg, temp, pace, true_h, rng), _thermometer(temp, sampling_mode, rng), true_h)


def _start(batches: Batches, truth: Truth, i: int, rng: Generator) -> float:
    """Hours from pitching to the first reading: a moment, half a day, or, in wine above all, well into it."""
    late = rng.random() < (0.25, 0.15, 0.15, 0.20)[int(batches.medium[i])] * (
        0.3 if batches.medium[i] == BEER and batches.sampling_mode[i] != LOGGED else 1.0
    )
    if late:
        gone_by = rng.uniform(0.02, 0.15) if batches.medium[i] == BEER else rng.uniform(0.02, 0.5)
        reached = truth.sg[i] <= batches.og[i] - gone_by * (batches.og[i] - batches.terminal_sg[i])
        return float(np.argmax(reached) * truth.dt_h[i])
    return float(rng.exponential(2.0))


def _stop(batches: Batches, truth: Truth, i: int, start_h: float, rng: Generator) -> float:
    """When reading stops: some time after the end, or somewhere on the way for the ones that are lost."""
    end = truth.end_h[i] if np.isfinite(truth.end_h[i]) else 1.2 * batches.duration_h[i]
    wine = batches.medium[i] == WINE
    if rng.random() < 0.85:  # most go on until they have seen it flat: two days, wineries one
        for_h, within_sg, early_h = (24.0, 0.0012, 24.0) if wine else (48.0, 0.0008, 24.0)
        grid = np.arange(truth.sg.shape[1]) * truth.dt_h[i]
        falls = truth.sg[i] - np.interp(grid + for_h, grid, truth.sg[i])
        flat = (falls < within_sg) & (grid > end - early_h)
        seen = float(grid[np.argmax(flat)]) + 24.0
        end = max(end, seen) if flat.any() else end
    if rng.random() < 0.04:
        return float(start_h + rng.uniform(0.3, 1.0) * (end - start_h))
    of_wine = (35.0, 75.0)[int(batches.kind[i] == RED)]
    median = 90.0 if batches.sampling_mode[i] == LOGGED else of_wine if wine else 190.0
    horizon = (truth.sg.shape[1] - 1) * truth.dt_h[i]
    return float(min(end + median * np.exp(rng.normal(0, 0.5)), horizon))


def _logged_times(start_h: float, stop_h: float, rng: Generator) -> Array:
    every = rng.choice([1 / 6, 0.25, 1 / 3, 0.5, 1.0], p=[0.12, 0.25, 0.23, 0.25, 0.15])
    every = max(float(every), (stop_h - start_h) / 1500)
    times = np.arange(start_h, stop_h, every)
    keep = np.ones(times.size, bool)
    if rng.random() < 0.25:
        for _ in range(rng.integers(1, 4)):
            gap = rng.uniform(start_h, stop_h)
            keep &= (times < gap) | (times > gap + rng.exponential(8.0))
    keep[:1] = True
    kept: Array = times[keep]
    return kept


def _hand_times(
    batches: Batches, truth: Truth, i: int, start_h: float, stop_h: float, rng: Generator
) -> tuple[Array, Array]:
    """Stamps and true hours since pitching. The first reading is at the clock time of pitching, or of coming in."""
    wine, stamped = batches.medium[i] == WINE, batches.sampling_mode[i] == DAY_STAMPED
    first_clock = rng.uniform(5, 21)
    usual_clock = rng.uniform(8, 15)
    days = int((stop_h - start_h) / 24) + 2
    keenness = rng.beta(8, 1.2) if wine else rng.beta(9, 1.3)
    weekend = rng.choice([0.05, 0.3, 1.0], p=[0.5, 0.2, 0.3]) if not wine else 0.9
    weekday = (np.arange(days) + rng.integers(7)) % 7
    read = rng.random(days) < keenness * np.where(weekday >= 5, weekend, 1.0)
    if rng.random() < 0.07:
        read &= np.arange(days) % rng.integers(2, 4) == 0
    read[0] = True
    finished = start_h + 24.0 * np.arange(days) > truth.end_h[i] + 48
    if not wine:
        read &= ~finished | (rng.random(days) < 0.75)
    per_day = 1 if stamped else int(rng.choice([1, 2, 3], p=[0.45, 0.45, 0.10]))
    clock = usual_clock + rng.normal(0, 1.5, (days, per_day)) + np.arange(per_day) * rng.uniform(4, 12)
    clock = np.clip(clock, 6, 23.5)
    clock[0, 0] = first_clock
    true_h = start_h + 24.0 * np.arange(days)[:, None] + clock - first_clock
    keep = read[:, None] & (true_h >= start_h - 1e-9) & (true_h <= stop_h) & (rng.random(clock.shape) < 0.93)
    keep[0, 0] = True
    day = np.repeat(np.arange(days), per_day)[keep.ravel()]
    true = true_h[keep]
    order = np.argsort(true)
    true = true[order]
    stamps = 24.0 * (day[order] - day[order][0]) if stamped else np.round((true - true[0]) * 2) / 2
    return stamps, true


def _logged_sg(sg: Array, temp: Array, pace: Array, true_h: Array, rng: Generator) -> Array:
    inline = rng.random() < 0.55
    n = sg.size
    white = rng.uniform(1e-4, 5e-4) if inline else rng.uniform(5e-4, 1.5e-3)
    drift = _drift(true_h, 24.0, rng.uniform(0, 5e-4) if inline else rng.uniform(2e-4, 1.2e-3), rng)
    krausen = rng.normal(0, 0.0012) * np.minimum(pace / (np.max(pace) + 1e-9), 1.0)
    gain = 1 + rng.normal(0, 0.006 if inline else 0.02)
    cold = 2e-4 * (20 - temp) * (rng.random() < 0.6)
    read = 1 + (sg - 1) * gain + rng.normal(0, 0.001 if inline else 0.002) + drift + krausen + cold
    read = read + white * rng.standard_normal(n) * (1 + 2 * pace / (np.max(pace) + 1e-9) * (not inline))
    if rng.random() < 0.2:
        spikes = rng.random(n) < 0.002
        read = read + spikes * rng.normal(0, 0.01, n)
    quantum = PLATO_SG if inline else (0.001 if rng.random() < 0.6 else 0.0001)
    shown: Array = np.round(read / quantum) * quantum
    return shown


def _hand_sg(sg: Array, temp: Array, pace: Array, true_h: Array, rng: Generator) -> Array:
    n = sg.size
    noise = rng.uniform(1e-4, 5e-4)
    degassing = -rng.exponential(3e-4) * pace / (np.max(pace) + 1e-9)
    read = sg + rng.normal(0, 4e-4) + degassing + noise * rng.standard_normal(n)
    read = read + 1.2e-4 * np.maximum(12 - temp, 0) * (rng.random() < 0.5)
    typo = rng.random(n) < 0.002
    read = read + typo * rng.choice([-0.01, 0.01, 0.02, -0.02], n)
    if rng.random() < 0.12:  # a fill that was topped up, or not yet mixed
        read[0] += rng.normal(0, 0.004)
    quantum = rng.choice([PLATO_SG, 0.0002, 0.001, 0.00005], p=[0.4, 0.2, 0.1, 0.3])
    shown: Array = np.round(read / quantum) * quantum
    return shown


def _drift(true_h: Array, tau_h: float, sd: float, rng: Generator) -> Array:
    """An Ornstein-Uhlenbeck walk at the given times, by interpolation of an exact one on a grid of 6 h."""
    knots = np.arange(true_h[0], true_h[-1] + 12.0, 6.0)
    keep = np.exp(-6.0 / tau_h)
    walk, x = np.empty(knots.size), rng.normal(0, sd)
    shocks = rng.normal(0, sd * np.sqrt(1 - keep**2), knots.size)
    for k in range(knots.size):
        walk[k] = x
        x = keep * x + shocks[k]
    return np.interp(true_h, knots, walk)


def _thermometer(temp: Array, sampling_mode: int, rng: Generator) -> Array:
    """°C as noted: now and then nobody measures, hand notes are patchy, a probe is a little off."""
    if rng.random() < (0.12 if sampling_mode == LOGGED else 0.15):
        return np.full(temp.size, np.nan)
    read = np.round(temp + rng.normal(0, 0.3) + rng.normal(0, 0.05 if sampling_mode == LOGGED else 0.4, temp.size), 1)
    missing = rng.choice([0.0, 0.03, 0.2], p=[0.5, 0.25, 0.25]) * (sampling_mode != LOGGED)
    return np.where(rng.random(temp.size) < missing, np.nan, read)

