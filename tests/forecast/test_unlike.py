"""A beer that was told to end as no usual one does is forecast so; one told nothing is told what to do."""

import numpy as np
import pytest
from test_standstill import UNKNOWN, ale, stopped

from brewpi.estimation.gravity import unlike_usual
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import BatchSeries

HOURS = np.arange(0.0, 400.0, 1.0)


@pytest.fixture(scope="module", params=["network and curves", "curves"])
def forecaster(request):
    return TankForecaster(Pool(Model.load(CHECKOUT)) if request.param == "network and curves" else None)


def beer(og, attenuation, **told):
    sg = og - attenuation * (og - 1.0) * (1.0 - np.exp(-HOURS / 14.0)) + 0.0003 * np.random.default_rng(1).normal(
        size=HOURS.size
    )
    return BatchSeries(HOURS, np.round(sg, 4), np.full(HOURS.size, 19.0), medium="beer", **told)


@pytest.mark.parametrize(
    ("og", "attenuation"), [(1.030, 0.3), (1.040, 0.2), (1.065, 0.54), (1.060, 0.95)],
    ids=["alcohol-free", "maltose-negative", "lactose", "glucoamylase"],
)  # fmt: skip
def test_told_an_attenuation_unlike_any_usual_one_it_is_believed(forecaster, og, attenuation):
    """It ended at 1.008 and took five days of a beer that was told to stop at 1.021, and had."""
    batch = beer(og, attenuation, expected_attenuation=attenuation)
    ends_sg = og - attenuation * (og - 1.0)
    for at_h in (24.0, 48.0):
        said = forecaster.at(batch, at_h)
        assert said.final_sg.p50 == pytest.approx(ends_sg, abs=0.006)
        assert said.remaining_h.p50 < 40.0
    assert forecaster.at(batch, 200.0).is_complete


@pytest.mark.parametrize("told", [0.7, 0.77, 0.85])
def test_a_usual_attenuation_that_was_told_leaves_the_curves_as_they_were(told):
    assert unlike_usual(told, "beer") == 0.0


def test_what_stands_for_days_told_nothing_says_what_to_tell_and_may_end_there(forecaster):
    batch = stopped(chilled=False, medium="beer")
    soon, later = forecaster.at(batch, 55.0 + 72.0), forecaster.at(batch, 55.0 + 200.0)
    assert "tell its expected attenuation" not in soon.why
    assert "for 8 days" in later.why
    assert "tell its expected attenuation" in later.why
    assert later.why.endswith(UNKNOWN)
    assert soon.final_sg.p50 < later.final_sg.p50 < 1.030
    assert not later.is_complete


def test_at_half_of_what_was_told_it_is_never_complete(forecaster):
    batch = stopped(chilled=False, expected_attenuation=0.8)
    for at_h in np.arange(60.0, 263.0, 12.0):
        assert not forecaster.at(batch, float(at_h)).is_complete


@pytest.mark.parametrize(("every_h", "since_h"), [(0.5, (14.0, 17.0, 24.0)), (12.0, (30.0, 42.0))])
def test_where_no_thermometer_shows_why_it_stands_nothing_is_promised_sooner_than_when_it_stopped(
    forecaster, every_h, since_h
):
    """Half a day of no fall was "15 h (3-39)" where 28 had been said before it."""
    batch = stopped(every_h=every_h, known_c=False)
    before = forecaster.at(batch, 54.0).remaining_h
    for later_h in since_h:
        said = forecaster.at(batch, 55.0 + later_h).remaining_h
        assert said.p50 > 0.75 * before.p50
        assert said.p90 > 0.75 * before.p90


def test_a_beer_that_slows_down_is_not_held_for_one_that_stands(forecaster):
    batch = BatchSeries(HOURS, ale(HOURS), np.full(HOURS.size, np.nan))
    for at_h in (70.0, 80.0, 90.0):
        assert forecaster.at(batch, at_h).remaining_h.p90 < 60.0
