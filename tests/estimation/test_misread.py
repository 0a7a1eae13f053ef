"""Single hand readings that the next one contradicts."""

import numpy as np
import pytest

from brewpi.estimation.misread import misread, without_misread
from brewpi.records import BatchSeries

MUST = [1.0672, 1.0539, 1.0475, 1.0413, 1.0371, 1.0318, 1.0285, 1.0247, 1.0209, 1.0205]
DAY = 24.0 * np.arange(20)


def batch(sg, hours=None):
    hours = DAY[: len(sg)] if hours is None else np.array(hours, float)
    return BatchSeries(hours=hours, sg=np.array(sg), temp_c=np.full(len(sg), 13.0))


def found(sg, hours=None):
    past = batch(sg, hours)
    return np.flatnonzero(misread(past.hours, past.sg)).tolist()


@pytest.mark.parametrize("low_by", [0.008, 0.016, 0.04])
@pytest.mark.parametrize("at", [3, 5, 7])
def test_a_reading_that_the_next_one_contradicts_is_found(low_by, at):
    sg = list(MUST)
    sg[at] -= low_by + MUST[at - 1] - MUST[at]
    assert found(sg) == [at]
    clean = without_misread(batch(sg))
    assert clean.sg.tolist() == [value for i, value in enumerate(MUST) if i != at]
    assert clean.hours.tolist() == [hour for i, hour in enumerate(DAY[: len(MUST)]) if i != at]


def test_it_may_be_one_of_several_a_day():
    hours = 8.0 * np.arange(len(MUST))
    assert found([*MUST[:5], 1.0080, *MUST[6:]], hours) == [5]


@pytest.mark.parametrize(
    "sg",
    [
        MUST,
        [*MUST[:5], MUST[5] - 0.002, *MUST[6:]],  # noise
        [*MUST[:8], 1.0086],  # the newest: nothing contradicts it yet
        [*MUST[:5], 1.012, 1.0120, *MUST[7:]],  # said twice
        [1.060, 1.040, 1.020, 1.000, 1.019, 1.000, 1.018, 1.000],  # fed whenever it is dry, on its course
        [1.080, 1.062, 1.044, 1.026, 1.040, 1.022, 1.004],  # fed in its course
        [1.060, 1.030, 1.010, 1.008, 1.008, 1.020, 1.012, 1.008],  # fruit
        [1.060, 1.030, 1.036, 1.020],  # too early to know its course
        [1.060, 1.059, 1.050],
    ],
)
def test_what_may_be_true_stays(sg):
    assert found(sg) == []


def test_a_device_that_reads_every_hour_has_a_filter_of_its_own():
    sg = [1.060 - 0.0005 * i for i in range(60)]
    sg[30] -= 0.02
    hours = np.arange(60.0)
    past = batch(sg, hours)
    assert without_misread(past) is past


def test_a_batch_without_any_is_the_same_object():
    past = batch(MUST)
    assert without_misread(past) is past
