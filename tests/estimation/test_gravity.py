"""Alcohol, attenuation and how fast gravity falls, from what is believed of a tank."""

from __future__ import annotations

import pytest

from brewpi.estimation.gravity import alcohol_pct, attenuation, came_in_at, rate_points_per_day, real_attenuation
from brewpi.records import Addition, Batch, Measured, TankState
from brewpi.units import alcohol_between

NOW = 1_790_000_000.0


def tank(sg: float, og: float | None = 1.050) -> TankState:
    return TankState(Batch(NOW, og=og), {"sg": Measured(sg, NOW, sg)})


def falling(points_a_day: float, hours: float, every_h: float = 0.25, until_h: float = 0.0) -> TankState:
    """A straight line that ends `until_h` before now, at 1.020."""
    steps = [until_h + every_h * n for n in range(int(hours / every_h) + 1)]
    history = [(NOW - 3600.0 * h, 1.020 + points_a_day / 1000.0 * h / 24.0, 20.0) for h in reversed(steps)]
    return TankState(Batch(NOW), {}, (), tuple(history))


# Ray Daniels, Designing Great Beers; ASBC tables: 12.39 °P to 2.56 °P is a beer of 5.2 % by volume, RDF near 0.65.
@pytest.mark.parametrize(
    ("og", "sg", "abv", "real"), [(1.050, 1.010, 5.2, 0.65), (1.040, 1.008, 4.2, 0.65), (1.100, 1.000, 13.6, 0.82)]
)
def test_alcohol_and_real_attenuation_of_beers_and_of_a_mead(og, sg, abv, real):
    assert alcohol_pct(tank(sg, og), NOW, 2.0) == pytest.approx(abv, abs=0.15)
    assert real_attenuation(tank(sg, og), NOW, 2.0) == pytest.approx(real, abs=0.015)


def test_what_has_not_fermented_has_no_alcohol_and_water_has_none_to_give():
    assert alcohol_pct(tank(1.050), NOW, 2.0) == pytest.approx(0.0, abs=0.01)
    assert alcohol_pct(tank(1.052), NOW, 2.0) == 0.0
    assert alcohol_pct(tank(1.000, og=1.000), NOW, 2.0) is None
    assert real_attenuation(tank(1.010, og=None), NOW, 2.0) is None
    assert alcohol_pct(tank(1.010), NOW + 3 * 3600.0, 2.0) is None


@pytest.mark.parametrize("window_h", [6.0, 12.0, 24.0])
@pytest.mark.parametrize("points", [-3.0, 0.0, 1.5, 12.0])
def test_a_straight_fall_is_its_own_rate(window_h, points):
    assert rate_points_per_day(falling(points, 30.0), NOW, window_h) == pytest.approx(points, abs=1e-6)


def test_a_third_of_the_readings_may_be_wrong():
    state = falling(12.0, 24.0)
    foam = tuple((at, sg + (0.02 if n % 7 in (0, 3) else 0.0), c) for n, (at, sg, c) in enumerate(state.history))
    rate = rate_points_per_day(TankState(state.batch, {}, (), foam), NOW, 24.0)
    assert rate == pytest.approx(12.0, abs=0.5)


def test_a_window_that_the_readings_do_not_cover_has_no_rate():
    assert rate_points_per_day(falling(12.0, 10.0), NOW, 12.0) == pytest.approx(12.0)
    assert rate_points_per_day(falling(12.0, 9.0), NOW, 12.0) is None
    assert rate_points_per_day(falling(12.0, 24.0, until_h=3.0), NOW, 12.0) is None
    assert rate_points_per_day(falling(12.0, 48.0, every_h=12.0), NOW, 24.0) == pytest.approx(12.0)
    assert rate_points_per_day(falling(12.0, 48.0, every_h=24.0), NOW, 24.0) is None
    assert rate_points_per_day(TankState(), NOW, 6.0) is None


