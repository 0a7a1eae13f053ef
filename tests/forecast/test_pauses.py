"""A pause is no progress and no slowness: what went on after one is forecast as if it had not been."""

import numpy as np
import pytest
from test_standstill import ale

from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.pauses import without_pauses
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import BatchSeries

BEGAN_H, ENDS_H = 45.0, 95.0  # without a pause it is complete then


@pytest.fixture(scope="module", params=["network and curves", "curves"])
def forecaster(request):
    return TankForecaster(Pool(Model.load(CHECKOUT)) if request.param == "network and curves" else None)


def paused(for_h, every_h=0.5, creeps=0.0, noise=0.0003, resolution=0.0001, temp_c=19.0):
    hours = np.arange(0.0, 320.0, every_h)
    worked = np.interp(hours, [0.0, BEGAN_H, BEGAN_H + for_h, 400.0], [0.0, BEGAN_H, BEGAN_H + creeps * for_h, 320.0])
    worked = np.where(hours > BEGAN_H + for_h, BEGAN_H + creeps * for_h + hours - BEGAN_H - for_h, worked)
    sg = ale(worked) + noise * np.random.default_rng(2).standard_normal(hours.size)
    return BatchSeries(hours, np.round(sg / resolution) * resolution, np.full(hours.size, temp_c))


@pytest.mark.parametrize(
    "batch",
    [paused(24.0), paused(72.0), paused(120.0, every_h=12.0), paused(72.0, temp_c=np.nan),
     paused(72.0, every_h=0.25, noise=0.0007, resolution=0.001)],
    ids=["a day", "three days", "two a day", "no thermometer", "floating"],
)  # fmt: skip
def test_once_a_pause_is_over_it_is_forecast_from_where_it_stood(forecaster, batch):
    level = ale(np.array([BEGAN_H]))[0]
    began_again_h = float(batch.hours[np.flatnonzero(batch.sg > level - 0.002)[-1]])
    for later_h in (26.0, 32.0, 38.0):
        at_h = began_again_h + later_h
        left_h = began_again_h + ENDS_H - BEGAN_H - at_h
        said = forecaster.at(batch, at_h).remaining_h
        assert said.p50 < left_h + 35.0  # it was 150 to 320 h
        assert said.p90 > left_h - 15.0  # it was 3 h
        assert said.p90 < 200.0


def test_the_hours_of_a_pause_are_left_out_and_no_others():
    batch = paused(72.0)
    past, at_h = without_pauses(batch.until(150.0), 150.0)
    assert at_h == pytest.approx(150.0 - 72.0, abs=8.0)
    assert past.hours[-1] == pytest.approx(at_h)
    assert (np.diff(past.hours) >= 0.0).all()
    assert past.sg[-1] == batch.until(150.0).sg[-1]


def by_hand(hours, sg):
    return BatchSeries(np.array(hours, float), np.array(sg), np.full(len(hours), np.nan))


HOURS = np.arange(0.0, 240.0, 0.5)
FOAM = np.where((HOURS > 30.0) & (HOURS < 52.0), 0.006, 0.0)
HUNG = np.where((HOURS > 45.0) & (HOURS < 75.0), ale(np.array([45.0]))[0], ale(HOURS))


@pytest.mark.parametrize(
    "steady",
    [
        BatchSeries(HOURS, ale(HOURS), np.full(HOURS.size, 19.0)),
        BatchSeries(HOURS, ale(np.maximum(HOURS - 48.0, 0.0)), np.full(HOURS.size, 19.0)),
        BatchSeries(HOURS, ale(HOURS) + FOAM, np.full(HOURS.size, 19.0)),
        BatchSeries(HOURS, HUNG, np.full(HOURS.size, 19.0)),
        BatchSeries(HOURS, np.round(ale(HOURS) / 0.002) * 0.002, np.full(HOURS.size, 19.0)),
        by_hand([0, 24, 96, 120, 144, 168], [1.052, 1.040, 1.016, 1.014, 1.012, 1.011]),
        by_hand([0, 24, 48, 72, 96, 120], [1.052, 1.034, 1.016, 1.015, 1.012, 1.011]),
        paused(72.0).until(BEGAN_H + 72.0),
    ],
    ids=["none", "lag", "foam", "hung on the wall", "steps of half a degree", "weekend", "slow day", "not over"],
)
def test_a_batch_that_never_paused_stays_as_it_is(steady):
    at_h = float(steady.hours[-1])
    assert without_pauses(steady, at_h) == (steady, at_h)
