"""What past batches were like, as a site knows them."""

import numpy as np
import pytest

from brewpi.forecast.site_history import BATCHES_KNOWN, PastBatch, past_of, site_history_of
from brewpi.records import Batch, TankState

HOUR = 3600.0
START = 1_790_000_000.0


def tank(hours: float = 240.0, og: float = 1.050, terminal: float = 1.010, half_h: float = 48.0) -> TankState:
    """A batch logged every quarter of an hour, half done at `half_h`."""
    at_h = np.arange(0.0, hours, 0.25)
    sg = terminal + (og - terminal) / (1.0 + np.exp((at_h - half_h) / 8.0))
    history = tuple((START + h * HOUR, float(g), 19.0) for h, g in zip(at_h, sg, strict=True))
    return TankState(Batch(START, id="b1", medium="beer"), {}, (), history)


def past(n: float, medium: str | None = "beer") -> PastBatch:
    return PastBatch(medium, 100.0 + n, 0.7 + n / 1000.0, 40.0 + n)


def test_a_finished_batch_is_known_by_duration_attenuation_and_half_time():
    known = past_of(tank())
    assert known.medium == "beer"
    assert known.attenuation == pytest.approx(0.8, abs=0.005)
    assert known.half_drop_h == pytest.approx(48.0, abs=1.0)
    assert known.duration_h == pytest.approx(48.0 + 8.0 * np.log(19.0), abs=3.0)  # 2 points of 40 are left


@pytest.mark.parametrize(
    "unfinished",
    [TankState(), TankState(Batch(START)), tank(hours=0.5), tank(hours=60.0), tank(terminal=1.045)],
    ids=["no batch", "no reading", "two readings", "half way", "hardly any drop"],
)
def test_what_is_not_finished_is_not_known(unfinished):
    assert past_of(unfinished) is None


def test_a_batch_that_was_emptied_from_the_tank_is_not_known():
    state = tank()
    assert past_of(TankState(None, {}, (), state.history)) is None


def test_a_house_is_the_median_of_its_batches_of_the_same_medium():
    site_history = site_history_of([past(0), past(2), past(40), past(500, "mead")], "beer")
    assert (site_history.batches, site_history.duration_h, site_history.half_drop_h) == (3, 102.0, 42.0)
    assert site_history.attenuation == pytest.approx(0.702)


def test_a_house_forgets_what_it_brewed_long_ago():
    site_history = site_history_of([past(900)] * 100 + [past(0)] * BATCHES_KNOWN, "beer")
    assert (site_history.batches, site_history.duration_h) == (BATCHES_KNOWN, 100.0)


def test_a_house_without_such_a_batch_knows_nothing():
    assert site_history_of([], "beer") is None
    assert site_history_of([past(0, "mead")], "beer") is None
