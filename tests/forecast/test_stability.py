"""Done is measured: a slope within the noise of this sensor, not a spread and not a forecast."""

import numpy as np
import pytest

from brewpi.estimation.stability import at_rest, coarse_step_sg, flatness, slope
from brewpi.records import BatchSeries
from brewpi.units import plato_from_sg, sg_from_plato


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


@pytest.mark.parametrize("every_h", [0.25, 24.0])
def test_what_took_two_months_is_flat_at_a_slower_fall_than_an_ale(every_h):
    hours = np.arange(0.0, 1500.0, every_h)
    course = 1.000 + 0.100 * np.exp(-hours / 250.0)
    mead = batch(hours, course + 0.0003 * np.random.default_rng(3).standard_normal(hours.size))
    left = {points: float(hours[np.argmax(course <= 1.0 + points / 1e3)]) for points in (5.0, 4.0, 3.5, 1.2)}
    said = {points: at_rest(mead.until(at_h), at_h) for points, at_h in left.items()}
    assert said == {5.0: False, 4.0: False, 3.5: False, 1.2: True}


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


def sg_in(steps, hours, falls_per_day):
    fine = ends_at(hours, falls_per_day)
    return batch(hours, steps(fine.sg))


def half_degrees(sg):
    return np.array([sg_from_plato(0.5 * round(2.0 * plato_from_sg(one))) for one in sg.tolist()])


def two_points(sg):
    return 0.002 * np.round(sg / 0.002)


@pytest.mark.parametrize("steps", [half_degrees, two_points])
@pytest.mark.parametrize("every_h", [0.5, 12.0])
def test_in_steps_of_two_points_a_slow_fall_looks_flat_for_two_days_and_is_not(steps, every_h):
    """Between two steps a fall of 0.9 points a day shows for over two days as none at all."""
    falling = sg_in(steps, np.arange(0.0, 300.0, every_h), falls_per_day=0.9)
    assert not any(flatness(falling.until(at_h), at_h).flat for at_h in np.arange(96.0, 298.0, 6.0))
    done = sg_in(steps, np.arange(0.0, 300.0, every_h), falls_per_day=0.0)
    assert at_rest(done, 260.0)
    text = flatness(done.until(170.0), 170.0).text
    assert flatness(done.until(170.0), 170.0).flat or text.startswith("readings come in steps of 0.00")


@pytest.mark.parametrize(
    ("quantum", "every_h"), [(0.001, 0.25), (0.001, 12.0), (0.0005, 12.0), (0.0004, 24.0)],
)  # fmt: skip
def test_finer_steps_take_no_longer(quantum, every_h):
    done = ends_at(np.arange(0.0, 300.0, every_h), noise=0.0, quantum=quantum)
    assert coarse_step_sg(done.sg) == 0.0