def test_two_readings_of_the_same_moment_divide_nothing():
    history = tuple((NOW - h * 3600.0, 1.020, 20.0) for h in (6.0, 3.0, 3.0, 0.0))
    assert rate_points_per_day(TankState(None, {}, (), history), NOW, 6.0) == 0.0


HOUR = 3600.0


def with_sugar(readings: list[tuple[float, float]], told_h: float, points: float = 12.0) -> TankState:
    """An ale of 1.050 to which sugar is told; readings: hours and SG."""
    batch = Batch(0.0, og=1.050, additions=(Addition(told_h * HOUR, "sugar", points),))
    at, sg = readings[-1]
    history = tuple((hour * HOUR, value, 19.0) for hour, value in readings)
    return TankState(measured={"sg": Measured(sg, at * HOUR, sg)}, history=history, batch=batch)


BEFORE = (1.062 - 1.042) / 0.062  # what had fermented, of what is there now: a reading of 1.030


@pytest.mark.parametrize(
    ("readings", "told_h", "now_h", "reached"),
    [
        ([(0, 1.050), (60, 1.030)], 62.0, 70.0, BEFORE),  # not read since
        ([(0, 1.050), (60, 1.030), (63, 1.030)], 62.0, 63.0, BEFORE),  # it lies at the bottom
        ([(0, 1.050), (60, 1.030), (63, 1.034), (66, 1.0335)], 62.0, 66.0, (1.062 - 1.0455) / 0.062),  # half of it
        ([(0, 1.050), (60, 1.030), (63, 1.041), (66, 1.040)], 62.0, 66.0, (1.062 - 1.040) / 0.062),  # all of it
        ([(0, 1.050), (60, 1.030), (70, 1.030)], 62.0, 70.0, (1.062 - 1.030) / 0.062),  # it has fermented as fast
    ],
)
def test_sugar_that_is_told_ferments_nothing_before_it_is_there(readings, told_h, now_h, reached):
    state = with_sugar(readings, told_h)
    assert attenuation(state, now_h * HOUR, 24.0) == pytest.approx(reached)
    assert alcohol_pct(state, now_h * HOUR, 24.0) == pytest.approx(alcohol_between(1.062, 1.062 - 0.062 * reached))


def test_water_that_is_told_is_there_at_once():
    assert attenuation(with_sugar([(0, 1.050), (60, 1.030), (61, 1.026)], 60.5, -5.0), 61 * HOUR, 24.0) == (
        pytest.approx((1.045 - 1.026) / 0.045)
    )


@pytest.mark.parametrize(
    ("readings", "points", "came_h"),
    [
        ([(40, 1.034), (50, 1.031), (60, 1.030), (61, 1.041)], 12.0, 60),  # read before it is told
        ([(50, 1.031), (60, 1.030), (60.25, 1.033), (60.5, 1.037), (60.75, 1.040)], 12.0, 60),  # stirred in slowly
        ([(40, 1.034), (50, 1.031), (60, 1.030)], 12.0, 62),  # not seen yet
        ([(30, 1.030), (31, 1.041), (40, 1.038), (60, 1.032)], 12.0, 62),  # of the day before
        ([(50, 1.031), (60, 1.030), (61, 1.032)], 2.0, 62),  # that is noise
        ([(50, 1.031), (60, 1.030), (61, 1.041)], -5.0, 62),
        ([], 12.0, 62),
    ],
)
def test_what_is_told_late_came_in_before_the_rise_that_it_explains(readings, points, came_h):
    history = tuple((hour * HOUR, sg, 19.0) for hour, sg in readings)
    assert came_in_at(TankState(history=history, batch=Batch(0.0)), points, 62 * HOUR) == pytest.approx(
        came_h * HOUR, abs=1.0
    )


def test_a_rise_that_was_told_is_explained():
    state = with_sugar([(0, 1.050), (60, 1.030), (61, 1.041)], 60.5)
    assert came_in_at(state, 12.0, 62 * HOUR) == 62 * HOUR
