"""What cellars brew, drawn at random: the prior behind every simulated log.

A cellar draws its own habits and pace first, its batches scatter about them: that is what lets the network learn
how much a site says about its next batch. Ranges are those of usual cellars;
medians and spreads of durations, attenuation and temperature were set beside summary figures of a craft
brewery, a contract winery and a pilot brewery (`docs/model-studies.md` prints both, `compare.py` draws them).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from brewpi.records import Array

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BEER, WINE, CIDER, MEAD = range(4)
ALE, LAGER, FARMHOUSE, DARK, KVEIK, WHITE, RED, OTHER = range(8)
KINDS = ("ale", "lager", "farmhouse", "dark", "kveik", "white", "red", "other")
LOGGED, DAY_STAMPED, BY_HAND = range(3)  # how readings are taken
SKELETON, SIGMOID = range(2)  # families of kinetics

BATCHES_PER_CELLAR = 24


@dataclass(frozen=True)
class Batches:
    """One row per batch; hours, °C, g/L and specific gravity throughout."""

    cellar: Ints
    medium: Ints
    kind: Ints
    sampling_mode: Ints
    family: Ints
    og: Array
    terminal_sg: Array
    duration_h: Array  # from pitching to two points above terminal, held at main_c
    lag_h: Array
    main_c: Array
    free_rise_c: Array  # added once `rise_at` of the sugar is gone
    rise_at: Array
    step_c: Array  # a change of plan at step_at_h
    step_at_h: Array
    start_offset_c: Array
    soak_h: Array  # red must lies cold before it is let go; 0 for all else
    soak_c: Array
    wobble_c: Array
    crash: Bools
    crash_after_h: Array  # from the end of fermentation; negative: too early
    crash_c: Array
    half_share: Array  # half-saturation as a share of the sugar
    growth_factor: Array  # yeast at the end of growth to yeast pitched
    growth_per_h: Array
    three_sugars: Bools
    repression_share: Array
    flocculation_per_h: Array
    death: Array
    activation_kj: Array
    rate_sd: Array  # of the log rate, which wanders with a memory of rate_tau_h
    rate_tau_h: Array
    late_rate: Array  # log of how much faster the second half goes than evenly, and the first half slower
    early_rate: Array  # log of how much faster than evenly it starts, until a quarter is gone
    midpoint: Array  # sigmoid family: share of the duration at half-drop
    skew: Array
    arrest_at: Array  # share of the sugar gone at which the yeast gives up; over 1: never
    arrest_sharpness: Array
    addition_g_l: Array  # sugar or fruit added late
    addition_at: Array
    creep_sg: Array  # what hop enzymes free once the hops are in
    creep_after_h: Array  # from the end of fermentation
    expected_attenuation: Array

    def __len__(self) -> int:
        return self.og.size

    def part(self, index: slice | Ints) -> Self:
        return type(self)(*(getattr(self, f.name)[index] for f in fields(self)))


def draw(count: int, rng: Generator) -> Batches:
    """`count` batches in cellars of about BATCHES_PER_CELLAR."""
    cellars = max(1, count // BATCHES_PER_CELLAR)
    cellar = np.sort(rng.integers(0, cellars, count))
    medium = rng.choice(4, cellars, p=[0.54, 0.34, 0.05, 0.07])
    sampling_mode = np.where(
        medium == WINE,
        rng.choice(3, cellars, p=[0.10, 0.70, 0.20]),
        rng.choice(3, cellars, p=[0.36, 0.44, 0.20]),
    )
    return _brew(cellar, medium, sampling_mode, rng)


def _brew(cellar: Ints, medium_of: Ints, sampling_mode_of: Ints, rng: Generator) -> Batches:
    n, cellars = cellar.size, medium_of.size
    medium, sampling_mode = medium_of[cellar], sampling_mode_of[cellar]
    kind = _kinds(cellar, medium_of, rng)
    og, terminal = _gravities(cellar, medium, kind, cellars, rng)
    main_c = _temperatures(cellar, medium, kind, sampling_mode, cellars, rng)
    duration = _durations(cellar, medium, kind, sampling_mode, og, main_c, cellars, rng)
    beer, logged = medium == BEER, sampling_mode == LOGGED
    sharp_cellar = rng.normal(0, 0.5, cellars)[cellar]

    def pick(for_beer: Array, for_others: Array | float) -> Array:
        return np.where(beer, for_beer, for_others)

    lager = kind == LAGER
    sharp = beer & (rng.random(cellars) < np.array([0.85, 0.1, 0.6])[sampling_mode_of])[cellar]
    lag = _lags(cellar, medium, kind, sampling_mode, sharp, cellars, rng)
    slow_end = np.where(kind == WHITE, 1.5, 1.0)
    half = pick(_log_uniform(rng, 0.25, 14.0, n), slow_end * _log_uniform(rng, 0.1, 0.7, n)) * np.exp(sharp_cellar)
    half = np.where(sharp, 0.06 * half, np.where(beer & lager, 0.2 * half, half))
    arrest_at, arrest_sharpness = _arrests(medium, rng)
    soak_h = _soaks(kind, cellars, cellar, rng)
    added = rng.random(n) < np.where(beer & ~logged, 0.03, 0.01)
    hoppy = np.array([0.04, 0.3])[(rng.random(cellars) < 0.4).astype(int)][cellar]
    creeps = (kind == ALE) & (rng.random(n) < hoppy)
    true_attenuation = (og - terminal) / (og - 1)
    return Batches(
        cellar=cellar,
        medium=medium,
        kind=kind,
        sampling_mode=sampling_mode,
        family=np.where(rng.random(n) < 0.75, SKELETON, SIGMOID),
        og=og,
        terminal_sg=terminal,
        duration_h=duration,
        lag_h=np.minimum(lag, 0.5 * duration),
        main_c=main_c,
        free_rise_c=np.where(
            rng.random(n) < pick(np.where(lager, 0.75, 0.35), 0.4), rng.uniform(1, 5, n), 0.0
        ),
        rise_at=rng.uniform(0.4, 0.9, n),
        step_c=np.where(rng.random(n) < pick(np.full(n, 0.12), np.full(n, 0.35)), rng.normal(0, 2.5, n), 0.0),
        step_at_h=rng.uniform(0.1, 0.9, n) * duration,
        start_offset_c=_start_offsets(kind, main_c, soak_h, rng),
        soak_h=soak_h,
        soak_c=rng.uniform(6, 15, n) + np.where(kind == WHITE, 2.0, 0.0),
        wobble_c=np.abs(rng.normal(0, 0.25, n)),
        crash=rng.random(n) < pick(np.full(n, 0.75), np.full(n, 0.3)),
        crash_after_h=_crashes(logged, rng),
        crash_c=rng.uniform(0, 6, n) + pick(np.zeros(n), np.full(n, 3.0)),
        half_share=half,
        growth_factor=np.where(beer & ~sharp, _log_uniform(rng, 1.15, 8, n), _log_uniform(rng, 2, 14, n)),
        growth_per_h=_log_uniform(rng, 0.06, 0.3, n),
        three_sugars=beer & (rng.random(n) < 0.6),
        repression_share=_log_uniform(rng, 0.1, 3.0, n),
        flocculation_per_h=pick(_log_uniform(rng, 5e-4, 0.05, n), _log_uniform(rng, 1e-4, 5e-3, n)),
        death=_log_uniform(rng, 0.02, 0.25, n),
        activation_kj=rng.normal(pick(np.full(n, 56.0), np.full(n, 66.0)), 8.0),
        rate_sd=rng.uniform(0.03, 0.18, n) * np.where(sharp, 0.7, pick(np.full(n, 2.0), np.full(n, 2.3))),
        rate_tau_h=_log_uniform(rng, 12.0, 150.0, n),
        late_rate=_late_rates(kind, sharp, rng),
        early_rate=rng.normal(np.where(kind == WHITE, 0.3, 0.0), pick(np.full(n, 0.2), 0.35), n),
        midpoint=pick(
            np.where(sharp, rng.uniform(0.35, 0.75, n), rng.uniform(0.08, 0.52, n)), rng.uniform(0.22, 0.45, n)
        ),
        skew=_log_uniform(rng, 0.15, 2.5, n),
        arrest_at=arrest_at,
        arrest_sharpness=arrest_sharpness,
        addition_g_l=np.where(added, rng.uniform(5, 45, n), 0.0),
        addition_at=rng.uniform(0.3, 0.98, n),
        creep_sg=np.where(creeps, rng.uniform(0.0005, 0.0045, n), 0.0),
        creep_after_h=rng.uniform(-24, 72, n),
        expected_attenuation=np.clip(true_attenuation + rng.normal(0, 0.03, n), 0.3, 1.3),
    )


def _log_uniform(rng: Generator, low: float, high: float, n: int) -> Array:
    drawn: Array = np.exp(rng.uniform(np.log(low), np.log(high), n))
    return drawn


def _kinds(cellar: Ints, medium_of: Ints, rng: Generator) -> Ints:
    """What is in each tank: a beer cellar brews several kinds, most of them ales; a winery whites and reds."""
    n = cellar.size
    lager_share = rng.beta(0.8, 2.4, medium_of.size)[cellar]
    ale = rng.choice([ALE, FARMHOUSE, DARK, KVEIK], n, p=[0.80, 0.10, 0.07, 0.03])
    beer = np.where(rng.random(n) < lager_share, LAGER, ale)
    wine = np.where(rng.random(n) < rng.beta(1.2, 0.8, medium_of.size)[cellar], WHITE, RED)
    return np.select([medium_of[cellar] == BEER, medium_of[cellar] == WINE], [beer, wine], OTHER)


def _gravities(
    cellar: Ints, medium: Ints, kind: Ints, cellars: int, rng: Generator
) -> tuple[Array, Array]:
    n = cellar.size
    wine, cider, mead = (medium == m for m in (WINE, CIDER, MEAD))
    beer_og = 1.053 + rng.normal(0, 0.004, cellars)[cellar] + rng.normal(0, 0.0105, n)
    beer_og = np.where(rng.random(n) < 0.05, rng.uniform(1.075, 1.115, n), beer_og)
    og = np.select(
        [wine, cider, mead],
        [
            np.where(kind == RED, 1.096, 1.087) + rng.normal(0, 0.003, cellars)[cellar] + rng.normal(0, 0.006, n),
            rng.uniform(1.042, 1.067, n),
            rng.uniform(1.07, 1.135, n),
        ],
        np.maximum(beer_og, 1.030),
    )
    attenuation = np.array([0.785, 0.795, 0.90, 0.745, 0.79, 0, 0, 0])[kind]
    attenuation = attenuation + rng.normal(0, 0.018, cellars)[cellar] + rng.standard_t(4, n) * 0.036
    dry = np.select(
        [cider, mead],
        [rng.uniform(0.996, 1.006, n), 0.995 + 0.035 * rng.beta(0.7, 2.0, n)],
        np.where(kind == RED, 0.9953, 0.9946) + np.where(kind == RED, 0.0008, 0.0012) * rng.standard_t(4, n),
    )
    terminal = np.where(medium == BEER, og - (og - 1) * np.clip(attenuation, 0.45, 1.06), dry)
    return og, np.clip(terminal, 0.986, 1.05)


def _temperatures(
    cellar: Ints, medium: Ints, kind: Ints, sampling_mode: Ints, cellars: int, rng: Generator
) -> Array:
    """The main fermentation temperature; pilot cellars (logged) also run ales colder and warmer to learn."""
    n = cellar.size
    mean = np.array([19.8, 13.2, 23.0, 19.3, 33.0, 13.6, 26.5, 18.0])[kind]
    sd = np.array([1.0, 1.3, 2.5, 1.0, 2.5, 1.3, 2.2, 3.0])[kind]
    site = rng.normal(0, 0.6, cellars)[cellar]
    trial = np.where((sampling_mode == LOGGED) & (medium == BEER) & (rng.random(n) < 0.4), 2.2, 1.0)
    drawn: Array = np.clip(mean + site + sd * trial * rng.normal(0, 1, n), 8.0, 40.0)
    return drawn


def _durations(
    cellar: Ints, medium: Ints, kind: Ints, sampling_mode: Ints, og: Array, main_c: Array, cellars: int, rng: Generator
) -> Array:
    """Hours from pitching to two points above terminal at the main temperature."""
    n = cellar.size
    median = np.array([116.0, 162.0, 155.0, 125.0, 72.0, 565.0, 145.0, 420.0])[kind]
    beer = (medium == BEER) & (sampling_mode != DAY_STAMPED)
    median = np.where(beer, median * np.where(kind == LAGER, 0.8, 0.87), median)
    usual_c = np.array([19.8, 13.2, 23.0, 19.3, 33.0, 14.0, 26.5, 18.0])[kind]
    strength = np.array([1.053, 1.053, 1.053, 1.053, 1.053, 1.091, 1.091, 1.08])[kind]
    q10 = np.where(medium == WINE, 1.3, np.where(sampling_mode == LOGGED, 2.1, 1.6))
    site = rng.normal(0, 0.22, cellars)[cellar]
    spread = rng.uniform(0.15, 0.42, cellars)[cellar]
    spread = spread * np.where(medium == WINE, 0.62, np.where(sampling_mode == LOGGED, 0.65, 1.0))
    log_h = (
        np.log(median)
        + site
        + spread * 0.78 * rng.standard_t(6, n)
        + 0.45 * np.log((og - 1) / (strength - 1))
        - np.log(q10) * (main_c - usual_c) / 10
    )
    hours: Array = np.clip(np.exp(log_h), 36.0, 2400.0)
    return hours


def _lags(
    cellar: Ints, medium: Ints, kind: Ints, sampling_mode: Ints, sharp: Bools, cellars: int, rng: Generator
) -> Array:
    """Hours before anything happens at the main temperature: long where dry yeast meets cold wort, else short."""
    lager = np.where(sampling_mode == DAY_STAMPED, 34.0, 18.0)
    median = np.select([sharp, medium != BEER, kind == LAGER], [24.0, 8.0, lager], 3.0)
    sd = np.select([sharp, medium != BEER], [0.45, 0.6], 0.8)
    hours: Array = median * np.exp(rng.normal(0, 0.35, cellars)[cellar] + sd * rng.normal(0, 1, medium.size))
    return hours


def _late_rates(kind: Ints, sharp: Bools, rng: Generator) -> Array:
    """How uneven the halves are: in real cellars the first says little about the second."""
    sd = np.where(sharp, 0.12, np.select([kind == LAGER, kind == WHITE, kind == RED], [0.28, 0.16, 0.25], 0.38))
    drawn: Array = sd * rng.normal(0, 1, kind.size)
    return drawn


def _soaks(kind: Ints, cellars: int, cellar: Ints, rng: Generator) -> Array:
    """Hours that red must is kept cold before its yeast may start: half of it not at all, some for a week."""
    usual = rng.beta(1.2, 2.0, cellars)[cellar]
    n = kind.size
    red = np.where(rng.random(n) < usual, _log_uniform(rng, 12.0, 144.0, n), 0.0)
    white = np.where(rng.random(n) < 0.2, _log_uniform(rng, 12.0, 72.0, n), 0.0)
    return np.select([kind == RED, kind == WHITE], [red, white], 0.0)


def _start_offsets(kind: Ints, main_c: Array, soak_h: Array, rng: Generator) -> Array:
    """Above the main temperature at the start, °C: white must comes in warmer, red often as cool as its vineyard."""
    n = kind.size
    usual = rng.normal(np.where(kind == WHITE, 1.5, -0.6), np.where(kind == WHITE, 1.5, 1.0), n)
    cool = (kind == RED) & ((soak_h > 0) | (rng.random(n) < 0.45))
    return np.where(cool, rng.uniform(10, 20, n) - main_c, usual)


def _arrests(medium: Ints, rng: Generator) -> tuple[Array, Array]:
    """Where the yeast gives up, for the few that stick: abruptly or by slowing down."""
    n = medium.size
    sticks = rng.random(n) < np.array([0.04, 0.04, 0.06, 0.10])[medium]
    return np.where(sticks, rng.uniform(0.3, 0.97, n), 9.0), _log_uniform(rng, 0.01, 0.15, n)


def _crashes(logged: Bools, rng: Generator) -> Array:
    """Hours from the end of fermentation to the cold crash; some crash before it."""
    n = logged.size
    after = np.where(logged, 60.0, 130.0) * np.exp(rng.normal(0, 0.5, n))
    return np.where(rng.random(n) < np.where(logged, 0.10, 0.04), -rng.uniform(0, 40, n), after)
