"""The seven rules that say when a batch is complete, each on a log made by hand."""

import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from brewpi.forecast.labels import Refused, falling_fit, label, median_of_five
from brewpi.records import BatchSeries

DAILY = [1.060, 1.050, 1.030, 1.016, 1.012, 1.0102, 1.010, 1.010]


def by_hand(sg, hours=None, temp=None, og=None):
    hours = np.arange(len(sg)) * 24.0 if hours is None else np.asarray(hours, float)
    temp = np.full(len(sg), np.nan) if temp is None else np.asarray(temp, float)
    return BatchSeries(hours, np.asarray(sg, float), temp, og)


def logged(days=8.0, half_h=48.0, chill_h=None, step_h=0.25, noise=0.0):
    hours = np.arange(0.0, days * 24, step_h)
    sg = 1.010 + 0.050 / (1 + np.exp((hours - half_h) / 6.0))
    sg = sg + noise * np.random.default_rng(1).standard_normal(len(sg))
    temp = np.full(len(hours), 20.0)
    if chill_h is not None:
        temp[hours >= chill_h] = 4.0
    return BatchSeries(hours, sg, temp)


def refused(course):
    with pytest.raises(Refused) as error:
        label(course)
    return error.value.rule


def test_one_reading_every_four_hours_is_kept_by_hand_and_every_two_is_logged():
    assert label(by_hand(DAILY)).hand_kept
    assert not label(logged(step_h=2.0)).hand_kept


def test_og_by_hand_is_the_largest_of_the_first_day_and_a_declared_one_is_kept_beside_it():
    found = label(by_hand([1.058, 1.060, *DAILY[1:]], hours=[0, 24, *range(48, 48 + 24 * 7, 24)], og=1.061))
    assert (found.og, found.og_declared) == (1.060, 1.061)


def test_og_of_a_logged_batch_forgives_a_few_high_readings():
    course = logged()
    course.sg[[3, 20, 40]] = 1.090
    assert label(course).og == pytest.approx(1.060, abs=0.001)


def test_what_follows_a_cold_crash_does_not_count():
    temp = [20, 20, 20, 20, 20, 20, 20, 4]
    found = label(by_hand([*DAILY[:7], 1.014], temp=temp))
    assert found.warm_end_h == 144
    assert found.terminal == pytest.approx(1.0101)


def test_a_cool_start_is_no_crash():
    temp = [20, 15, 15, 15, 15, 15, 15, 15]
    assert label(by_hand(DAILY, temp=temp)).warm_end_h == 168


def test_a_crash_by_hand_is_judged_by_the_last_three_temperatures_where_two_days_hold_fewer_than_two():
    temp = [20, 20, 20, np.nan, np.nan, np.nan, 15.9, 15.9]
    assert label(by_hand([*DAILY[:5], 1.012, 1.011, 1.011], temp=temp)).warm_end_h == 120
    temp[6] = temp[7] = 16.0
    assert label(by_hand([*DAILY[:5], 1.012, 1.011, 1.011], temp=temp)).warm_end_h == 168


def test_an_hour_of_cold_in_a_logged_batch_is_a_glitch():
    course = logged()
    course.temp_c[400:404] = 3.0
    assert label(course).warm_end_h == course.hours[-1]


def test_a_logged_batch_ends_where_it_is_crashed():
    found = label(logged(chill_h=150.0))
    assert (found.warm_end_h, found.tier) == (149.75, "A")


def test_a_tank_crashed_early_is_tier_b():
    assert label(logged(chill_h=100.0)).tier == "B"


def test_a_tank_crashed_earlier_still_has_no_plateau():
    assert refused(logged(chill_h=70.0)) == "plateau"


def test_the_last_change_by_hand_is_at_most_one_point_two():
    assert label(by_hand([*DAILY[:6], 1.0112, 1.0100])).terminal == pytest.approx(1.0106)
    assert refused(by_hand([*DAILY[:6], 1.0113, 1.0100])) == "plateau"


def test_the_plateau_by_hand_reaches_back_eighteen_hours():
    sg = [1.060, 1.050, 1.030, 1.016, 1.0104, 1.0102, 1.010, 1.010]
    assert label(by_hand(sg, hours=[0, 24, 48, 72, 96, 102, 108, 114])).terminal == pytest.approx(1.0101)
    assert refused(by_hand(sg, hours=[0, 24, 48, 72, 96, 102, 108, 113])) == "plateau"


def test_eleven_points_are_no_fermentation_and_neither_is_less_than_half():
    assert refused(by_hand([1.021, 1.015, 1.0105, 1.010, 1.010])) == "drop"
    assert refused(by_hand([1.100, 1.090, 1.070, 1.060, 1.055, 1.055])) == "attenuation"


def test_a_log_that_does_not_fall_is_refused():
    assert refused(by_hand([1.060, 1.045, 1.060, 1.030, 1.012, 1.010, 1.010])) == "fall"


def test_fruit_added_late_is_refused_by_hand():
    assert refused(by_hand([1.060, 1.030, 1.016, 1.018, 1.012, 1.010, 1.010])) == "rise"
    assert label(by_hand([1.060, 1.030, 1.016, 1.0175, 1.012, 1.010, 1.010])).og == 1.060


def test_completion_is_interpolated_two_points_above_terminal():
    found = label(by_hand([1.060, 1.040, 1.020, 1.010, 1.010]))
    assert found.completion_h == pytest.approx(48 + 24 * 0.8)
    assert found.bracket == (48.0, 72.0)
    assert found.rest_h == pytest.approx(24 + 24 * (40 - 22.5) / 20)
    assert found.rest_bracket == (24.0, 48.0)


def test_completion_of_a_noisy_logged_batch_is_near_the_curve():
    found = label(logged(noise=0.001))
    truth_h = 48 + 6 * np.log(0.05 / 0.002 - 1)
    assert found.completion_h == pytest.approx(truth_h, abs=6.0)


def test_four_days_without_a_reading_around_completion_are_too_many():
    sg = [1.060, 1.020, 1.010, 1.010]
    assert label(by_hand(sg, hours=[0, 24, 120, 144])).completion_h == pytest.approx(24 + 96 * 0.8)
    assert refused(by_hand(sg, hours=[0, 24, 121, 144])) == "gap"


def test_a_logged_batch_may_miss_a_day():
    course = logged()
    keep = (course.hours < 50) | (course.hours > 76)
    assert refused(BatchSeries(course.hours[keep], course.sg[keep], course.temp_c[keep])) == "gap"


def test_complete_within_twelve_hours_is_no_label():
    assert refused(by_hand([1.060, 1.010, 1.010], hours=[0, 12, 36])) == "early"


def test_two_readings_are_not_enough():
    assert refused(by_hand([1.060, 1.010])) == "readings"


def test_the_falling_fit_is_the_isotonic_regression():
    rng = np.random.default_rng(7)
    for n in (1, 2, 3, 10, 300):
        values = rng.standard_normal(n).cumsum().round(1)
        expected = isotonic_regression(values, increasing=False).x
        np.testing.assert_allclose(falling_fit(values), expected, atol=1e-9)


def test_the_running_median_keeps_the_ends():
    smooth = median_of_five(np.array([1.0, 9.0, 2.0, 3.0, 4.0, 0.0]))
    np.testing.assert_allclose(smooth, [2, 2.5, 3, 3, 2.5, 3])
