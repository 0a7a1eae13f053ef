"""Whether gravity has stopped falling: sure in spite of noise, and not taken back by it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from brewpi.estimation.life_cycle import LifeCycle
from brewpi.estimation.stability import at_rest, stable
from brewpi.estimation.state import batch_series
from brewpi.records import Addition, Batch, BatchSeries, TankState

START = 1_790_000_000.0
EVERY_H = 0.25


def floater(sg, seed: int = 0, noise_sg: float = 0.0006, drift_sg: float = 0.0008) -> BatchSeries:
    """A curve as a floating hydrometer reads it: noise, and a drift that comes and goes in half a day."""
    rng = np.random.default_rng(seed)
    sg = np.asarray(sg, float)
    drift, keeps = np.zeros(sg.size), np.exp(-EVERY_H / 8.0)
    for i in range(1, sg.size):
        drift[i] = keeps * drift[i - 1] + drift_sg * np.sqrt(1.0 - keeps**2) * rng.normal()
    seen = np.round(sg + drift + noise_sg * rng.normal(size=sg.size), 4)
    hours = EVERY_H * np.arange(sg.size)
    return BatchSeries(hours, seen, np.full(sg.size, 20.0), og=1.050)


def fermentation(days: float, *, after=lambda hours: 0.0) -> np.ndarray:
    """1.050 to 1.010 in four days, and what comes after."""
    hours = EVERY_H * np.arange(int(days * 24.0 / EVERY_H))
    return 1.010 + 0.040 / (1.0 + np.exp((hours - 40.0) / 6.0)) + np.array([after(h) for h in hours])


def tank(seen: BatchSeries, until_h: float) -> TankState:
    past = seen.until(until_h)
    points = zip(START + 3600.0 * past.hours, past.sg, past.temp_c, strict=True)
    return TankState(Batch(START, og=1.050), {}, (), tuple((float(a), float(b), float(c)) for a, b, c in points))


def judged(seen: BatchSeries, change_sg: float = 0.002, every_h: float = 2.0, since_h: float = 60.0) -> list[bool]:
    return [stable(tank(seen, h), 48.0, change_sg).flat for h in np.arange(since_h, float(seen.hours[-1]), every_h)]


@pytest.mark.parametrize("seed", range(6))
def test_a_noisy_floater_is_at_rest_in_the_end_and_noise_does_not_take_it_back(seed):
    answers = judged(floater(fermentation(14.0), seed))
    assert answers[-1]
    flips = sum(one != other for one, other in pairwise(answers))
    assert flips == 1, "questions come and go with the noise"


def test_while_it_ferments_it_is_not_stable():
    seen = floater(fermentation(14.0))
    assert not any(judged(seen.until(95.0)))


@pytest.mark.parametrize("seed", range(6))
def test_half_a_point_a_day_is_a_fall_however_quiet_the_sensor_is(seed):
    creeps = floater(fermentation(14.0, after=lambda h: 0.0008 * max(0.0, 14.0 - h / 24.0)), seed, 0.0, 0.0)
    assert not any(judged(creeps, change_sg=0.001))


def test_what_falls_again_is_not_at_rest_any_more():
    seen = floater(fermentation(16.0, after=lambda h: -0.004 * min(1.0, max(0.0, h - 240.0) / 36.0)))
    assert stable(tank(seen, 235.0), 48.0, 0.002).flat
    assert not stable(tank(seen, 275.0), 48.0, 0.002).flat


def test_fruit_has_to_ferment_out_before_it_is_at_rest_again():
    def left(h: float) -> float:
        return 0.008 * np.exp(-max(0.0, h - 250.0) / 30.0) if h > 240.0 else 0.0

    fruit = floater(fermentation(20.0, after=left))
    assert stable(tank(fruit, 238.0), 48.0, 0.002).flat
    assert not any(stable(tank(fruit, h), 48.0, 0.002).flat for h in np.arange(243.0, 300.0, 3.0))
    assert stable(tank(fruit, 470.0), 48.0, 0.002).flat


def test_a_cold_crash_moves_the_hydrometer_and_no_sugar():
    crash = floater(fermentation(14.0, after=lambda h: 0.002 * min(1.0, max(0.0, h - 240.0) / 12.0)), 0, 0.0004, 0.0004)
    assert all(stable(tank(crash, h), 48.0, 0.002).flat for h in np.arange(238.0, 330.0, 4.0))


def test_a_lag_phase_is_flat_and_yet_no_end():
    lag = floater(np.full(400, 1.050))
    assert stable(tank(lag, 90.0), 48.0, 0.002).flat
    assert not at_rest(lag, 90.0)
    assert at_rest(floater(fermentation(14.0), noise_sg=0.0002, drift_sg=0.0), 320.0)


def test_the_numbers_that_decide_are_said():
    seen = floater(fermentation(14.0))
    assert stable(tank(seen, 70.0), 48.0, 0.002).text.startswith("gravity swings by 0.0")
    assert "in 48 h, at most 0.0020" in stable(tank(seen, 112.0), 48.0, 0.002).text
    assert stable(tank(seen, 20.0), 48.0, 0.002).text == "readings cover 20 of 48 h"
    assert stable(TankState(), 48.0, 0.002).text.startswith("no gravity")


@pytest.mark.parametrize(("points", "done"), [(10.0, False), (0.0, True)], ids=["fruit", "nutrient"])
def test_what_was_added_and_told_has_to_lag_and_ferment_out_before_it_is_at_rest_again(points, done):
    """Counted as there from the start, it is flat as before until its yeast wakes up."""
    seen = floater(fermentation(15.0, after=lambda h: 0.001 * points if h > 240.0 else 0.0))
    for at_h in (244.0, 262.0, 280.0):
        state = tank(seen, at_h)
        added = (Addition(START + 240.0 * 3600.0, "raspberries", points),)
        state = replace(state, batch=replace(state.batch, additions=added))
        assert stable(state, 48.0, 0.002).flat == done
        assert at_rest(batch_series(state), at_h) == done
        assert (LifeCycle().phase(state) == "done") == done
    assert stable(tank(seen, 238.0), 48.0, 0.002).flat
