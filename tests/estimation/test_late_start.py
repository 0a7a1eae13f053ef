"""A batch that is read only from days after pitching on goes by its original gravity, once that was told."""

import numpy as np
import pytest

from brewpi.estimation.gravity import DECLARED_ABOVE_SG
from brewpi.estimation.late_start import LATE_H, from_pitching
from brewpi.estimation.state import batch_series
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.records import Batch, BatchSeries, TankState

OG, END = 1.060, 1.012


@pytest.fixture(scope="module", params=["network and curves", "curves"])
def forecaster(request):
    return TankForecaster(Pool(Model.load(CHECKOUT)) if request.param == "network and curves" else None)


def ale(first_h, every_h, *, og=OG, since_pitching=False, pitched_h=None):
    """Complete after 77 h; read from `first_h` on."""
    hours = np.arange(first_h, 400.0, every_h)
    sg = np.round(END + (OG - END) / (1.0 + np.exp((hours - 45.0) / 10.0)), 4)
    shown = hours if since_pitching else hours - first_h
    return BatchSeries(shown, sg, np.full(hours.size, 19.0), medium="beer", og=og, pitched_h=pitched_h)


TOLD = {"hours": {"since_pitching": True}, "pitched": {"pitched_h": 84.0}, "neither": {}}


@pytest.mark.parametrize("every_h", [0.5, 24.0])
@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_a_beer_that_was_done_when_the_hydrometer_went_in_is_done(forecaster, every_h, told):
    beer = ale(84.0, every_h, **told)
    first_h = float(beer.hours[0])
    early, late = forecaster.at(beer, first_h + 48.0), forecaster.at(beer, first_h + 120.0)
    assert early.remaining_h.p50 < 6.0
    assert late.is_complete
    assert late.final_sg.p50 == pytest.approx(END, abs=0.001)
    assert (early.at_h, late.at_h) == (first_h + 48.0, first_h + 120.0)


@pytest.mark.parametrize("every_h", [0.5, 24.0])
def test_one_that_ferments_is_forecast_to_its_end(forecaster, every_h):
    beer = ale(48.0, every_h, pitched_h=48.0)
    said = forecaster.at(beer, 24.0)
    assert said.remaining_h.p10 <= 8.0
    assert said.remaining_h.p50 < 40.0
    assert said.final_sg.p50 == pytest.approx(END, abs=0.003)


@pytest.mark.parametrize(
    "batch",
    [
        ale(0.0, 1.0, pitched_h=0.5),
        ale(48.0, 1.0, og=None, pitched_h=48.0),
        ale(48.0, 1.0),  # by 28 points: another beer's, or a slip, for all that anybody knows
        ale(84.0, 1.0, og=1.014, pitched_h=84.0),
    ],
    ids=["in time", "not told", "perhaps mistyped", "no fall"],
)
def test_what_began_in_time_or_is_not_known_stays_as_it_is(batch):
    assert from_pitching(batch, 24.0) == (batch, 24.0)


def test_a_tank_knows_when_it_was_pitched():
    history = tuple((3600.0 * hour, END, 19.0) for hour in range(84, 200))
    series = batch_series(TankState(batch=Batch(0.0, "b", medium="beer", og=OG), history=history))
    assert series.pitched_h == pytest.approx(84.0)
    begun, at_h = from_pitching(series, 10.0)
    assert (begun.sg[0], begun.hours[0], begun.hours[1], at_h) == (OG, 0.0, pytest.approx(84.0), pytest.approx(94.0))


def test_a_tank_that_was_told_an_impossible_one_goes_by_its_readings():
    history = tuple((3600.0 * hour, END, 19.0) for hour in range(1, 100))
    assert OG - END > DECLARED_ABOVE_SG
    series = batch_series(TankState(batch=Batch(0.0, "b", medium="beer", og=OG), history=history))
    assert series.pitched_h < LATE_H
    assert from_pitching(series, 10.0) == (series, 10.0)
