"""Whatever a course looks like, a forecast comes from the model or says why not, and can be true."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import BatchSeries


@pytest.fixture(scope="module")
def model():
    return Model.load(Path(CHECKOUT))


@st.composite
def courses(draw):
    """Readings seconds to days apart, the first up to weeks after pitching; worts, water, rising and flat ones."""
    count, gap_h = draw(st.integers(2, 60)), draw(st.sampled_from([0.003, 0.25, 8.0, 96.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    hours = draw(st.sampled_from([0.0, 1e-9, 20.0, 30.0, 500.0])) + np.concatenate(
        [[0.0], np.cumsum(rng.exponential(gap_h, count - 1))]
    )
    og, fall = draw(st.sampled_from([1.0, 1.03, 1.05, 1.13, 1.19])), draw(st.sampled_from([-0.3, 0.0, 0.5, 0.8, 1.1]))
    sg = og - (og - 1.0) * fall / (1.0 + np.exp(-(hours - hours[0] - draw(st.floats(1.0, 300.0))) / 9.0))
    sg += rng.normal(0.0, draw(st.sampled_from([0.0, 1e-4, 5e-3])), count)
    temp_c = np.full(count, draw(st.sampled_from([-3.0, 12.0, 20.0, 38.0, np.nan])))
    return BatchSeries(
        hours, np.clip(sg, 0.95, 1.2), temp_c, og=draw(st.sampled_from([None, 1.005, 1.05])),
        medium=draw(st.sampled_from([None, "beer", "wine"])),
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(course=courses(), later_h=st.sampled_from([0.0, 1.0, 500.0]))
def test_a_forecast_can_be_true(model, course, later_h):
    forecaster = TankForecaster(Pool(model))
    said = forecaster.at(course, float(course.hours[-1]) + later_h)
    assert not said.why or "the model failed" not in said.why
    assert 0.0 <= said.remaining_h.p10 <= said.remaining_h.p50 <= said.remaining_h.p90 < 5000.0
    assert said.remaining_h.p10 < said.remaining_h.p90 or said.remaining_h.p90 == 0.0
    assert 0.98 <= said.final_sg.p10 <= said.final_sg.p50 <= said.final_sg.p90 < 1.25


def test_a_log_that_begins_days_after_pitching_is_the_models_too(model):
    hours = 30.0 + 8.0 * np.arange(10)
    course = BatchSeries(hours, 1.052 - 0.04 / (1.0 + np.exp(-(hours - 60.0) / 9.0)), np.full(10, 19.0))
    assert TankForecaster(Pool(model)).at(course, 80.0).source == "model"
