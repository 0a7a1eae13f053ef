"""`predict` and `replay` say the same of a log at the same hour: one way from readings to what a forecast sees."""

import json

import numpy as np
import pytest

from brewpi.config.config import loads
from brewpi.estimation.remembered import as_remembered
from brewpi.forecast.network_and_curves import Pool
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.forecast.tflite_model import CHECKOUT, Model
from brewpi.importers import read
from brewpi.offline.replay import replay
from brewpi.records import BatchSeries

TANK = """
site = "here"
[tanks.fv1]
volume_l = 1000
[tanks.fv1.sensors]
beer = { kind = "simulated", measure = ["beer_c"] }
"""


def written(tmp_path, hours, noise):
    rng = np.random.default_rng(4)
    sg = 1.010 + 0.040 / (1.0 + np.exp(0.09 * (hours - 46.0))) + noise * rng.standard_normal(hours.size)
    rows = "".join(f"{h:.3f},{s:.4f},{19 + 0.2 * np.sin(h):.2f}\n" for h, s in zip(hours, sg, strict=True))
    (tmp_path / "ale.csv").write_text("hours,sg,temp_c\n" + rows)
    return read(tmp_path / "ale.csv")


@pytest.mark.parametrize(("step_h", "noise"), [(0.1, 0.0008), (12.0, 0.0)])
def test_predict_and_replay_say_the_same_at_the_same_hour(tmp_path, capsys, step_h, noise):
    log = written(tmp_path, np.arange(0.0, 97.0, step_h), noise)
    replay(loads(TANK, "cellar.toml"), "fv1", log, as_json=True)
    played = [json.loads(line)["forecast"] for line in capsys.readouterr().out.splitlines()]
    said = [forecast for forecast in played if forecast["source"] == "model" and forecast["at_h"] > 20.0]
    assert len(said) > 4
    forecaster, series = TankForecaster(Pool(Model.load(CHECKOUT))), as_remembered(log.series)
    for forecast in said:
        now = forecaster.at(series, forecast["at_h"])
        for percentile in ("p10", "p50", "p90"):
            hours = getattr(now.remaining_h, percentile)
            assert forecast["remaining_h"][percentile] == pytest.approx(hours, rel=0.02, abs=0.3), forecast["at_h"]


def test_hand_readings_are_all_remembered():
    hours = np.array([0.0, 24.0, 48.0, 96.0, 120.0])
    sg = np.array([1.060, 1.038, 1.021, 1.012, 1.0118])
    kept = as_remembered(BatchSeries(hours, sg, np.full(5, np.nan), medium="beer"))
    assert kept.hours.tolist() == hours.tolist()
    assert kept.medium == "beer"


def test_a_spike_of_an_inline_sensor_is_forgotten():
    hours = np.arange(0.0, 24.0, 0.25)
    sg = 1.050 - 0.0004 * hours
    sg[40] = 1.120
    kept = as_remembered(BatchSeries(hours, sg, np.full(hours.size, 19.0)))
    assert kept.sg.max() < 1.051
    assert kept.hours.size >= hours.size - 2
