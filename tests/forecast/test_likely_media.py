"""What the temperature says of a medium that nobody named: the final gravity follows it, the times do not."""

from dataclasses import replace

import numpy as np
import pytest

from brewpi.forecast.fitted_curve import posterior
from brewpi.forecast.likely_media import USUAL_C, by_temperature
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.media import MEDIA
from brewpi.records import BatchSeries

EVEN = dict.fromkeys(MEDIA, 0.25)


def a_batch(temp_c, medium=None):
    """Read once a day from 1.084 on: a strong beer, or a must."""
    hours = np.arange(0.0, 145.0, 24.0)
    sg = np.array([1.084, 1.079, 1.070, 1.061, 1.053, 1.046, 1.040])
    return BatchSeries(hours, sg, np.broadcast_to(np.asarray(temp_c, float), hours.shape).copy(), medium=medium)


@pytest.fixture(scope="module")
def forecast():
    pool = Pool(Model.load(CHECKOUT))
    return lambda series: pool.forecast(series, 144.0)


def test_each_medium_has_its_temperatures():
    assert set(USUAL_C) == set(MEDIA)
    for usual in USUAL_C.values():
        assert sum(share for share, _ in usual) == pytest.approx(1.0)


@pytest.mark.parametrize(("temp_c", "likelier"), [(14.0, "wine"), (19.5, "beer"), (10.0, "beer"), (27.0, "wine")])
def test_a_temperature_speaks_for_those_that_are_fermented_at_it(temp_c, likelier):
    found = by_temperature(EVEN, a_batch(temp_c))
    assert found[likelier] > 1.5 * found["wine" if likelier == "beer" else "beer"]
    assert sum(found.values()) == pytest.approx(1.0)


def test_none_rules_a_medium_out():
    for temp_c in (-5.0, 4.0, 40.0, 85.0):
        assert min(by_temperature(EVEN, a_batch(temp_c)).values()) > 0.01
    assert by_temperature({**EVEN, "beer": 0.0}, a_batch(19.5))["beer"] == 0.0


def test_without_a_temperature_nothing_changes_and_what_is_cold_for_a_while_does_not_count():
    assert by_temperature(EVEN, a_batch(np.nan)) == EVEN
    chilled = [20.0, 20.0, 20.0, 20.0, 20.0, 12.0, 4.0]
    assert by_temperature(EVEN, a_batch(chilled)) == by_temperature(EVEN, a_batch(20.0))
    gaps = [np.nan, 14.0, np.nan, 14.0, 14.0, np.nan, 14.0]
    assert by_temperature(EVEN, a_batch(gaps)) == by_temperature(EVEN, a_batch(14.0))


def test_the_final_gravity_of_what_is_as_cool_as_a_must_is_that_of_a_must(forecast):
    cool, warm = forecast(a_batch(14.0)), forecast(a_batch(19.5))
    wine, beer = forecast(a_batch(14.0, "wine")), forecast(a_batch(19.5, "beer"))
    assert wine.final_sg.p50 < cool.final_sg.p50 < warm.final_sg.p50 < beer.final_sg.p50
    assert warm.final_sg.p50 - cool.final_sg.p50 > 0.002
    assert cool.assumed.medium == "wine"
    assert cool.assumed.share > 0.8 > warm.assumed.share


def test_what_is_named_is_taken_at_its_word(forecast):
    assert forecast(a_batch(14.0, "beer")).final_sg.p50 > forecast(a_batch(14.0)).final_sg.p50
    assert forecast(a_batch(14.0, "beer")).assumed is None


def test_temperatures_that_say_nothing_of_the_pace_leave_the_curves_times_as_they_were():
    cool, warm = posterior(a_batch(14.0), 144.0), posterior(a_batch(19.5), 144.0)
    assert cool.remaining_h == warm.remaining_h
    assert cool.media == warm.media
    assert cool.final_sg[1] < warm.final_sg[1]
    assert replace(cool, media_at_temp=warm.media_at_temp, final_sg=warm.final_sg) == warm
