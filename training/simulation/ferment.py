"""Lets drawn batches ferment: true gravity and beer temperature over time, thousands of batches at once.

Two families share one temperature programme. *Skeleton* is `brewpi.plant.kinetics` with everything drawn at random;
*sigmoid* is a generalised logistic (5PL, Gompertz as its limit) in warm time, so that the network cannot learn
one set of equations by heart. Each batch has its own time step: STEPS of them cover its whole life.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from brewpi.media import COMPLETE_ABOVE_TERMINAL
from brewpi.physics import ETHANOL_YIELD, SG_PER_G_L
from brewpi.plant.kinetics import Concentrations, Strain, activity, pitched, step
from brewpi.records import Array
from training.simulation.batches import RED, SIGMOID, Batches

STEPS = 800
FLAT_SG_PER_H = 0.0008 / 24  # slower than this, a brewer calls it flat and may chill
SOAKED_PACE = 0.05  # of the yeasts that come with the grapes
YEAST_PER_NITROGEN = 20.0
NATURAL_STEPS, NATURAL_STEP_H = 300, 3.0


@dataclass(frozen=True)
class Truth:
    """What really happened: arrays (batches, STEPS + 1) over `dt_h` (batches,) since pitching."""

    dt_h: Array
    sg: Array
    temp_c: Array
    pace: Array  # share of the sugar fermented per hour
    end_h: Array  # two points above where it ends; inf if the sugar never got there
    terminal_sg: Array  # where it really ends


def ferment(batches: Batches, rng: Generator) -> Truth:
    """The true courses of a few thousand batches."""
    n = len(batches)
    sugar = (batches.og - batches.terminal_sg) / SG_PER_G_L
    strain, start = _strain(batches, sugar)
    strain, natural_h = _tamed(strain, start, batches.main_c)
    active_h = np.maximum(batches.duration_h - batches.lag_h, 12.0)
    time_scale = np.where(batches.family == SIGMOID, 1.0, natural_h / active_h)
    dt_h = (2.0 * batches.duration_h + 330.0) / STEPS
    lag_h = np.maximum(batches.lag_h * time_scale * activity(strain, batches.main_c), 1e-3)
    return _run(batches, sugar, replace(strain, lag_h=lag_h), start, time_scale, dt_h, rng, n)


def _strain(batches: Batches, sugar: Array) -> tuple[Strain, Concentrations]:
    n = len(batches)
    yeast = np.full(n, 1.0)
    nitrogen = yeast * (batches.growth_factor - 1) / YEAST_PER_NITROGEN
    three = batches.three_sugars
    shares = (np.where(three, 0.15, 1.0), np.where(three, 0.63, 0.0), np.where(three, 0.22, 0.0))
    strain = Strain(
        lag_h=1e-3,
        growth_per_h=batches.growth_per_h,
        uptake_per_h=0.012 * sugar / np.sqrt(batches.growth_factor),
        yeast_per_nitrogen=YEAST_PER_NITROGEN,
        half_g_l=batches.half_share * sugar,
        repression_g_l=batches.repression_share * sugar,
        activation_kj=batches.activation_kj,
        cold_c=np.minimum(5.0, batches.main_c - 8.0),
        hot_c=np.maximum(36.0, batches.main_c + 6.0),
        death=batches.death,
        flocculation_per_h=batches.flocculation_per_h,
        tolerance_g_l=2.0 * ETHANOL_YIELD * sugar + 60.0,
    )
    return strain, pitched(yeast, nitrogen, sugar, shares)


def _tamed(strain: Strain, start: Concentrations, main_c: Array) -> tuple[Strain, Array]:
    """The strain, and the hours it takes at the main temperature without lag.

    Yeast that would leave or die before the sugar is gone does so more slowly: batches stick by `arrest_at` and by
    temperature, at known odds, not by an accident of the draw.
    """
    took = _natural_duration(strain, start, main_c)
    for _ in range(3):
        gentler = np.where(np.isinf(took), 0.25, 1.0)
        strain = replace(strain, flocculation_per_h=strain.flocculation_per_h * gentler, death=strain.death * gentler)
        took = _natural_duration(strain, start, main_c)
    return strain, np.where(np.isinf(took), NATURAL_STEPS * NATURAL_STEP_H, took)


def _natural_duration(strain: Strain, start: Concentrations, main_c: Array) -> Array:
    """Hours from pitching to COMPLETE_ABOVE_TERMINAL; inf for those that do not get there."""
    goal = COMPLETE_ABOVE_TERMINAL / SG_PER_G_L
    state = start
    took = np.full(main_c.size, np.inf)
    for k in range(NATURAL_STEPS):
        left = state.sugar_g_l
        state = step(state, strain, main_c, NATURAL_STEP_H)
        now = state.sugar_g_l
        hit = np.isinf(took) & (now <= goal)
        took = np.where(hit, NATURAL_STEP_H * (k + (left - goal) / (left - now + 1e-12)), took)
    return took


def _run(
    batches: Batches,
    sugar: Array,
    strain: Strain,
    state: Concentrations,
    time_scale: Array,
    dt_h: Array,
    rng: Generator,
    n: int,
) -> Truth:
    sg, temps = np.empty((n, STEPS + 1)), np.empty((n, STEPS + 1))
    temp = batches.main_c + batches.start_offset_c
    end_h, gone, warm_h = np.full(n, np.inf), np.zeros(n), np.zeros(n)
    rate_noise, crept = np.zeros(n), np.zeros(n)
    added = batches.addition_g_l == 0
    phase = rng.uniform(0, 2 * np.pi, n)
    period_h = rng.uniform(3, 30, n)
    sigmoid = batches.family == SIGMOID
    left = sugar.copy()
    main = activity(strain, batches.main_c)
    keeps = np.exp(-dt_h / batches.rate_tau_h)
    shock = batches.rate_sd * np.sqrt(1 - keeps**2)
    for k in range(STEPS + 1):
        now_h = k * dt_h
        wobble = batches.wobble_c * np.sin(2 * np.pi * now_h / period_h + phase)
        temps[:, k] = temp + wobble
        sg[:, k] = batches.terminal_sg + SG_PER_G_L * left - crept
        end_h = np.where(np.isinf(end_h) & (left * SG_PER_G_L <= COMPLETE_ABOVE_TERMINAL), now_h, end_h)
        gone = np.maximum(gone, 1 - left / sugar)
        rate_noise = rate_noise * keeps + shock * rng.standard_normal(n)
        beyond = (gone - batches.arrest_at) / (batches.arrest_sharpness * 0.3)
        arrest_factor = 1 / (1 + np.exp(np.clip(beyond, -30, 30)))
        uneven = batches.late_rate * np.tanh(4 * gone - 2) + batches.early_rate * np.maximum(1 - 4 * gone, 0.0)
        pace = np.exp(rate_noise + uneven) * arrest_factor * np.where(now_h < batches.soak_h, SOAKED_PACE, 1.0)
        state = step(state, strain, temps[:, k], dt_h * time_scale * pace)
        warm_h = warm_h + dt_h * pace * activity(strain, temps[:, k]) / main
        before = left
        left = np.where(sigmoid, sugar * _sigmoid(batches, warm_h), state.sugar_g_l)
        late = ~added & (gone > batches.addition_at)
        state = state._replace(glucose_g_l=state.glucose_g_l + np.where(late & ~sigmoid, batches.addition_g_l, 0.0))
        added = added | late
        hopped = left * SG_PER_G_L <= COMPLETE_ABOVE_TERMINAL + 0.002
        hopped = hopped & (now_h > batches.duration_h + batches.creep_after_h)
        crept = crept + np.where(hopped & (temp > 12), (batches.creep_sg - crept) * -np.expm1(-dt_h / 60), 0.0)
        flat = (before - left) * SG_PER_G_L < FLAT_SG_PER_H * dt_h
        temp = _next_temp(batches, temp, now_h, np.where(flat, end_h, np.inf), gone, dt_h, rng)
    pace = np.diff(sg, axis=1, append=sg[:, -1:]) / (batches.terminal_sg - batches.og)[:, None] / dt_h[:, None]
    return Truth(dt_h, sg, temps, pace, end_h, batches.terminal_sg)


def _sigmoid(batches: Batches, warm_h: Array) -> Array:
    """Sugar left as a share, by a generalised logistic: 1 at pitching, completion at the duration."""
    s, middle = batches.skew, batches.midpoint
    goal = COMPLETE_ABOVE_TERMINAL / (batches.og - batches.terminal_sg)
    at_goal = np.log((goal**-s - 1) / s)
    at_half = np.log((0.5**-s - 1) / s)
    slope = (at_goal - at_half) / (1 - middle)

    def curve(x: Array) -> Array:
        left: Array = (1 + s * np.exp(np.clip(at_half + slope * (x - middle), -60, 60))) ** (-1 / s)
        return left

    return np.minimum(curve(warm_h / batches.duration_h) / curve(np.zeros_like(warm_h)), 1.0)


def _next_temp(
    batches: Batches, temp: Array, now_h: Array, end_h: Array, gone: Array, dt_h: Array, rng: Generator
) -> Array:
    """The programme: soak, main temperature, a change of plan, free rise, crash; °C an hour are those of full tanks."""
    goal = batches.main_c + np.where(now_h > batches.step_at_h, batches.step_c, 0.0)
    goal = np.where(now_h < batches.soak_h, batches.soak_c, goal)
    goal = goal + np.where(gone > batches.rise_at, batches.free_rise_c, 0.0)
    early = (batches.crash_after_h < 0) & (now_h > batches.duration_h + batches.crash_after_h)
    crashed = batches.crash & ((now_h > end_h + np.maximum(batches.crash_after_h, 0)) | early)
    goal = np.where(crashed, batches.crash_c, goal)
    speed = np.where(crashed, 0.6, np.where(batches.kind == RED, 0.35, 0.15)) * dt_h
    return temp + np.clip(goal - temp, -speed, speed) + 0.03 * np.sqrt(dt_h) * rng.standard_normal(temp.size)
