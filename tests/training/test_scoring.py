"""The judge is judged: every figure on answers whose quality is known."""

import numpy as np
import pytest

from brewpi.forecast.labels import label
from brewpi.records import BatchSeries, Forecast, Interval
from training.data.logs import Batch, thinned
from training.evaluation.scoring import difference, jitter, late_done, pinball, score, trials, wilson


def batch(done_h=96.0, hours=None):
    hours = np.arange(0.0, 200.0, 12.0) if hours is None else hours
    sg = np.maximum(1.060 - 0.050 * hours / done_h, 1.010) - 1e-12
    series = BatchSeries(hours, sg, np.full(len(hours), np.nan))
    return Batch("fv1.csv", series, label(series))


def oracle(b, off_h=0.0, half_h=0.0, final_off=0.0):
    def say(series, at_h):
        left, rest = max(b.label.completion_h - at_h + off_h, 0.0), max(b.label.rest_h - at_h, 0.0)
        band = Interval(left - half_h, left, left + half_h)
        final = b.label.terminal + final_off
        return Forecast(at_h, 1.05, "curve", band, Interval(rest, rest, rest), Interval(final, final, final))

    class Says:
        forecast = staticmethod(say)

    return Says()


def test_a_batch_is_asked_at_fractions_and_hours_before_it_is_done():
    asked = trials([batch()])
    assert [t.moment for t in asked] == ["25%", "50%", "75%", "24 h", "48 h", "72 h"]
    assert asked[0].at_h + asked[0].remaining_h == pytest.approx(batch().label.completion_h)


def test_one_reading_is_no_question():
    sparse = batch(hours=np.array([0.0, 60.0, 90.0, 120.0, 150.0]))
    assert [t.moment for t in trials([sparse])] == ["75%", "72 h", "96 h"]


def test_the_truth_costs_nothing():
    b = batch()
    found = score(oracle(b), [b])
    assert found.pinball == pytest.approx(0.0)
    assert (found.coverage, found.answered, found.false_done) == (1.0, 1.0, (0, 6))
    assert found.rest_mae == pytest.approx(0.0)


def test_being_ten_hours_late_costs_five_without_an_interval():
    b = batch()
    found = score(oracle(b, off_h=10.0, final_off=0.002), [b])
    assert found.mae() == pytest.approx(10.0)
    assert found.mae("48 h") == pytest.approx(10.0)
    assert found.pinball == pytest.approx(5.0)
    assert found.coverage == 0.0
    assert found.final_points == pytest.approx(2.0)


def test_saying_done_with_a_day_to_go_is_counted():
    b = batch()
    assert score(oracle(b, off_h=-200.0), [b]).false_done == (6, 6)


def test_pinball_of_a_band():
    assert pinball(np.array([[5.0, 10.0, 15.0]]), np.array([10.0]))[0] == pytest.approx((0.5 + 0.0 + 0.5) / 3)


def test_wilson_knows_its_table():
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_a_difference_has_an_interval_over_batches():
    both = [batch(96.0), batch(120.0)]
    perfect, late = (score(lambda q, off=off: [oracle(b, off_h=off).forecast(c, h) for c, h in q
                                               for b in both if b.series is c], both) for off in (0.0, 10.0))
    assert difference(late, perfect) == pytest.approx((5.0, 5.0, 5.0))


def test_a_forecast_that_stands_still_does_not_jitter():
    b = batch()
    assert jitter(oracle(b), [b]) == pytest.approx(0.0, abs=1e-9)
    assert late_done(oracle(b), [b]) == (0, 1)
    assert late_done(oracle(b, off_h=500.0), [b]) == (1, 1)


def test_thinned_to_two_a_day():
    dense = batch(hours=np.arange(0.0, 200.0, 0.5))
    assert np.diff(thinned(dense).series.hours).tolist() == [12.0] * 16
