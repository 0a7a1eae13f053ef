"""Done is measured: a slope within the noise of this sensor, not a spread and not a forecast."""

import numpy as np
import pytest

from brewpi.estimation.stability import at_rest, flatness, slope
from brewpi.records import BatchSeries


def batch(hours, sg):
    hours = np.asarray(hours, float)
    return BatchSeries(hours, np.asarray(sg, float), np.full(hours.size, 20.0))


def ends_at(hours, falls_per_day=0.0, noise=0.0, quantum=1e-5, seed=3):
    """A beer that is through with its main fermentation at 80 h and then falls by so many points a day."""
    late = 1e-3 / 24.0 * falls_per_day * np.maximum(hours - 80.0, 0.0)
    sg = 1.010 + 0.045 / (1.0 + np.exp(0.15 * (hours - 45.0))) - late
    sg = sg + noise * np.random.default_rng(seed).standard_normal(hours.size)
    return batch(hours, np.round(sg / quantum) * quantum)


def test_a_floating_hydrometer_that_flickers_by_a_point_is_flat():
    tilt = ends_at(np.arange(0.0, 200.0, 0.25), noise=0.0009, quantum=0.001)
    assert tilt.sg[-100:].max() - tilt.sg[-100:].min() >= 0.002
    assert flatness(tilt, 199.0).flat


@pytest.mark.parametrize("step_h", [0.25, 8.0, 24.0])
def test_a_quiet_sensor_that_falls_a_point_a_day_is_not(step_h):
    assert not flatness(ends_at(np.arange(0.0, 200.0, step_h), falls_per_day=1.0), 192.0).flat


def test_two_flat_readings_a_day_apart_are_a_pause():
    paused = batch(24.0 * np.arange(7), [1.055, 1.037, 1.022, 1.013, 1.0113, 1.0112, 1.0112])
    assert not at_rest(paused, 144.0)


def test_stamps_of_days_take_three_of_them():
    days = [1.055, 1.030, 1.016, 1.0125, 1.0125, 1.0125, 1.0125]
    assert not at_rest(batch(24.0 * np.arange(6), days[:6]), 120.0)
    assert at_rest(batch(24.0 * np.arange(7), days), 144.0)


@pytest.mark.parametrize("stalled_at", [0.3, 0.5])
def test_at_half_the_attenuation_nothing_is_done_however_flat(stalled_at):
    hours = np.arange(0.0, 400.0, 6.0)
    stalled = batch(hours, np.maximum(1.050 - 0.0006 * hours, 1.050 - stalled_at * 0.050))
    assert not at_rest(stalled, 396.0)


def test_silence_is_not_rest():
    beer = ends_at(np.arange(0.0, 170.0, 2.0))
    assert at_rest(beer, 168.0)
    assert not flatness(beer, 200.0).flat


def test_a_sensor_that_drifts_is_sure_later_than_one_that_only_flickers():
    hours = np.arange(0.0, 48.0, 0.5)
    rng = np.random.default_rng(8)
    white = 0.001 * rng.standard_normal(hours.size)
    walk = np.convolve(white, np.ones(24) / 24.0**0.5, mode="same")
    assert slope(hours, 1.010 + walk)[1] > 1.5 * slope(hours, 1.010 + white)[1]
