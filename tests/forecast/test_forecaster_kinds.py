"""What every kind of forecaster owes: an example that builds, options that are described, answers that can be true."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from brewpi.config.config import loads
from brewpi.forecast.forecaster import KINDS
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.hardware.plug_context import PlugContext
from brewpi.records import BatchSeries, SiteHistory
from brewpi.registry import load

HOURS = np.arange(0.0, 60.0, 3.0)
ALE = BatchSeries(
    HOURS, 1.010 + 0.040 / (1.0 + np.exp((HOURS - 40.0) / 9.0)), np.full(HOURS.size, 19.0), og=1.050, medium="beer",
    site_history=SiteHistory(12, 130.0, 0.78, 45.0),
)  # fmt: skip
CELLAR = """
site = "riverside"
[model]
{example}
[tanks.fv1]
volume_l = 500
[tanks.fv1.sensors]
hand = {{ kind = "manual", measure = ["sg"] }}
"""


@pytest.mark.parametrize("kind", KINDS)
def test_its_example_is_right_and_its_options_are_described(kind: str):
    options = load(KINDS, kind)
    assert tomllib.loads(options.example)["kind"] == kind
    assert isinstance(loads(CELLAR.format(example=options.example), "cellar.toml").model, options)
    assert all(field.description for field in options.model_fields.values())
    assert options.__doc__


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_says_can_be_true_and_has_a_name(kind: str):
    options = loads(CELLAR.format(example=load(KINDS, kind).example), "cellar.toml").model
    forecaster = TankForecaster.of(options, PlugContext())
    said = forecaster.at(ALE, 57.0)
    assert (forecaster.seam.failures, forecaster.why_none) == (0, None)
    assert said.source not in ("curve", "none")
    assert said.remaining_h is not None
    assert said.model
    holds = forecaster.asked.what_if(ALE, 57.0, (17.0, 19.0, 21.0)) if forecaster.asked else []
    assert len(holds) in (0, 3)
    assert [hold.remaining_h.p50 for hold in holds if hold.remaining_h] == sorted(
        (hold.remaining_h.p50 for hold in holds if hold.remaining_h), reverse=True
    ), "a warmer beer is never later"
