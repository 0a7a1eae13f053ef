"""Single hand readings that the next one contradicts."""

import numpy as np
import pytest

from brewpi.estimation.misread import doubtful_sg, misread, without_misread
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


@pytest.mark.parametrize("high_by", [0.014, 0.030, 0.09])
@pytest.mark.parametrize("at", [1, 3, 5, 7])
def test_a_reading_above_both_neighbours_is_found(high_by, at):
    sg = [MUST[0] - 0.0005 * i for i in range(3)] + [MUST[0] - 0.0015 - 0.005 * i for i in range(7)]
    sg[at] = sg[at - 1] + high_by
    assert found(sg) == [at]


@pytest.mark.parametrize("slip_sg", [1.000, 1.15])
def test_it_may_be_the_second_of_all(slip_sg):
    assert found([1.050, slip_sg, 1.048]) == [1]


@pytest.mark.parametrize("slip_sg", [1.004, 1.13])
def test_a_reading_that_is_typed_anew_within_the_hour_is_found(slip_sg):
    assert found([*MUST[:5], slip_sg, MUST[5]], [*DAY[:6], DAY[5] + 0.2]) == [5]


ALE = [1.058, 1.052, 1.041, 1.031]


def doubt(sg, hours=None):
    past = batch(sg, hours)
    return doubtful_sg(past.hours, past.sg)


@pytest.mark.parametrize(
    ("before", "newest", "off_sg"),
    [
        (ALE, 1.000, -0.020),
        (ALE, 1.008, -0.012),
        (ALE, 1.081, 0.050),
        (ALE, 1.135, 0.104),
        ([1.050, 1.0495, 1.049, 1.0485], 1.000, -0.048),  # water in its lag
        ([1.050], 1.000, -0.050),
        ([1.050], 1.150, 0.100),
        ([1.050, 1.043], 1.137, 0.094),
        (MUST[:8], 0.9980, -0.0134),
    ],
)
def test_the_newest_is_doubted_where_no_beer_goes_and_left_out(before, newest, off_sg):
    assert doubt([*before, newest]) == pytest.approx(off_sg, abs=0.001)
    assert without_misread(batch([*before, newest])).sg.tolist() == before
    assert doubt([*before, newest, newest - 0.001]) == 0.0, "measured again, it is true"
    assert doubt([*before, newest, before[-1] - 0.001]) == 0.0, "the next one is not to blame for it"


@pytest.mark.parametrize(
    "sg",
    [
        [*ALE, 1.021],
        [*ALE, 1.012],  # quickly, but yeast may
        [*ALE, 1.034],  # foam
        [*ALE, 1.046],  # fruit
        [1.090, 1.060, 1.020, 1.002, 1.032],  # a mead that is fed
        [1.062, 1.0615, 1.060, 1.020],  # it takes off
        [1.062, 1.0615, 1.060, 1.055, 1.010],
        [1.058, 1.016],
        [1.010, 1.050],  # the first is the slip
        [1.000, 1.050, 1.049],
        [1.030, 1.004],  # begun late, and quick
    ],
)
def test_what_a_beer_may_do_is_not_doubted(sg):
    assert doubt(sg) == 0.0


@pytest.mark.parametrize(
    ("sg", "hours"),
    [
        ([1.0275, 1.028, 1.0235, 1.0055], [0, 26, 47, 74]),  # a table beer
        ([1.033, 1.033, 1.0265, 1.004], [0, 24, 49, 96]),  # a day was left out
        ([1.061, 1.0605, 1.0435, 0.9975], [2, 22, 72, 121]),  # a cider
        ([1.0865, 1.086, 1.085, 1.0675, 0.998], [0, 24, 50, 73, 119]),  # a wine
    ],
)
def test_what_takes_off_and_ends_where_water_is_is_not_doubted(sg, hours):
    assert doubt(sg, hours) == 0.0


def test_beer_that_nobody_looked_at_for_days_may_have_fermented_out():
    assert doubt([*ALE, 1.008], [0, 24, 48, 72, 140]) == 0.0


def test_it_may_be_one_of_several_a_day():
    hours = 8.0 * np.arange(len(MUST))
    assert found([*MUST[:5], 1.0080, *MUST[6:]], hours) == [5]


@pytest.mark.parametrize(
    "sg",
    [
        MUST,
        [*MUST[:5], MUST[5] - 0.002, *MUST[6:]],  # noise
        [*MUST[:8], 1.0086],  # the newest: nothing contradicts it yet
        [*MUST[:8], 1.0886],
        [1.060, 1.030, 1.010, 1.009, 1.009, 1.024, 1.012, 1.009],  # sugar
        [*MUST[:5], 1.012, 1.0120, *MUST[7:]],  # said twice
        [1.060, 1.040, 1.020, 1.000, 1.019, 1.000, 1.018, 1.000],  # fed whenever it is dry, on its course
        [1.080, 1.062, 1.044, 1.026, 1.040, 1.022, 1.004],  # fed in its course
        [1.060, 1.030, 1.010, 1.008, 1.008, 1.020, 1.012, 1.008],  # fruit
        [1.060, 1.030, 1.036, 1.020],  # too early to know its course
        [1.050, 1.064, 1.052],  # the first was not stirred
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
