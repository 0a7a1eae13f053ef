"""The fallback: honest, finite and plausible whatever it is shown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brewpi.forecast.curve_bank import CLOCK_H, FIRST_SG, LONGEST_H, CurveBank, _worth
from brewpi.forecast.curve_families import FAMILIES
from brewpi.forecast.fitted_curve import bank, forecast
from brewpi.forecast.likely_media import USUAL_MEDIA
from brewpi.forecast.sampling import BY_HAND
from brewpi.records import BatchSeries


def course(hours, sg, medium="beer", og=None):
    hours = np.asarray(hours, float)
    return BatchSeries(hours, np.asarray(sg, float), np.full(len(hours), np.nan), medium=medium, og=og)


def ale(step_h=0.5, until_h=240.0):
    hours = np.arange(0.0, until_h, step_h)
    share = 1.0 / (1.0 + (40.0 / np.maximum(hours, 1e-3)) ** 4)
    return course(hours, 1.050 - 0.039 * share)


def test_fewer_than_two_readings_are_not_enough_and_it_says_so():
    assert forecast(course([], []), 0.0).why == "needs two readings; has none"
    one = forecast(course([0.0, 12.0], [1.05, 1.04]), 5.0)
    assert (one.source, one.why, one.sg, one.remaining_h) == ("none", "needs two readings; has one", 1.05, None)


@pytest.mark.parametrize("at_h", [24.0, 48.0, 72.0])
@pytest.mark.parametrize("step_h", [0.5, 12.0])
def test_the_band_holds_the_truth_of_a_clean_ale(at_h, step_h):
    done_h = 40.0 * ((0.037 / 0.039) / (1 - 0.037 / 0.039)) ** 0.25
    found = forecast(ale(step_h), at_h)
    assert found.source == "curve"
    assert found.remaining_h.p10 <= done_h - at_h <= found.remaining_h.p90
    assert found.final_sg.p10 <= 1.011 <= found.final_sg.p90 + 0.001


def test_the_band_narrows_as_the_beer_finishes():
    widths = [(b := forecast(ale(), at_h).remaining_h).p90 - b.p10 for at_h in (12.0, 36.0, 60.0, 84.0)]
    assert widths == sorted(widths, reverse=True)


def test_a_finished_beer_is_done():
    assert forecast(ale(), 235.0).remaining_h.p50 == 0.0
    assert forecast(ale(), 235.0).rest_h.p90 == 0.0


@pytest.mark.parametrize("middle_h", [60.0, 140.0])
@pytest.mark.parametrize("medium", ["wine", None])
def test_the_must_of_a_winery_that_nobody_saw_ends_dry(middle_h, medium):
    """A red or a white of 23 °P, read once a day, half-way down."""
    unseen = CurveBank(tuple(family for family in FAMILIES if family.name != "winery, daily"))
    hours = np.arange(0.0, 4.0 * middle_h, 24.0)
    must = course(hours, np.round(1.097 - 0.103 / (1.0 + (middle_h / np.maximum(hours, 1e-3)) ** 2.5), 4), medium)
    said = unseen.through(must.until(middle_h)).at(middle_h, 1.2)
    assert said.final_sg[1] == pytest.approx(0.994, abs=0.006)
    assert max(said.media, key=said.media.__getitem__) == "wine"


def test_each_curve_weighs_its_prior_times_the_marginal_likelihood_of_the_readings():
    """Written out: readings of each curve are jointly normal, by their own errors, the drop and the first gravity."""
    curves, extract = bank(), 0.055
    hours = curves.knots_h[[0, 5, 9, 14, 20, 23, 26, 31]]
    fallen = extract * np.array([0.0, 0.01, 0.03, 0.1, 0.3, 0.38, 0.52, 0.61])
    shares = curves.curves.share(hours)
    stronger = np.log(extract) - curves.extract
    drop, drop_var = (curves.usual + curves.by_extract * stronger) * extract, curves.usual_var * extract**2
    covariance = np.diag(1.0 / _worth(hours, fallen, extract, CLOCK_H)) + FIRST_SG**2
    covariance = covariance + np.repeat(drop_var, 128, axis=0)[:, :, None] * shares[:, :, None] * shares[:, None, :]
    off = fallen - drop.reshape(-1, 1) * shares
    likelihood = np.einsum("ci,ci->c", off, np.linalg.solve(covariance, off[..., None])[..., 0])
    likelihood += np.linalg.slogdet(covariance)[1]
    of_medium = {medium: sum(f.weights[BY_HAND] for f in FAMILIES if f.medium == medium) for medium in USUAL_MEDIA[0]}
    prior = [f.weights[BY_HAND] / of_medium[f.medium] * USUAL_MEDIA[BY_HAND][f.medium] for f in FAMILIES]
    of_extract = -0.5 * (stronger**2 / curves.extract_var + np.log(curves.extract_var))
    log_weight = np.repeat(np.log(prior) + of_extract[:, 0], 128) - 0.5 * likelihood
    expected = np.exp(log_weight - log_weight.max())
    fit = curves._fitted(hours, fallen, extract, None, BY_HAND)
    weight = np.zeros(expected.size)
    weight[fit.places] = fit.weight
    assert weight / weight.max() == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_the_future_changes_nothing():
    whole = ale(12.0)
    assert forecast(whole, 50.0) == forecast(whole.until(50.0), 50.0)


readings = st.lists(st.tuples(st.floats(0, 60), st.floats(0.98, 1.13)), min_size=2, max_size=60)


@settings(max_examples=60, deadline=None)
@given(readings, st.sampled_from(["beer", "wine", "cider", "mead", None]), st.floats(0, 500),
       st.one_of(st.none(), st.floats(1.01, 1.15)))
def test_whatever_it_is_shown_the_answer_is_finite_ordered_and_plausible(rows, medium, later_h, og):
    gaps, sg = zip(*rows, strict=True)
    hours = np.cumsum(gaps) - gaps[0]
    found = forecast(course(hours, sg, medium, og), float(hours[-1]) + later_h)
    for band in (found.remaining_h, found.rest_h, found.final_sg):
        assert np.isfinite([band.p10, band.p50, band.p90]).all()
        assert band.p10 <= band.p50 <= band.p90
    assert found.remaining_h.p10 >= 0.0
    assert found.remaining_h.p90 <= LONGEST_H
    assert found.rest_h.p90 <= found.remaining_h.p90
    assert found.final_sg.p10 > 0.9
    assert found.final_sg.p90 <= min(sg)
