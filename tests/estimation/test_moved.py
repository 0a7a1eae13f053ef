"""A hydrometer that lies in another beer since tells nothing of this one."""

import numpy as np
import pytest

from brewpi.estimation.moved import moved
from brewpi.forecast.tank_forecaster import TankForecaster
from brewpi.records import BatchSeries

HOURS = np.arange(0.0, 160.0, 0.25)
ALE = 1.011 + 0.039 / (1.0 + np.exp(0.08 * (HOURS - 50.0)))


def batch(sg):
    noise = 0.0004 * np.random.default_rng(5).standard_normal(HOURS.size)
    return BatchSeries(HOURS, np.round(sg + noise, 4), np.full(HOURS.size, 19.0))


def laid_into(sg, half_way=False):
    """At hour 48, from 1.033."""
    course = np.where(HOURS < 48.0, ALE, sg)
    if half_way:
        course[np.argmax(HOURS >= 48.0)] = (1.033 + sg) / 2.0
    return batch(course)


@pytest.mark.parametrize("later_h", [2.0, 24.0, 100.0])
@pytest.mark.parametrize(
    ("after", "asks"),
    [
        (laid_into(1.012), "is it another tank's hydrometer"),
        (laid_into(1.012, half_way=True), "is it another tank's hydrometer"),
        (laid_into(1.000), "was it emptied?"),
    ],
    ids=["finished beer", "through a filter", "water"],
)
def test_in_another_beer_it_is_asked_about_and_nothing_is_forecast(after, asks, later_h):
    said = TankForecaster(None).of_this_beer(after, 48.0 + later_h)
    assert (said.source, said.remaining_h) == ("none", None)
    assert asks in said.why


def spiked():
    return batch(ALE + np.where((HOURS > 100.0) & (HOURS < 110.0), 0.018, 0.0))


@pytest.mark.parametrize(
    "same",
    [
        batch(ALE),
        laid_into(1.012).until(48.0),
        spiked(),
        batch(np.where(HOURS < 30.0, ALE, 1.0 + 0.7 * (ALE - 1.0))),
        BatchSeries(HOURS[::96], ALE[::96], np.full(HOURS[::96].size, 19.0)),
        batch(1.010 + 0.060 * np.exp(-HOURS / 10.0)),
    ],
    ids=["ferments", "before", "hops shook it", "diluted and fermented on", "by day", "kveik"],
)
def test_what_is_the_same_beer_is_not_doubted(same):
    assert moved(same) is None
