"""What the model sees: the past alone, finite whatever it is shown, and the same with what is optional left out."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brewpi.forecast.features import NAMES, retold, vector
from brewpi.records import BatchSeries, SiteHistory

INDEX = {name: i for i, name in enumerate(NAMES)}
SITE_HISTORY = SiteHistory(12, 130.0, 0.78, 45.0)

gaps = st.one_of(st.floats(0.1, 1.0), st.floats(2.0, 80.0), st.sampled_from([12.0, 24.0, 48.0]))
gravity = st.floats(0.985, 1.120)
celsius = st.one_of(st.floats(-1.0, 40.0), st.just(np.nan))
readings = st.lists(st.tuples(gaps, gravity, celsius), min_size=2, max_size=60)


def course(rows, **told):
    gap, sg, temp = (np.array(column, float) for column in zip(*rows, strict=True))
    return BatchSeries(np.cumsum(gap) - gap[0], sg, temp, **told)


def ale(step_h=12.0, until_h=200.0, **told):
    hours = np.arange(0.0, until_h, step_h)
    return BatchSeries(hours, 1.050 - 0.040 / (1 + np.exp(-0.08 * (hours - 45))), np.full(hours.size, 19.0), **told)


@settings(max_examples=200)
@given(past=readings, future=readings, later_h=st.floats(0.0, 20.0))
def test_hiding_the_future_changes_nothing(past, future, later_h):
    seen = course(past)
    at_h = float(seen.hours[-1]) + later_h
    rest = course(future)
    whole = BatchSeries(
        np.concatenate([seen.hours, at_h + 0.01 + rest.hours]),
        np.concatenate([seen.sg, rest.sg]),
        np.concatenate([seen.temp_c, rest.temp_c]),
    )
    assert np.array_equal(vector(whole, at_h), vector(seen, at_h))


@given(rows=readings, later_h=st.floats(0.0, 500.0))
def test_every_number_is_finite_and_bounded(rows, later_h):
    found = vector(course(rows, medium="beer", og=1.05, site_history=SITE_HISTORY, planned_temp_c=18.0), later_h)
    assert found.shape == (len(NAMES),)
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 50.0


@pytest.mark.parametrize("before", ["wine", None])
@pytest.mark.parametrize("medium", ["beer", "kombucha", None])
def test_a_row_told_another_medium_is_the_row_of_that_batch(before, medium):
    was = vector(ale(medium=before, style="IPA", og=1.051), 60.0)
    assert np.array_equal(retold(was, medium), vector(ale(medium=medium, style="IPA", og=1.051), 60.0))
    assert np.array_equal(was, vector(ale(medium=before, style="IPA", og=1.051), 60.0))


def test_without_a_reading_there_is_nothing_to_see():
    with pytest.raises(ValueError, match="no reading in the first 3 h"):
        vector(BatchSeries(np.array([5.0]), np.array([1.05]), np.array([np.nan])), 3.0)


@pytest.mark.parametrize(
    ("told", "flag"),
    [
        ({"medium": "wine"}, "has_medium"),
        ({"style": "saison"}, "has_kind"),
        ({"og": 1.051}, "has_declared_og"),
        ({"expected_attenuation": 0.8}, "has_expected"),
        ({"planned_temp_c": 21.0}, "has_plan"),
        ({"site_history": SITE_HISTORY}, "has_house"),
    ],
)
def test_what_is_optional_raises_its_flag_and_moves_nothing_else_when_absent(told, flag):
    bare, with_it = vector(ale(), 60.0), vector(ale(**told), 60.0)
    assert bare[INDEX[flag]] == 0.0
    assert with_it[INDEX[flag]] == 1.0
    group = flag.removeprefix("has_").removeprefix("declared_")
    moved = {NAMES[i] for i in np.flatnonzero(bare != with_it)}
    family = {"kind": {"farmhouse"}, "medium": {"wine"}, "og": {"declared_og", "has_declared_og"}}.get(group, set())
    assert all(name in family or group in name for name in moved)


def test_no_thermometer_is_no_temperature():
    blind = replace(ale(), temp_c=np.full(ale().hours.size, np.nan))
    assert vector(blind, 60.0)[INDEX["has_temp"]] == 0.0
    assert vector(ale(), 60.0)[INDEX["temp"]] == pytest.approx(0.2)


def test_the_same_batch_logged_or_by_hand_looks_alike_where_it_should():
    often, seldom = vector(ale(0.25), 72.0), vector(ale(12.0), 72.0)
    for name in ("elapsed", "og", "sg", "attenuation", "since_attenuation_0.5"):
        assert often[INDEX[name]] == pytest.approx(seldom[INDEX[name]], abs=0.06)
    assert (often[INDEX["logged"]], seldom[INDEX["logged"]]) == (1.0, 0.0)


def test_a_batch_of_hundreds_of_readings_by_hand_is_seen_as_one_of_fewer():
    """Every six hours for half a year, or a day: what is told of the fall is the same."""
    often, seldom = vector(ale(6.0, 4320.0), 4319.0), vector(ale(12.0, 4320.0), 4319.0)
    assert often[INDEX["logged"]] == seldom[INDEX["logged"]] == 0.0
    for name in ("attenuation", "since_attenuation_0.5", "since_share_0.5", "flat_within_4"):
        assert often[INDEX[name]] == pytest.approx(seldom[INDEX[name]], abs=0.002)


def test_a_fall_that_has_hardly_begun_has_no_moment_at_which_it_was_flat():
    """What lies below the original gravity by less than the marks do was always within them."""
    early = BatchSeries(np.arange(0.0, 30.0, 6.0), np.array([1.05, 1.05, 1.0499, 1.0498, 1.0497]), np.full(5, 19.0))
    assert vector(early, 24.0)[INDEX["flat_within_0.5"]] == pytest.approx(np.log1p(24.0))
    assert vector(early, 24.0)[INDEX["since_attenuation_0.03"]] == 0.0


@pytest.mark.parametrize(("crashed_h", "cooled"), [(0, 0.0), (20, 1.0), (30, 0.0)])
def test_cooled_is_four_degrees_below_the_median_of_two_days(crashed_h, cooled):
    beer = ale(1.0, 101.0)
    held = np.where(beer.hours > beer.hours[-1] - crashed_h, 14.9, 19.0)
    assert vector(replace(beer, temp_c=held), 100.0)[INDEX["cooled"]] == cooled
